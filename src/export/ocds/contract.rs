//! Contracts that are surely those of lots (`contracts`): DECP, joined by evidence.

use serde::Serialize;

use super::award::AwardJson;
use super::ids;
use super::lot::{Value, day};
use crate::domain::contract::{Contract, ContractModification};
use crate::domain::procedure::LotState;

/// A signed contract beside the award that it carries out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ContractJson<'a> {
    id: String,
    #[serde(rename = "awardID")]
    award_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_signed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    amendments: Vec<Amendment<'a>>,
}

/// A modification (*avenant*).
#[derive(Serialize)]
struct Amendment<'a> {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
}

impl<'a> ContractJson<'a> {
    /// The contract of a lot, beside its award; the contract proves one where none was published.
    pub(super) fn of(
        contract: &'a Contract,
        lot: &'a LotState,
        awards: &mut Vec<AwardJson<'a>>,
    ) -> Self {
        // The last result that gives the lot is the one that holds.
        let known = awards.iter().rev().find(|award| award.gives(lot)).map(AwardJson::id);
        let award_id = known.map_or_else(|| ids::contract(contract), str::to_owned);
        if known.is_none() {
            awards.push(AwardJson::of_contract(contract, lot));
        }
        let terms = &contract.current;
        let amount = terms.amount.as_ref().and_then(|amount| amount.money.as_ref());
        Self {
            id: ids::contract(contract),
            award_id,
            title: contract.particulars.object.as_deref(),
            status: "active",
            date_signed: terms.notified_on.map(day),
            value: amount.map(Value::of),
            amendments: contract.modifications.iter().map(Amendment::of).collect(),
        }
    }
}

impl<'a> Amendment<'a> {
    fn of(change: &'a ContractModification) -> Self {
        let on = change.terms.notified_on.or(change.terms.published_on);
        Self {
            id: change.number.to_string(),
            date: on.map(day),
            description: change.object.as_deref(),
        }
    }
}
