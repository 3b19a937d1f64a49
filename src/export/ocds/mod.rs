//! OCDS 1.1: what notices published of a procurement, as releases, and what stands now, as records.
//!
//! A **release** is a notice: the lots it changed, each as it stood after that notice, and what the
//! notice itself says of the whole. A **record** is a procurement: its releases by their addresses,
//! and the compiled release, which is the state that the API shows. Merging the releases by the
//! rules of OCDS gives the compiled release, as far as nothing was taken back (`docs/EXPORT.md`).
//!
//! Everything is computed from the documents and the lots: no clock, so the same data give the same
//! bytes on every machine, up to `publishedDate` of the package.

mod award;
mod contract;
mod document;
mod ids;
mod lot;
mod package;
mod party;
mod release;
mod social;
mod tender;

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use crate::domain::contract::Contract;
use crate::domain::ids::{ContractId, NoticeId, ProcedureId};
use crate::domain::procedure::{AssessedNotice, LotState};

pub use ids::{ocid, parse_ocid};
pub use package::{OcdsWriter, Unit};

/// Who publishes, and where.
#[derive(Clone, Debug)]
pub struct Publication {
    /// Prefix of every OCID, which the Open Contracting Partnership gives to a publisher.
    pub ocid_prefix: String,
    /// Name of the publisher.
    pub publisher: String,
    /// Address of the licence of the data.
    pub license: String,
    /// Address under which others reach this server.
    pub public_url: Url,
}

impl Publication {
    /// An address on this server.
    pub fn address(&self, path: &str) -> String {
        let base = self.public_url.as_str().trim_end_matches('/');
        format!("{base}/{path}")
    }
}

/// A procurement with everything known of it.
#[derive(Clone, Debug)]
pub struct Procurement {
    /// Its id.
    pub id: ProcedureId,
    /// Its documents, in any order.
    pub documents: Vec<AssessedNotice>,
    /// Those of its documents that are another one in another source: they are told once.
    pub repeats: BTreeSet<NoticeId>,
    /// Its lots as they stand now.
    pub lots: Vec<LotState>,
    /// The contracts that are surely those of its lots.
    pub contracts: BTreeMap<ContractId, Contract>,
}

/// The extension of OCDS that holds our findings: what it is.
pub const EXTENSION: &str = include_str!("extension/extension.json");

/// The extension of OCDS that holds our findings: its fields.
pub const EXTENSION_SCHEMA: &str = include_str!("extension/release-schema.json");

/// Extensions of the standard that the releases use, in the versions they were written by.
const EXTENSIONS: [&str; 4] = [
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_lots_extension/v1.1.5/extension.json",
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_location_extension/v1.1.5/extension.json",
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_otherRequirements_extension/master/extension.json",
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_sustainability_extension/master/extension.json",
];
