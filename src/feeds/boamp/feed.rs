//! BOAMP as a feed: the API first, the flux where the API fails.
//!
//! The API proves a day: as many notices came as it announced, even none. The flux proves one only
//! where it lists notices, all that the API brought or announced among them.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;
use futures_util::future::BoxFuture;

use super::api::{ApiDay, BoampApi};
use super::flux::BoampFlux;
use crate::domain::source::{BOAMP, FeedInfo};
use crate::feeds::{Day, Feed, Recall, Via};
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
            let Some(flux) = &self.flux else {
                return by_api.map_or_else(nothing, |api| api.day);
            };
            let trouble = match by_api {
                Some(api) if api.day.is_whole() => return api.day,
                Some(ref api) => api.day.shortfall(),
                None => None,
            };
            if let Some(trouble) = &trouble {
                tracing::warn!(%day, trouble, "the API failed; reading the DILA flux");
            }
            let none = BTreeSet::new();
            let brought = by_api.as_ref().map_or(&none, |api| &api.ids);
            let (by_flux, listed) = flux.read_day(day, brought, recall).await;
            match by_api {
                Some(api) => both(api, by_flux, &listed),
                None => by_flux,
            }
        })
    }

    fn requests(&self) -> u64 {
        self.client.requests()
    }
}

/// A feed without any source knows nothing.
fn nothing() -> Day {
    Day { defect: Some("neither the API nor the flux is set".to_owned()), ..Day::empty(Via::Api) }
}

/// What both brought. It is whole when the flux is, and lists all that the API knows of.
fn both(api: ApiDay, flux: Day, listed: &BTreeSet<String>) -> Day {
    let ApiDay { day: mut all, ids } = api;
    let trouble = all.shortfall().unwrap_or_default();
    let contradicted = !ids.is_subset(listed) || listed.len() < all.listed;
    let beside = match flux.shortfall() {
        Some(trouble) => Some(trouble),
        None if contradicted => Some(format!(
            "the flux lists {} notices, the API gave {} of {}",
            listed.len(),
            ids.len(),
            all.listed
        )),
        None => None,
    };
    // No source answered: the error of the API says so. Else one did, and what it lacks is told.
    let is_away = all.error.is_some() && flux.error.is_some();
    all.error = all.error.filter(|_| is_away);
    all.defect = beside.map(|beside| format!("{trouble}; {beside}"));
    all.via = Via::Flux;
    all.listed = listed.len();
    all.documents.extend(flux.documents);
    all.unchanged = flux.unchanged;
    all.resources = flux.resources;
    all.written = flux.written;
    all
}
