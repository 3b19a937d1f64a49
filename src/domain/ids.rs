//! Deterministic identifiers.
//!
//! Every identifier is a UUID v5 of what the source itself gives, so the same notice has the same
//! id on every replica, in either database, and after a rebuild from the raw documents.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::finding::FindingKind;
use super::source::Source;

/// Namespace of all identifiers made here: UUID v5 of `passerelle` in the DNS namespace.
const NAMESPACE: Uuid = Uuid::from_u128(0x6a4c_9f5e_2b0d_5d1b_9c57_11f0_34c0_0de5);

fn derive(kind: &str, parts: &[&str]) -> Uuid {
    // 0x1f (unit separator) cannot occur in a source identifier, so parts never run together.
    let mut name = String::from(kind);
    for part in parts {
        name.push('\u{1f}');
        name.push_str(part);
    }
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps an identifier read back from the store or from a request.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The bare UUID.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// Identifies one published document: source and the source's identifier.
    NoticeId
);
id!(
    /// Identifies a procurement over all its notices (BT-04 where there is one).
    ProcedureId
);
id!(
    /// Identifies a lot of a procurement, the same over call, correction and award.
    LotId
);
id!(
    /// Identifies an organisation: its SIRET where it gives a valid one, else its name and place.
    OrganisationId
);
id!(
    /// Identifies a signed contract: its buyer and the buyer's own identifier of it.
    ContractId
);

id!(
    /// Identifies a person who uses the program under a name. The only one that is drawn at random.
    MemberId
);
id!(
    /// Identifies what one person said of one kind of finding of one lot at one moment.
    CorrectionId
);

impl NoticeId {
    /// The id of the document `source_id` of `source`.
    pub fn of(source: Source, source_id: &str) -> Self {
        Self(derive("notice", &[source.as_str(), source_id]))
    }
}

impl ProcedureId {
    /// The id of the procurement with this BT-04 (`cbc:ContractFolderID`).
    pub fn of_folder(folder: Uuid) -> Self {
        Self(derive("folder", &[&folder.hyphenated().to_string()]))
    }

    /// The id of a procurement known only by its first notice.
    pub fn of_root(root: NoticeId) -> Self {
        Self(derive("root", &[&root.to_string()]))
    }
}

impl LotId {
    /// The id of the lot `key` (see [`super::lot::LotKey`]) of a procurement.
    pub fn of(procedure: ProcedureId, key: &str) -> Self {
        Self(derive("lot", &[&procedure.to_string(), key]))
    }
}

impl OrganisationId {
    /// The id of the establishment with this valid SIRET (14 digits).
    pub fn of_siret(siret: &str) -> Self {
        Self(derive("siret", &[siret]))
    }

    /// The id of an organisation that gives no valid SIRET: folded name and postal code.
    pub fn of_name(folded_name: &str, postal_code: &str) -> Self {
        Self(derive("name", &[folded_name, postal_code]))
    }

    /// The id of an organisation known by an identifier that is no valid SIRET, for example a VAT
    /// number: the kind of identifier and the identifier.
    pub fn of_identifier(scheme: &str, identifier: &str) -> Self {
        Self(derive("identifier", &[scheme, identifier]))
    }
}

impl ContractId {
    /// The id of the contract `number` of a buyer (`uid` of the consolidated DECP table: SIRET and
    /// identifier).
    pub fn of(buyer: &str, number: &str) -> Self {
        Self(derive("contract", &[buyer, number]))
    }
}

impl CorrectionId {
    /// The id of what a person says at a moment of a kind of finding of a lot.
    pub fn of(member: MemberId, lot: LotId, kind: FindingKind, made_at: DateTime<Utc>) -> Self {
        let (member, lot, at) = (member.to_string(), lot.to_string(), made_at.to_rfc3339());
        Self(derive("correction", &[&member, &lot, kind.as_str(), &at]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_stable_and_apart() {
        let notice = NoticeId::of(Source::Boamp, "26-22597");
        assert_eq!(notice, NoticeId::of(Source::Boamp, "26-22597"));
        assert_ne!(notice, NoticeId::of(Source::Ted, "26-22597"));
        // A change of this value would orphan every stored row: it is a promise, not a detail.
        assert_eq!(notice.to_string(), "7080c718-5e97-5b89-aba4-b80b1a5eb405");
        assert_ne!(
            LotId::of(ProcedureId::of_root(notice), "1"),
            LotId::of(ProcedureId::of_root(notice), "11"),
        );
    }
}
