//! Which documents speak of one purchase, where no identifier says so.
//!
//! BT-04, BT-701 and the links that notices carry join notices for certain
//! ([`group`](super::procedure::group)). They often lack: an award names no call, the same notice
//! stands in BOAMP and in the old TED without a common number, and no essential data (DECP) name a
//! notice at all (0 of 600 BOAMP identifiers are found there). Here such documents are compared:
//! each thing that agrees or disagrees is a [`Signal`] with points, and their sum is a score out
//! of 100. Wrong links are worse than missing ones: what must not differ forbids the link, two
//! answers that are nearly as good make both doubtful, and only a score of [`SURE`] joins.
//!
//! All of it is a pure function of the documents of one buyer, so links come and go with the
//! evidence and do not depend on the order of arrival.

pub mod contracts;
pub mod notices;
pub mod score;
#[cfg(test)]
mod tests;
mod words;

use serde::{Deserialize, Serialize};

use super::finding::Confidence;
use super::ids::{ContractId, LotId, NoticeId, ProcedureId};
use super::organisation::Party;
use super::place::Department;
use super::siret;
use super::text::fold_key;
use score::Signals;
pub use score::{Signal, SignalKind};

/// A score from which a link joins: three strong signals, none against.
pub const SURE: u8 = 80;
/// A score from which a link is worth a person's look.
pub const DOUBTFUL: u8 = 55;

/// The confidence of a score; nothing below what is worth a look.
pub fn confidence(score: u8) -> Option<Confidence> {
    match score {
        SURE.. => Some(Confidence::High),
        DOUBTFUL.. => Some(Confidence::Medium),
        _ => None,
    }
}

/// How two notices belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum LinkKind {
    /// The same notice in another source: it tells nothing new.
    Repeats,
    /// Award, cancellation, correction or modification of a call.
    Continues,
    /// A planned purchase that the call carries out. One plan may become several procurements, so
    /// this never joins.
    Announces,
}

impl LinkKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Repeats, Self::Continues, Self::Announces];

    /// The name used in the store and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Repeats => "REPEATS",
            Self::Continues => "CONTINUES",
            Self::Announces => "ANNOUNCES",
        }
    }

    /// Reads a name back from the store.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether notices so linked are one procurement, when the link is sure.
    pub const fn joins(self) -> bool {
        matches!(self, Self::Repeats | Self::Continues)
    }
}

/// Two notices that seem to belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedNotice {
    /// The notice that says less or comes later; of an announcement, the planned purchase.
    pub from: NoticeId,
    /// The call.
    pub to: NoticeId,
    /// How they belong together.
    pub kind: LinkKind,
    /// 0 to 100.
    pub score: u8,
    /// What speaks for it and against it.
    pub signals: Vec<Signal>,
}

impl LinkedNotice {
    /// Whether both are one procurement.
    pub fn joins(&self) -> bool {
        self.kind.joins() && self.score >= SURE
    }

    fn doubt(&mut self, detail: String) {
        let mut signals = Signals(std::mem::take(&mut self.signals));
        signals.doubt(SignalKind::Ambiguous, detail);
        self.score = signals.score();
        self.signals = signals.0;
    }
}

/// A contract and the procurement, where possible the lot, that it was signed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedContract {
    /// The contract.
    pub contract: ContractId,
    /// The procurement.
    pub procedure: ProcedureId,
    /// The lot; nothing when several lots of the procurement fit as well.
    pub lot: Option<LotId>,
    /// 0 to 100.
    pub score: u8,
    /// What speaks for it and against it.
    pub signals: Vec<Signal>,
}

/// Who buys, as far as documents are compared: those of one key only. The SIREN of the legal
/// entity where the notice gives a valid SIRET or SIREN, else name and department, because a MAPA notice of
/// BOAMP has no identifier.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BuyerKey(String);

impl BuyerKey {
    /// The key of a legal entity.
    pub fn of_siren(siren: &str) -> Self {
        Self(format!("siren:{siren}"))
    }

    /// The key of a name in a department; of a name alone where no department is known.
    pub fn of_name(folded_name: &str, department: Option<&str>) -> Self {
        Self(format!("name:{}:{folded_name}", department.unwrap_or("")))
    }

    /// The keys of a buyer as a notice names it. One without SIRET is stored by its name, though it
    /// may give its SIREN: other notices tell which of the two it is found by.
    pub fn of(buyer: &Party) -> impl Iterator<Item = Self> {
        let identifier = buyer.raw_identifier.as_deref();
        let siren = buyer.siret.as_ref().map(|siret| siret.siren().to_owned());
        let siren = siren.or_else(|| siret::siren(identifier?)).map(|siren| Self::of_siren(&siren));
        let department = buyer.place.department.as_ref().map(Department::as_str);
        let name = || Self::of_name(&fold_key(&buyer.name), department);
        siren.into_iter().chain(buyer.siret.is_none().then(name))
    }

    /// Wraps a key read back from the store.
    pub const fn from_stored(key: String) -> Self {
        Self(key)
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The SIREN, when it is known.
    pub fn siren(&self) -> Option<&str> {
        self.0.strip_prefix("siren:")
    }

    /// Department and folded name, when no SIREN is known.
    pub fn name(&self) -> Option<(&str, &str)> {
        self.0.strip_prefix("name:")?.split_once(':')
    }
}
