//! Documents as received, and what decoding one yields.

use std::fmt;

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use crate::domain::contract::ContractRecord;
use crate::domain::issue::{DecodeIssue, IssueKind};
use crate::domain::notice::Notice;

/// The shape of a document, recognised by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// One record of the BOAMP API (JSON).
    BoampRecord,
    /// One notice of the DILA flux, or an older BOAMP file (XML).
    BoampXml,
    /// A native eForms notice (XML).
    EformsXml,
    /// An older notice of TED (XML R2.0.9).
    TedXml,
    /// A contract of DECP in JSON: a row of a table, or a market of an official file.
    DecpJson,
    /// A row of a table of DECP in CSV, below its headings.
    DecpCsv,
    /// A market or concession of an official file of DECP (XML).
    DecpXml,
    /// A planned purchase of APProch (JSON).
    ApprochProject,
    /// None of the known shapes; kept so that a later decoder can try.
    Unknown,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 9] = [
        Self::BoampRecord,
        Self::BoampXml,
        Self::EformsXml,
        Self::TedXml,
        Self::DecpJson,
        Self::DecpCsv,
        Self::DecpXml,
        Self::ApprochProject,
        Self::Unknown,
    ];

    /// Whether such documents hold contracts instead of notices.
    pub const fn holds_contract(self) -> bool {
        matches!(self, Self::DecpJson | Self::DecpCsv | Self::DecpXml)
    }

    /// The name used in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BoampRecord => "BOAMP_RECORD",
            Self::BoampXml => "BOAMP_XML",
            Self::EformsXml => "EFORMS_XML",
            Self::TedXml => "TED_XML",
            Self::DecpJson => "DECP_JSON",
            Self::DecpCsv => "DECP_CSV",
            Self::DecpXml => "DECP_XML",
            Self::ApprochProject => "APPROCH_PROJECT",
            Self::Unknown => "UNKNOWN",
        }
    }

    /// Reads a name back from the store.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == text)
    }
}

/// SHA-256 of a document's bytes: its name in the store.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Lower-case hexadecimal.
    pub fn to_hex(self) -> String {
        use fmt::Write as _;
        self.0.iter().fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

/// Bytes as received, with when and from where.
#[derive(Clone, Debug)]
pub struct RawDocument {
    /// Their shape.
    pub format: Format,
    /// The bytes, exactly.
    pub bytes: Vec<u8>,
    /// When they were received.
    pub received_at: DateTime<Utc>,
    /// Address or path they came from, for messages.
    pub origin: String,
}

impl RawDocument {
    /// The digest of the bytes.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.bytes)
    }
}

/// What decoding a document yields: a notice unless the document has no identity, and every
/// defect met. A bad lot never loses its notice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decoded {
    /// The notice.
    pub notice: Option<Notice>,
    /// The defects.
    pub issues: Vec<DecodeIssue>,
}

impl Decoded {
    /// A document that yields no notice.
    pub fn failed(kind: IssueKind, message: impl Into<String>) -> Self {
        Self { notice: None, issues: vec![DecodeIssue::new(kind, "", message)] }
    }
}

/// What decoding a document of contracts yields: what it says of one, and every defect met.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DecodedContract {
    /// What it says; nothing when it does not say whose contract it is, and which.
    pub record: Option<ContractRecord>,
    /// The defects.
    pub issues: Vec<DecodeIssue>,
}

impl DecodedContract {
    /// A document that says nothing of a contract.
    pub fn failed(kind: IssueKind, message: impl Into<String>) -> Self {
        Self { record: None, issues: vec![DecodeIssue::new(kind, "", message)] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::source::Source;

    #[test]
    fn every_format_carries_one_source() {
        let sources = [Source::Boamp, Source::Ted, Source::Decp, Source::Approch, Source::Draft];
        for format in Format::ALL {
            let carries = |source: &&Source| source.formats().contains(&format.as_str());
            let count = sources.iter().filter(carries).count();
            assert_eq!(count, usize::from(format != Format::Unknown), "{}", format.as_str());
        }
    }
}
