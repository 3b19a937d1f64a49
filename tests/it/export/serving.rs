//! `/export` and `/ocds` over HTTP.

use reqwest::Method;
use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use super::table;
use crate::on_both;
use crate::support::databases::TestDb;
use crate::support::server::TestServer;

fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

on_both! {
    async fn a_filter_means_what_it_means_in_a_query(db: TestDb) {
        let server = TestServer::filled(&db).await;
        let mut sizes = Vec::new();
        for filter in [
            json!({}),
            json!({ "kinds": ["EXECUTION_CLAUSE", "RESERVED_SIAE"], "minConfidence": "MEDIUM" }),
            json!({ "text": "nettoyage", "isOpen": true }),
            json!({ "near": { "commune": "34172", "radiusKm": 30 }, "eligibleFor": ["EI"] }),
            json!({ "amount": { "from": 10_000.5, "includeUnknown": true }, "cpv": ["9091"] }),
            json!({ "published": { "from": "2026-11-01" }, "deadline": { "to": "2026-12-31T00:00:00Z" } }),
        ] {
            let query = "query ($filter: LotFilter) { lots(filter: $filter, first: 100) { totalCount nodes { id } } }";
            let body = json!({ "query": query, "variables": { "filter": filter } });
            let answer = server.post(&body).await.json();
            let lots = &answer["data"]["lots"];
            let reply = server.get(&format!("/export/lots.csv?filter={}", encoded(&filter.to_string()))).await;
            assert_eq!(reply.status, 200, "{}", reply.text());
            let rows = table(&reply.bytes);
            assert_eq!(lots["totalCount"], rows.len(), "{filter}: {answer}");
            sizes.push(rows.len());
        }
        sizes.sort_unstable();
        sizes.dedup();
        assert!(sizes.len() > 3, "filters that tell lots apart: {sizes:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_say_what_they_are() {
    let db = TestDb::sqlite().await;
    let server = TestServer::filled(&db).await;
    for (file, media, kept) in [
        ("lots.csv", "text/csv; charset=utf-8; header=present", "passerelle-lots-2026-11-23.csv"),
        ("lots.parquet", "application/vnd.apache.parquet", "passerelle-lots-2026-11-23.parquet"),
        ("releases.json", "application/json", "passerelle-releases-2026-11-23.json"),
        ("releases.jsonl", "application/jsonl", "passerelle-releases-2026-11-23.jsonl"),
        ("records.json", "application/json", "passerelle-records-2026-11-23.json"),
        ("records.jsonl", "application/jsonl", "passerelle-records-2026-11-23.jsonl"),
    ] {
        let reply = server.get(&format!("/export/{file}")).await;
        assert_eq!((reply.status, reply.header("content-type")), (200, media), "{file}");
        let disposition = format!("attachment; filename=\"{kept}\"");
        assert_eq!(reply.header("content-disposition"), disposition);
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert!(reply.bytes.len() > 1_000, "{file}");
        let nothing = encoded(r#"{"published": {"from": "2100-01-01"}}"#);
        let reply = server.get(&format!("/export/{file}?filter={nothing}")).await;
        assert_eq!(reply.status, 200, "{file}");
        assert_eq!(reply.bytes.is_empty(), file.ends_with("jsonl"), "{file}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_answered_is_said_before_the_first_byte() {
    let db = TestDb::sqlite().await;
    let server = TestServer::filled(&db).await;
    for (path, status, said) in [
        ("lots.xls".to_owned(), 404, "files: lots.csv, lots.parquet"),
        ("lots.csv?filters=%7B%7D".to_owned(), 400, "unknown field `filters`"),
        ("lots.csv?filter=34".to_owned(), 400, "not a JSON object; write it like"),
        (format!("lots.csv?filter={}", encoded(r#"{"kinds":["X"]}"#)), 400, "filter.kinds.0"),
        (
            format!("records.json?filter={}", encoded(r#"{"departments":["99"]}"#)),
            400,
            "`99` is not a department",
        ),
        ("records.json?ocid=ocds-1".to_owned(), 400, "`ocds-1` is not an OCID"),
    ] {
        let reply = server.get(&format!("/export/{path}")).await;
        assert_eq!((reply.status, reply.header("content-type")), (status, "application/json"));
        let message = reply.json()["errors"][0]["message"].clone();
        assert!(
            message.as_str().is_some_and(|message| message.contains(said)),
            "{path}: {message}"
        );
    }
    assert_eq!(server.send(Method::POST, "/export/lots.csv", &[], "").await.status, 405);
}

on_both! {
    async fn a_record_links_to_releases_that_are_there(db: TestDb) {
        let server = TestServer::filled(&db).await;
        let records = server.get("/export/records.json").await.json();
        let mut followed = 0;
        for record in records["records"].as_array().expect("records").iter().take(5) {
            for link in record["releases"].as_array().expect("releases") {
                let url = link["url"].as_str().expect("an address");
                let (page, id) = url.split_once('#').expect("a fragment");
                let path = page.strip_prefix("http://127.0.0.1:8000").expect("of this server");
                let package = server.get(path).await.json();
                assert_eq!(package["uri"], page);
                let releases = package["releases"].as_array().expect("releases");
                let release = releases.iter().find(|release| release["id"] == id);
                let release = release.unwrap_or_else(|| panic!("no {id} in {package}"));
                assert_eq!(
                    (&release["ocid"], &release["date"], &release["tag"]),
                    (&record["ocid"], &link["date"], &link["tag"])
                );
                followed += 1;
            }
        }
        assert!(followed >= 5, "{followed}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_extension_that_packages_name_is_there() {
    let db = TestDb::sqlite().await;
    let server = TestServer::with(&db, |config| {
        config.export.public_url = "https://lots.example.fr/base/".parse().expect("an address");
        config.export.ocid_prefix = "ocds-abc123".to_owned();
    })
    .await;
    server.fill().await;
    let package = server.get("/export/releases.json").await.json();
    let ours = package["extensions"].as_array().and_then(|all| all.last()).expect("extensions");
    assert_eq!(ours, "https://lots.example.fr/base/ocds/extension.json");
    let ocid = package["releases"][0]["ocid"].as_str().expect("an OCID");
    assert!(ocid.starts_with("ocds-abc123-"), "{ocid}");
    let extension = server.get("/ocds/extension.json").await.json();
    let schema = extension["schemas"][0].as_str().expect("a schema").to_owned();
    let schema = server.get(&format!("/ocds/{schema}")).await.json();
    let fields = schema["definitions"]["Lot"]["properties"].as_object().expect("fields").clone();
    let told = package["releases"].as_array().expect("releases").iter();
    let lots: Vec<&Value> =
        told.filter_map(|release| release["tender"]["lots"].as_array()).flatten().collect();
    for field in fields.keys() {
        assert!(lots.iter().any(|lot| lot.get(field).is_some()), "no lot has `{field}`");
    }
    assert_eq!(server.get("/ocds/other.json").await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_caller_does_not_stop_the_others() {
    let db = TestDb::sqlite().await;
    let busy = TestServer::with(&db, |config| config.limits.exports = 0).await;
    let reply = busy.get("/export/lots.csv").await;
    assert_eq!((reply.status, reply.header("retry-after")), (503, "30"));
    assert!(reply.text().contains("too many files"), "{}", reply.text());

    let server = TestServer::with(&db, |config| config.limits.exports = 1).await;
    server.fill().await;
    for _ in 0..3 {
        let reply = server.get("/export/records.json").await;
        assert_eq!(reply.status, 200, "a place is given back: {}", reply.text());
    }

    let hurried = TestServer::with(&db, |config| config.limits.export_seconds = 0).await;
    let reply = hurried.get("/export/lots.csv").await;
    assert_eq!((reply.status, reply.header("content-type")), (500, "application/json"));
}
