//! The pages: built from `web/`, embedded, served without asking any other host.
//!
//! File names are stable, so browsers ask each time with their `ETag` and get 304. Each file is
//! compressed once, when it is first asked for.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{Arc, LazyLock, Mutex};

use flate2::Compression;
use flate2::write::GzEncoder;
use poem::http::{HeaderMap, StatusCode, header};
use poem::web::Path;
use poem::{IntoResponse as _, Request, Response, handler};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "web/dist/"]
struct Dist;

const GRAPHIQL_POLICY: &str = include_str!("../../web/csp/graphiql.txt");
const HOME_POLICY: &str = include_str!("../../web/csp/home.txt");

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("ttf") => "font/ttf",
        _ => "text/plain; charset=utf-8",
    }
}

/// A file compressed, kept for the life of the process: a dozen files, two megabytes.
fn compressed(name: &str, bytes: &[u8]) -> Option<Arc<Vec<u8>>> {
    static FILES: LazyLock<Mutex<HashMap<String, Arc<Vec<u8>>>>> = LazyLock::new(Mutex::default);
    if let Some(known) = FILES.lock().ok()?.get(name) {
        return Some(Arc::clone(known));
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).ok()?;
    let made = Arc::new(encoder.finish().ok()?);
    FILES.lock().ok()?.insert(name.to_owned(), Arc::clone(&made));
    Some(made)
}

/// The members of a header that is a list.
fn list(headers: &HeaderMap, name: header::HeaderName) -> impl Iterator<Item = &str> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim)
}

/// Whether the browser has the file already. A proxy that compresses makes a tag weak.
fn knows(headers: &HeaderMap, tag: &str) -> bool {
    list(headers, header::IF_NONE_MATCH)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    list(headers, header::ACCEPT_ENCODING).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>);
        name.trim().eq_ignore_ascii_case("gzip") && weight.is_ok_and(|weight| weight > 0.0)
    })
}

fn serve(request: &Request, name: &str, policy: &'static str) -> Response {
    // A build that is not for release reads the folder: names do not lead out of theirs.
    let Some(file) = Some(name).filter(|name| !name.contains("..")).and_then(Dist::get) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let hash = file.metadata.sha256_hash();
    let tag: String = hash.iter().take(12).fold(String::from("\""), |mut tag, byte| {
        use std::fmt::Write as _;
        let _ = write!(tag, "{byte:02x}");
        tag
    });
    let tag = format!("{tag}\"");
    let response = Response::builder()
        .header(header::ETAG, tag.as_str())
        .header(header::CACHE_CONTROL, "no-cache")
        .header(header::VARY, "Accept-Encoding")
        .header(header::CONTENT_SECURITY_POLICY, policy.trim())
        .header(header::REFERRER_POLICY, "no-referrer");
    if knows(request.headers(), &tag) {
        return response.status(StatusCode::NOT_MODIFIED).finish();
    }
    let response = response.content_type(media_type(name));
    if takes_gzip(request.headers())
        && let Some(bytes) = compressed(name, &file.data)
    {
        return response.header(header::CONTENT_ENCODING, "gzip").body(bytes.as_ref().clone());
    }
    match file.data {
        Cow::Borrowed(bytes) => response.body(bytes),
        Cow::Owned(bytes) => response.body(bytes),
    }
}

/// The home page.
#[handler]
pub(crate) fn home(request: &Request) -> Response {
    serve(request, "index.html", HOME_POLICY)
}

/// A file of the home page.
#[handler]
pub(crate) fn home_asset(request: &Request, Path(file): Path<String>) -> Response {
    serve(request, &format!("assets/{file}"), HOME_POLICY)
}

/// Licences of what the pages embed.
#[handler]
pub(crate) fn licences(request: &Request) -> Response {
    serve(request, "licences.txt", HOME_POLICY)
}

/// GraphiQL.
#[handler]
pub(crate) fn graphiql(request: &Request) -> Response {
    serve(request, "graphiql/index.html", GRAPHIQL_POLICY)
}

/// A file of GraphiQL.
#[handler]
pub(crate) fn graphiql_asset(request: &Request, Path(file): Path<String>) -> Response {
    serve(request, &format!("graphiql/assets/{file}"), GRAPHIQL_POLICY)
}
