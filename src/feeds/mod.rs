//! Sources of notices: one folder a source, each with how to fetch, how to decode, how to map.
//!
//! A feed is read day by day ([`Feed::read_day`]), because most sources publish by day and a day is
//! small; a source that is one small table is read whole. Bytes become [`RawDocument`]s, which
//! [`recognise::decode`] turns into notices. [`markup`] reads XML and BOAMP's JSON as one stream
//! of elements; [`eforms`] is shared by [`boamp`] and [`ted`].

pub mod approch;
pub mod boamp;
pub mod decp;
pub mod document;
pub mod eforms;
pub mod markup;
pub mod prose;
pub mod read;
pub mod recognise;
pub mod ted;
pub mod tree;

use std::collections::HashMap;
use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use futures_util::future::BoxFuture;

use self::document::RawDocument;
use crate::domain::source::FeedInfo;
use crate::net::feed::FetchError;
pub use crate::net::feed::Validators;

/// How a day was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// The source's API.
    Api,
    /// The source's files.
    Flux,
}

/// Validators of a fetched resource, with the digest of the document it gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchedResource {
    /// Its address.
    pub url: String,
    /// What to ask next time.
    pub validators: Validators,
    /// Digest of the document.
    pub digest: String,
}

/// One day of a feed, as far as it could be read.
#[derive(Debug)]
pub struct Day {
    /// How it was read.
    pub via: Via,
    /// The documents received.
    pub documents: Vec<RawDocument>,
    /// Digests of documents that the source says did not change.
    pub unchanged: Vec<String>,
    /// When documents were written, by digest, where that is earlier than they were received.
    pub written: HashMap<String, DateTime<Utc>>,
    /// Validators of what was fetched, a document each.
    pub resources: Vec<FetchedResource>,
    /// Validators of the table that all documents came from; remembered when all are stored.
    pub table: Option<FetchedResource>,
    /// Whether the source says that its table is as it was: nothing is sent then, and everything
    /// that was listed is listed still.
    pub is_as_before: bool,
    /// Notices that the source lists for the day.
    pub listed: usize,
    /// Why the day is not whole although every request was answered.
    pub defect: Option<String>,
    /// The request that failed.
    pub error: Option<FetchError>,
}

impl Day {
    /// A day of which nothing is read yet.
    pub fn empty(via: Via) -> Self {
        Self {
            via,
            documents: Vec::new(),
            unchanged: Vec::new(),
            written: HashMap::new(),
            resources: Vec::new(),
            table: None,
            is_as_before: false,
            listed: 0,
            defect: None,
            error: None,
        }
    }

    /// Whether every notice of the day was received.
    pub fn is_whole(&self) -> bool {
        let has_all = self.documents.len() + self.unchanged.len() >= self.listed;
        self.error.is_none() && self.defect.is_none() && (has_all || self.is_as_before)
    }

    /// Why the day is not whole, for people.
    pub fn trouble(&self) -> Option<String> {
        self.error.as_ref().map(ToString::to_string).or_else(|| self.defect.clone())
    }

    /// Why the day is not whole, with words for a day that is only short. Nothing when it is whole.
    pub fn shortfall(&self) -> Option<String> {
        (!self.is_whole()).then(|| {
            let came = self.documents.len() + self.unchanged.len();
            let short = || format!("{came} of {} notices came", self.listed);
            self.trouble().unwrap_or_else(short)
        })
    }
}

/// What is known of resources, by address: validators, and the digest of the document they gave.
pub type Recall<'a> =
    &'a (dyn Fn(Vec<String>) -> BoxFuture<'a, HashMap<String, (Validators, String)>> + Send + Sync);

/// A source that is read day by day, or whole ([`FeedInfo::reading`]).
pub trait Feed: fmt::Debug + Send + Sync {
    /// Which feed it is.
    fn info(&self) -> FeedInfo;

    /// Reads everything published on a day, or all that stands in a table now. Never fails as a
    /// whole: what could be read is given, with why the rest could not.
    fn read_day<'a>(&'a self, day: NaiveDate, recall: Recall<'a>) -> BoxFuture<'a, Day>;

    /// Requests sent so far.
    fn requests(&self) -> u64;
}
