//! TED: its Search API and the file of each notice.

use chrono::NaiveDate;

use super::{Answer, Fault, FeedServer, JSON};

impl FeedServer {
    /// Publishes a notice on TED, or a new version of its file.
    pub fn put_ted_notice(&self, day: NaiveDate, number: &str, xml: &str) {
        let mut state = self.state();
        let path = format!("ted/{number}");
        let version = state.files.get(&path).map_or(1, |(_, version)| version + 1);
        state.files.insert(path, (xml.to_owned(), version));
        if state.ted.iter().all(|(_, known)| known != number) {
            state.ted.push((day, number.to_owned()));
        }
    }

    /// TED goes on listing a notice whose file is gone.
    pub fn lose_ted_file(&self, number: &str) {
        self.state().files.remove(&format!("ted/{number}"));
    }

    /// The search, or the file of a notice.
    pub(super) fn ted(&self, path: &str, head: &str, body: &[u8]) -> Answer {
        let fault = self.next_fault();
        if let Some(refusal) = fault.and_then(Fault::refusal) {
            return refusal;
        }
        let answer = match path.strip_prefix("/en/notice/") {
            Some(file) => match file.strip_suffix("/xml") {
                Some(number) => self.flux(&format!("ted/{number}"), head),
                None => Answer::new("404 Not Found", "", ""),
            },
            None if !head.starts_with("POST ") => Answer::new("405 Method Not Allowed", "", ""),
            None => self.ted_page(body, fault),
        };
        if fault == Some(Fault::Cut) { answer.cut() } else { answer }
    }

    /// One answer of the search, in the shape of the recorded one.
    fn ted_page(&self, body: &[u8], fault: Option<Fault>) -> Answer {
        let refused = |what: &str| Answer::new("400 Bad Request", "", what);
        let Ok(question) = serde_json::from_slice::<serde_json::Value>(body) else {
            return refused("not JSON");
        };
        let query = question["query"].as_str().unwrap_or("");
        let date = query.split("publication-date>=").nth(1).and_then(|rest| rest.get(..8));
        let day = date.and_then(|date| NaiveDate::parse_from_str(date, "%Y%m%d").ok());
        let Some(day) = day else { return refused("QUERY_SYNTAX_ERROR") };
        let has_fields = question["fields"].as_array().is_some_and(|fields| !fields.is_empty());
        if !has_fields || question["paginationMode"] != "ITERATION" || question["scope"] != "ALL" {
            return refused("VALIDATION_ERROR");
        }
        let limit = question["limit"].as_u64().unwrap_or(0);
        let limit = usize::try_from(limit).unwrap_or(0).clamp(1, 250);
        let token = question["iterationNextToken"].as_str();
        let mut offset: usize = match token.map(|token| token.trim_start_matches('t').parse()) {
            None => 0,
            Some(Ok(_)) if fault == Some(Fault::TokenLost) => return refused("TOKEN_EXPIRED"),
            Some(Ok(offset)) => offset,
            Some(Err(_)) => return refused("TOKEN_INVALID"),
        };
        let all: Vec<String> = {
            let state = self.state();
            let of_day = state.ted.iter().filter(|(published, _)| *published == day);
            of_day.map(|(_, number)| number.clone()).collect()
        };
        let mut total = all.len();
        match fault {
            Some(Fault::PageAgain) => offset = offset.saturating_sub(limit),
            Some(Fault::WrongTotal) => total += 10,
            _ => {}
        }
        let notices: Vec<serde_json::Value> = all
            .iter()
            .skip(offset)
            .take(limit)
            .map(|number| {
                serde_json::json!({
                    "publication-number": number,
                    "links": { "xml": { "MUL": format!("https://ted.europa.eu/en/notice/{number}/xml") } },
                })
            })
            .collect();
        let next = offset + notices.len();
        let token = (next < all.len()).then(|| format!("t{next}"));
        let answer = serde_json::json!({
            "iterationNextToken": token,
            "notices": notices,
            "timedOut": fault == Some(Fault::TimedOut),
            "totalNoticeCount": total,
        });
        Answer::new("200 OK", JSON, answer.to_string())
    }
}
