//! The BOAMP API: Opendatasoft Explore v2.1, dataset `boamp`.
//!
//! A day is read with `limit` and `offset`: at most 414 notices were seen in one, far from the wall
//! at 10,000. The order is total (`order_by=idweb`), and a day counts as whole only when as many
//! different notices came as `total_count` says on every page: an edit between two pages would
//! otherwise push a notice from one page to the next unseen. What a server announces is never
//! trusted to end the reading: a page that brings nothing new ends it, and so does the wall.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::value::RawValue;
use url::Url;

use crate::clock::Clock;
use crate::feeds::document::{Format, RawDocument};
use crate::feeds::{Day, Via};
use crate::net::feed::{FeedClient, Fetched};

/// Records asked for at once: the most the API gives.
const PAGE: usize = 100;
/// The API refuses to give what comes after so many records.
const WALL: usize = 10_000;
/// Times a day is read again when its pages do not fit together.
const READINGS: u32 = 3;

/// Reads days by the API.
#[derive(Debug)]
pub struct BoampApi {
    client: Arc<FeedClient>,
    clock: Arc<dyn Clock>,
    base: Url,
    page_size: usize,
}

/// A day as the API gave it.
#[derive(Debug)]
pub struct ApiDay {
    /// What came; its `listed` is the largest total that a page announced.
    pub day: Day,
    /// Identifiers of the notices that came.
    pub ids: BTreeSet<String>,
}

/// One page as the API sends it.
struct Listing {
    total: usize,
    records: Vec<Record>,
}

struct Record {
    /// Nothing when the record does not say it.
    idweb: Option<String>,
    bytes: Vec<u8>,
}

impl Listing {
    /// Reads a page strictly: an error text inside a 200, or an array that was cut, is no page.
    fn read(bytes: &[u8]) -> Result<Self, String> {
        #[derive(serde::Deserialize)]
        struct Body<'a> {
            total_count: usize,
            #[serde(borrow)]
            results: Vec<&'a RawValue>,
        }
        #[derive(serde::Deserialize)]
        struct Identity {
            idweb: String,
        }
        let body: Body<'_> = serde_json::from_slice(bytes).map_err(|error| {
            let start: String = String::from_utf8_lossy(bytes).chars().take(120).collect();
            format!("not a page of records ({error}): {start}")
        })?;
        let records = body.results.into_iter().map(|raw| {
            let text = raw.get();
            // A record without idweb is kept too: its decoder says what is wrong with it.
            let idweb = serde_json::from_str::<Identity>(text).map(|record| record.idweb).ok();
            Record { idweb, bytes: text.into() }
        });
        Ok(Self { total: body.total_count, records: records.collect() })
    }
}

impl BoampApi {
    /// Reads by the API at `base`, for example
    /// `https://boamp-datadila.opendatasoft.com/api/explore/v2.1/catalog/datasets/boamp`.
    pub fn new(client: Arc<FeedClient>, clock: Arc<dyn Clock>, base: Url) -> Self {
        Self { client, clock, base, page_size: PAGE }
    }

    /// Asks for smaller pages.
    #[must_use]
    pub fn with_page_size(mut self, page_size: usize) -> Self {
        self.page_size = page_size.clamp(1, PAGE);
        self
    }

    fn page_url(&self, day: NaiveDate, offset: usize) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push("records");
        }
        url.query_pairs_mut()
            .append_pair("where", &format!("dateparution=date'{day}'"))
            .append_pair("order_by", "idweb")
            .append_pair("limit", &self.page_size.to_string())
            .append_pair("offset", &offset.to_string());
        url
    }

    /// All notices published on a day. What could be read is given even when the day is not whole.
    pub async fn read_day(&self, day: NaiveDate) -> ApiDay {
        let mut best = ApiDay { day: Day::empty(Via::Api), ids: BTreeSet::new() };
        for reading in 1..=READINGS {
            let read = self.read_day_once(day).await;
            let is_whole = read.day.is_whole();
            let is_lost = read.day.error.is_some();
            if is_whole || reading == 1 || read.day.documents.len() >= best.day.documents.len() {
                best = read;
            }
            // After an error the client has tried again already: reading once more would not help.
            if is_whole || is_lost {
                break;
            }
            tracing::warn!(%day, reading, "pages of the day do not fit together; reading it again");
        }
        best
    }

    async fn read_day_once(&self, day: NaiveDate) -> ApiDay {
        let mut read = Day::empty(Via::Api);
        let mut ids = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut offset = 0;
        let mut totals = BTreeSet::new();
        loop {
            if offset + self.page_size > WALL {
                read.defect = Some(format!(
                    "the pages announced {totals:?} notices; the API gives at most {WALL} of a day"
                ));
                return ApiDay { day: read, ids };
            }
            let url = self.page_url(day, offset);
            let page = match self.client.get(&url, None, |bytes| Listing::read(&bytes)).await {
                Ok(Fetched::New(page, _)) => page,
                Ok(Fetched::NotModified) => break,
                Err(error) => {
                    read.error = Some(error);
                    return ApiDay { day: read, ids };
                }
            };
            totals.insert(page.total);
            read.listed = read.listed.max(page.total);
            let received = page.records.len();
            let known = seen.len();
            for record in page.records {
                // A record without idweb is told apart by its bytes.
                let key = record.idweb.clone().map_or_else(|| Err(record.bytes.clone()), Ok);
                if seen.insert(key) {
                    ids.extend(record.idweb);
                    read.documents.push(RawDocument {
                        format: Format::BoampRecord,
                        bytes: record.bytes,
                        received_at: self.clock.now(),
                        origin: url.to_string(),
                    });
                }
            }
            offset += received;
            if seen.len() == known || offset >= page.total {
                break;
            }
        }
        if totals.len() > 1 || seen.len() != read.listed {
            read.defect =
                Some(format!("{} notices came, the pages announced {totals:?}", seen.len()));
        }
        ApiDay { day: read, ids }
    }
}
