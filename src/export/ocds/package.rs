//! Packages, and lines without one.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use super::release::{Process, sort};
use super::{EXTENSIONS, Procurement, Publication};
use crate::export::FileError;

/// What a file is a list of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// What one notice published.
    Release,
    /// What is known of one procurement.
    Record,
}

/// A list of releases or records in the making.
pub struct OcdsWriter {
    publication: Publication,
    unit: Unit,
    list: List,
}

impl OcdsWriter {
    /// Begins a package, which can be had at `uri`.
    pub(crate) fn package(
        publication: Publication,
        unit: Unit,
        uri: &str,
        now: DateTime<Utc>,
    ) -> Self {
        let head = Some(head(&publication, unit, uri, now));
        Self { publication, unit, list: List { head, has_begun: false } }
    }

    /// Begins a list of one item a line.
    pub(crate) fn lines(publication: Publication, unit: Unit) -> Self {
        Self { publication, unit, list: List { head: None, has_begun: false } }
    }

    /// Takes procurements.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&mut self, procurements: Vec<Procurement>) -> Result<Vec<u8>, FileError> {
        let Self { publication, unit, list } = self;
        let mut bytes = Vec::new();
        for mut procurement in procurements {
            sort(&mut procurement);
            let process = Process::new(publication, &procurement);
            match unit {
                Unit::Release => process.each_release(|release| list.add(&mut bytes, release))?,
                Unit::Record => list.add(&mut bytes, &process.record())?,
            }
        }
        Ok(bytes)
    }

    /// The last bytes.
    pub fn finish(self) -> Vec<u8> {
        let Some(head) = self.list.head else { return Vec::new() };
        let begin = if self.list.has_begun { "" } else { &head };
        format!("{begin}\n]}}\n").into_bytes()
    }
}

/// Items between commas after the head of a package, or each on its line.
struct List {
    head: Option<String>,
    has_begun: bool,
}

impl List {
    fn add(&mut self, bytes: &mut Vec<u8>, item: &impl Serialize) -> Result<(), FileError> {
        let has_begun = std::mem::replace(&mut self.has_begun, true);
        match &self.head {
            Some(head) if !has_begun => bytes.extend(head.as_bytes()),
            Some(_) => bytes.extend(b",\n"),
            None => {}
        }
        serde_json::to_writer(&mut *bytes, item)?;
        if self.head.is_none() {
            bytes.push(b'\n');
        }
        Ok(())
    }
}

/// What a package says of itself.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Package<'a> {
    uri: &'a str,
    version: &'static str,
    published_date: String,
    publisher: Publisher<'a>,
    license: &'a str,
    extensions: Vec<String>,
}

/// Who publishes.
#[derive(Serialize)]
struct Publisher<'a> {
    name: &'a str,
}

/// A package up to its first item.
fn head(publication: &Publication, unit: Unit, uri: &str, now: DateTime<Utc>) -> String {
    let mut extensions: Vec<String> = EXTENSIONS.map(str::to_owned).to_vec();
    extensions.push(publication.address("ocds/extension.json"));
    let package = Package {
        uri,
        version: "1.1",
        published_date: now.to_rfc3339_opts(SecondsFormat::Secs, true),
        publisher: Publisher { name: &publication.publisher },
        license: &publication.license,
        extensions,
    };
    let package = serde_json::to_string(&package).unwrap_or_default();
    let name = match unit {
        Unit::Release => "releases",
        Unit::Record => "records",
    };
    format!("{},\"{name}\":[\n", package.strip_suffix('}').unwrap_or_default())
}
