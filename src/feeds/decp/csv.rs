//! CSV files of contracts (RFC 4180; `,`, `;` or tabs). A document is the line of headings and one
//! row, so that it can be read by itself.

use serde_json::{Map, Value};

use crate::feeds::document::Format;

/// Headings one of which every known table has.
const MARKS: [&str; 2] = ["acheteur_id", "id_acheteur"];

/// Splits a table into documents of one row; nothing when its headings are none of ours.
pub(super) fn split(text: &str) -> Option<Vec<(Format, Vec<u8>)>> {
    let mut lines = Lines(text);
    let head = lines.next()?;
    let names = cells(head, separator(head));
    if !names.iter().any(|name| MARKS.contains(&name.to_lowercase().as_str())) {
        return None;
    }
    let rows = lines.filter(|row| !row.trim().is_empty());
    let document = |row: &str| (Format::DecpCsv, format!("{head}\n{row}\n").into_bytes());
    Some(rows.map(document).collect())
}

/// Reads a line of headings and one row; nothing when they do not fit together.
pub(super) fn read(text: &str) -> Option<Map<String, Value>> {
    let mut lines = Lines(text);
    let (head, row) = (lines.next()?, lines.next()?);
    let separator = separator(head);
    let (names, values) = (cells(head, separator), cells(row, separator));
    if names.len() != values.len() {
        return None;
    }
    Some(names.into_iter().zip(values.into_iter().map(Value::String)).collect())
}

/// The mark that stands most often in the headings.
fn separator(head: &str) -> char {
    let count = |mark: char| head.matches(mark).count();
    [',', ';', '\t'].into_iter().max_by_key(|mark| count(*mark)).unwrap_or(',')
}

/// Lines, those within quotes left whole.
struct Lines<'a>(&'a str);

impl<'a> Iterator for Lines<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.0.is_empty() {
            return None;
        }
        let mut is_quoted = false;
        let end = self.0.find(|character: char| {
            is_quoted ^= character == '"';
            character == '\n' && !is_quoted
        });
        let (line, rest) = match end {
            Some(end) => (&self.0[..end], &self.0[end + 1..]),
            None => (self.0, ""),
        };
        self.0 = rest;
        Some(line.trim_end_matches('\r'))
    }
}

fn cells(line: &str, separator: char) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut characters = line.chars().peekable();
    let mut is_quoted = false;
    while let Some(character) = characters.next() {
        let Some(cell) = cells.last_mut() else { break };
        match character {
            '"' if is_quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' => is_quoted = !is_quoted,
            mark if mark == separator && !is_quoted => cells.push(String::new()),
            other => cell.push(other),
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_separators_and_lines() {
        let table = "\"id\",\"acheteur_id\",\"objet\"\r\n1,2,\"a, \"\"b\"\"\nc\"\r\n\r\n3,4,é\r\n";
        let parts = split(table).expect("a table");
        assert_eq!(parts.len(), 2);
        let text = std::str::from_utf8(&parts[0].1).expect("text");
        let row = read(text).expect("a row");
        assert_eq!(row["objet"], Value::from("a, \"b\"\nc"));
        assert!(split("a;b\n1;2\n").is_none());
        assert_eq!(split("acheteur_id;objet\n1;2\n").map(|rows| rows.len()), Some(1));
        assert!(read("id,objet\n1\n").is_none());
        assert!(read("id").is_none());
    }
}
