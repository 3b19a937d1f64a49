//! Global ids: the kind of thing and its UUID, for example `lot_7080c7185e975b89aba4b80b1a5eb405`.

use async_graphql::{Error, ID};
use uuid::Uuid;

use super::error::{Code, user};
use crate::domain::ids::{ContractId, LotId, NoticeId, OrganisationId, ProcedureId};

/// Things that have a global id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeId {
    /// A lot.
    Lot(LotId),
    /// A notice.
    Notice(NoticeId),
    /// A procurement.
    Procedure(ProcedureId),
    /// An organisation.
    Organisation(OrganisationId),
    /// A contract.
    Contract(ContractId),
}

impl NodeId {
    /// The id as the API writes it.
    pub fn to_id(self) -> ID {
        let (kind, uuid) = match self {
            Self::Lot(id) => ("lot", id.uuid()),
            Self::Notice(id) => ("notice", id.uuid()),
            Self::Procedure(id) => ("procedure", id.uuid()),
            Self::Organisation(id) => ("organisation", id.uuid()),
            Self::Contract(id) => ("contract", id.uuid()),
        };
        ID(format!("{kind}_{}", uuid.simple()))
    }

    /// Reads an id.
    ///
    /// # Errors
    /// When it is not an id of this API.
    pub fn parse(id: &str) -> Result<Self, Error> {
        let parsed = id.split_once('_').and_then(|(kind, uuid)| {
            let uuid = Uuid::try_parse(uuid).ok()?;
            match kind {
                "lot" => Some(Self::Lot(LotId::from_uuid(uuid))),
                "notice" => Some(Self::Notice(NoticeId::from_uuid(uuid))),
                "procedure" => Some(Self::Procedure(ProcedureId::from_uuid(uuid))),
                "organisation" => Some(Self::Organisation(OrganisationId::from_uuid(uuid))),
                "contract" => Some(Self::Contract(ContractId::from_uuid(uuid))),
                _ => None,
            }
        });
        parsed.ok_or_else(|| {
            let shown: String = id.chars().take(60).collect();
            user(Code::BadId, format!("`{shown}` is not an id of this API; use the `id` field of a lot, notice, procedure, organisation or contract"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_back_as_they_went() {
        let id = NodeId::Lot(LotId::from_uuid(Uuid::from_u128(7)));
        assert_eq!(NodeId::parse(&id.to_id()).expect("an id"), id);
        for wrong in ["", "lot", "lot_", "lot_zz", "thing_00000000000000000000000000000007", "é_1"]
        {
            assert!(NodeId::parse(&ID(wrong.into())).is_err(), "{wrong}");
        }
    }
}
