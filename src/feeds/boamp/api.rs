//! The BOAMP API: Opendatasoft Explore v2.1, dataset `boamp`.
//!
//! A day is read with `limit` and `offset`: at most 414 notices were seen in one, far from the wall
//! at 10,000. The order is total (`order_by=idweb`), and a day counts as whole only when as many
//! different notices came as `total_count` says on every page: an edit between two pages would
//! otherwise push a notice from one page to the next unseen.

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

/// One page as the API sends it.
struct Listing {
    total: usize,
    records: Vec<Record>,
}

struct Record {
    idweb: String,
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
            let idweb = serde_json::from_str::<Identity>(text).map(|record| record.idweb);
            Record { idweb: idweb.unwrap_or_else(|_| text.to_owned()), bytes: text.into() }
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
    pub async fn read_day(&self, day: NaiveDate) -> Day {
        let mut best = Day::empty(Via::Api);
        for reading in 1..=READINGS {
            let read = self.read_day_once(day).await;
            if read.is_whole() {
                return read;
            }
            if read.documents.len() >= best.documents.len() || best.error.is_none() {
                best = read;
            }
            if best.error.is_some() {
                // The client has tried again already; reading the day again would not help.
                break;
            }
            tracing::warn!(%day, reading, "pages of the day do not fit together; reading it again");
        }
        best
    }

    async fn read_day_once(&self, day: NaiveDate) -> Day {
        let mut read = Day::empty(Via::Api);
        let mut seen = BTreeSet::new();
        let mut offset = 0;
        let mut totals = BTreeSet::new();
        loop {
            let url = self.page_url(day, offset);
            let page = match self.client.get(&url, None, |bytes| Listing::read(&bytes)).await {
                Ok(Fetched::New(page, _)) => page,
                Ok(Fetched::NotModified) => break,
                Err(error) => {
                    read.error = Some(error);
                    return read;
                }
            };
            totals.insert(page.total);
            let received = page.records.len();
            for record in page.records {
                if seen.insert(record.idweb) {
                    read.documents.push(RawDocument {
                        format: Format::BoampRecord,
                        bytes: record.bytes,
                        received_at: self.clock.now(),
                        origin: url.to_string(),
                    });
                }
            }
            offset += received;
            if received == 0 || offset >= page.total {
                break;
            }
        }
        let total = totals.last().copied().unwrap_or(0);
        read.listed = total;
        if totals.len() > 1 || seen.len() != total {
            read.defect =
                Some(format!("{} notices came, the pages announced {totals:?}", seen.len()));
        }
        read
    }
}
