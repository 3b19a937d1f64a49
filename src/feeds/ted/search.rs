//! The Search API v3: which notices were published on a day.
//!
//! `POST {api}/v3/notices/search` with `ITERATION`, which has no wall (PAGE_NUMBER stops at 15,000
//! notices): the token of each answer is sent with the next question until there is none. Only
//! numbers are asked for: the API does not tell which lot is reserved, the notice does.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::feeds::eforms::map::notice_name;
use crate::net::feed::{FeedClient, FetchError};

/// Notices asked for at once: the most the API gives.
const PAGE: usize = 250;
/// Times a day is listed again when its pages do not fit together.
const READINGS: u32 = 3;

/// Lists the notices of days.
#[derive(Debug)]
pub struct SearchApi {
    client: Arc<FeedClient>,
    url: Url,
    countries: Vec<String>,
    page_size: usize,
}

/// The notices of a day, as far as they could be listed.
#[derive(Debug, Default)]
pub struct Listed {
    /// Publication numbers, in order.
    pub numbers: BTreeSet<String>,
    /// Why there may be more.
    pub defect: Option<String>,
    /// The question that failed.
    pub error: Option<FetchError>,
}

/// One answer.
struct Page {
    numbers: Vec<String>,
    total: usize,
    token: Option<String>,
}

impl Page {
    /// Reads an answer strictly: one that is cut, or that the search gave up half-way, is none.
    fn read(bytes: &[u8]) -> Result<Self, String> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Answer {
            notices: Vec<Notice>,
            total_notice_count: usize,
            #[serde(default)]
            timed_out: bool,
            #[serde(default)]
            iteration_next_token: Option<String>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "kebab-case")]
        struct Notice {
            publication_number: String,
        }
        let answer: Answer = serde_json::from_slice(bytes).map_err(|error| {
            let start: String = String::from_utf8_lossy(bytes).chars().take(120).collect();
            format!("not a page of notices ({error}): {start}")
        })?;
        if answer.timed_out {
            return Err("the search timed out: its answer is partial".to_owned());
        }
        let numbers = answer.notices.iter().map(|notice| notice_name(&notice.publication_number));
        Ok(Self {
            numbers: numbers.collect(),
            total: answer.total_notice_count,
            token: answer.iteration_next_token.filter(|token| !token.is_empty()),
        })
    }
}

impl SearchApi {
    /// Lists by the API at `base`, for example `https://api.ted.europa.eu`, for buyers of these
    /// countries (ISO 3166-1 alpha-3), or of all when there is none.
    pub fn new(client: Arc<FeedClient>, base: &Url, countries: Vec<String>) -> Self {
        let mut url = base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["v3", "notices", "search"]);
        }
        Self { client, url, countries, page_size: PAGE }
    }

    /// Asks for smaller pages.
    #[must_use]
    pub fn with_page_size(mut self, page_size: usize) -> Self {
        self.page_size = page_size.clamp(1, PAGE);
        self
    }

    fn question(&self, day: NaiveDate, token: Option<&str>) -> String {
        let date = day.format("%Y%m%d");
        let mut query = format!("(publication-date>={date}) AND (publication-date<={date})");
        if !self.countries.is_empty() {
            query = format!("(buyer-country IN ({})) AND {query}", self.countries.join(" "));
        }
        let mut question = json!({
            "query": format!("{query} SORT BY publication-number ASC"),
            "fields": ["publication-number"],
            "limit": self.page_size,
            // Superseded versions too: what a notice said is part of its procurement's history.
            "scope": "ALL",
            "checkQuerySyntax": false,
            "paginationMode": "ITERATION",
        });
        if let Some(token) = token {
            question["iterationNextToken"] = token.into();
        }
        question.to_string()
    }

    /// The numbers of all notices published on a day. What could be listed is given even when the
    /// list is not whole.
    pub async fn list(&self, day: NaiveDate) -> Listed {
        let mut best = Listed::default();
        for reading in 1..=READINGS {
            let listed = self.list_once(day).await;
            if listed.error.is_none() && listed.defect.is_none() {
                return listed;
            }
            // A token may have ended: the list is begun again. The first question is not, because
            // the client has tried it often enough.
            let is_lost = listed.error.is_some() && listed.numbers.is_empty();
            if reading == 1 || listed.numbers.len() >= best.numbers.len() {
                best = listed;
            }
            if is_lost {
                break;
            }
            tracing::warn!(%day, reading, "the pages of the day do not fit together; listing it again");
        }
        best
    }

    async fn list_once(&self, day: NaiveDate) -> Listed {
        let mut listed = Listed::default();
        let mut totals = BTreeSet::new();
        let mut token: Option<String> = None;
        loop {
            let question = self.question(day, token.as_deref());
            let page = self.client.post(&self.url, &question, |bytes| Page::read(&bytes)).await;
            let page = match page {
                Ok(page) => page,
                Err(error) => {
                    listed.error = Some(error);
                    return listed;
                }
            };
            totals.insert(page.total);
            let known = listed.numbers.len();
            listed.numbers.extend(page.numbers);
            let is_stuck = listed.numbers.len() == known;
            token = page.token;
            if token.is_none() || is_stuck {
                break;
            }
        }
        let total = totals.last().copied().unwrap_or(0);
        if totals.len() > 1 || listed.numbers.len() != total {
            let came = listed.numbers.len();
            listed.defect =
                Some(format!("{came} notices are listed, the pages announced {totals:?}"));
        }
        listed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_strictly() {
        let read = |text: &str| Page::read(text.as_bytes()).map(|page| (page.numbers, page.token));
        assert_eq!(
            read(
                r#"{"notices": [{"publication-number": "00619320-2026", "links": {}}],
                "totalNoticeCount": 1, "iterationNextToken": null, "timedOut": false}"#
            ),
            Ok((vec!["619320-2026".to_owned()], None))
        );
        for bad in [
            r#"{"notices": [], "totalNoticeCount": 0, "timedOut": true}"#,
            r#"{"notices": [{"publication-number": "6193"#,
            r#"{"message": "QUERY_UNSUPPORTED_FIELD_VALUE"}"#,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
