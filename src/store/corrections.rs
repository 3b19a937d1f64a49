//! What people say of findings.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use passerelle_entity::correction;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait,
    QueryFilter, QueryOrder, QuerySelect,
};

use super::{CHUNK, StoreError, Transaction, members};
use crate::domain::correction::{Correction, CorrectionVerdict};
use crate::domain::finding::FindingKind;
use crate::domain::ids::{CorrectionId, LotId, MemberId};
use crate::domain::member::Member;

/// How often people agreed and disagreed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CorrectionCounts {
    /// Findings said to be right.
    pub right: u64,
    /// Findings said to be wrong.
    pub wrong: u64,
    /// Findings said to be missing.
    pub missing: u64,
}

impl CorrectionCounts {
    fn add(&mut self, verdict: CorrectionVerdict, count: u64) {
        match verdict {
            CorrectionVerdict::Right => self.right += count,
            CorrectionVerdict::Wrong => self.wrong += count,
            CorrectionVerdict::Missing => self.missing += count,
        }
    }
}

/// Keeps what a person says. What the same person said of the same before stays, as replaced.
///
/// # Errors
/// When the database fails.
pub async fn add(tx: &Transaction, said: &Correction) -> Result<(), StoreError> {
    withdraw(tx, said.member.id, said.lot, said.kind, said.made_at).await?;
    // Said twice in one instant it was said once.
    correction::Entity::delete_by_id(said.id.uuid()).exec(tx.conn()).await?;
    let row = correction::ActiveModel {
        id: Set(said.id.uuid()),
        lot_id: Set(said.lot.uuid()),
        kind: Set(said.kind.as_str().to_owned()),
        verdict: Set(said.verdict.as_str().to_owned()),
        reason: Set(said.reason.clone()),
        quote: Set(said.quote.clone()),
        rule: Set(said.rule.clone()),
        rules_version: Set(said.rules_version.clone()),
        member_id: Set(said.member.id.uuid()),
        made_at: Set(said.made_at),
        replaced_at: Set(None),
    };
    row.insert(tx.conn()).await?;
    Ok(())
}

/// Takes back what a person says of a kind of finding of a lot. Says whether there was anything.
///
/// # Errors
/// When the database fails.
pub async fn withdraw(
    tx: &Transaction,
    member: MemberId,
    lot: LotId,
    kind: FindingKind,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = correction::Entity::update_many()
        .col_expr(correction::Column::ReplacedAt, Expr::value(now))
        .filter(correction::Column::LotId.eq(lot.uuid()))
        .filter(correction::Column::Kind.eq(kind.as_str()))
        .filter(correction::Column::MemberId.eq(member.uuid()))
        .filter(correction::Column::ReplacedAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected > 0)
}

/// Takes back one statement. Says whether there was one.
///
/// # Errors
/// When the database fails.
pub async fn remove(
    tx: &Transaction,
    id: CorrectionId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = correction::Entity::update_many()
        .col_expr(correction::Column::ReplacedAt, Expr::value(now))
        .filter(correction::Column::Id.eq(id.uuid()))
        .filter(correction::Column::ReplacedAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected > 0)
}

/// What people say of lots, the oldest first; not what they said before.
///
/// # Errors
/// When the database fails or a row cannot be read.
pub async fn of_lots(
    conn: &impl ConnectionTrait,
    lots: &[LotId],
) -> Result<Vec<Correction>, StoreError> {
    let mut found = Vec::new();
    for chunk in lots.chunks(CHUNK) {
        let rows = correction::Entity::find()
            .filter(correction::Column::LotId.is_in(chunk.iter().map(|lot| lot.uuid())))
            .filter(correction::Column::ReplacedAt.is_null())
            .order_by_asc(correction::Column::MadeAt)
            .order_by_asc(correction::Column::Id)
            .all(conn)
            .await?;
        found.extend(read(conn, rows).await?);
    }
    Ok(found)
}

/// What people say, the newest first, and at most so many.
///
/// # Errors
/// When the database fails or a row cannot be read.
pub async fn newest(conn: &impl ConnectionTrait, most: u64) -> Result<Vec<Correction>, StoreError> {
    let rows = correction::Entity::find()
        .filter(correction::Column::ReplacedAt.is_null())
        .order_by_desc(correction::Column::MadeAt)
        .order_by_desc(correction::Column::Id)
        .limit(most)
        .all(conn)
        .await?;
    read(conn, rows).await
}

/// How often people agreed and disagreed with each rule. What they miss has no rule.
///
/// # Errors
/// When the database fails.
pub async fn count_by_rule(
    conn: &impl ConnectionTrait,
) -> Result<HashMap<String, CorrectionCounts>, StoreError> {
    count_by(conn, correction::Column::Rule).await
}

/// How often people agreed and disagreed with findings of each kind, and missed some.
///
/// # Errors
/// When the database fails.
pub async fn count_by_kind(
    conn: &impl ConnectionTrait,
) -> Result<HashMap<FindingKind, CorrectionCounts>, StoreError> {
    let counts = count_by(conn, correction::Column::Kind).await?;
    let known = |(kind, counts): (String, _)| Some((FindingKind::parse(&kind)?, counts));
    Ok(counts.into_iter().filter_map(known).collect())
}

async fn count_by(
    conn: &impl ConnectionTrait,
    column: correction::Column,
) -> Result<HashMap<String, CorrectionCounts>, StoreError> {
    let rows: Vec<(String, String, i64)> = correction::Entity::find()
        .select_only()
        .column(column)
        .column(correction::Column::Verdict)
        .column_as(Expr::col(correction::Column::Id).count(), "count")
        .filter(correction::Column::ReplacedAt.is_null())
        .filter(column.is_not_null())
        .group_by(column)
        .group_by(correction::Column::Verdict)
        .into_tuple()
        .all(conn)
        .await?;
    let mut counts: HashMap<String, CorrectionCounts> = HashMap::new();
    for (name, verdict, count) in rows {
        let Some(verdict) = CorrectionVerdict::parse(&verdict) else { continue };
        counts.entry(name).or_default().add(verdict, u64::try_from(count).unwrap_or(0));
    }
    Ok(counts)
}

async fn read(
    conn: &impl ConnectionTrait,
    rows: Vec<correction::Model>,
) -> Result<Vec<Correction>, StoreError> {
    let mut ids: Vec<MemberId> =
        rows.iter().map(|row| MemberId::from_uuid(row.member_id)).collect();
    ids.sort_unstable();
    ids.dedup();
    let members = members::find(conn, &ids).await?;
    let said = |row: &correction::Model| {
        let said = correction(row, &members);
        said.ok_or_else(|| StoreError::corrupt("correction", &row.id, "an unknown kind or verdict"))
    };
    rows.iter().map(said).collect()
}

fn correction(row: &correction::Model, members: &HashMap<MemberId, Member>) -> Option<Correction> {
    Some(Correction {
        id: CorrectionId::from_uuid(row.id),
        lot: LotId::from_uuid(row.lot_id),
        kind: FindingKind::parse(&row.kind)?,
        verdict: CorrectionVerdict::parse(&row.verdict)?,
        reason: row.reason.clone(),
        quote: row.quote.clone(),
        rule: row.rule.clone(),
        rules_version: row.rules_version.clone(),
        member: members.get(&MemberId::from_uuid(row.member_id))?.clone(),
        made_at: row.made_at,
    })
}
