//! DECP as a feed: the rows of the consolidated table published on a day, by the API for tables of
//! data.gouv.fr.
//!
//! The table is made anew every day. Columns that change with every edition (the number of the
//! row, the months that remain) are not asked for: a contract that did not change has the same
//! bytes every day and is kept once. The API sorts by the number of the row, so pages of one
//! edition fit together; an edition that comes between two pages changes the total or the page
//! number, and the day is read again.

use std::sync::Arc;

use chrono::NaiveDate;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

use crate::clock::Clock;
use crate::domain::source::{DECP, FeedInfo};
use crate::feeds::document::{Format, RawDocument};
use crate::feeds::{Day, Feed, Recall, Via};
use crate::net::feed::{FeedClient, Fetched};

/// Rows asked for at once: the most the API gives.
const PAGE: usize = 200;
/// Most pages of a day: two hundred thousand rows, ten times the largest day known.
const MOST_PAGES: usize = 1_000;
/// Times a day is read again when its pages do not fit together.
const READINGS: u32 = 3;

/// The columns that say something of a contract.
const COLUMNS: &str = "uid,id,nature,acheteur_id,acheteur_nom,titulaire_id,\
    titulaire_typeIdentifiant,titulaire_nom,objet,montant,type,codeCPV,procedure,techniques,\
    dureeMois,offresRecues,dateNotification,datePublicationDonnees,formePrix,typesPrix,\
    attributionAvance,tauxAvance,marcheInnovant,modalitesExecution,considerationsSociales,\
    considerationsEnvironnementales,ccag,sousTraitanceDeclaree,typeGroupementOperateurs,origineUE,\
    origineFrance,lieuExecution_code,lieuExecution_typeCode,idAccordCadre,modification_id,\
    donneesActuelles,sourceDataset";

/// Reads the consolidated table of DECP.
#[derive(Debug)]
pub struct DecpFeed {
    client: Arc<FeedClient>,
    clock: Arc<dyn Clock>,
    /// Address of the rows of the table.
    rows: Url,
    page_size: usize,
}

/// One page as the API sends it.
struct Page {
    rows: Vec<Vec<u8>>,
    total: usize,
}

impl Page {
    /// Reads a page strictly: one that is cut, or another than the one asked for, is no page.
    fn read(bytes: &[u8], number: usize) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Body<'a> {
            #[serde(borrow)]
            data: Vec<&'a RawValue>,
            meta: Meta,
        }
        #[derive(Deserialize)]
        struct Meta {
            page: usize,
            total: usize,
        }
        let body: Body<'_> = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if body.meta.page != number {
            return Err(format!("page {} came for page {number}", body.meta.page));
        }
        let rows = body.data.into_iter().map(|row| row.get().as_bytes().to_vec());
        Ok(Self { rows: rows.collect(), total: body.meta.total })
    }
}

impl DecpFeed {
    /// Reads the table `resource` at `api`, for example `https://tabular-api.data.gouv.fr/api`.
    pub fn new(
        client: Arc<FeedClient>,
        clock: Arc<dyn Clock>,
        mut api: Url,
        resource: &str,
    ) -> Self {
        if let Ok(mut path) = api.path_segments_mut() {
            path.pop_if_empty().extend(["resources", resource, "data", ""]);
        }
        Self { client, clock, rows: api, page_size: PAGE }
    }

    /// The same with smaller pages.
    #[must_use]
    pub fn with_page_size(mut self, page_size: usize) -> Self {
        self.page_size = page_size.clamp(1, PAGE);
        self
    }

    fn page_url(&self, day: NaiveDate, number: usize) -> Url {
        let mut url = self.rows.clone();
        url.query_pairs_mut()
            .append_pair("datePublicationDonnees__exact", &day.to_string())
            .append_pair("columns", COLUMNS)
            .append_pair("page", &number.to_string())
            .append_pair("page_size", &self.page_size.to_string());
        url
    }

    async fn read(&self, day: NaiveDate) -> Day {
        let mut best = Day::empty(Via::Api);
        for reading in 1..=READINGS {
            let read = self.read_once(day).await;
            let (is_whole, is_lost) = (read.is_whole(), read.error.is_some());
            if is_whole || reading == 1 || read.documents.len() >= best.documents.len() {
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

    async fn read_once(&self, day: NaiveDate) -> Day {
        let mut read = Day::empty(Via::Api);
        let mut totals = Vec::new();
        for number in 1..=MOST_PAGES {
            let url = self.page_url(day, number);
            let page = self.client.get(&url, None, |bytes| Page::read(&bytes, number)).await;
            let page = match page {
                Ok(Fetched::New(page, _)) => page,
                Ok(Fetched::NotModified) => break,
                Err(error) => {
                    read.error = Some(error);
                    return read;
                }
            };
            totals.push(page.total);
            read.listed = read.listed.max(page.total);
            let received = page.rows.len();
            let now = self.clock.now();
            read.documents.extend(page.rows.into_iter().map(|bytes| RawDocument {
                format: Format::DecpJson,
                bytes,
                received_at: now,
                origin: url.to_string(),
            }));
            if received == 0 || read.documents.len() >= page.total {
                break;
            }
        }
        totals.dedup();
        if totals.len() > 1 || read.documents.len() != read.listed {
            let came = read.documents.len();
            read.defect = Some(format!("{came} rows came, the pages announced {totals:?}"));
        }
        read
    }
}

impl Feed for DecpFeed {
    fn info(&self) -> FeedInfo {
        DECP
    }

    fn read_day<'a>(&'a self, day: NaiveDate, _recall: Recall<'a>) -> BoxFuture<'a, Day> {
        Box::pin(self.read(day))
    }

    fn requests(&self) -> u64 {
        self.client.requests()
    }
}
