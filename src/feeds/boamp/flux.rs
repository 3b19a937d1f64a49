//! The DILA flux, the second source: one XML file a notice in one folder a day.
//!
//! `{base}/{yyyy}/{mm}/{dd}/` is an Apache index of `{idweb}.xml` files. Files are asked for
//! conditionally, so that reading a day again costs little.
//!
//! What is not there proves nothing: a folder that answers 404 may be a day without notices, a day
//! not yet filled or a flux that moved. So the flux alone never shows that a day is empty.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use futures_util::stream::{self, StreamExt as _};
use regex::Regex;
use url::Url;

use crate::clock::Clock;
use crate::domain::deadline::start_of_day_in_paris;
use crate::feeds::document::{Format, RawDocument};
use crate::feeds::{Day, FetchedResource, Recall, Validators, Via};
use crate::net::feed::{FeedClient, Fetched};

static LINK: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "a constant pattern, compiled by every test run")]
    Regex::new(r#"(?i)href="(\d{2}-\d{1,7})\.xml""#).expect("a valid pattern")
});

/// Reads days by the flux.
#[derive(Debug)]
pub struct BoampFlux {
    client: Arc<FeedClient>,
    clock: Arc<dyn Clock>,
    base: Url,
}

impl BoampFlux {
    /// Reads by the flux at `base`, for example `https://echanges.dila.gouv.fr/OPENDATA/BOAMP`.
    pub fn new(client: Arc<FeedClient>, clock: Arc<dyn Clock>, base: Url) -> Self {
        Self { client, clock, base }
    }

    fn folder(&self, day: NaiveDate) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty()
                .push(&format!("{:04}", day.year()))
                .push(&format!("{:02}", day.month()))
                .push(&format!("{:02}", day.day()))
                .push("");
        }
        url
    }

    /// The notices published on a day, without those that the API has brought already. Gives the
    /// identifiers that the index lists, those included, with what was read.
    pub async fn read_day(
        &self,
        day: NaiveDate,
        brought: &BTreeSet<String>,
        recall: Recall<'_>,
    ) -> (Day, BTreeSet<String>) {
        let mut read = Day::empty(Via::Flux);
        let folder = self.folder(day);
        let index = self.client.get(&folder, None, |bytes| names(&bytes)).await;
        let names = match index {
            Ok(Fetched::New(names, _)) => names,
            Ok(Fetched::NotModified) => BTreeSet::new(),
            Err(error) if error.is_not_found() => {
                read.defect = Some(format!("the flux has no folder {folder}"));
                return (read, BTreeSet::new());
            }
            Err(error) => {
                read.error = Some(error);
                return (read, BTreeSet::new());
            }
        };
        if names.is_empty() {
            read.defect = Some(format!("the flux lists nothing in {folder}"));
        }
        let missing = || names.iter().filter(|name| !brought.contains(*name));
        read.listed = missing().count();
        let file = |name: &String| folder.join(&format!("{name}.xml")).ok();
        let urls: Vec<Url> = missing().filter_map(file).collect();
        let known = recall(urls.iter().map(Url::to_string).collect()).await;
        let fetch = |url: Url| async {
            let before = known.get(url.as_str());
            let validators = before.map(|(validators, _)| validators);
            let fetched = self.client.get(&url, validators, whole_xml).await;
            (url, before, fetched)
        };
        let mut fetching = stream::iter(urls).map(fetch).buffered(self.client.at_once());
        while let Some((url, before, fetched)) = fetching.next().await {
            match fetched {
                Ok(Fetched::New(bytes, validators)) => {
                    let written_at = match before {
                        // It says something else than last time: that is news.
                        Some(_) => self.clock.now(),
                        None => written_at(&validators, day).min(self.clock.now()),
                    };
                    let document = RawDocument {
                        format: Format::BoampXml,
                        bytes,
                        received_at: self.clock.now(),
                        origin: url.to_string(),
                    };
                    let digest = document.digest().to_hex();
                    read.resources.push(FetchedResource {
                        url: url.to_string(),
                        validators,
                        digest: digest.clone(),
                    });
                    if before.is_some_and(|(_, known)| *known == digest) {
                        read.unchanged.push(digest);
                    } else {
                        read.written.insert(digest, written_at);
                        read.documents.push(document);
                    }
                }
                Ok(Fetched::NotModified) => {
                    read.unchanged.extend(before.map(|(_, digest)| digest.clone()));
                }
                Err(error) if error.is_not_found() => {
                    // Withdrawn since, then the next index says so; or lost, then it is missed.
                    read.defect = Some(format!("the flux lists {url}, which is not there"));
                }
                Err(error) => {
                    read.error = Some(error);
                    return (read, names);
                }
            }
        }
        (read, names)
    }
}

/// When a file that is read for the first time was written: as the server says, else on its day.
fn written_at(validators: &Validators, day: NaiveDate) -> DateTime<Utc> {
    let said = validators.last_modified.as_deref();
    said.and_then(|text| DateTime::parse_from_rfc2822(text).ok())
        .map_or_else(|| start_of_day_in_paris(day), |at| at.with_timezone(&Utc))
}

/// The identifiers of the files in an index.
fn names(bytes: &[u8]) -> Result<BTreeSet<String>, String> {
    let html = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    if !html.to_ascii_lowercase().contains("</html>") {
        return Err("the index is cut: it has no end".to_owned());
    }
    Ok(LINK.captures_iter(html).map(|found| found[1].to_owned()).collect())
}

/// A file that ends with its root's end tag.
fn whole_xml(bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    let tail = &bytes[bytes.len().saturating_sub(200)..];
    let tail = String::from_utf8_lossy(tail);
    if tail.trim_end().ends_with("ann>") || tail.trim_end().ends_with("ANNONCE>") {
        Ok(bytes)
    } else {
        Err("the file is cut: its root element does not end".to_owned())
    }
}
