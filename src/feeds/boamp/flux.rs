//! The DILA flux, the second source: one XML file a notice in one folder a day.
//!
//! `{base}/{yyyy}/{mm}/{dd}/` is an Apache index of `{idweb}.xml` files. Files are asked for
//! conditionally, so that reading a day again costs little.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use chrono::{Datelike, NaiveDate};
use regex::Regex;
use url::Url;

use crate::clock::Clock;
use crate::feeds::document::{Format, RawDocument};
use crate::feeds::{Day, FetchedResource, Recall, Via};
use crate::net::feed::{FeedClient, Fetched};

static LINK: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "a constant pattern, compiled by every test run")]
    Regex::new(r#"(?i)href="(\d{2}-\d{1,7}\.xml)""#).expect("a valid pattern")
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

    /// All notices published on a day.
    pub async fn read_day(&self, day: NaiveDate, recall: Recall<'_>) -> Day {
        let mut read = Day::empty(Via::Flux);
        let folder = self.folder(day);
        let index = self.client.get(&folder, None, |bytes| names(&bytes)).await;
        let names = match index {
            Ok(Fetched::New(names, _)) => names,
            Ok(Fetched::NotModified) => BTreeSet::new(),
            // No folder: nothing was published that day.
            Err(error) if error.is_not_found() => return read,
            Err(error) => {
                read.error = Some(error);
                return read;
            }
        };
        read.listed = names.len();
        let urls: Vec<Url> = names.iter().filter_map(|name| folder.join(name).ok()).collect();
        let known = recall(urls.iter().map(Url::to_string).collect()).await;
        for url in urls {
            let before = known.get(url.as_str());
            let validators = before.map(|(validators, _)| validators);
            match self.client.get(&url, validators, whole_xml).await {
                Ok(Fetched::New(bytes, validators)) => {
                    let document = RawDocument {
                        format: Format::BoampXml,
                        bytes,
                        received_at: self.clock.now(),
                        origin: url.to_string(),
                    };
                    read.resources.push(FetchedResource {
                        url: url.to_string(),
                        validators,
                        digest: document.digest().to_hex(),
                    });
                    read.documents.push(document);
                }
                Ok(Fetched::NotModified) => {
                    read.unchanged.extend(before.map(|(_, digest)| digest.clone()));
                }
                Err(error) if error.is_not_found() => {
                    // Withdrawn between the index and now: not a defect of the day.
                    read.listed -= 1;
                }
                Err(error) => {
                    read.error = Some(error);
                    return read;
                }
            }
        }
        read
    }
}

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
