//! What holds now, folded from every document of a procurement.
//!
//! A correction is a document of its own and never changes the notice it corrects; an award names
//! its call by a link that goes one way. So the state of a lot is computed from all documents of
//! its procurement, in publication order, by the pure function [`fold`]. Whatever order the
//! documents arrive in, and however often, the same set of documents gives the same state.

mod fold;
mod group;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::award::{Outcome, OutcomeKind};
use super::contract::Contract;
use super::cpv::Cpv;
use super::deadline::TenderDeadline;
use super::finding::{Assessment, Contradiction, Finding};
use super::ids::{ContractId, LotId, NoticeId, OrganisationId, ProcedureId};
use super::lot::{LotKey, NumberBasis};
use super::money::{EstimatedValue, Money};
use super::notice::{ContractNature, Notice};
use super::place::{Place, PlaceBasis};
use super::source::Source;

pub use fold::fold;
pub use group::{NoticeJoin, NoticeNode, group};

/// A decoded notice with what the rules say of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssessedNotice {
    /// The document.
    pub notice: Notice,
    /// Its findings.
    pub assessment: Assessment,
}
/// How far the procurement of a lot has come, by the documents known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum LotStage {
    /// Announced only.
    Planned,
    /// A call for competition is known.
    Called,
    /// Known only by its result.
    Concluded,
}

/// What a lot is at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LotStatus {
    /// Announced, not yet called.
    Planned,
    /// Can be answered.
    Open,
    /// The deadline has passed; no result known.
    Closed,
    /// Given up.
    Cancelled,
    /// A winner is known.
    Awarded,
    /// No suitable tender.
    Unsuccessful,
}

/// Whether a finding names the lot, or the whole notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum FindingScope {
    /// The lot is named, or the words stand in its own text.
    Lot,
    /// The words concern the whole procurement.
    Notice,
}

/// A finding of a lot, with the document it was read in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotFinding {
    /// Whether it names the lot.
    pub scope: FindingScope,
    /// The document its evidence stands in.
    pub notice: NoticeId,
    /// What the rule says.
    pub finding: Finding,
}

/// A place with what it says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LotPlace {
    /// Where the contract is carried out, or only where the buyer sits.
    pub basis: PlaceBasis,
    /// The place.
    pub place: Place,
}

/// A result of a lot, with the document that gives it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Award {
    /// The document.
    pub notice: NoticeId,
    /// The result.
    pub outcome: Outcome,
}

/// A contract signed for a lot, as far as the evidence is sure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LotContract {
    /// The contract.
    pub contract: ContractId,
    /// Day of notification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notified_on: Option<NaiveDate>,
    /// Its amount after all modifications, when it can be believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
}

impl From<&Contract> for LotContract {
    fn from(contract: &Contract) -> Self {
        let amount = contract.current.amount.as_ref();
        Self {
            contract: contract.id,
            notified_on: contract.current.notified_on,
            amount: amount.and_then(|amount| amount.money.clone()),
        }
    }
}

/// What a document did to a lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum LotChangeKind {
    /// Announced by a prior information notice.
    Planned,
    /// Called for competition.
    Opened,
    /// Corrected: by a note, or by a notice that replaces the former one.
    Corrected,
    /// Given up.
    Cancelled,
    /// Awarded.
    Awarded,
    /// No suitable tender.
    Unsuccessful,
    /// Its contract was modified.
    Modified,
}

impl From<OutcomeKind> for LotChangeKind {
    fn from(outcome: OutcomeKind) -> Self {
        match outcome {
            OutcomeKind::Awarded => Self::Awarded,
            OutcomeKind::Unsuccessful => Self::Unsuccessful,
            OutcomeKind::Cancelled => Self::Cancelled,
        }
    }
}

/// One field before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Name of the field in the API: `deadline`, `title`, `findings` …
    pub field: String,
    /// Its value before, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Its value after, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// One step in the history of a lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotChange {
    /// Publication day of the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<NaiveDate>,
    /// The document.
    pub notice: NoticeId,
    /// What it did.
    pub kind: LotChangeKind,
    /// The fields it changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldChange>,
    /// Its words, for corrections, cancellations and results in free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A lot as it stands, with how it came to be so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LotState {
    /// Its id, the same over all documents.
    pub id: LotId,
    /// Its procurement.
    pub procedure: ProcedureId,
    /// The document that holds now: the latest call, else the latest document that describes it.
    pub notice: NoticeId,
    /// Source of that document.
    pub source: Source,
    /// The source's identifier of that document.
    pub notice_source_id: String,
    /// Key within the procurement.
    pub key: LotKey,
    /// The source's own identifier or number.
    pub source_id: Option<String>,
    /// The number people use.
    pub number: Option<String>,
    /// How the number is known.
    pub number_basis: Option<NumberBasis>,
    /// Title; that of the procurement for an undivided one.
    pub title: Option<String>,
    /// Description; that of the procurement for an undivided one.
    pub description: Option<String>,
    /// Works, supplies or services.
    pub nature: Option<ContractNature>,
    /// CPV codes, the main one first; those of the procurement when the lot has none.
    pub cpv: Vec<Cpv>,
    /// Where: the lot's own places, else the procurement's, else departments of publication, else
    /// the buyer's address. Never mixed: the basis says which.
    pub places: Vec<LotPlace>,
    /// Estimated value, excluding tax.
    pub estimated_value: Option<EstimatedValue>,
    /// The deadline that holds now.
    pub deadline: Option<TenderDeadline>,
    /// Day of the first publication that describes it.
    pub published_on: Option<NaiveDate>,
    /// Until when it can be answered, as far as known: the deadline, else the last day of display,
    /// else 180 days after publication.
    pub open_until: Option<DateTime<Utc>>,
    /// Duration in months.
    pub duration_months: Option<u32>,
    /// How far it has come.
    pub stage: LotStage,
    /// How it ended.
    pub outcome: Option<OutcomeKind>,
    /// Publication day of the document that ended it.
    pub outcome_on: Option<NaiveDate>,
    /// Results, in publication order.
    pub awards: Vec<Award>,
    /// Contracts signed for it, in order of notification. Set by the caller, who knows the links.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contracts: Vec<LotContract>,
    /// The buyers of the document that holds.
    pub buyers: Vec<OrganisationId>,
    /// What the rules say.
    pub findings: Vec<LotFinding>,
    /// What does not fit together.
    pub contradictions: Vec<Contradiction>,
    /// Kinds of supplier that the law does not bar: bits of
    /// [`SupplierKind`](super::supplier::SupplierKind). Set by the caller, who knows the rules.
    pub open_to: i32,
    /// Digest of the words that full-text search finds it by, those of its notice included. Set by
    /// the caller, so that a lot is written again when only they change.
    pub words_digest: String,
    /// How it came to be so, oldest first.
    pub history: Vec<LotChange>,
}

impl LotState {
    /// What the lot is at an instant.
    pub fn status(&self, now: DateTime<Utc>) -> LotStatus {
        match (self.outcome, self.stage) {
            (Some(OutcomeKind::Awarded), _) => LotStatus::Awarded,
            (Some(OutcomeKind::Unsuccessful), _) => LotStatus::Unsuccessful,
            (Some(OutcomeKind::Cancelled), _) => LotStatus::Cancelled,
            (None, LotStage::Planned) => LotStatus::Planned,
            (None, LotStage::Called) if self.open_until.is_none_or(|until| now < until) => {
                LotStatus::Open
            }
            (None, LotStage::Called | LotStage::Concluded) => LotStatus::Closed,
        }
    }

    /// The last document that ended it as it ended; nothing when only a contract tells.
    pub fn ended_by(&self) -> Option<&LotChange> {
        let kind = LotChangeKind::from(self.outcome?);
        self.history.iter().rev().find(|change| change.kind == kind)
    }

    /// Adds the contracts signed for it, the first notified first. A lot whose result was never
    /// published is awarded by them.
    pub fn sign(&mut self, contracts: Vec<LotContract>) {
        if self.outcome.is_none()
            && let Some(first) = contracts.first()
        {
            self.outcome = Some(OutcomeKind::Awarded);
            self.outcome_on = first.notified_on;
        }
        self.contracts = contracts;
    }
}

/// A procurement over all its documents.
#[derive(Clone, Debug, PartialEq)]
pub struct Procedure {
    /// Its id.
    pub id: ProcedureId,
    /// BT-04, where a document gives it.
    pub folder: Option<Uuid>,
    /// Title, from the document that holds.
    pub title: Option<String>,
    /// Its documents, in publication order.
    pub notices: Vec<NoticeId>,
    /// Its lots, in the order of their keys.
    pub lots: Vec<LotState>,
}

impl FieldChange {
    /// The fields a reader cares about that differ between two states of a lot.
    pub fn between(before: &LotState, after: &LotState) -> Vec<Self> {
        let text = |text: &Option<String>| text.clone();
        let deadline = |state: &LotState| {
            state.deadline.as_ref().map(|deadline| match deadline.at {
                Some(at) => at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
                None => deadline.raw.clone(),
            })
        };
        let value = |state: &LotState| {
            let figure = state.estimated_value.as_ref().and_then(EstimatedValue::figure);
            figure.map(ToString::to_string)
        };
        let cpv = |state: &LotState| {
            let codes: Vec<&str> = state.cpv.iter().map(Cpv::as_str).collect();
            (!codes.is_empty()).then(|| codes.join(" "))
        };
        let findings = |state: &LotState| {
            let kinds: BTreeSet<&str> =
                state.findings.iter().map(|found| found.finding.kind.as_str()).collect();
            (!kinds.is_empty()).then(|| kinds.into_iter().collect::<Vec<_>>().join(" "))
        };
        let contracts = |state: &LotState| {
            let told =
                state.contracts.iter().map(|signed| match (&signed.amount, signed.notified_on) {
                    (Some(amount), Some(day)) => format!("{amount}, {day}"),
                    (Some(amount), None) => amount.to_string(),
                    (None, Some(day)) => day.to_string(),
                    (None, None) => signed.contract.to_string(),
                });
            (!state.contracts.is_empty()).then(|| told.collect::<Vec<_>>().join("; "))
        };
        let outcome =
            |state: &LotState| state.outcome.map(|outcome| format!("{outcome:?}").to_uppercase());
        [
            ("title", text(&before.title), text(&after.title)),
            ("description", text(&before.description), text(&after.description)),
            ("deadline", deadline(before), deadline(after)),
            ("estimatedValue", value(before), value(after)),
            ("cpv", cpv(before), cpv(after)),
            ("findings", findings(before), findings(after)),
            ("status", outcome(before), outcome(after)),
            ("contracts", contracts(before), contracts(after)),
        ]
        .into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| Self { field: field.to_owned(), before, after })
        .collect()
    }
}
