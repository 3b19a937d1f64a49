//! What became of a lot: awarded, given up, or without a suitable tender.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::lot::LotKey;
use super::money::Money;
use super::organisation::Party;

/// How a lot ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum OutcomeKind {
    /// A winner was chosen (BT-142 `selec-w`).
    Awarded,
    /// No suitable tender (*infructueux*; BT-142 `clos-nw`).
    Unsuccessful,
    /// Given up by the buyer (*sans suite*, *annulation*).
    Cancelled,
}

/// The result of a lot as one notice gives it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The lot; the empty key means every lot of the procurement.
    pub lot: LotKey,
    /// How it ended.
    pub kind: OutcomeKind,
    /// Winners (*titulaires*), a group one by one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suppliers: Vec<Party>,
    /// Value of the award (BT-720), excluding tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// Day of the decision (BT-1451); placeholder dates of platforms are dropped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_on: Option<NaiveDate>,
    /// Tenders received (BT-759).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenders_received: Option<u32>,
    /// The reason, or the free text the result was read from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Outcome {
    /// A result with its kind only.
    pub fn new(lot: LotKey, kind: OutcomeKind) -> Self {
        Self {
            lot,
            kind,
            suppliers: Vec::new(),
            amount: None,
            decided_on: None,
            tenders_received: None,
            text: None,
        }
    }
}
