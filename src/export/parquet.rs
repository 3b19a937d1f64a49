//! Lots as Parquet: the columns of the CSV with their types.
//!
//! Texts are strings, several values a list, days dates, deadlines instants in UTC, amounts decimals
//! with two places. A row group holds some thousands of lots, and is all that is in memory at once.

use std::sync::Arc;

use chrono::NaiveDate;
use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;

use super::FileError;
use super::columns::{COLUMNS, Column, Values};
use super::row::LotRow;

/// Lots in a row group: large enough to compress well, small enough for the memory of a server.
const ROW_GROUP: usize = 4_000;

/// The day that Parquet counts days from.
const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(1970, 1, 1).expect("a date");

/// A table in the making.
pub struct ParquetWriter {
    file: SerializedFileWriter<Vec<u8>>,
    waiting: Vec<LotRow>,
}

impl ParquetWriter {
    /// Begins a table.
    ///
    /// # Errors
    /// When the columns make no table: a defect of the program.
    pub fn new() -> Result<Self, FileError> {
        let fields: String = COLUMNS.iter().map(field).collect();
        let schema = Arc::new(parse_message_type(&format!("message lots {{ {fields} }}"))?);
        let compression = Compression::ZSTD(ZstdLevel::default());
        let properties = WriterProperties::builder().set_compression(compression).build();
        let file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
        Ok(Self { file, waiting: Vec::new() })
    }

    /// Takes rows, and gives the bytes that are complete by them.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&mut self, rows: Vec<LotRow>) -> Result<Vec<u8>, FileError> {
        self.waiting.extend(rows);
        if self.waiting.len() >= ROW_GROUP {
            self.write_group()?;
        }
        Ok(std::mem::take(self.file.inner_mut()))
    }

    /// The last bytes.
    ///
    /// # Errors
    /// When the table cannot be completed.
    pub fn finish(mut self) -> Result<Vec<u8>, FileError> {
        if !self.waiting.is_empty() {
            self.write_group()?;
        }
        Ok(self.file.into_inner()?)
    }

    fn write_group(&mut self) -> Result<(), FileError> {
        let rows = std::mem::take(&mut self.waiting);
        let mut group = self.file.next_row_group()?;
        for column in COLUMNS {
            let Some(mut writer) = group.next_column()? else { break };
            write_column(&mut writer, &column.values, &rows)?;
            writer.close()?;
        }
        group.close()?;
        Ok(())
    }
}

/// A column in the language of Parquet's schemas.
fn field(column: &Column) -> String {
    let name = column.name;
    match column.values {
        Values::Text(_) => format!("optional binary {name} (STRING); "),
        Values::Texts(_) => format!(
            "required group {name} (LIST) {{ repeated group list {{ required binary element (STRING); }} }} "
        ),
        Values::Day(_) => format!("optional int32 {name} (DATE); "),
        Values::Instant(_) => format!("optional int64 {name} (TIMESTAMP(MILLIS,true)); "),
        Values::Hundredths(_) => format!("optional int64 {name} (DECIMAL(18,2)); "),
        Values::Number(_) => format!("optional int32 {name}; "),
    }
}

fn write_column(
    writer: &mut SerializedColumnWriter<'_>,
    values: &Values,
    rows: &[LotRow],
) -> Result<(), ParquetError> {
    let bytes = |text: String| ByteArray::from(text.into_bytes());
    match values {
        Values::Text(read) => {
            write::<ByteArrayType>(writer, rows.iter().map(|row| read(row).map(bytes)))
        }
        Values::Texts(read) => {
            write_lists(writer, rows.iter().map(|row| read(row).into_iter().map(bytes)))
        }
        Values::Day(read) => {
            let day = |day: NaiveDate| i32::try_from((day - FIRST_DAY).num_days()).ok();
            write::<Int32Type>(writer, rows.iter().map(|row| read(row).and_then(day)))
        }
        Values::Instant(read) => {
            let instants = rows.iter().map(|row| read(row).map(|at| at.timestamp_millis()));
            write::<Int64Type>(writer, instants)
        }
        Values::Hundredths(read) => write::<Int64Type>(writer, rows.iter().map(read)),
        Values::Number(read) => write::<Int32Type>(writer, rows.iter().map(read)),
    }
}

/// Writes a column of optional values: level 1 is a value, level 0 none.
fn write<T: DataType>(
    writer: &mut SerializedColumnWriter<'_>,
    cells: impl Iterator<Item = Option<T::T>>,
) -> Result<(), ParquetError> {
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    for cell in cells {
        levels.push(i16::from(cell.is_some()));
        values.extend(cell);
    }
    writer.typed::<T>().write_batch(&values, Some(&levels), None)?;
    Ok(())
}

/// Writes a column of lists: an empty one stands as one level 0, and repetition 1 goes on with the
/// list of the value before.
fn write_lists(
    writer: &mut SerializedColumnWriter<'_>,
    cells: impl Iterator<Item = impl Iterator<Item = ByteArray>>,
) -> Result<(), ParquetError> {
    let (mut values, mut levels, mut repetitions) = (Vec::new(), Vec::new(), Vec::new());
    for cell in cells {
        let before = values.len();
        values.extend(cell);
        let count = values.len() - before;
        levels.extend(std::iter::repeat_n(i16::from(count > 0), count.max(1)));
        repetitions.push(0);
        repetitions.extend(std::iter::repeat_n(1, count.saturating_sub(1)));
    }
    writer.typed::<ByteArrayType>().write_batch(&values, Some(&levels), Some(&repetitions))?;
    Ok(())
}
