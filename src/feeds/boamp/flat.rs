//! The flat fields of a BOAMP API record (FEEDS: 41 of them), read leniently: a field of an
//! unexpected type counts as absent, and never loses the notice.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// The fields of one record.
#[derive(Debug, Default)]
pub struct FlatFields(Map<String, Value>);

impl FlatFields {
    /// Wraps the fields. NUL characters go: PostgreSQL cannot keep them.
    pub fn new(mut fields: Map<String, Value>) -> Self {
        fields.values_mut().for_each(drop_nul);
        Self(fields)
    }

    /// A text that is not empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str().map(str::trim).filter(|text| !text.is_empty())
    }

    /// A list of texts; a lone text counts as a list of one.
    pub fn list(&self, name: &str) -> Vec<String> {
        let values = match self.0.get(name) {
            Some(Value::Array(values)) => values.iter().collect(),
            Some(value @ Value::String(_)) => vec![value],
            _ => Vec::new(),
        };
        let texts = values.into_iter().filter_map(Value::as_str).map(str::trim);
        texts.filter(|text| !text.is_empty()).map(str::to_owned).collect()
    }

    /// The JSON inside a field: a string that holds JSON, as the API sends it, or the JSON itself,
    /// as it stands in a record that was made readable.
    pub fn nested(&self, name: &str) -> Option<Cow<'_, str>> {
        match self.0.get(name) {
            Some(open @ (Value::Object(_) | Value::Array(_))) => Some(Cow::Owned(open.to_string())),
            _ => self.text(name).map(Cow::Borrowed),
        }
    }
}

fn drop_nul(value: &mut Value) {
    match value {
        Value::String(text) => text.retain(|c| c != '\0'),
        Value::Array(values) => values.iter_mut().for_each(drop_nul),
        _ => {}
    }
}
