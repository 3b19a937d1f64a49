//! A lot (`tender.lots`) and what is bought in it (`tender.items`).

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use chrono_tz::Europe::Paris;
use serde::Serialize;

use super::ids::{self, Releases};
use super::party::AddressJson;
use super::social::{
    FindingJson, OtherRequirements, Sustainability, eligible_suppliers, findings,
    other_requirements, sustainability,
};
use crate::domain::award::OutcomeKind;
use crate::domain::codes::cpv_label;
use crate::domain::cpv::Cpv;
use crate::domain::deadline::{
    DeadlineCertainty, DeadlineDoubt, TenderDeadline, start_of_day_in_paris,
};
use crate::domain::finding::Contradiction;
use crate::domain::money::{EstimatedValue, Money};
use crate::domain::notice::ContractNature;
use crate::domain::place::PlaceBasis;
use crate::domain::procedure::{LotStage, LotState};
use crate::domain::supplier::SupplierKind;

/// A lot of the extension *lots*, with ours.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LotJson<'a> {
    id: &'a str,
    identifiers: [SimpleIdentifier; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    status: TenderStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    main_procurement_category: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_value: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tender_period: Option<EndOfPeriod>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contract_period: Option<Duration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    other_requirements: Option<OtherRequirements>,
    #[serde(skip_serializing_if = "Option::is_none")]
    has_sustainability: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sustainability: Vec<Sustainability>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<FindingJson<'a>>,
    #[serde(skip_serializing_if = "<[Contradiction]>::is_empty")]
    contradictions: &'a [Contradiction],
    eligible_suppliers: Vec<SupplierKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deadline_certainty: Option<DeadlineJson<'a>>,
}

/// An identifier of the lot in another system.
#[derive(Serialize)]
struct SimpleIdentifier {
    scheme: &'static str,
    id: String,
}

/// How sure the end of the tender period is: our own extension.
#[derive(Serialize)]
struct DeadlineJson<'a> {
    certainty: DeadlineCertainty,
    #[serde(skip_serializing_if = "<[DeadlineDoubt]>::is_empty")]
    doubts: &'a [DeadlineDoubt],
    published: &'a str,
}

/// What a lot or a whole tender is (`tenderStatus`). The standard does not ask whether the deadline
/// has passed: a lot is active until its result is known.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum TenderStatus {
    /// Announced.
    Planned,
    /// Called, without a result.
    Active,
    /// Given up.
    Cancelled,
    /// Ended without a winner.
    Unsuccessful,
    /// A winner is known, or the result alone.
    Complete,
}

impl TenderStatus {
    pub(super) fn of(lot: &LotState) -> Self {
        match (lot.outcome, lot.stage) {
            (Some(OutcomeKind::Awarded), _) | (None, LotStage::Concluded) => Self::Complete,
            (Some(OutcomeKind::Unsuccessful), _) => Self::Unsuccessful,
            (Some(OutcomeKind::Cancelled), _) => Self::Cancelled,
            (None, LotStage::Planned) => Self::Planned,
            (None, LotStage::Called) => Self::Active,
        }
    }
}

/// An amount of money.
#[derive(Serialize)]
pub(super) struct Value {
    amount: f64,
    currency: String,
}

impl Value {
    pub(super) fn of(money: &Money) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "cents of believed amounts fit in 53 bits")]
        Self { amount: money.cents as f64 / 100.0, currency: money.currency.clone() }
    }

    /// The value of an estimate, and its lower bound where it is a range.
    pub(super) fn of_estimate(value: Option<&EstimatedValue>) -> (Option<Self>, Option<Self>) {
        let Some(value) = value else { return (None, None) };
        let whole = value.amount.as_ref().or(value.high.as_ref());
        (whole.map(Self::of), value.low.as_ref().map(Self::of))
    }
}

/// A period of which the end is known.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EndOfPeriod {
    end_date: String,
}

impl EndOfPeriod {
    pub(super) fn of(deadline: Option<&TenderDeadline>) -> Option<Self> {
        deadline?.at.map(|at| Self { end_date: instant(at) })
    }
}

/// A period of which the length is known.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Duration {
    duration_in_days: u32,
}

/// An instant by the clocks of Paris, so that its day is the one that people read.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.with_timezone(&Paris).to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The first instant of a day in Paris.
pub(super) fn day(day: NaiveDate) -> String {
    instant(start_of_day_in_paris(day))
}

/// Works, goods or services.
pub(super) fn category(nature: ContractNature) -> &'static str {
    match nature {
        ContractNature::Works => "works",
        ContractNature::Supplies => "goods",
        ContractNature::Services => "services",
    }
}

/// Days in a month, where only months are known.
const DAYS_IN_MONTH: u32 = 30;

impl<'a> LotJson<'a> {
    pub(super) fn of(lot: &'a LotState, releases: &'a Releases) -> Self {
        let (value, min_value) = Value::of_estimate(lot.estimated_value.as_ref());
        let sustainability = sustainability(lot);
        Self {
            id: ids::lot(&lot.key),
            identifiers: [SimpleIdentifier { scheme: "PASSERELLE-LOT", id: lot.id.to_string() }],
            title: lot.title.as_deref(),
            description: lot.description.as_deref(),
            status: TenderStatus::of(lot),
            main_procurement_category: lot.nature.map(category),
            value,
            min_value,
            tender_period: EndOfPeriod::of(lot.deadline.as_ref()),
            contract_period: lot
                .duration_months
                .and_then(|months| months.checked_mul(DAYS_IN_MONTH))
                .map(|duration_in_days| Duration { duration_in_days }),
            other_requirements: other_requirements(lot),
            has_sustainability: (!sustainability.is_empty()).then_some(true),
            sustainability,
            findings: findings(lot, releases),
            contradictions: &lot.contradictions,
            eligible_suppliers: eligible_suppliers(lot),
            deadline_certainty: lot.deadline.as_ref().map(|deadline| DeadlineJson {
                certainty: deadline.certainty,
                doubts: &deadline.doubts,
                published: &deadline.raw,
            }),
        }
    }
}

/// What is bought in a lot: one item, which is the lot itself.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Item<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    classification: Option<Classification<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    additional_classifications: Vec<Classification<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    delivery_addresses: Vec<AddressJson>,
    related_lot: &'a str,
}

/// A CPV code.
#[derive(Serialize)]
struct Classification<'a> {
    scheme: &'static str,
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'static str>,
}

impl<'a> Item<'a> {
    pub(super) fn of(lot: &'a LotState) -> Self {
        let code = |cpv: &'a Cpv| Classification {
            scheme: "CPV",
            id: cpv.as_str(),
            description: cpv_label(cpv.as_str()),
        };
        let mut codes = lot.cpv.iter().map(code);
        // Where the buyer sits, or where the notice was displayed, is not where it is carried out.
        let carried_out = lot
            .places
            .iter()
            .filter(|place| matches!(place.basis, PlaceBasis::Lot | PlaceBasis::Procedure));
        Self {
            id: ids::lot(&lot.key),
            description: lot.title.as_deref(),
            classification: codes.next(),
            additional_classifications: codes.collect(),
            delivery_addresses: carried_out
                .filter_map(|located| AddressJson::of(&located.place))
                .collect(),
            related_lot: ids::lot(&lot.key),
        }
    }
}
