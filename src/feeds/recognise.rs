//! What a file is, by its content: a BOAMP record, a page or list of records, an XML of the DILA
//! flux, an older BOAMP file, a native eForms notice, an older notice of TED, contracts of DECP, planned
//! purchases of APProch.

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;

use super::document::{Decoded, DecodedContract, Format, RawDocument};
use super::markup::{Attributes, Handler, MarkupError, read_xml};
use super::{approch, boamp, decp, eforms, ted};
use crate::domain::issue::IssueKind;

/// Splits bytes into documents. A page or list of records gives one document a record, with the
/// record's own bytes. What is of no shape known is one document of [`Format::Unknown`].
pub fn split(bytes: &[u8], origin: &str, received_at: DateTime<Utc>) -> Vec<RawDocument> {
    let document = |format, bytes: &[u8]| RawDocument {
        format,
        bytes: bytes.to_vec(),
        received_at,
        origin: origin.to_owned(),
    };
    let text = String::from_utf8_lossy(bytes);
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if let Some(parts) = decp::split(start) {
        return parts.into_iter().map(|(format, bytes)| document(format, &bytes)).collect();
    }
    if start.starts_with('<') {
        let format = match root_of(start) {
            Some(root) if eforms::is_root(&root) => Format::EformsXml,
            Some(root) if ted::r209::is_root(&root) => Format::TedXml,
            Some(root) if root == "marches" => {
                let parts = decp::split_xml(start).into_iter();
                return parts.map(|(format, bytes)| document(format, &bytes)).collect();
            }
            Some(root) if root == "ann" || root == "ANNONCE" => Format::BoampXml,
            _ => Format::Unknown,
        };
        return vec![document(format, bytes)];
    }
    let records = records_in(start);
    if records.is_empty() {
        return vec![document(Format::Unknown, bytes)];
    }
    records.into_iter().map(|record| document(Format::BoampRecord, record.as_bytes())).collect()
}

/// The records of a page (`{"results": [...]}`), of a list, of JSON lines, or the one record.
fn records_in(text: &str) -> Vec<&str> {
    #[derive(serde::Deserialize)]
    struct Page<'a> {
        #[serde(borrow)]
        results: Vec<&'a RawValue>,
    }
    let is_record = |text: &str| {
        #[derive(serde::Deserialize)]
        struct Record {
            idweb: Option<serde_json::Value>,
            donnees: Option<serde::de::IgnoredAny>,
        }
        serde_json::from_str::<Record>(text)
            .is_ok_and(|record| record.idweb.is_some() || record.donnees.is_some())
    };
    if let Ok(page) = serde_json::from_str::<Page<'_>>(text) {
        return page.results.into_iter().map(RawValue::get).collect();
    }
    if let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(text) {
        return list.into_iter().map(RawValue::get).collect();
    }
    if is_record(text) {
        return vec![text];
    }
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    if !lines.is_empty() && lines.iter().all(|line| is_record(line)) { lines } else { Vec::new() }
}

/// Name of the root element, read without reading the document.
fn root_of(text: &str) -> Option<String> {
    #[derive(Default)]
    struct Root(Option<String>);
    impl Root {
        fn see(&mut self, name: &str) {
            if self.0.is_none() {
                self.0 = Some(name.to_owned());
            }
        }
    }
    impl Handler for Root {
        fn enter(&mut self, name: &str, _: Attributes<'_>) {
            self.see(name);
        }
        fn leaf(&mut self, name: &str, _: Attributes<'_>, _: &str) {
            self.see(name);
        }
        fn leave(&mut self, _: &str) {}
    }
    // The first start tag is enough; a cut at a tag's end keeps the reader in step.
    let head = text.char_indices().take(4_000).map(|(at, c)| at + c.len_utf8()).last()?;
    let mut root = Root::default();
    let _ = read_xml(&text[..head], &mut root);
    root.0
}

/// Says what is wrong with a document of no shape known.
fn unknown(text: &str) -> Decoded {
    struct Nobody;
    impl Handler for Nobody {
        fn enter(&mut self, _: &str, _: Attributes<'_>) {}
        fn leaf(&mut self, _: &str, _: Attributes<'_>, _: &str) {}
        fn leave(&mut self, _: &str) {}
    }
    let head: String = text.chars().take(15).collect::<String>().to_lowercase();
    if head.starts_with("<!doctype html") || head.starts_with("<html") {
        return Decoded::failed(IssueKind::UnknownShape, "an HTML page, not a notice");
    }
    let read = if text.starts_with('<') {
        read_xml(text, &mut Nobody)
    } else {
        let json = serde_json::from_str::<serde::de::IgnoredAny>(text);
        json.map(|_| ()).map_err(|error| MarkupError::Malformed(error.to_string()))
    };
    match read {
        Err(MarkupError::Malformed(what)) => Decoded::failed(IssueKind::Unreadable, what),
        Err(MarkupError::Refused(what)) => Decoded::failed(IssueKind::Refused, what),
        Ok(()) => Decoded::failed(
            IssueKind::UnknownShape,
            "neither a BOAMP record, a page of records, a DILA notice, an eForms notice, one of TED nor a contract",
        ),
    }
}

/// Decodes a document by its format.
pub fn decode(document: &RawDocument) -> Decoded {
    let text =
        || std::str::from_utf8(&document.bytes).map(|text| text.trim_start_matches('\u{feff}'));
    match (document.format, text()) {
        (Format::BoampRecord, Ok(_)) => boamp::decode::record(&document.bytes),
        (Format::BoampXml, Ok(text)) => boamp::decode::xml(text),
        (Format::EformsXml, Ok(text)) => eforms::map::native(text),
        (Format::TedXml, Ok(text)) => ted::r209::decode(text),
        (Format::ApprochProject, Ok(text)) => approch::decode::project(text),
        (Format::DecpJson | Format::DecpCsv | Format::DecpXml, _) => {
            let what = "a contract of DECP, not a notice: ingest keeps it, no rule speaks of it";
            Decoded::failed(IssueKind::UnknownShape, what)
        }
        (Format::Unknown, Ok(text)) => unknown(text.trim_start()),
        (_, Err(error)) => Decoded::failed(IssueKind::Unreadable, format!("not UTF-8: {error}")),
    }
}

/// Decodes a document of contracts; nothing for one of notices.
pub fn decode_contract(document: &RawDocument) -> Option<DecodedContract> {
    document.format.holds_contract().then(|| decp::decode(document))
}
