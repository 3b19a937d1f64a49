//! Identifiers of OCDS. Each is made of what the source itself gives, so it is the same in every
//! release, on every replica and after a rebuild.

use std::collections::HashMap;

use uuid::Uuid;

use crate::domain::contract::{Contract, ContractParty};
use crate::domain::ids::{NoticeId, ProcedureId};
use crate::domain::lot::LotKey;
use crate::domain::notice::Notice;
use crate::domain::organisation::Party;

/// The identifier of a procurement over all its releases.
pub fn ocid(prefix: &str, procedure: ProcedureId) -> String {
    format!("{prefix}-{procedure}")
}

/// The procurement that an OCID names, whatever its prefix.
pub fn parse_ocid(text: &str) -> Option<ProcedureId> {
    const UUID_LENGTH: usize = 36;
    let (prefix, id) = text.split_at_checked(text.len().checked_sub(UUID_LENGTH)?)?;
    let id = Uuid::try_parse(id).ok().filter(|_| prefix.ends_with('-'))?;
    Some(ProcedureId::from_uuid(id))
}

/// The identifier of a release: source and the source's identifier of the notice.
pub(super) fn release(notice: &Notice) -> String {
    // `#` would end the address that the release is linked by.
    format!("{}-{}", notice.source, notice.source_id).replace('#', "_")
}

/// The identifier of a lot within its procurement; that of eForms for an undivided one where the
/// source has none.
pub(super) fn lot(key: &LotKey) -> &str {
    if key.is_whole() { "LOT-0000" } else { key.as_str() }
}

/// The identifier of an organisation within its procurement.
pub(super) fn party(party: &Party) -> String {
    match &party.siret {
        Some(siret) => format!("FR-SIRET-{siret}"),
        None => party.organisation_id().to_string(),
    }
}

/// The identifier of an award: the release that gives it, the lot it is given for, and its place
/// among the results for that lot.
pub(super) fn award(release: &str, lot: &LotKey, position: usize) -> String {
    format!("{release}-{}-{position}", self::lot(lot))
}

/// The identifier of a holder of a contract.
pub(super) fn holder(party: &ContractParty) -> String {
    match &party.siret {
        Some(siret) => format!("FR-SIRET-{siret}"),
        None => party.organisation_id().to_string(),
    }
}

/// The identifier of a contract: that of the source; DECP calls it `uid`.
pub(super) fn contract(contract: &Contract) -> String {
    format!("DECP-{}", contract.uid()).replace('#', "_")
}

/// The releases of a procurement by their notices.
pub(super) struct Releases(HashMap<NoticeId, String>);

impl Releases {
    pub(super) fn new<'n>(notices: impl IntoIterator<Item = &'n Notice>) -> Self {
        Self(notices.into_iter().map(|notice| (notice.id(), release(notice))).collect())
    }

    /// The identifier of the release of a notice, which is one of the procurement.
    pub(super) fn of(&self, notice: NoticeId) -> &str {
        self.0.get(&notice).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ocid_is_read_back() {
        let id = ProcedureId::of_folder(Uuid::nil());
        for prefix in ["ocds-unregistered", "ocds-abc123"] {
            assert_eq!(parse_ocid(&ocid(prefix, id)), Some(id));
        }
        for text in ["", "ocds-abc123", "é", &id.to_string(), &format!("x{id}")] {
            assert_eq!(parse_ocid(text), None, "{text}");
        }
    }
}
