//! What the law asks of a procurement, whether it is met, and what an officer tells of it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::cpv::Cpv;
use super::notice::ContractNature;

/// Who buys, as the thresholds of the law tell buyers apart (art. L1211-1 and L1212-1 CCP).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BuyerKind {
    /// The State and those who buy under its thresholds (*autorités publiques centrales*).
    State,
    /// Another *pouvoir adjudicateur*: local authorities, hospitals, bodies governed by public law.
    OtherAuthority,
    /// A *pouvoir adjudicateur*, the State or another.
    Authority,
    /// A *pouvoir adjudicateur* that buys as an *entité adjudicatrice* (networks: water, energy,
    /// transport, post).
    AuthorityAsEntity,
    /// An *entité adjudicatrice*, of whatever nature.
    Entity,
}

impl BuyerKind {
    /// All kinds.
    pub const ALL: [Self; 5] =
        [Self::State, Self::OtherAuthority, Self::Authority, Self::AuthorityAsEntity, Self::Entity];

    /// The name used in GraphQL and on the command line, for example `OTHER_AUTHORITY`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::State => "STATE",
            Self::OtherAuthority => "OTHER_AUTHORITY",
            Self::Authority => "AUTHORITY",
            Self::AuthorityAsEntity => "AUTHORITY_AS_ENTITY",
            Self::Entity => "ENTITY",
        }
    }

    /// Reads a name back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether it is a *pouvoir adjudicateur*; nothing where its kind does not tell.
    pub const fn is_authority(self) -> Option<bool> {
        match self {
            Self::Entity => None,
            _ => Some(true),
        }
    }

    /// Whether it buys as an *entité adjudicatrice*.
    pub const fn is_entity(self) -> bool {
        matches!(self, Self::AuthorityAsEntity | Self::Entity)
    }
}

/// What an officer tells of a procurement beside its text. What is not told is read in the notice,
/// or unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Estimated value of the whole procurement in euro cents, excluding tax.
    pub estimated_value: Option<i64>,
    /// Who buys.
    pub buyer: Option<BuyerKind>,
    /// Works, supplies or services.
    pub nature: Option<ContractNature>,
    /// Day on which the notice is sent or, without one, the consultation begins.
    pub consultation_start: Option<NaiveDate>,
    /// Duration in months, renewals included.
    pub duration_months: Option<u32>,
    /// CPV codes; none when they are not told.
    pub cpv: Vec<Cpv>,
    /// Whether it is divided into lots.
    pub is_divided: Option<bool>,
    /// What the buyer spends in a year on its markets, in euro cents excluding tax.
    pub yearly_spend: Option<i64>,
    /// Whether it is a market or a concession of defence or security (art. L1113-1 CCP).
    pub is_defence: Option<bool>,
}

/// How a case stands before a rule of law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ComplianceVerdict {
    /// The law does not ask it here.
    DoesNotApply,
    /// Asked, and read in the text.
    Met,
    /// Asked, and the text is without it or against it.
    NotMet,
    /// Asked; whether it is met depends on a written reason or on a document that is not seen here.
    ToCheck,
    /// It cannot be told: see what is missing.
    Unknown,
}

/// What one rule of law says of a case. Sentences are French, for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComplianceAnswer {
    /// Identifier of the rule in the rule book.
    pub rule: String,
    /// The article of the Code de la commande publique, for example `L2112-2-1`.
    pub article: String,
    /// How the case stands.
    pub verdict: ComplianceVerdict,
    /// Why, in one or two sentences.
    pub reason: String,
    /// What was used, with its values.
    pub known: Vec<String>,
    /// What would settle it.
    pub missing: Vec<String>,
    /// What to write or to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}
