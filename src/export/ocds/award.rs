//! Results of lots (`awards`). A signed contract that is linked to a lot belongs beside the award it
//! carries out: it would be mapped here, with the award's `id` as its `awardID`, and listed in
//! [`super::release::Release`] after the awards.

use std::collections::BTreeMap;

use serde::Serialize;

use super::ids::{self, Releases};
use super::lot::{Value, day};
use super::party::Reference;
use crate::domain::award::OutcomeKind;
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
