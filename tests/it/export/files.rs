//! What is in the files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write as _;

use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::{Field, Row};
use passerelle::domain::finding::Assessment;
use passerelle::domain::lot::{Lot, LotKey};
use passerelle::domain::notice::{FormType, Notice};
use passerelle::domain::procedure::{AssessedNotice, fold};
use passerelle::domain::source::Source;
use passerelle::export::ExportFormat;
use passerelle::export::ocds::parse_ocid;
use passerelle::export::parquet::ParquetWriter;
use passerelle::export::row::LotRow;
use passerelle::store;
use passerelle::store::lot_filter::LotFilter;
use passerelle::store::lots::LotOrder;
use passerelle::store::page::PageRequest;
use serde_json::Value;

use super::{made, table};
use crate::on_both;
use crate::support::api::{Api, NOW};
use crate::support::databases::TestDb;
use crate::support::notices::at;
use crate::support::random::Random;
use crate::support::sample;

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("JSON")
}

fn list<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    value[field].as_array().map_or(&[], Vec::as_slice)
}

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field].as_str().unwrap_or_else(|| panic!("no {field}: {value}"))
}

/// The rows of a Parquet file, as the library reads them.
fn rows(bytes: &[u8]) -> (Vec<Row>, usize) {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(bytes).expect("written");
    let reader = SerializedFileReader::<File>::new(file).expect("a Parquet file");
    let groups = reader.metadata().num_row_groups();
    let rows = reader.get_row_iter(None).expect("rows");
    (rows.map(|row| row.expect("a row")).collect(), groups)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_databases_give_the_same_bytes() {
    let (sqlite, postgres) = (TestDb::sqlite().await, TestDb::postgres().await);
    Api::filled(&sqlite).await;
    let api = Api::new(&postgres);
    let mut documents = sample::everything();
    let mut random = Random(7);
    for index in (1..documents.len()).rev() {
        documents.swap(index, random.below(index + 1));
    }
    api.ingest(documents).await;
    for format in ExportFormat::ALL {
        for filter in ["{}", r#"{"kinds": ["EXECUTION_CLAUSE"], "departments": ["34"]}"#] {
            let one = made(&sqlite.db, format, filter).await;
            let other = made(&postgres.db, format, filter).await;
            assert!(one.len() > 1_000, "{format:?} {filter}");
            assert!(one == other, "{format:?} {filter}");
        }
    }
}

on_both! {
    async fn every_lot_is_a_row_in_the_order_of_the_api(db: TestDb) {
        Api::filled(&db).await;
        let request = PageRequest::first(1_000);
        let all = LotFilter::default();
        let lots = store::lots::page(db.db.read(), &all, LotOrder::default(), &request).await;
        let lots = lots.expect("lots").items;
        assert!(lots.len() > 150, "more than one page: {}", lots.len());
        let csv = table(&made(&db.db, ExportFormat::Csv, "{}").await);
        let ids: Vec<String> = lots.iter().map(|lot| lot.id.to_string()).collect();
        assert_eq!(csv.iter().map(|row| row["Identifiant du lot"].clone()).collect::<Vec<_>>(), ids);
        for (row, lot) in csv.iter().zip(&lots) {
            let kinds: BTreeSet<&str> =
                row["Codes des constats"].split(" | ").filter(|kind| !kind.is_empty()).collect();
            let found = lot.findings.iter().map(|found| found.finding.kind.as_str());
            assert_eq!(kinds, found.collect(), "{}", lot.notice_source_id);
            for found in lot.findings.iter().flat_map(|found| &found.finding.evidence) {
                assert!(row["Preuves"].contains(found.quote.trim()), "{row:?}");
            }
        }
        let (rows, _) = rows(&made(&db.db, ExportFormat::Parquet, "{}").await);
        assert_eq!(rows.len(), ids.len());
        let columns: Vec<BTreeMap<&str, &Field>> =
            rows.iter().map(|row| row.get_column_iter().map(|(name, field)| (name.as_str(), field)).collect()).collect();
        for ((columns, row), id) in columns.iter().zip(&csv).zip(&ids) {
            assert_eq!(columns["id_lot"], &Field::Str(id.clone()));
            let days = matches!(columns["publie_le"], Field::Date(_) | Field::Null);
            let instants = matches!(columns["date_limite"], Field::TimestampMillis(_) | Field::Null);
            let amounts = matches!(columns["montant_estime_ht"], Field::Decimal(_) | Field::Null);
            assert!(days && instants && amounts, "{columns:?}");
            let Field::ListInternal(kinds) = columns["codes_constats"] else { panic!("{columns:?}") };
            let kinds = kinds.elements().iter().map(|kind| match kind {
                Field::Str(kind) => kind.clone(),
                other => panic!("{other:?}"),
            });
            assert_eq!(kinds.collect::<Vec<_>>().join(" | "), row["Codes des constats"]);
        }
    }
}

on_both! {
    async fn a_record_is_what_stands_and_a_release_what_was_published(db: TestDb) {
        Api::filled(&db).await;
        let releases = json(&made(&db.db, ExportFormat::OcdsReleases, "{}").await);
        let records = json(&made(&db.db, ExportFormat::OcdsRecords, "{}").await);
        let mut published: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for release in list(&releases, "releases") {
            published.entry(text(release, "ocid")).or_default().push(text(release, "id"));
        }
        assert_eq!(published.len(), list(&records, "records").len());
        let mut corrected = 0;
        for record in list(&records, "records") {
            let ocid = text(record, "ocid");
            let linked: Vec<&str> = list(record, "releases")
                .iter()
                .filter_map(|link| text(link, "url").split_once('#').map(|(_, id)| id))
                .collect();
            assert_eq!(linked, published[ocid]);
            corrected += usize::from(linked.len() > 1);
            let procedure = parse_ocid(ocid).expect("a procurement");
            let lots = store::lots::of_procedures(db.db.read(), &[procedure]).await.expect("lots");
            let told = list(&record["compiledRelease"]["tender"], "lots");
            assert_eq!(told.len(), lots.len(), "{ocid}");
            for (told, lot) in told.iter().zip(&lots) {
                let id = &told["identifiers"][0]["id"];
                assert_eq!(id, &Value::from(lot.id.to_string()), "{ocid}");
                assert_eq!(list(told, "findings").len(), lot.findings.len(), "{ocid}");
                let deadline = lot.deadline.as_ref().and_then(|deadline| deadline.at);
                let end = told["tenderPeriod"]["endDate"].as_str().map(at);
                assert_eq!(end, deadline, "{ocid}");
            }
        }
        assert!(corrected > 5, "{corrected} procurements with several notices");
    }
}

on_both! {
    async fn a_correction_tells_only_of_the_lots_it_changed(db: TestDb) {
        Api::filled(&db).await;
        let releases = json(&made(&db.db, ExportFormat::OcdsReleases, "{}").await);
        let releases = list(&releases, "releases");
        // A call of three lots, the deadline of the third put off, the second given up.
        for (id, tag, lots) in [
            ("BOAMP-26-900017", "tender", &[("1", "active"), ("2", "active"), ("3", "active")][..]),
            ("BOAMP-26-900059", "tenderUpdate", &[("3", "active")]),
            ("BOAMP-26-900069", "tenderUpdate", &[("2", "cancelled")]),
        ] {
            let release = releases.iter().find(|release| release["id"] == id).expect("a release");
            assert_eq!(release["tag"][0], tag, "{id}");
            let told = list(&release["tender"], "lots").iter();
            let told: Vec<_> = told.map(|lot| (text(lot, "id"), text(lot, "status"))).collect();
            assert_eq!(told, lots, "{id}");
        }
    }
}

on_both! {
    async fn what_fits_nothing_is_an_empty_file_of_its_kind(db: TestDb) {
        Api::filled(&db).await;
        let nothing = r#"{"published": {"from": "2100-01-01"}}"#;
        assert!(table(&made(&db.db, ExportFormat::Csv, nothing).await).is_empty());
        assert!(rows(&made(&db.db, ExportFormat::Parquet, nothing).await).0.is_empty());
        for (format, list) in
            [(ExportFormat::OcdsReleases, "releases"), (ExportFormat::OcdsRecords, "records")]
        {
            assert_eq!(json(&made(&db.db, format, nothing).await)[list], Value::Array(Vec::new()));
        }
        assert!(made(&db.db, ExportFormat::OcdsReleaseLines, nothing).await.is_empty());
    }
}

/// A row of a lot about which little is known.
fn row() -> LotRow {
    let mut notice = Notice::new(Source::Boamp, "26-1", FormType::Competition);
    notice.lots = vec![Lot::new(LotKey::whole())];
    let document = AssessedNotice { notice, assessment: Assessment::default() };
    let lot = fold([&document], &BTreeSet::new()).lots.remove(0);
    LotRow {
        status: lot.status(at(NOW)),
        lot,
        ocid: String::new(),
        procedure_title: None,
        notice_url: None,
        buyers: Vec::new(),
    }
}

#[test]
fn a_long_table_has_several_row_groups() {
    let row = row();
    let mut writer = ParquetWriter::new().expect("a table");
    let mut bytes = Vec::new();
    for _ in 0..9 {
        bytes.extend(writer.write(vec![row.clone(); 1_000]).expect("written"));
    }
    let before_the_end = bytes.len();
    bytes.extend(writer.finish().expect("a whole file"));
    assert!(before_the_end > 1_000, "groups are given out when they are complete");
    let (rows, groups) = rows(&bytes);
    assert_eq!((rows.len(), groups), (9_000, 3));
}
