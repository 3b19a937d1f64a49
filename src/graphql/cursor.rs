//! Opaque cursors: a place in a list (order, value, id), or a place in the log (epoch, position).

use async_graphql::Error;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::error::{Code, bad_argument, user};
use crate::store::page::{PageRequest, SortKey, SortValue};

#[derive(Serialize, Deserialize)]
struct ListPlace {
    /// Name of the list and its order.
    l: String,
    k: SortKey,
}

#[derive(Serialize, Deserialize)]
struct LogPlace {
    e: Uuid,
    p: i64,
}

fn encode(value: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(value).unwrap_or_default())
}

fn decode<T: for<'de> Deserialize<'de>>(text: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

/// The cursor of a row in a list.
pub fn of_row(list: &List, key: SortKey) -> String {
    encode(&ListPlace { l: list.name.clone(), k: key })
}

fn place(list: &List, argument: &str, text: Option<String>) -> Result<Option<SortKey>, Error> {
    let Some(text) = text else { return Ok(None) };
    let decoded = decode::<ListPlace>(&text);
    let fits = |place: &ListPlace| place.l != list.name || place.k.value.is_comparable_to(&list.by);
    let place = decoded.filter(fits).ok_or_else(|| {
        user(Code::BadCursor, format!("`{argument}` is not a cursor of this API; use `endCursor` or an edge's `cursor`, or leave it out to start at the beginning"))
    })?;
    if place.l != list.name {
        return Err(user(
            Code::BadCursor,
            format!("`{argument}` is a cursor of another list or order; start again without it"),
        ));
    }
    Ok(Some(place.k))
}

/// A list that can be paged.
#[derive(Debug)]
pub struct List {
    /// Its name and order: cursors of one are no cursors of another.
    pub name: String,
    /// Any value of the kind it is ordered by.
    pub by: SortValue,
}

/// The arguments of a connection.
#[derive(Debug, Default)]
pub struct PageArguments {
    /// Rows from the beginning.
    pub first: Option<i32>,
    /// After this cursor.
    pub after: Option<String>,
    /// Rows from the end.
    pub last: Option<i32>,
    /// Before this cursor.
    pub before: Option<String>,
}

/// Rows of a page when nothing is asked for.
pub const DEFAULT_PAGE: i32 = 20;

impl PageArguments {
    /// Checks the arguments against a list and its largest page.
    ///
    /// # Errors
    /// When a size is out of bounds, both ends are asked for, or a cursor is not of this list.
    pub fn check(self, list: &List, largest: usize) -> Result<PageRequest, Error> {
        if self.first.is_some() && self.last.is_some() {
            return Err(bad_argument("give `first` or `last`, not both"));
        }
        let (name, size) = match (self.first, self.last) {
            (None, Some(last)) => ("last", last),
            (first, _) => ("first", first.unwrap_or(DEFAULT_PAGE)),
        };
        let limit = u64::try_from(size).ok().filter(|size| (1..=largest as u64).contains(size));
        let limit = limit.ok_or_else(|| {
            bad_argument(format!("`{name}` is {size}; it must be between 1 and {largest}"))
        })?;
        Ok(PageRequest {
            limit,
            after: place(list, "after", self.after)?,
            before: place(list, "before", self.before)?,
            from_end: self.last.is_some(),
        })
    }
}

/// The cursor of a place in the log.
pub fn of_event(epoch: Uuid, position: i64) -> String {
    encode(&LogPlace { e: epoch, p: position })
}

/// Reads a cursor of the log.
///
/// # Errors
/// When it is none, or belongs to another log, for example before a backup was restored.
pub fn event_position(text: &str, epoch: Uuid, head: i64) -> Result<i64, Error> {
    let place: LogPlace = decode(text).ok_or_else(|| {
        user(Code::BadCursor, "`after` is not a cursor of the log; use the `cursor` of an event, or leave it out to hear what comes from now on")
    })?;
    if place.e != epoch || place.p > head || place.p < 0 {
        return Err(user(
            Code::CursorEpochChanged,
            "`after` belongs to another log: the data was rebuilt or restored since; read the lots again, then subscribe without `after`",
        ));
    }
    Ok(place.p)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    fn key() -> SortKey {
        let day = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a date");
        SortKey { value: SortValue::Day(day), id: Uuid::from_u128(7) }
    }

    fn list(name: &str) -> List {
        List { name: name.to_owned(), by: key().value }
    }

    #[test]
    fn cursors_come_back_as_they_went() {
        let text = of_row(&list("lots:published"), key());
        let arguments = PageArguments { after: Some(text), ..PageArguments::default() };
        let request = arguments.check(&list("lots:published"), 100).expect("a request");
        assert_eq!(request.after, Some(key()));
        assert_eq!(request.limit, 20);
    }

    #[test]
    fn bad_pages_are_refused_with_a_way_out() {
        let other = of_row(&list("notices"), key());
        let forged = SortKey { value: SortValue::Text("x".into()), id: Uuid::from_u128(7) };
        let forged = of_row(&list("lots:published"), forged);
        for (arguments, expected) in [
            (PageArguments { first: Some(-1), ..PageArguments::default() }, "between 1 and 100"),
            (PageArguments { first: Some(0), ..PageArguments::default() }, "between 1 and 100"),
            (PageArguments { last: Some(101), ..PageArguments::default() }, "`last` is 101"),
            (
                PageArguments { first: Some(1), last: Some(1), ..PageArguments::default() },
                "not both",
            ),
            (
                PageArguments { after: Some("%%".into()), ..PageArguments::default() },
                "not a cursor",
            ),
            (PageArguments { before: Some(other), ..PageArguments::default() }, "another list"),
            (PageArguments { after: Some(forged), ..PageArguments::default() }, "not a cursor"),
        ] {
            let error = arguments.check(&list("lots:published"), 100).expect_err("an error");
            assert!(error.message.contains(expected), "{}", error.message);
        }
    }

    #[test]
    fn cursors_of_another_log_are_told_apart_from_nonsense() {
        let (epoch, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(event_position(&of_event(epoch, 5), epoch, 9).expect("a position"), 5);
        for text in [of_event(other, 5), of_event(epoch, 10)] {
            let error = event_position(&text, epoch, 9).expect_err("an error");
            assert!(error.message.contains("another log"), "{}", error.message);
        }
        assert!(event_position("x", epoch, 9).is_err());
    }
}
