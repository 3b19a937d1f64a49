//! TED as a feed: the numbers of a day by the Search API, then each notice as XML.

use std::sync::Arc;

use chrono::{Days, NaiveDate};
use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt as _};
use url::Url;

use super::search::SearchApi;
use crate::clock::Clock;
use crate::domain::deadline::paris_day;
use crate::domain::source::{FeedInfo, TED};
use crate::feeds::document::RawDocument;
use crate::feeds::{Day, Feed, FetchedResource, Recall, Via, recognise};
use crate::net::feed::{FeedClient, Fetched};

/// Days after publication on which a notice that is known is asked for again, in case its file was
/// put right. What the Official Journal has published does not change: a change is a new notice.
const FRESH: Days = Days::new(2);

/// Reads TED.
#[derive(Debug)]
pub struct TedFeed {
    client: Arc<FeedClient>,
    clock: Arc<dyn Clock>,
    search: SearchApi,
    site: Url,
}

impl TedFeed {
    /// Reads notices at `site`, for example `https://ted.europa.eu`.
    pub fn new(
        client: Arc<FeedClient>,
        clock: Arc<dyn Clock>,
        search: SearchApi,
        site: Url,
    ) -> Self {
        Self { client, clock, search, site }
    }

    fn notice_url(&self, number: &str) -> Url {
        let mut url = self.site.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["en", "notice", number, "xml"]);
        }
        url
    }

    async fn read(&self, day: NaiveDate, recall: Recall<'_>) -> Day {
        let mut read = Day::empty(Via::Api);
        let listed = self.search.list(day).await;
        read.listed = listed.numbers.len();
        read.defect = listed.defect;
        read.error = listed.error;
        let urls: Vec<Url> = listed.numbers.iter().map(|number| self.notice_url(number)).collect();
        let known = recall(urls.iter().map(Url::to_string).collect()).await;
        let is_fresh = paris_day(self.clock.now()) <= day.checked_add_days(FRESH).unwrap_or(day);
        let mut wanted = Vec::new();
        for url in urls {
            match known.get(url.as_str()).filter(|_| !is_fresh) {
                Some((_, digest)) => read.unchanged.push(digest.clone()),
                None => wanted.push(url),
            }
        }
        let fetch = |url: Url| async {
            let before = known.get(url.as_str());
            let validators = before.map(|(validators, _)| validators);
            let fetched = self.client.get(&url, validators, whole_xml).await;
            (url, before, fetched)
        };
        let mut fetching = stream::iter(wanted).map(fetch).buffered(self.client.at_once());
        while let Some((url, before, fetched)) = fetching.next().await {
            match fetched {
                Ok(Fetched::New(bytes, validators)) => {
                    let origin = url.to_string();
                    let now = self.clock.now();
                    let Some(document) = document(&bytes, &origin, now) else { continue };
                    read.resources.push(FetchedResource {
                        url: origin,
                        validators,
                        digest: document.digest().to_hex(),
                    });
                    read.documents.push(document);
                }
                Ok(Fetched::NotModified) => {
                    read.unchanged.extend(before.map(|(_, digest)| digest.clone()));
                }
                Err(error) if error.is_not_found() => {
                    // Listed before its file is there, or lost: the day is read again.
                    read.defect = Some(format!("{url} is listed and not there"));
                }
                Err(error) => {
                    read.error = Some(error);
                    break;
                }
            }
        }
        read
    }
}

/// The document of one file, recognised by its content.
fn document(bytes: &[u8], origin: &str, now: chrono::DateTime<chrono::Utc>) -> Option<RawDocument> {
    recognise::split(bytes, origin, now).into_iter().next()
}

impl Feed for TedFeed {
    fn info(&self) -> FeedInfo {
        TED
    }

    fn read_day<'a>(&'a self, day: NaiveDate, recall: Recall<'a>) -> BoxFuture<'a, Day> {
        Box::pin(self.read(day, recall))
    }

    fn requests(&self) -> u64 {
        self.client.requests()
    }
}

/// A file that is XML and ends with an end tag of its root: neither an error page nor cut.
fn whole_xml(bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    let tail = String::from_utf8_lossy(&bytes[bytes.len().saturating_sub(200)..]).into_owned();
    let tail = tail.trim_end();
    let is_whole =
        tail.ends_with('>') && ["Notice>", "TED_EXPORT>"].iter().any(|end| tail.ends_with(end));
    if is_whole { Ok(bytes) } else { Err("the file is cut, or is no notice".to_owned()) }
}
