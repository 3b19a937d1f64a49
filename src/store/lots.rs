//! Lots as they stand now.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use passerelle_entity::{lot, lot_buyer, lot_cpv, lot_finding, lot_place, lot_text};
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use super::error::from_json;
use super::lot_filter::{LotFilter, unit_vector};
use super::notices::NO_DAY;
use super::page::{self, Count, Page, PageRequest, SortKey, SortValue, apply};
use super::{CHUNK, StoreError, Transaction, insert_all};
use crate::domain::award::OutcomeKind;
use crate::domain::coverage::{self, FilledLots};
use crate::domain::finding::FindingKind;
use crate::domain::ids::{LotId, NoticeId, ProcedureId};
use crate::domain::money::EstimatedValue;
use crate::domain::procedure::{FindingScope, LotFinding, LotStage, LotState};
use crate::domain::quantity::Measure;
use crate::domain::source::Source;

/// A lot to write, with the words full-text search finds it by.
#[derive(Debug)]
pub struct LotWrite<'a> {
    /// The lot.
    pub state: &'a LotState,
    /// Whether it is not stored yet: then there is nothing of it to replace.
    pub is_new: bool,
    /// Words it is found by, as [`full_text::Reader`](super::full_text::Reader) gives them.
    pub words: &'a str,
}

/// When nothing is known of until when a lot can be answered.
fn no_end() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(9999, 12, 31, 0, 0, 0).single().unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn stage(stage: LotStage) -> &'static str {
    match stage {
        LotStage::Planned => "PLANNED",
        LotStage::Called => "CALLED",
        LotStage::Concluded => "CONCLUDED",
    }
}

fn outcome(outcome: OutcomeKind) -> &'static str {
    match outcome {
        OutcomeKind::Awarded => "AWARDED",
        OutcomeKind::Unsuccessful => "UNSUCCESSFUL",
        OutcomeKind::Cancelled => "CANCELLED",
    }
}

fn parse_stage(name: &str) -> Option<LotStage> {
    [LotStage::Planned, LotStage::Called, LotStage::Concluded]
        .into_iter()
        .find(|known| stage(*known) == name)
}

fn parse_outcome(name: &str) -> Option<OutcomeKind> {
    [OutcomeKind::Awarded, OutcomeKind::Unsuccessful, OutcomeKind::Cancelled]
        .into_iter()
        .find(|known| outcome(*known) == name)
}

/// How many lots of a source have which fields filled.
///
/// # Errors
/// When the database fails.
pub async fn filled(
    conn: &impl ConnectionTrait,
    source: Source,
) -> Result<Vec<FilledLots>, StoreError> {
    let rows: Vec<(String, Option<String>, i32, i64)> = lot::Entity::find()
        .select_only()
        .columns([lot::Column::Stage, lot::Column::Outcome, lot::Column::Filled])
        .column_as(Expr::col(lot::Column::Filled).count(), "count")
        .filter(lot::Column::Source.eq(source.as_str()))
        .group_by(lot::Column::Stage)
        .group_by(lot::Column::Outcome)
        .group_by(lot::Column::Filled)
        .into_tuple()
        .all(conn)
        .await?;
    let counted = rows.into_iter().filter_map(|(stage, outcome, filled, count)| {
        Some(FilledLots {
            stage: parse_stage(&stage)?,
            outcome: outcome.as_deref().and_then(parse_outcome),
            filled,
            count: u64::try_from(count).unwrap_or(0),
        })
    });
    Ok(counted.collect())
}

/// The figure of a value in euro cents; -1 when there is none or it is in another currency.
fn euro_cents(value: Option<&EstimatedValue>) -> i64 {
    let figure = value.and_then(EstimatedValue::figure);
    figure.filter(|money| money.currency == "EUR").map_or(-1, |money| money.cents)
}

/// Writes lots, new or changed, with everything filters need of them.
///
/// # Errors
/// When the database fails.
pub async fn write(tx: &Transaction, lots: &[LotWrite<'_>]) -> Result<(), StoreError> {
    for chunk in lots.chunks(CHUNK) {
        let rows = chunk.iter().map(|write| row(write.state));
        let replace = OnConflict::column(lot::Column::Id)
            .update_columns([
                lot::Column::ProcedureId,
                lot::Column::NoticeId,
                lot::Column::Source,
                lot::Column::Key,
                lot::Column::Stage,
                lot::Column::Outcome,
                lot::Column::OutcomeOn,
                lot::Column::PublishedOn,
                lot::Column::DeadlineAt,
                lot::Column::OpenUntil,
                lot::Column::AmountCents,
                lot::Column::OpenTo,
                lot::Column::Filled,
                lot::Column::State,
            ])
            .to_owned();
        lot::Entity::insert_many(rows)
            .on_conflict(replace)
            .exec_without_returning(tx.conn())
            .await?;
        write_parts(tx, chunk).await?;
        let texts = chunk.iter().map(|write| lot_text::ActiveModel {
            row: NotSet,
            lot_id: Set(write.state.id.uuid()),
            words: Set(write.words.to_owned()),
        });
        let replace = OnConflict::column(lot_text::Column::LotId)
            .update_column(lot_text::Column::Words)
            .to_owned();
        lot_text::Entity::insert_many(texts)
            .on_conflict(replace)
            .exec_without_returning(tx.conn())
            .await?;
    }
    Ok(())
}

fn row(state: &LotState) -> lot::ActiveModel {
    lot::ActiveModel {
        id: Set(state.id.uuid()),
        procedure_id: Set(state.procedure.uuid()),
        notice_id: Set(state.notice.uuid()),
        source: Set(state.source.as_str().to_owned()),
        key: Set(state.key.as_str().to_owned()),
        stage: Set(stage(state.stage).to_owned()),
        outcome: Set(state.outcome.map(|kind| outcome(kind).to_owned())),
        outcome_on: Set(state.outcome_on),
        published_on: Set(published_on(state)),
        deadline_at: Set(state.deadline.as_ref().and_then(|deadline| deadline.at)),
        open_until: Set(open_until(state)),
        amount_cents: Set(euro_cents(state.estimated_value.as_ref())),
        open_to: Set(state.open_to),
        filled: Set(coverage::of_lot(state)),
        state: Set(serde_json::to_string(state).unwrap_or_default()),
    }
}

fn published_on(state: &LotState) -> NaiveDate {
    state.published_on.unwrap_or(NO_DAY)
}

fn open_until(state: &LotState) -> DateTime<Utc> {
    state.open_until.unwrap_or_else(no_end)
}

async fn write_parts(tx: &Transaction, lots: &[LotWrite<'_>]) -> Result<(), StoreError> {
    let conn = tx.conn();
    let known = lots.iter().filter(|write| !write.is_new);
    let known: Vec<Uuid> = known.map(|write| write.state.id.uuid()).collect();
    if !known.is_empty() {
        lot_cpv::Entity::delete_many()
            .filter(lot_cpv::Column::LotId.is_in(known.iter().copied()))
            .exec(conn)
            .await?;
        lot_place::Entity::delete_many()
            .filter(lot_place::Column::LotId.is_in(known.iter().copied()))
            .exec(conn)
            .await?;
        lot_finding::Entity::delete_many()
            .filter(lot_finding::Column::LotId.is_in(known.iter().copied()))
            .exec(conn)
            .await?;
        lot_buyer::Entity::delete_many()
            .filter(lot_buyer::Column::LotId.is_in(known.iter().copied()))
            .exec(conn)
            .await?;
    }
    let states = || lots.iter().map(|write| write.state);
    insert_all(conn, &states().flat_map(cpv_rows).collect::<Vec<_>>()).await?;
    insert_all(conn, &states().flat_map(place_rows).collect::<Vec<_>>()).await?;
    insert_all(conn, &states().flat_map(finding_rows).collect::<Vec<_>>()).await?;
    insert_all(conn, &states().flat_map(buyer_rows).collect::<Vec<_>>()).await?;
    Ok(())
}

fn cpv_rows(state: &LotState) -> Vec<lot_cpv::ActiveModel> {
    let mut codes: Vec<&str> = state.cpv.iter().map(crate::domain::cpv::Cpv::as_str).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
        .into_iter()
        .map(|code| lot_cpv::ActiveModel {
            lot_id: Set(state.id.uuid()),
            code: Set(code.to_owned()),
        })
        .collect()
}

fn place_rows(state: &LotState) -> impl Iterator<Item = lot_place::ActiveModel> {
    let id = state.id.uuid();
    state.places.iter().zip(0..).map(move |(located, position)| {
        let place = &located.place;
        let vector = place.point().map(unit_vector);
        lot_place::ActiveModel {
            lot_id: Set(id),
            position: Set(position),
            nuts: Set(place.nuts.as_ref().map(|nuts| nuts.as_str().to_owned())),
            department: Set(place.department.as_ref().map(|code| code.as_str().to_owned())),
            commune: Set(place.commune.clone()),
            x: Set(vector.map(|(x, _, _)| x)),
            y: Set(vector.map(|(_, y, _)| y)),
            z: Set(vector.map(|(_, _, z)| z)),
        }
    })
}

fn finding_rows(state: &LotState) -> impl Iterator<Item = lot_finding::ActiveModel> {
    let id = state.id.uuid();
    state.findings.iter().zip(0..).map(move |(found, position)| lot_finding::ActiveModel {
        lot_id: Set(id),
        position: Set(position),
        kind: Set(found.finding.kind.as_str().to_owned()),
        confidence: Set(found.finding.confidence as i16),
        rule: Set(found.finding.rule.clone()),
        article: Set(found.finding.article.clone()),
        scope: Set(match found.scope {
            FindingScope::Lot => "LOT".to_owned(),
            FindingScope::Notice => "NOTICE".to_owned(),
        }),
        hours: Set(hours(state, found)),
    })
}

/// The hours a finding asks of a lot. Of those asked of a divided procurement as a whole nobody
/// knows the lot's share.
fn hours(state: &LotState, found: &LotFinding) -> Option<i64> {
    let is_own = found.scope == FindingScope::Lot || state.key.is_whole();
    is_own.then(|| found.finding.value(Measure::Hours)).flatten()
}

fn buyer_rows(state: &LotState) -> Vec<lot_buyer::ActiveModel> {
    let mut buyers: Vec<Uuid> = state.buyers.iter().map(|buyer| buyer.uuid()).collect();
    buyers.sort_unstable();
    buyers.dedup();
    buyers
        .into_iter()
        .map(|buyer| lot_buyer::ActiveModel {
            lot_id: Set(state.id.uuid()),
            organisation_id: Set(buyer),
        })
        .collect()
}

/// Deletes lots and everything that hangs on them.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &Transaction, ids: &[LotId]) -> Result<(), StoreError> {
    for chunk in ids.chunks(CHUNK) {
        lot::Entity::delete_many()
            .filter(lot::Column::Id.is_in(chunk.iter().map(|id| id.uuid())))
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}

fn state(id: Uuid, json: &str) -> Result<LotState, StoreError> {
    from_json("lot", id, json.as_bytes())
}

/// All lots of procurements.
///
/// # Errors
/// When the database fails or a row cannot be read.
pub async fn of_procedures(
    conn: &impl ConnectionTrait,
    procedures: &[ProcedureId],
) -> Result<Vec<LotState>, StoreError> {
    let mut found = Vec::new();
    for chunk in procedures.chunks(CHUNK) {
        let filter = lot::Column::ProcedureId.is_in(chunk.iter().map(|id| id.uuid()));
        found.extend(states(conn, lot::Entity::find().filter(filter)).await?);
    }
    found.sort_by(|a, b| (a.procedure, &a.key).cmp(&(b.procedure, &b.key)));
    Ok(found)
}

/// All lots of procurements that can be read, for those who will write them anew.
///
/// # Errors
/// When the database fails.
pub async fn readable_of_procedures(
    conn: &impl ConnectionTrait,
    procedures: &[ProcedureId],
) -> Result<Vec<LotState>, StoreError> {
    let mut found = Vec::new();
    for chunk in procedures.chunks(CHUNK) {
        let filter = lot::Column::ProcedureId.is_in(chunk.iter().map(|id| id.uuid()));
        let rows = rows(conn, lot::Entity::find().filter(filter)).await?;
        found.extend(rows.into_iter().filter_map(|(id, json)| state(id, &json).ok()));
    }
    Ok(found)
}

/// Lots by id.
///
/// # Errors
/// When the database fails or a row cannot be read.
pub async fn find(
    conn: &impl ConnectionTrait,
    ids: &[LotId],
) -> Result<HashMap<LotId, LotState>, StoreError> {
    let mut found = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let filter = lot::Column::Id.is_in(chunk.iter().map(|id| id.uuid()));
        let lots = states(conn, lot::Entity::find().filter(filter)).await?;
        found.extend(lots.into_iter().map(|lot| (lot.id, lot)));
    }
    Ok(found)
}

async fn states(
    conn: &impl ConnectionTrait,
    select: sea_orm::Select<lot::Entity>,
) -> Result<Vec<LotState>, StoreError> {
    rows(conn, select).await?.into_iter().map(|(id, json)| state(id, &json)).collect()
}

async fn rows(
    conn: &impl ConnectionTrait,
    select: sea_orm::Select<lot::Entity>,
) -> Result<Vec<(Uuid, String)>, StoreError> {
    let columns = [lot::Column::Id, lot::Column::State];
    Ok(select.select_only().columns(columns).into_tuple().all(conn).await?)
}

/// Orders of lists of lots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LotOrder {
    /// Newest publication first.
    #[default]
    PublishedDescending,
    /// Oldest publication first.
    PublishedAscending,
    /// The next deadline first.
    DeadlineAscending,
    /// The last deadline first.
    DeadlineDescending,
    /// The largest estimated value first; unknown ones last.
    AmountDescending,
    /// The smallest estimated value first; unknown ones first.
    AmountAscending,
}

impl LotOrder {
    fn column(self) -> (&'static str, bool) {
        match self {
            Self::PublishedDescending => ("published_on", true),
            Self::PublishedAscending => ("published_on", false),
            Self::DeadlineAscending => ("open_until", false),
            Self::DeadlineDescending => ("open_until", true),
            Self::AmountDescending => ("amount_cents", true),
            Self::AmountAscending => ("amount_cents", false),
        }
    }

    /// A value of the kind this order goes by.
    pub fn sorted_by(self) -> SortValue {
        match self {
            Self::PublishedDescending | Self::PublishedAscending => SortValue::Day(NO_DAY),
            Self::DeadlineAscending | Self::DeadlineDescending => SortValue::Instant(no_end()),
            Self::AmountDescending | Self::AmountAscending => SortValue::Number(-1),
        }
    }

    /// The place of a lot in a list of this order.
    pub fn sort_key(self, lot: &LotState) -> SortKey {
        let value = match self {
            Self::PublishedDescending | Self::PublishedAscending => {
                SortValue::Day(published_on(lot))
            }
            Self::DeadlineAscending | Self::DeadlineDescending => {
                SortValue::Instant(open_until(lot))
            }
            Self::AmountDescending | Self::AmountAscending => {
                SortValue::Number(euro_cents(lot.estimated_value.as_ref()))
            }
        };
        SortKey { value, id: lot.id.uuid() }
    }
}

/// A page of lots.
///
/// # Errors
/// When the database fails or a row cannot be read.
pub async fn page(
    conn: &impl ConnectionTrait,
    filter: &LotFilter,
    order: LotOrder,
    request: &PageRequest,
) -> Result<Page<LotState>, StoreError> {
    let mut select = lot::Entity::find().filter(filter.condition(conn.get_database_backend()));
    let (column, is_descending) = order.column();
    apply(&mut select, "lot", column, is_descending, request);
    let rows = states(conn, select).await?;
    Ok(Page::of(rows, request))
}

/// How many lots there are, up to the bound of counts.
///
/// # Errors
/// When the database fails.
pub async fn count(conn: &impl ConnectionTrait, filter: &LotFilter) -> Result<Count, StoreError> {
    page::count(conn, lot::Entity::find().filter(filter.condition(conn.get_database_backend())))
        .await
}

/// How many lots each rule fired on.
///
/// # Errors
/// When the database fails.
pub async fn count_by_rule(
    conn: &impl ConnectionTrait,
) -> Result<HashMap<String, u64>, StoreError> {
    let rows: Vec<(String, i64)> = lot_finding::Entity::find()
        .select_only()
        .column(lot_finding::Column::Rule)
        .column_as(Expr::col(lot_finding::Column::Rule).count(), "count")
        .group_by(lot_finding::Column::Rule)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|(rule, n)| (rule, u64::try_from(n).unwrap_or(0))).collect())
}

/// How many lots have a finding of each kind.
///
/// # Errors
/// When the database fails.
pub async fn count_by_kind(
    conn: &impl ConnectionTrait,
) -> Result<HashMap<FindingKind, u64>, StoreError> {
    let rows: Vec<(String, i64)> = lot_finding::Entity::find()
        .select_only()
        .column(lot_finding::Column::Kind)
        .column_as(Expr::col(lot_finding::Column::LotId).count_distinct(), "count")
        .group_by(lot_finding::Column::Kind)
        .into_tuple()
        .all(conn)
        .await?;
    let counted = rows.into_iter().filter_map(|(kind, count)| {
        Some((FindingKind::parse(&kind)?, u64::try_from(count).unwrap_or(0)))
    });
    Ok(counted.collect())
}

/// Publication days of a source's notices with lots that can be answered at an instant: the days
/// to read again, because sources edit open notices silently. A notice without a day is on none.
///
/// # Errors
/// When the database fails.
pub async fn days_with_open_lots(
    conn: &impl ConnectionTrait,
    source: Source,
    at: DateTime<Utc>,
) -> Result<Vec<NaiveDate>, StoreError> {
    use passerelle_entity::notice;
    let filter = LotFilter { open_at: Some(at), ..LotFilter::default() };
    let holders = sea_orm::sea_query::Query::select()
        .column(lot::Column::NoticeId)
        .from(lot::Entity)
        .cond_where(filter.condition(conn.get_database_backend()))
        .to_owned();
    let days: Vec<NaiveDate> = notice::Entity::find()
        .select_only()
        .column(notice::Column::PublishedOn)
        .distinct()
        .filter(notice::Column::Source.eq(source.as_str()))
        .filter(notice::Column::PublishedOn.gt(NO_DAY))
        .filter(notice::Column::Id.in_subquery(holders))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(days)
}

/// Lots that a notice holds, described or ended: those of its procurement that name it.
pub fn of_notice(lots: Vec<Arc<LotState>>, notice: NoticeId) -> Vec<Arc<LotState>> {
    lots.into_iter()
        .filter(|lot| lot.notice == notice || lot.history.iter().any(|step| step.notice == notice))
        .collect()
}
