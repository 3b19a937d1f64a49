//! Files for spreadsheets, statistics and other programs: lots with their findings as CSV and
//! Parquet, procurements as OCDS (Open Contracting Data Standard 1.1).
//!
//! Pure: rows or procurements in, bytes out, piece by piece, so that a file of any length is made in
//! the memory of one page. [`crate::usecases::export`] reads the pages. What is in the files, and
//! why: `docs/EXPORT.md`.

mod columns;
pub mod csv;
pub mod labels;
pub mod ocds;
pub mod parquet;
pub mod row;

use chrono::{DateTime, NaiveDate, Utc};
use thiserror::Error;

use self::csv::CsvWriter;
use self::ocds::{OcdsWriter, Publication, Unit};
use self::parquet::ParquetWriter;
use self::row::LotRow;

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// One row a lot, for a spreadsheet set to French.
    Csv,
    /// The same columns, typed.
    Parquet,
    /// OCDS release package: one release a notice.
    OcdsReleases,
    /// The same releases, one a line.
    OcdsReleaseLines,
    /// OCDS record package: one record a procurement.
    OcdsRecords,
    /// The same records, one a line.
    OcdsRecordLines,
}

impl ExportFormat {
    /// All formats.
    pub const ALL: [Self; 6] = [
        Self::Csv,
        Self::Parquet,
        Self::OcdsReleases,
        Self::OcdsReleaseLines,
        Self::OcdsRecords,
        Self::OcdsRecordLines,
    ];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::OcdsReleases => "ocds-releases",
            Self::OcdsReleaseLines => "ocds-releases-jsonl",
            Self::OcdsRecords => "ocds-records",
            Self::OcdsRecordLines => "ocds-records-jsonl",
        }
    }

    /// The name of the file; the server gives it at `/export/lots.csv`.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Csv => "lots.csv",
            Self::Parquet => "lots.parquet",
            Self::OcdsReleases => "releases.json",
            Self::OcdsReleaseLines => "releases.jsonl",
            Self::OcdsRecords => "records.json",
            Self::OcdsRecordLines => "records.jsonl",
        }
    }

    /// The name of the file as it is kept: one of another day does not replace it.
    pub fn file_name_of(self, day: NaiveDate) -> String {
        let (stem, ending) = self.file_name().split_once('.').unwrap_or_default();
        format!("passerelle-{stem}-{day}.{ending}")
    }

    /// What a file ends with that could not be made whole, so that nobody takes it for the whole. A
    /// package or a Parquet file cannot be read without its own end.
    pub const fn cut_off(self) -> &'static str {
        match self {
            Self::Csv => {
                "FICHIER INCOMPLET : l'export a été interrompu. Recommencez, ou demandez moins de lots à la fois.\r\n"
            }
            Self::OcdsReleaseLines | Self::OcdsRecordLines => {
                "this file is not whole: the export was cut off; ask again, or for less at once\n"
            }
            Self::Parquet | Self::OcdsReleases | Self::OcdsRecords => "",
        }
    }

    /// The media type of the file.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Parquet => "application/vnd.apache.parquet",
            Self::OcdsReleases | Self::OcdsRecords => "application/json",
            Self::OcdsReleaseLines | Self::OcdsRecordLines => "application/jsonl",
        }
    }
}

/// A file could not be made: a defect of the program, or memory is short.
#[derive(Debug, Error)]
pub enum FileError {
    /// CSV.
    #[error("the CSV could not be made: {0}")]
    Csv(#[from] ::csv::Error),
    /// Parquet.
    #[error("the Parquet file could not be made: {0}")]
    Parquet(#[from] ::parquet::errors::ParquetError),
    /// JSON.
    #[error("the JSON could not be made: {0}")]
    Json(#[from] serde_json::Error),
}

/// A file in the making: each call of a writer gives the bytes that are complete by then.
pub enum FileWriter {
    /// One that takes lots.
    Lots(LotWriter),
    /// One that takes procurements.
    Procurements(OcdsWriter),
}

impl FileWriter {
    /// Begins a file. `uri`, where the same file can be had, and the time are for the packages of
    /// OCDS.
    ///
    /// # Errors
    /// When the columns make no table: a defect of the program.
    pub fn new(
        format: ExportFormat,
        publication: &Publication,
        uri: &str,
        now: DateTime<Utc>,
    ) -> Result<Self, FileError> {
        let list = |unit| OcdsWriter::lines(publication.clone(), unit);
        let package = |unit| OcdsWriter::package(publication.clone(), unit, uri, now);
        Ok(match format {
            ExportFormat::Csv => Self::Lots(LotWriter::Csv(CsvWriter::default())),
            ExportFormat::Parquet => {
                Self::Lots(LotWriter::Parquet(Box::new(ParquetWriter::new()?)))
            }
            ExportFormat::OcdsReleases => Self::Procurements(package(Unit::Release)),
            ExportFormat::OcdsReleaseLines => Self::Procurements(list(Unit::Release)),
            ExportFormat::OcdsRecords => Self::Procurements(package(Unit::Record)),
            ExportFormat::OcdsRecordLines => Self::Procurements(list(Unit::Record)),
        })
    }
}

/// A table of lots in the making.
pub enum LotWriter {
    /// CSV.
    Csv(CsvWriter),
    /// Parquet.
    Parquet(Box<ParquetWriter>),
}

impl LotWriter {
    /// Takes rows.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&mut self, rows: Vec<LotRow>) -> Result<Vec<u8>, FileError> {
        match self {
            Self::Csv(writer) => writer.write(&rows),
            Self::Parquet(writer) => writer.write(rows),
        }
    }

    /// The last bytes.
    ///
    /// # Errors
    /// When the table cannot be completed.
    pub fn finish(self) -> Result<Vec<u8>, FileError> {
        match self {
            Self::Csv(writer) => writer.finish(),
            Self::Parquet(writer) => writer.finish(),
        }
    }
}
