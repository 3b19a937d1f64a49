//! People who use the program under their name, and the keys they come with.

use chrono::{DateTime, Utc};

use super::ids::MemberId;
use super::siret::Siret;

/// What a person does in the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MemberRole {
    /// Buys: an officer of a public buyer.
    Officer,
    /// Answers: a member of a company of the social and solidarity economy, or of any other.
    Company,
    /// Helps both: a *facilitateur* of a clause desk.
    Facilitator,
}

impl MemberRole {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::Officer, Self::Company, Self::Facilitator];

    /// The name used in the store and in GraphQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Officer => "OFFICER",
            Self::Company => "COMPANY",
            Self::Facilitator => "FACILITATOR",
        }
    }

    /// Reads a name back, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str().eq_ignore_ascii_case(text))
    }
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Identifier.
    pub id: MemberId,
    /// Name of the person: for those who run the program, never in public answers.
    pub name: String,
    /// What the person does.
    pub role: MemberRole,
    /// Name of the organisation.
    pub organisation: String,
    /// SIRET of the organisation.
    pub siret: Option<Siret>,
    /// When the person was entered.
    pub created_at: DateTime<Utc>,
}
