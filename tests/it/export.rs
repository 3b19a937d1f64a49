//! Files of lots and procurements: the same from both databases, with the meaning that a filter has
//! in a query, over HTTP and on the command line. `tests/export/check.py` reads them with other
//! people's programs.

mod command;
mod files;
mod serving;

use std::pin::pin;

use futures_util::StreamExt as _;
use passerelle::export::ExportFormat;
use passerelle::export::ocds::Publication;
use passerelle::graphql::read_lot_filter;
use passerelle::store::Database;
use passerelle::usecases::export::{ExportPlan, Wanted, export};

use crate::support::api::NOW;
use crate::support::notices::at;

/// A whole file.
async fn made(db: &Database, format: ExportFormat, filter: &str) -> Vec<u8> {
    let publication = Publication {
        ocid_prefix: "ocds-unregistered".to_owned(),
        publisher: "Passerelle".to_owned(),
        license: "https://licence.example/".to_owned(),
        public_url: "http://127.0.0.1:8000".parse().expect("an address"),
    };
    let now = at(NOW);
    let filter = read_lot_filter(filter, now).await.expect("a filter");
    let wanted = Wanted { format, filter, filter_text: None, ocid: None };
    let plan = ExportPlan::new(wanted, publication, now).expect("a plan");
    let mut pieces = pin!(export(db.clone(), plan).expect("a file"));
    let mut file = Vec::new();
    while let Some(piece) = pieces.next().await {
        file.extend(piece.expect("a piece"));
    }
    file
}

/// The rows of a CSV of lots by their headings.
fn table(csv: &[u8]) -> Vec<std::collections::HashMap<String, String>> {
    let text = csv.strip_prefix("\u{feff}".as_bytes()).expect("a byte order mark");
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text);
    reader.deserialize().map(|row| row.expect("a row")).collect()
}
