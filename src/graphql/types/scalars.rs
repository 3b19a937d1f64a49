//! Days and instants.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{NaiveDate, SecondsFormat, Utc};

/// A day, as ISO 8601 writes it, for example `2026-11-23`. Days of publication and of display are
/// days in Paris.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub NaiveDate);

/// A day, as ISO 8601 writes it, for example `2026-11-23`. Days of publication and of display are
/// days in Paris.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let parsed = text(&value).and_then(|text| text.parse().ok());
        parsed.map(Self).ok_or_else(|| {
            InputValueError::custom(format!("{value} is not a day; write it as 2026-11-23"))
        })
    }

    fn to_value(&self) -> Value {
        Value::from(self.0.to_string())
    }
}

impl From<NaiveDate> for Date {
    fn from(day: NaiveDate) -> Self {
        Self(day)
    }
}

/// An instant, as RFC 3339 writes it, for example `2026-11-23T11:00:00Z`. Answers are in UTC, to the
/// second; any offset is understood in arguments, and the offset is required.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DateTime(pub chrono::DateTime<Utc>);

/// An instant, as RFC 3339 writes it, for example `2026-11-23T11:00:00Z`. Answers are in UTC, to the
/// second; any offset is understood in arguments, and the offset is required.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let parsed = text(&value).and_then(|text| chrono::DateTime::parse_from_rfc3339(text).ok());
        parsed.map(|instant| Self(instant.to_utc())).ok_or_else(|| {
            InputValueError::custom(format!(
                "{value} is not an instant; write it as 2026-11-23T11:00:00Z or 2026-11-23T12:00:00+01:00"
            ))
        })
    }

    fn to_value(&self) -> Value {
        Value::from(self.0.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

impl From<chrono::DateTime<Utc>> for DateTime {
    fn from(instant: chrono::DateTime<Utc>) -> Self {
        Self(instant)
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text.trim()),
        _ => None,
    }
}
