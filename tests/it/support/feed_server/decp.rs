//! The consolidated table of DECP, in the shape of tabular-api.data.gouv.fr.

use std::collections::BTreeMap;

use super::{Answer, Fault, FeedServer, JSON};

impl FeedServer {
    /// Puts rows into the consolidated table of DECP.
    pub fn set_decp_rows(&self, rows: Vec<serde_json::Value>) {
        self.state().decp = rows;
    }

    /// A page of the rows of a day, with the columns that were asked for.
    pub(super) fn decp(&self, query: &str) -> Answer {
        let fault = self.next_fault();
        if let Some(refusal) = fault.and_then(Fault::refusal) {
            return refusal;
        }
        let pairs: BTreeMap<String, String> =
            url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let value = |name: &str| pairs.get(name).cloned().unwrap_or_default();
        let columns = value("columns");
        let columns: Vec<&str> = columns.split(',').collect();
        let day = value("datePublicationDonnees__exact");
        let rows: Vec<serde_json::Value> = {
            let state = self.state();
            let of_day = state.decp.iter().filter(|row| row["datePublicationDonnees"] == *day);
            let named = of_day.map(|row| {
                let fields = row.as_object().cloned().unwrap_or_default();
                let fields = fields.into_iter();
                fields.filter(|(name, _)| columns.contains(&name.as_str())).collect()
            });
            named.map(serde_json::Value::Object).collect()
        };
        let size: usize = value("page_size").parse().unwrap_or(20).clamp(1, 200);
        let mut page: usize = value("page").parse().unwrap_or(1).max(1);
        if fault == Some(Fault::PageAgain) {
            page = page.saturating_sub(1).max(1);
        }
        let total = rows.len() + if fault == Some(Fault::WrongTotal) { 10 } else { 0 };
        let rows: Vec<_> = rows.into_iter().skip((page - 1) * size).take(size).collect();
        let body = serde_json::json!({
            "data": rows,
            "links": { "next": null, "prev": null },
            "meta": { "page": page, "page_size": size, "total": total },
        });
        let answer = Answer::new("200 OK", JSON, body.to_string());
        if fault == Some(Fault::Cut) { answer.cut() } else { answer }
    }
}
