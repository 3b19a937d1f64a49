//! BOAMP as a feed: the API first, the flux where the API fails.

use std::sync::Arc;

use chrono::NaiveDate;
use futures_util::future::BoxFuture;

use super::api::BoampApi;
use super::flux::BoampFlux;
use crate::domain::source::{BOAMP, FeedInfo};
use crate::feeds::{Day, Feed, Recall};
use crate::net::feed::FeedClient;

/// Reads BOAMP.
#[derive(Debug)]
pub struct BoampFeed {
    client: Arc<FeedClient>,
    api: Option<BoampApi>,
    flux: Option<BoampFlux>,
}

impl BoampFeed {
    /// A feed with one source or two.
    pub fn new(client: Arc<FeedClient>, api: Option<BoampApi>, flux: Option<BoampFlux>) -> Self {
        Self { client, api, flux }
    }
}

impl Feed for BoampFeed {
    fn info(&self) -> FeedInfo {
        BOAMP
    }

    fn read_day<'a>(&'a self, day: NaiveDate, recall: Recall<'a>) -> BoxFuture<'a, Day> {
        Box::pin(async move {
            let by_api = match &self.api {
                Some(api) => Some(api.read_day(day).await),
                None => None,
            };
            match (by_api, &self.flux) {
                (Some(read), _) if read.is_whole() => read,
                (Some(read), None) => read,
                (by_api, Some(flux)) => {
                    if let Some(trouble) = by_api.as_ref().and_then(Day::trouble) {
                        tracing::warn!(%day, trouble, "the API failed; reading the DILA flux");
                    }
                    let by_flux = flux.read_day(day, recall).await;
                    match by_api {
                        Some(api) if !by_flux.is_whole() => fuller(api, by_flux),
                        _ => by_flux,
                    }
                }
                (None, None) => Day::empty(crate::feeds::Via::Api),
            }
        })
    }

    fn requests(&self) -> u64 {
        self.client.requests()
    }
}

/// The reading that brought more.
fn fuller(a: Day, b: Day) -> Day {
    if b.documents.len() > a.documents.len() { b } else { a }
}
