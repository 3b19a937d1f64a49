//! Where a document comes from.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A publisher of procurement notices. A notice is identified by its source and the source's own
/// identifier, for example `BOAMP` and `26-22597`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Source {
    /// Bulletin officiel des annonces des marchés publics (DILA).
    Boamp,
    /// Tenders Electronic Daily (Publications Office of the European Union).
    Ted,
    /// Données essentielles de la commande publique (contracts, art. R2196-1 CCP).
    Decp,
    /// APProch, purchases that buyers plan (Direction des achats de l'État).
    Approch,
    /// A buyer's own draft, given to `assess`: never stored.
    Draft,
}

impl Source {
    /// The name used in identifiers, in the database and in JSON: `BOAMP`, `TED`, `DECP`, `APPROCH`, `DRAFT`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Boamp => "BOAMP",
            Self::Ted => "TED",
            Self::Decp => "DECP",
            Self::Approch => "APPROCH",
            Self::Draft => "DRAFT",
        }
    }

    /// The formats of documents that carry it, as the store names them (`feeds::document::Format`).
    pub const fn formats(self) -> &'static [&'static str] {
        match self {
            Self::Boamp => &["BOAMP_RECORD", "BOAMP_XML"],
            Self::Ted => &["EFORMS_XML", "TED_XML"],
            Self::Decp => &["DECP_JSON", "DECP_CSV", "DECP_XML"],
            Self::Approch => &["APPROCH_PROJECT"],
            Self::Draft => &[],
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What one reading of a feed is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// What was published on one day. Each day is owed until it was read whole after its end.
    Day,
    /// Everything: a table that changes in place and knows no day of publication. What stands now
    /// is all there is to read, and no earlier day is owed.
    Table,
}

/// A feed by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedInfo {
    /// Its name on the command line and in the API.
    pub name: &'static str,
    /// The source it reads.
    pub source: Source,
    /// What is read at once.
    pub reading: Reading,
    /// What it is, in French.
    pub title: &'static str,
}

/// All feeds. A new one is a folder in `feeds`, a line here, a section of the settings with its line
/// in `FeedsConfig::all`, and a line in `app`, which builds it.
pub const FEEDS: [FeedInfo; 4] = [BOAMP, TED, DECP, APPROCH];

/// BOAMP as a feed.
pub const BOAMP: FeedInfo = FeedInfo {
    name: "boamp",
    source: Source::Boamp,
    reading: Reading::Day,
    title: "Bulletin officiel des annonces des marchés publics (DILA)",
};

/// TED as a feed.
pub const TED: FeedInfo = FeedInfo {
    name: "ted",
    source: Source::Ted,
    reading: Reading::Day,
    title: "Tenders Electronic Daily, supplément au Journal officiel de l'Union européenne",
};

/// The consolidated table of DECP as a feed.
pub const DECP: FeedInfo = FeedInfo {
    name: "decp",
    source: Source::Decp,
    reading: Reading::Day,
    title: "Données essentielles de la commande publique consolidées (data.gouv.fr)",
};

/// APProch as a feed.
pub const APPROCH: FeedInfo = FeedInfo {
    name: "approch",
    source: Source::Approch,
    reading: Reading::Table,
    title: "APProch, projets d'achats publics (data.economie.gouv.fr)",
};

/// The text is not the name of a source.
#[derive(Debug, PartialEq, Eq)]
pub struct UnknownSource(pub String);

impl fmt::Display for UnknownSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a source; use BOAMP, TED, DECP or APPROCH", self.0)
    }
}

impl std::error::Error for UnknownSource {}

impl FromStr for Source {
    type Err = UnknownSource;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Boamp, Self::Ted, Self::Decp, Self::Approch, Self::Draft]
            .into_iter()
            .find(|source| source.as_str().eq_ignore_ascii_case(text))
            .ok_or_else(|| UnknownSource(text.to_owned()))
    }
}
