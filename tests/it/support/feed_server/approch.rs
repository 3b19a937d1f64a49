//! APProch: a table of an Opendatasoft portal, counted and exported.

use serde_json::{Map, Value, json};

use super::{Answer, Fault, FeedServer, JSON};

impl FeedServer {
    pub fn approch_url(&self) -> String {
        format!("{}/approch", self.address)
    }

    /// Puts projects in place of those before: a new version of the table.
    pub fn set_projects(&self, projects: Vec<Value>) {
        let mut state = self.state();
        let version = state.projects.1 + 1;
        state.projects = (projects, version);
    }

    /// The number of projects, or the export of all of them.
    pub(super) fn approch(&self, path: &str, head: &str) -> Answer {
        let fault = self.next_fault();
        if let Some(refusal) = fault.and_then(Fault::refusal) {
            return refusal;
        }
        let (projects, version) = self.state().projects.clone();
        let url = url::Url::parse(&format!("http://x/{path}")).expect("an address");
        let select = url.query_pairs().find(|(name, _)| name == "select");
        let columns = select.map(|(_, columns)| columns.into_owned()).unwrap_or_default();
        let Some(projects) = selected(&projects, &columns) else {
            return Answer::new("400 Bad Request", JSON, r#"{"error_code": "ODSQLError"}"#);
        };
        let total = projects.len() + if fault == Some(Fault::WrongTotal) { 10 } else { 0 };
        let answer = match (url.path(), fault) {
            ("/records", _) => {
                let page = json!({ "total_count": total, "results": projects.get(..1) });
                Answer::new("200 OK", JSON, page.to_string())
            }
            ("/exports/json", Some(Fault::Interrupted)) => {
                Answer::interrupted(&Value::from(projects).to_string())
            }
            ("/exports/json", _) => {
                Answer::versioned(head, version, Value::from(projects).to_string())
            }
            _ => Answer::new("404 Not Found", "", ""),
        };
        if fault == Some(Fault::Cut) { answer.cut() } else { answer }
    }
}

/// The columns of projects that were asked for; nothing when there is no such column.
fn selected(projects: &[Value], columns: &str) -> Option<Vec<Value>> {
    let of = |project: &Value| {
        let pairs =
            columns.split(',').map(|name| Some((name.to_owned(), project.get(name)?.clone())));
        pairs.collect::<Option<Map<_, _>>>().map(Value::Object)
    };
    projects.iter().map(of).collect()
}
