//! APProch as a feed: the whole table in one export, split into a document a project.
//!
//! The table changes in place and knows no day of publication, so a reading is of all of it:
//! eleven thousand projects in August 2026, more than pages of records reach. An export does not
//! say how many projects belong to it, so they are counted first. A project that did not change
//! has the same bytes and is kept once.

use std::sync::Arc;

use chrono::NaiveDate;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

use crate::clock::Clock;
use crate::domain::source::{APPROCH, FeedInfo};
use crate::feeds::document::{Digest, Format, RawDocument};
use crate::feeds::{Day, Feed, FetchedResource, Recall, Via};
use crate::net::feed::{FeedClient, FetchError, Fetched};

/// What is asked for of a project: what the decoder reads, and no person.
const COLUMNS: &str = "code,libelle,statut,description,siren_de_l_entite_acheteuse,\
    categorie_d_achat,code_s_cpv,date_previsionnelle_de_publication,\
    date_cible_de_remise_des_offres,type_de_procedure,lien_vers_la_consultation,\
    montant_estime_du_marche,duree_previsionnelle_du_marche,departement_s_d_execution_du_marche,\
    marche_reserve,considerations_sociales,considerations_environnementales,\
    a_publier_sur_le_site_du_marche_de_l_inclusion";

/// Reads the table of projects.
#[derive(Debug)]
pub struct ApprochFeed {
    client: Arc<FeedClient>,
    clock: Arc<dyn Clock>,
    base: Url,
}

/// An export as it came.
struct Export {
    projects: Vec<Vec<u8>>,
    digest: Digest,
}

impl Export {
    /// Reads an export strictly: an error text inside a 200, or an array that was cut, is none.
    fn read(bytes: &[u8]) -> Result<Self, String> {
        let projects: Vec<&RawValue> = serde_json::from_slice(bytes).map_err(|error| {
            let tail = &bytes[bytes.len().saturating_sub(120)..];
            format!("not a list of projects ({error}): …{}", String::from_utf8_lossy(tail))
        })?;
        let projects = projects.into_iter().map(|project| project.get().into()).collect();
        Ok(Self { projects, digest: Digest::of(bytes) })
    }
}

/// The number of records that a page announces.
fn total(bytes: &[u8]) -> Result<usize, String> {
    #[derive(Deserialize)]
    struct Page {
        total_count: usize,
    }
    let page: Page = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    Ok(page.total_count)
}

impl ApprochFeed {
    /// Reads the table at `base`, for example
    /// `https://data.economie.gouv.fr/api/explore/v2.1/catalog/datasets/projets-dachats-publics`.
    pub fn new(client: Arc<FeedClient>, clock: Arc<dyn Clock>, base: Url) -> Self {
        Self { client, clock, base }
    }

    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }

    async fn count(&self) -> Result<usize, FetchError> {
        let mut url = self.url(&["records"]);
        url.query_pairs_mut().append_pair("select", "code").append_pair("limit", "1");
        match self.client.get(&url, None, |bytes| total(&bytes)).await? {
            Fetched::New(total, _) => Ok(total),
            // Nothing conditional was asked.
            Fetched::NotModified => Ok(0),
        }
    }

    async fn read(&self, recall: Recall<'_>) -> Day {
        let mut read = Day::empty(Via::Api);
        match self.count().await {
            Ok(count) => read.listed = count,
            Err(error) => {
                read.error = Some(error);
                return read;
            }
        }
        let origin = self.url(&["exports", "json"]);
        let mut url = origin.clone();
        url.query_pairs_mut().append_pair("select", COLUMNS);
        let known = recall(vec![url.to_string()]).await;
        let validators = known.get(url.as_str()).map(|(validators, _)| validators);
        let export = self.client.get(&url, validators, |bytes| Export::read(&bytes)).await;
        let (export, validators) = match export {
            Ok(Fetched::New(export, validators)) => (export, validators),
            Ok(Fetched::NotModified) => {
                read.is_as_before = true;
                return read;
            }
            Err(error) => {
                read.error = Some(error);
                return read;
            }
        };
        let now = self.clock.now();
        let came = export.projects.len();
        read.documents.extend(export.projects.into_iter().map(|bytes| RawDocument {
            format: Format::ApprochProject,
            bytes,
            received_at: now,
            origin: origin.to_string(),
        }));
        if came != read.listed || came == 0 {
            // None at all is a table that is being made anew, not the end of planning.
            read.defect = Some(format!("{came} projects came, the table counts {}", read.listed));
            return read;
        }
        let digest = export.digest.to_hex();
        read.table = Some(FetchedResource { url: url.to_string(), validators, digest });
        read
    }
}

impl Feed for ApprochFeed {
    fn info(&self) -> FeedInfo {
        APPROCH
    }

    fn read_day<'a>(&'a self, _day: NaiveDate, recall: Recall<'a>) -> BoxFuture<'a, Day> {
        Box::pin(self.read(recall))
    }

    fn requests(&self) -> u64 {
        self.client.requests()
    }
}
