//! The pages and their files: headers, compression, validators, and nothing of another host.

use std::io::Read as _;

use flate2::read::GzDecoder;
use reqwest::Method;

use crate::support::databases::TestDb;
use crate::support::server::TestServer;

const HTML: &str = "text/html; charset=utf-8";

/// What a page names of other files.
fn links(html: &str) -> Vec<String> {
    let link = regex::Regex::new(r#"(?:src|href)="([^"]+)""#).expect("a pattern");
    link.captures_iter(html).map(|found| found[1].to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_come_whole_from_this_server_and_may_ask_no_other() {
    let db = TestDb::sqlite().await;
    let server = TestServer::start(&db).await;
    let mut seen = Vec::new();
    for (path, styles) in [
        ("/", "style-src 'self';"),
        ("/graphiql", "style-src 'self' 'unsafe-inline';"),
        ("/graphiql/", "style-src 'self' 'unsafe-inline';"),
    ] {
        let page = server.get(path).await;
        assert_eq!((page.status, page.header("content-type")), (200, HTML), "{path}");
        let policy = page.header("content-security-policy");
        for part in ["default-src 'none'", "script-src 'self';", styles, "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("http"), "{path}: no other host is allowed: {policy}");
        assert!(!page.text().contains("<script>") && !page.text().contains(" style="), "{path}");
        seen.extend(links(page.text()));
    }
    assert!(seen.len() > 8, "{seen:?}");
    seen.retain(|link| !link.starts_with('#'));
    for link in &seen {
        // A person may follow a link elsewhere; nothing is loaded from there.
        assert!(link.starts_with('/'), "{link} is of another host");
        let path = link.split(['?', '#']).next().expect("a path");
        let reply = server.get(path).await;
        assert_eq!(reply.status, 200, "{link}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{link}");
        if reply.header("content-type").starts_with("text/css") {
            let imports = reply.text().contains("@import") || reply.text().contains("url(http");
            assert!(!imports && !reply.text().contains("url(//"), "{link}");
        }
    }
    for (path, media) in [
        ("/assets/home.css", "text/css; charset=utf-8"),
        ("/assets/home.js", "text/javascript; charset=utf-8"),
        ("/assets/favicon.svg", "image/svg+xml"),
        ("/graphiql/assets/codicon.ttf", "font/ttf"),
        ("/licences.txt", "text/plain; charset=utf-8"),
    ] {
        let reply = server.get(path).await;
        assert_eq!((reply.status, reply.header("content-type")), (200, media), "{path}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(reply.header("access-control-allow-origin"), "", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_are_compressed_when_asked_and_not_sent_twice() {
    let db = TestDb::sqlite().await;
    let server = TestServer::start(&db).await;
    for path in ["/", "/graphiql", "/graphiql/assets/graphql.worker.js", "/assets/home.css"] {
        let plain = server.get(path).await;
        assert_eq!(plain.header("content-encoding"), "", "{path}");
        assert_eq!(plain.header("vary"), "Accept-Encoding", "{path}");
        // Names are stable: a browser asks each time, and mostly gets 304.
        assert_eq!(plain.header("cache-control"), "no-cache", "{path}");
        let zipped = server.send(Method::GET, path, &[("accept-encoding", "br, gzip")], "").await;
        assert_eq!(zipped.header("content-encoding"), "gzip", "{path}");
        assert!(zipped.bytes.len() < plain.bytes.len() * 3 / 4, "{path}");
        let mut unzipped = Vec::new();
        GzDecoder::new(&zipped.bytes[..]).read_to_end(&mut unzipped).expect("gzip");
        assert!(unzipped == plain.bytes, "{path}");
        let refused = [("accept-encoding", "gzip;q=0, identity")];
        let refused = server.send(Method::GET, path, &refused, "").await;
        assert_eq!(refused.header("content-encoding"), "", "{path}: gzip;q=0 means no gzip");

        let tag = plain.header("etag");
        assert!(tag.starts_with('"') && tag.len() > 10, "{path}: {tag}");
        for known in [tag.to_owned(), format!("\"other\", {tag}"), format!("W/{tag}"), "*".into()] {
            let again = server.send(Method::GET, path, &[("if-none-match", &known)], "").await;
            assert_eq!((again.status, again.bytes.len()), (304, 0), "{path} {known}");
            assert_eq!(again.header("etag"), tag);
        }
        let other = server.send(Method::GET, path, &[("if-none-match", "\"other\"")], "").await;
        assert_eq!(other.status, 200, "{path}");
        let head = server.send(Method::HEAD, path, &[], "").await;
        assert_eq!((head.status, head.header("etag"), head.bytes.len()), (200, tag, 0), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_but_the_pages_is_served() {
    let db = TestDb::sqlite().await;
    let server = TestServer::start(&db).await;
    for path in [
        "/assets/nothing.js",
        "/graphiql/assets/nothing.js",
        "/assets/",
        "/assets/../index.html",
        "/assets/..%2findex.html",
        "/assets/%2e%2e%2f%2e%2e%2fREADME.md",
        "/assets/..%2f..%2f..%2fCargo.toml",
        "/assets/..%5c..%5cREADME.md",
        "/assets/%2fetc%2fpasswd",
        "/graphiql/assets/..%2f..%2f..%2f..%2fCargo.toml",
        "/graphiql/assets/..%2findex.html",
        "/../../etc/passwd",
        "//etc/passwd",
        "/assets/%00",
        "/assets/%ff",
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        let answer = server.send_raw(&request).await;
        let status = answer.split(' ').nth(1).unwrap_or("");
        assert!(["404", "400"].contains(&status), "{path}: {answer}");
    }
    for (method, path) in
        [(Method::POST, "/"), (Method::PUT, "/graphql"), (Method::DELETE, "/assets/home.css")]
    {
        assert_eq!(server.send(method, path, &[], "").await.status, 405, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_graphiql_there_is_neither_page_nor_introspection() {
    let db = TestDb::sqlite().await;
    let server = TestServer::with(&db, |config| config.server.graphiql = false).await;
    for path in ["/graphiql", "/graphiql/", "/graphiql/assets/app.js"] {
        assert_eq!(server.get(path).await.status, 404, "{path}");
    }
    assert_eq!(server.get("/").await.status, 200);
    assert!(server.ask("{ __schema { types { name } } }").await["__schema"].is_null());
}
