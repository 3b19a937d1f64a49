//! A filter of lots as JSON, for files: what `lots(filter: …)` takes, outside a query.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use async_graphql::{
    Context, EmptyMutation, EmptySubscription, Object, Request, Result, Schema, Variables,
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::lot_filter::LotFilterInput;
use crate::store::lot_filter::LotFilter;

/// Where the filter is left that was read.
type Found = Arc<Mutex<Option<LotFilter>>>;

/// The one field of a schema of its own: so a filter means what it means in a query, and the
/// library says what does not fit.
struct Reader;

#[Object]
impl Reader {
    async fn read(&self, ctx: &Context<'_>, filter: LotFilterInput) -> Result<bool> {
        let now = ctx.data_unchecked::<DateTime<Utc>>();
        let filter = filter.check(*now)?;
        let mut found =
            ctx.data_unchecked::<Found>().lock().unwrap_or_else(PoisonError::into_inner);
        *found = Some(filter);
        Ok(true)
    }
}

static READER: LazyLock<Schema<Reader, EmptyMutation, EmptySubscription>> =
    LazyLock::new(|| Schema::build(Reader, EmptyMutation, EmptySubscription).finish());

/// Reads a filter in the words of `LotFilter`; `now` is what `isOpen` goes by.
///
/// # Errors
/// With what is wrong and what to write instead.
pub async fn read_lot_filter(text: &str, now: DateTime<Utc>) -> Result<LotFilter, String> {
    let example = r#"write it like {"departments": ["34"], "isOpen": true}"#;
    let filter: Value = serde_json::from_str(text)
        .map_err(|error| format!("the filter is not JSON ({error}); {example}"))?;
    if !filter.is_object() {
        return Err(format!("the filter is not a JSON object; {example}"));
    }
    let found = Found::default();
    let request = Request::new("query ($filter: LotFilter!) { read(filter: $filter) }")
        .variables(Variables::from_json(json!({ "filter": filter })))
        .data(Arc::clone(&found))
        .data(now);
    let response = READER.execute(request).await;
    let filter = found.lock().unwrap_or_else(PoisonError::into_inner).take();
    filter.ok_or_else(|| {
        let errors = response.errors.into_iter().map(|error| error.message);
        errors.collect::<Vec<_>>().join("; ")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(text: &str) -> Result<LotFilter, String> {
        read_lot_filter(text, DateTime::UNIX_EPOCH).await
    }

    #[tokio::test]
    async fn a_filter_is_that_of_a_query() {
        let filter = read(r#"{"departments": ["34"], "isOpen": true, "amount": {"from": 1.5}}"#);
        let filter = filter.await.expect("a filter");
        assert_eq!(filter.departments.len(), 1);
        assert_eq!((filter.open_at, filter.amount_from), (Some(DateTime::UNIX_EPOCH), Some(150)));
        assert!(read("{}").await.expect("a filter").departments.is_empty());
    }

    #[tokio::test]
    async fn what_does_not_fit_is_said() {
        for (text, said) in [
            ("", "is not JSON"),
            ("[]", "not a JSON object; write it like"),
            (r#"{"kind": []}"#, r#"unknown field "kind" of type "LotFilter""#),
            (r#"{"kinds": ["SOCIAL_CLAUSE"]}"#, r#"does not contain the value "SOCIAL_CLAUSE""#),
            (r#"{"departments": ["99"]}"#, "`99` is not a department"),
            (r#"{"near": {"commune": "Montpellier"}}"#, r#"field "radiusKm""#),
            (r#"{"published": {"from": "hier"}}"#, "is not a day"),
        ] {
            let error = read(text).await.expect_err("an error");
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
