//! JSON files of contracts: pages, lists, official files. Some writers put `NaN` where they have
//! nothing, which is no JSON: it is read as an empty text, and the bytes stay as received.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::feeds::document::Format;

/// The shapes a file may have. Everything not asked for is passed over.
#[derive(Deserialize)]
struct File<'a> {
    /// Official layouts.
    #[serde(borrow)]
    marches: Option<&'a RawValue>,
    /// A page of tabular-api.data.gouv.fr.
    #[serde(borrow)]
    data: Option<Vec<&'a RawValue>>,
    /// A page of Opendatasoft.
    #[serde(borrow)]
    results: Option<Vec<&'a RawValue>>,
}

/// `marches` of the layout of 2022; that of 2019 is a list.
#[derive(Deserialize)]
struct Marches<'a> {
    #[serde(borrow)]
    marche: Option<&'a RawValue>,
    #[serde(borrow, rename = "contrat-concession")]
    concession: Option<&'a RawValue>,
}

/// Fields that tell what a record is.
#[derive(Deserialize)]
struct Marks {
    acheteur_id: Option<serde::de::IgnoredAny>,
    #[serde(rename = "acheteur.id")]
    dotted: Option<serde::de::IgnoredAny>,
    id_acheteur: Option<serde::de::IgnoredAny>,
    acheteur: Option<serde::de::IgnoredAny>,
    #[serde(rename = "autoriteConcedante")]
    granting: Option<serde::de::IgnoredAny>,
    montant: Option<serde::de::IgnoredAny>,
    date_previsionnelle_de_publication: Option<serde::de::IgnoredAny>,
    categorie_d_achat: Option<serde::de::IgnoredAny>,
}

/// Words that stand in every file with contracts or planned purchases: a page of BOAMP is not
/// parsed for nothing.
const WORDS: [&str; 8] = [
    "\"acheteur_id\"",
    "\"acheteur.id\"",
    "\"id_acheteur\"",
    "\"acheteur\"",
    "\"autoriteConcedante\"",
    "\"marches\"",
    "\"date_previsionnelle_de_publication\"",
    "\"categorie_d_achat\"",
];

/// Splits a file into its records; nothing when it holds something else.
pub(super) fn split(text: &str) -> Option<Vec<(Format, Vec<u8>)>> {
    if !WORDS.iter().any(|word| text.contains(word)) {
        return None;
    }
    let readable = readable(text);
    let spans = spans(&readable)?;
    let mut found = Vec::with_capacity(spans.len());
    for (start, end) in spans {
        let format = format(readable.get(start..end)?)?;
        found.push((format, text.as_bytes().get(start..end)?.to_vec()));
    }
    (!found.is_empty()).then_some(found)
}

/// Reads one record.
pub(super) fn read(text: &str) -> Result<Map<String, Value>, String> {
    serde_json::from_str(&readable(text)).map_err(|error| error.to_string())
}

/// Where the records stand.
fn spans(text: &str) -> Option<Vec<(usize, usize)>> {
    let span = |raw: &&RawValue| {
        let start = raw.get().as_ptr() as usize - text.as_ptr() as usize;
        (start, start + raw.get().len())
    };
    if let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(text) {
        return Some(list.iter().map(span).collect());
    }
    let Ok(file) = serde_json::from_str::<File<'_>>(text) else {
        return lines(text);
    };
    if let Some(page) = file.data.or(file.results) {
        return Some(page.iter().map(span).collect());
    }
    let Some(marches) = file.marches else {
        return Some(vec![(0, text.trim_end().len())]);
    };
    let of = |raw: Option<&'_ RawValue>| -> Vec<(usize, usize)> {
        let Some(raw) = raw else { return Vec::new() };
        let start = raw.get().as_ptr() as usize - text.as_ptr() as usize;
        match serde_json::from_str::<Vec<&RawValue>>(raw.get()) {
            Ok(list) => list.iter().map(span).collect(),
            Err(_) if raw.get().starts_with('{') => vec![(start, start + raw.get().len())],
            Err(_) => Vec::new(),
        }
    };
    match serde_json::from_str::<Marches<'_>>(marches.get()) {
        Ok(parts) => Some([of(parts.marche), of(parts.concession)].concat()),
        Err(_) => Some(of(Some(marches))),
    }
}

/// JSON lines.
fn lines(text: &str) -> Option<Vec<(usize, usize)>> {
    let mut spans = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        serde_json::from_str::<&RawValue>(line).ok()?;
        let start = line.as_ptr() as usize - text.as_ptr() as usize;
        spans.push((start, start + line.len()));
    }
    Some(spans)
}

fn format(record: &str) -> Option<Format> {
    let marks: Marks = serde_json::from_str(record).ok()?;
    let is_planned =
        marks.date_previsionnelle_de_publication.is_some() || marks.categorie_d_achat.is_some();
    let is_contract = marks.acheteur_id.is_some()
        || marks.dotted.is_some()
        || marks.id_acheteur.is_some()
        || marks.granting.is_some()
        || (marks.acheteur.is_some() && marks.montant.is_some());
    match () {
        () if is_planned => Some(Format::ApprochProject),
        () if is_contract => Some(Format::DecpJson),
        () => None,
    }
}

/// The text with `NaN` and `Infinity` outside of strings as empty texts, of the same length.
fn readable(text: &str) -> Cow<'_, str> {
    if !text.contains("NaN") && !text.contains("Infinity") {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len());
    let mut is_quoted = false;
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let word = ["-Infinity", "Infinity", "NaN"].into_iter().find(|word| rest.starts_with(word));
        if let Some(word) = word.filter(|_| !is_quoted) {
            cleaned.push_str("\"\"");
            cleaned.extend(std::iter::repeat_n(' ', word.len() - 2));
            rest = &rest[word.len()..];
            continue;
        }
        if is_quoted && character == '\\' {
            let pair = rest.chars().take(2).map(char::len_utf8).sum();
            cleaned.push_str(&rest[..pair]);
            rest = &rest[pair..];
            continue;
        }
        is_quoted ^= character == '"';
        cleaned.push(character);
        rest = &rest[character.len_utf8()..];
    }
    Cow::Owned(cleaned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_split_into_records() {
        let record = r#"{"acheteur": {"id": "1"}, "montant": NaN, "objet": "NaN \" NaN"}"#;
        for (file, count) in [
            (format!("[{record}, {record}]"), Some(2)),
            (format!(r#"{{"marches": [{record}]}}"#), Some(1)),
            (format!(r#"{{"marches": {{"marche": [{record}, {record}]}}}}"#), Some(2)),
            (
                format!(
                    r#"{{"marches": {{"marche": {record}, "contrat-concession": [{record}]}}}}"#
                ),
                Some(2),
            ),
            (format!(r#"{{"data": [{record}], "meta": {{"total": 1}}}}"#), Some(1)),
            (format!(r#"{{"total_count": 1, "results": [{record}]}}"#), Some(1)),
            (format!("{record}\n{record}\n"), Some(2)),
            (record.to_owned(), Some(1)),
            (r#"{"results": [{"idweb": "26-1", "acheteur": "x"}]}"#.to_owned(), None),
            (format!("[{record}"), None),
        ] {
            let parts = split(&file);
            assert_eq!(parts.as_ref().map(Vec::len), count, "{file}");
            for (_, bytes) in parts.unwrap_or_default() {
                assert_eq!(bytes, record.as_bytes(), "{file}");
            }
        }
        let read = read(record).expect("a record");
        assert_eq!(
            (read["montant"].as_str(), read["objet"].as_str()),
            (Some(""), Some("NaN \" NaN"))
        );
    }
}
