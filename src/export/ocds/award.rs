//! Results of lots (`awards`).

use std::collections::BTreeMap;

use serde::Serialize;

use super::ids::{self, Releases};
use super::lot::{Value, day};
use super::party::Reference;
use crate::domain::award::OutcomeKind;
use crate::domain::contract::Contract;
use crate::domain::ids::NoticeId;
use crate::domain::procedure::LotState;

/// What one notice says became of one lot, or of several at once.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AwardJson<'a> {
    id: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppliers: Vec<Reference>,
    related_lots: Vec<&'a str>,
}

impl<'a> AwardJson<'a> {
    /// The award that a contract proves where no result was published.
    pub(super) fn of_contract(contract: &'a Contract, lot: &'a LotState) -> Self {
        let terms = &contract.current;
        let amount = terms.amount.as_ref().and_then(|amount| amount.money.as_ref());
        Self {
            id: ids::contract(contract),
            status: "active",
            description: None,
            date: terms.notified_on.map(day),
            value: amount.map(Value::of),
            suppliers: terms.holders.iter().map(Reference::of_holder).collect(),
            related_lots: vec![ids::lot(&lot.key)],
        }
    }

    /// Its identifier.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Whether it gives a lot to somebody.
    pub(super) fn gives(&self, lot: &LotState) -> bool {
        self.status == "active" && self.related_lots.contains(&ids::lot(&lot.key))
    }
}

/// The results of lots, those of some notices only. A lot that was given up has none: its status
/// says so.
pub(super) fn awards<'a>(
    lots: impl IntoIterator<Item = &'a LotState>,
    releases: &Releases,
    is_wanted: impl Fn(NoticeId) -> bool,
) -> Vec<AwardJson<'a>> {
    let mut awards: BTreeMap<String, AwardJson<'a>> = BTreeMap::new();
    for lot in lots {
        for (at, award) in lot.awards.iter().enumerate() {
            let outcome = &award.outcome;
            let status = match outcome.kind {
                OutcomeKind::Awarded => "active",
                OutcomeKind::Unsuccessful => "unsuccessful",
                OutcomeKind::Cancelled => continue,
            };
            if !is_wanted(award.notice) {
                continue;
            }
            let alike = lot.awards[..at]
                .iter()
                .filter(|other| other.notice == award.notice && other.outcome.lot == outcome.lot);
            let id = ids::award(releases.of(award.notice), &outcome.lot, alike.count());
            // A result that is given for all lots at once is one award, with its amount once.
            let json = awards.entry(id).or_insert_with_key(|id| AwardJson {
                id: id.clone(),
                status,
                description: outcome.text.as_deref(),
                date: outcome.decided_on.map(day),
                value: outcome.amount.as_ref().map(Value::of),
                suppliers: outcome.suppliers.iter().map(Reference::of).collect(),
                related_lots: Vec::new(),
            });
            json.related_lots.push(ids::lot(&lot.key));
        }
    }
    awards.into_values().collect()
}
