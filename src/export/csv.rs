//! Lots as CSV for a spreadsheet set to French.
//!
//! A double click must be enough. So: UTF-8 with the byte order mark, without which Excel reads the
//! accents of another alphabet; `;` between cells, which is the list separator of a French Windows
//! and one that LibreOffice proposes by itself; decimal commas; days as `2026-11-23` and deadlines
//! as `2026-11-23 12:00`, hours of Paris, which both read as dates; lines that end as RFC 4180 wants.
//! Other programs are better served by Parquet, which has types.

use chrono_tz::Europe::Paris;
use csv::{Terminator, WriterBuilder};

use super::FileError;
use super::columns::{COLUMNS, Values};
use super::row::LotRow;

/// Between the values of one cell.
const BETWEEN: &str = " | ";

/// Characters that a cell of Excel holds; it cuts what is longer without a word.
const LONGEST_CELL: usize = 32_767;

/// A table in the making.
#[derive(Default)]
pub struct CsvWriter {
    has_begun: bool,
}

impl CsvWriter {
    /// The bytes of some rows, after the headings where they are the first.
    pub(super) fn write(&mut self, rows: &[LotRow]) -> Result<Vec<u8>, FileError> {
        let mut bytes = Vec::new();
        let has_begun = std::mem::replace(&mut self.has_begun, true);
        if !has_begun {
            bytes.extend("\u{feff}".as_bytes());
        }
        let mut csv = WriterBuilder::new()
            .delimiter(b';')
            .terminator(Terminator::CRLF)
            .from_writer(&mut bytes);
        if !has_begun {
            csv.write_record(COLUMNS.iter().map(|column| column.heading))?;
        }
        for row in rows {
            csv.write_record(COLUMNS.iter().map(|column| cell(&column.values, row)))?;
        }
        csv.flush().map_err(csv::Error::from)?;
        drop(csv);
        Ok(bytes)
    }

    /// The headings, where there was no row.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, FileError> {
        if self.has_begun { Ok(Vec::new()) } else { self.write(&[]) }
    }
}

fn cell(values: &Values, row: &LotRow) -> String {
    match values {
        Values::Text(read) => safe(&read(row).unwrap_or_default()),
        Values::Texts(read) => safe(&read(row).join(BETWEEN)),
        Values::Day(read) => read(row).map_or_else(String::new, |day| day.to_string()),
        Values::Instant(read) => {
            let local = |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&Paris);
            read(row).map_or_else(String::new, |at| local(at).format("%Y-%m-%d %H:%M").to_string())
        }
        Values::Hundredths(read) => read(row).map_or_else(String::new, decimal),
        Values::Number(read) => read(row).map_or_else(String::new, |number| number.to_string()),
    }
}

/// Hundredths with a decimal comma.
fn decimal(hundredths: i64) -> String {
    format!("{},{:02}", hundredths / 100, hundredths % 100)
}

/// A text that no spreadsheet takes for a formula: notices are written by strangers, and a cell that
/// begins with one of these is run by whoever opens the file (OWASP, *CSV injection*). The
/// apostrophe makes it a text.
fn safe(text: &str) -> String {
    let is_formula =
        text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let mark = if is_formula { "'" } else { "" };
    let length = mark.len() + text.chars().count();
    if length <= LONGEST_CELL {
        return format!("{mark}{text}");
    }
    let kept: String = text.chars().take(LONGEST_CELL - mark.len() - 1).collect();
    format!("{mark}{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (text, cell) in [
            ("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")"),
            ("+33 4 67", "'+33 4 67"),
            ("- Lot 1", "'- Lot 1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("＝1", "'＝1"),
            ("Lot n° 2 = peinture", "Lot n° 2 = peinture"),
            ("", ""),
        ] {
            assert_eq!(safe(text), cell);
        }
    }

    #[test]
    fn long_cells_are_cut_where_excel_cuts_them_and_say_so() {
        assert_eq!(safe(&"é".repeat(LONGEST_CELL)), "é".repeat(LONGEST_CELL));
        let cut = safe(&format!("={}", "é".repeat(LONGEST_CELL)));
        assert_eq!(cut.chars().count(), LONGEST_CELL);
        assert!(cut.starts_with("'=é") && cut.ends_with("é…"));
    }

    #[test]
    fn amounts_have_a_decimal_comma() {
        assert_eq!(
            (decimal(123_456), decimal(5), decimal(100)),
            ("1234,56".into(), "0,05".into(), "1,00".into())
        );
    }
}
