//! Keyset pages: stable while rows are added, and as fast on the last page as on the first.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{ConnectionTrait, QuerySelect};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::StoreError;

/// The value a list is ordered by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SortValue {
    /// A day.
    Day(NaiveDate),
    /// An instant.
    Instant(DateTime<Utc>),
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
}

impl SortValue {
    /// Whether it can stand beside another in the order of one list.
    pub fn is_comparable_to(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
            && !matches!(self, Self::Text(text) if text.contains('\0'))
    }
}

/// The place of a row in a list: its value, and its id, which makes the order total.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SortKey {
    /// The value the list is ordered by.
    pub value: SortValue,
    /// The row.
    pub id: Uuid,
}

/// Which part of a list is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// Most rows.
    pub limit: u64,
    /// Only rows after this one.
    pub after: Option<SortKey>,
    /// Only rows before this one.
    pub before: Option<SortKey>,
    /// Take the last rows instead of the first ones; they still come in the order of the list.
    pub from_end: bool,
}

impl PageRequest {
    /// The first rows.
    pub fn first(limit: u64) -> Self {
        Self { limit, after: None, before: None, from_end: false }
    }
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The rows in the order of the list.
    pub items: Vec<T>,
    /// Whether rows follow.
    pub has_next: bool,
    /// Whether rows precede.
    pub has_previous: bool,
}

impl<T> Page<T> {
    /// Makes a page of rows read in the direction of the request, one more than asked for.
    pub(crate) fn of(mut rows: Vec<T>, request: &PageRequest) -> Self {
        let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        if request.from_end {
            rows.reverse();
            Self { items: rows, has_next: request.before.is_some(), has_previous: more }
        } else {
            Self { items: rows, has_next: more, has_previous: request.after.is_some() }
        }
    }

    /// The same page of something else.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(change).collect(),
            has_next: self.has_next,
            has_previous: self.has_previous,
        }
    }
}

/// A count that is exact up to a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The number of rows, or the bound.
    pub value: u64,
    /// Whether the number is exact; otherwise there are at least as many.
    pub is_exact: bool,
}

/// Rows are counted up to here.
pub const COUNT_BOUND: u64 = 100_000;

/// Counts the rows of a statement, up to the bound.
pub(crate) async fn count(
    conn: &impl ConnectionTrait,
    mut select: impl QuerySelect<QueryStatement = SelectStatement>,
) -> Result<Count, StoreError> {
    let rows = QuerySelect::query(&mut select);
    rows.clear_selects().expr(Expr::value(1)).limit(COUNT_BOUND + 1);
    let counted = Query::select()
        .expr_as(Expr::cust("COUNT(*)"), "counted")
        .from_subquery(rows.take(), Alias::new("bounded"))
        .to_owned();
    let row = conn.query_one(&counted).await?;
    let counted = row.map_or(Ok(0), |row| row.try_get::<i64>("", "counted"))?;
    let counted = u64::try_from(counted).unwrap_or(0);
    let is_exact = counted <= COUNT_BOUND;
    Ok(Count { value: if is_exact { counted } else { COUNT_BOUND }, is_exact })
}

/// Adds the conditions, order and limit of a keyset page to a statement.
pub(crate) fn apply(
    select: &mut impl QuerySelect<QueryStatement = SelectStatement>,
    table: &'static str,
    column: &'static str,
    is_descending: bool,
    request: &PageRequest,
) {
    let select = QuerySelect::query(select);
    let place = || Expr::tuple([Expr::col((table, column)), Expr::col((table, "id"))]);
    let at = |key: &SortKey| {
        let value = match key.value.clone() {
            SortValue::Day(day) => Expr::value(day),
            SortValue::Instant(instant) => Expr::value(instant),
            SortValue::Number(number) => Expr::value(number),
            SortValue::Text(text) => Expr::value(text),
        };
        Expr::tuple([value, Expr::value(key.id)])
    };
    if let Some(after) = &request.after {
        let beyond = if is_descending { place().lt(at(after)) } else { place().gt(at(after)) };
        select.and_where(beyond);
    }
    if let Some(before) = &request.before {
        let short_of = if is_descending { place().gt(at(before)) } else { place().lt(at(before)) };
        select.and_where(short_of);
    }
    let order = if is_descending == request.from_end { Order::Asc } else { Order::Desc };
    select.order_by((table, column), order.clone()).order_by((table, "id"), order);
    select.limit(request.limit.saturating_add(1));
}
