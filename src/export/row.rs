//! One row of a table of lots: the lot with what stands around it.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use super::labels;
use crate::domain::award::OutcomeKind;
use crate::domain::finding::{Confidence, Finding};
use crate::domain::gazetteer;
use crate::domain::money::{EstimatedValue, Money};
use crate::domain::organisation::Organisation;
use crate::domain::place::Place;
use crate::domain::procedure::{FindingScope, LotFinding, LotState, LotStatus};
use crate::domain::quantity::Measure;
use crate::domain::supplier::SupplierKind;

/// A lot with what its row shows of its procurement.
#[derive(Clone, Debug)]
pub struct LotRow {
    /// The lot as it stands.
    pub lot: LotState,
    /// What it is at the time of the export.
    pub status: LotStatus,
    /// Identifier of the procurement in OCDS.
    pub ocid: String,
    /// Title of the procurement.
    pub procedure_title: Option<String>,
    /// The notice that holds, on its publisher's site.
    pub notice_url: Option<String>,
    /// The buyers, the first named first.
    pub buyers: Vec<Organisation>,
}

impl LotRow {
    pub(super) fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.lot.findings.iter().map(|found| &found.finding)
    }

    /// How sure the surest finding is.
    pub(super) fn confidence(&self) -> Option<Confidence> {
        self.findings().map(|finding| finding.confidence).max()
    }

    /// The words and codes that prove the findings, each once.
    pub(super) fn quotes(&self) -> Vec<String> {
        let evidence = self.findings().flat_map(|finding| &finding.evidence);
        once(evidence.map(|evidence| evidence.quote.clone()))
    }

    /// Hours of insertion of this very lot: where its words give one number and no other. Hours of a
    /// whole procurement with several lots are those of no one of them.
    pub(super) fn hours(&self) -> Option<i64> {
        let own = |found: &&LotFinding| found.scope == FindingScope::Lot || self.lot.key.is_whole();
        let findings = self.lot.findings.iter().filter(own);
        let quantities = findings.flat_map(|found| &found.finding.quantities);
        let hours: BTreeSet<i64> = quantities
            .filter(|one| one.measure == Measure::Hours)
            .map(|one| one.hundredths)
            .collect();
        hours.first().copied().filter(|_| hours.len() == 1)
    }

    /// Kinds of supplier that the law does not bar.
    pub(super) fn suppliers(&self) -> Vec<String> {
        let open = SupplierKind::ALL.into_iter().filter(|kind| self.lot.open_to & kind.bit() != 0);
        open.map(|kind| labels::supplier(kind).to_owned()).collect()
    }

    pub(super) fn places(&self) -> impl Iterator<Item = &Place> {
        self.lot.places.iter().map(|located| &located.place)
    }

    /// The single figure of the estimated value.
    pub(super) fn amount(&self) -> Option<&Money> {
        self.lot.estimated_value.as_ref().and_then(EstimatedValue::figure)
    }

    /// The instant of the deadline.
    pub(super) fn deadline(&self) -> Option<DateTime<Utc>> {
        self.lot.deadline.as_ref().and_then(|deadline| deadline.at)
    }

    /// Who won, each once.
    pub(super) fn winners(&self) -> Vec<String> {
        let awards = self.lot.awards.iter();
        once(awards.flat_map(|award| &award.outcome.suppliers).map(|party| party.name.clone()))
    }

    /// The latest award that gives its value.
    pub(super) fn awarded(&self) -> Option<&Money> {
        let awards = self.lot.awards.iter().rev();
        let mut won = awards.filter(|award| award.outcome.kind == OutcomeKind::Awarded);
        won.find_map(|award| award.outcome.amount.as_ref())
    }

    /// The day of the latest decision that gives it.
    pub(super) fn decided_on(&self) -> Option<NaiveDate> {
        self.lot.awards.iter().rev().find_map(|award| award.outcome.decided_on)
    }
}

/// The name of the commune a place lies in; its city as written where that is none.
pub(super) fn city(place: &Place) -> Option<String> {
    let commune = place.commune.as_deref().and_then(gazetteer::find_by_insee);
    commune.map(|commune| commune.name.to_owned()).or_else(|| place.city.clone())
}

/// Values in their order, each once.
pub(super) fn once(values: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for value in values {
        if !found.contains(&value) {
            found.push(value);
        }
    }
    found
}
