//! DECP, the essential data of public contracts (arrêté du 22 décembre 2022; before it, arrêté du
//! 22 mars 2019): the consolidated table, the tables of data.economie.gouv.fr, and the official
//! layouts in JSON and XML.
//!
//! A document is one row of a table, or one market of an official file, with its own bytes; a row
//! of a CSV file keeps the line of headings above it. Everything becomes named values
//! (`values`), read by `row` where they are flat and by `official` where they nest.

mod csv;
pub mod feed;
mod json;
mod official;
mod row;
mod values;

use serde_json::{Map, Value};

use super::document::{DecodedContract, Format, RawDocument};
use super::markup::{MarkupError, read_xml};
use super::tree::{Element, TreeBuilder};
use crate::domain::issue::IssueKind;
use values::Values;

/// The elements of an official XML file that hold one contract.
const ELEMENTS: [&str; 2] = ["marche", "contrat-concession"];

/// Splits a file into documents, when it holds contracts or planned purchases; nothing otherwise.
pub fn split(text: &str) -> Option<Vec<(Format, Vec<u8>)>> {
    if text.starts_with('<') {
        return None;
    }
    if text.starts_with(['{', '[']) { json::split(text) } else { csv::split(text) }
}

/// The contracts of an official XML file, each with its own bytes.
pub fn split_xml(text: &str) -> Vec<(Format, Vec<u8>)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((start, name)) = next_element(rest) {
        let close = format!("</{name}>");
        let end = rest[start..].find(&close).map_or(rest.len(), |at| start + at + close.len());
        found.push((Format::DecpXml, rest.as_bytes()[start..end].to_vec()));
        rest = &rest[end..];
    }
    found
}

fn next_element(text: &str) -> Option<(usize, &'static str)> {
    text.match_indices('<').find_map(|(at, _)| {
        let tag = &text[at + 1..];
        let begins = |name: &&str| {
            let rest = tag.strip_prefix(*name);
            rest.is_some_and(|rest| rest.starts_with(|c: char| c == '>' || c.is_whitespace()))
        };
        ELEMENTS.into_iter().find(begins).map(|name| (at, name))
    })
}

/// Decodes one document.
pub fn decode(document: &RawDocument) -> DecodedContract {
    let failed = |kind, message: String| DecodedContract::failed(kind, message);
    let text = match std::str::from_utf8(&document.bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}'),
        Err(error) => return failed(IssueKind::Unreadable, format!("not UTF-8: {error}")),
    };
    match document.format {
        Format::DecpXml => match xml(text) {
            Ok((name, fields)) => official::decode(&Values::new(fields), name == ELEMENTS[1]),
            Err(MarkupError::Malformed(what)) => failed(IssueKind::Unreadable, what),
            Err(MarkupError::Refused(what)) => failed(IssueKind::Refused, what),
        },
        Format::DecpCsv => match csv::read(text) {
            Some(fields) => row::decode(&Values::new(fields)),
            None => failed(IssueKind::Unreadable, "not a line of headings and a row".to_owned()),
        },
        _ => match json::read(text) {
            Ok(fields) => {
                let values = Values::new(fields);
                if row::is_row(&values) {
                    row::decode(&values)
                } else {
                    official::decode(&values, false)
                }
            }
            Err(what) => failed(IssueKind::Unreadable, what),
        },
    }
}

/// An XML contract as the JSON layout has it.
fn xml(text: &str) -> Result<(String, Map<String, Value>), MarkupError> {
    let mut builder = TreeBuilder::default();
    read_xml(text, &mut builder)?;
    let root = builder.finish();
    let element = root.children.into_iter().next();
    let element = element.ok_or_else(|| MarkupError::Malformed("no element".to_owned()))?;
    match value(&element) {
        Value::Object(fields) => Ok((element.name, fields)),
        _ => Ok((element.name, Map::new())),
    }
}

fn value(element: &Element) -> Value {
    if element.children.is_empty() {
        return Value::String(element.text.clone());
    }
    let mut fields = Map::new();
    for child in &element.children {
        let read = value(child);
        match fields.get_mut(&child.name) {
            Some(Value::Array(values)) => values.push(read),
            Some(one) => *one = Value::Array(vec![one.take(), read]),
            None => {
                fields.insert(child.name.clone(), read);
            }
        }
    }
    Value::Object(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_files_are_split_by_contract() {
        let file = "<marches><marche><id>1</id><marcheInnovant>oui</marcheInnovant></marche>\
            <contrat-concession ><id>2</id></contrat-concession><marche><id>3</id></marches>";
        let parts: Vec<String> = split_xml(file)
            .into_iter()
            .map(|(_, bytes)| String::from_utf8(bytes).expect("text"))
            .collect();
        assert_eq!(parts.len(), 3);
        assert!(parts[0].ends_with("</marche>") && parts[1].starts_with("<contrat"));
        assert!(xml(&parts[2]).is_err(), "what is cut is said to be");
    }
}
