//! Published notices.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use passerelle_entity::{notice, notice_body, notice_party};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QuerySelect,
};
use uuid::Uuid;

use super::documents::{Packed, unpack};
use super::error::from_json;
use super::notice_filter::NoticeFilter;
use super::page::{self, Count, Page, PageRequest, SortKey, SortValue, apply};
use super::{CHUNK, StoreError, Transaction, insert_all};
use crate::domain::ids::{NoticeId, OrganisationId, ProcedureId};
use crate::domain::notice::{ContractNature, Family, FormType, Notice, NoticeSummary};
use crate::domain::procedure::{AssessedNotice, NoticeJoin, NoticeNode};
use crate::domain::source::Source;

/// Publication day of notices that give none.
pub(crate) const NO_DAY: NaiveDate = NaiveDate::from_ymd_opt(1970, 1, 1).expect("a date");

/// A notice to write.
#[derive(Debug)]
pub struct NoticeWrite<'a> {
    /// The notice.
    pub notice: &'a Notice,
    /// The notice with its findings, an [`AssessedNotice`] as JSON.
    pub body: &'a Packed,
    /// The document it was decoded from.
    pub digest: &'a str,
    /// Hash of the notice and its findings.
    pub content_hash: &'a str,
    /// The procurement it belongs to.
    pub procedure: ProcedureId,
    /// Whether it is not stored yet: then there is nothing of it to replace.
    pub is_new: bool,
}

/// What is stored of a notice, to decide whether it must be written again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrentNotice {
    /// The document that holds.
    pub digest: String,
    /// Hash of the notice and its findings.
    pub content_hash: String,
    /// The procurement it belongs to.
    pub procedure: ProcedureId,
}

pub(crate) fn name<T: serde::Serialize>(value: T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

fn named<T: serde::de::DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).ok()
}

/// What is stored of these notices.
///
/// # Errors
/// When the database fails.
pub async fn current(
    conn: &impl ConnectionTrait,
    ids: &[NoticeId],
) -> Result<HashMap<NoticeId, CurrentNotice>, StoreError> {
    let mut current = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let rows: Vec<(Uuid, String, String, Uuid)> = notice::Entity::find()
            .select_only()
            .columns([
                notice::Column::Id,
                notice::Column::Digest,
                notice::Column::ContentHash,
                notice::Column::ProcedureId,
            ])
            .filter(notice::Column::Id.is_in(chunk.iter().map(|id| id.uuid())))
            .into_tuple()
            .all(conn)
            .await?;
        current.extend(rows.into_iter().map(|(id, digest, content_hash, procedure)| {
            let procedure = ProcedureId::from_uuid(procedure);
            (NoticeId::from_uuid(id), CurrentNotice { digest, content_hash, procedure })
        }));
    }
    Ok(current)
}

/// Writes notices, new or changed, with their bodies and parties.
///
/// # Errors
/// When the database fails.
pub async fn write(tx: &Transaction, notices: &[NoticeWrite<'_>]) -> Result<(), StoreError> {
    for chunk in notices.chunks(CHUNK / 2) {
        let rows: Vec<notice::ActiveModel> = chunk.iter().map(row).collect();
        let replace = OnConflict::column(notice::Column::Id)
            .update_columns([
                notice::Column::Digest,
                notice::Column::ContentHash,
                notice::Column::ProcedureId,
                notice::Column::Folder,
                notice::Column::ParentId,
                notice::Column::FormType,
                notice::Column::NoticeType,
                notice::Column::Family,
                notice::Column::PublishedOn,
                notice::Column::Title,
                notice::Column::Nature,
                notice::Column::Url,
                notice::Column::DocumentsUrl,
            ])
            .to_owned();
        notice::Entity::insert_many(rows)
            .on_conflict(replace)
            .exec_without_returning(tx.conn())
            .await?;
        let bodies = chunk.iter().map(|write| notice_body::ActiveModel {
            notice_id: Set(write.notice.id().uuid()),
            body: Set(write.body.0.clone()),
        });
        let replace = OnConflict::column(notice_body::Column::NoticeId)
            .update_column(notice_body::Column::Body)
            .to_owned();
        notice_body::Entity::insert_many(bodies)
            .on_conflict(replace)
            .exec_without_returning(tx.conn())
            .await?;
        let known = chunk.iter().filter(|write| !write.is_new);
        let known: Vec<Uuid> = known.map(|write| write.notice.id().uuid()).collect();
        if !known.is_empty() {
            notice_party::Entity::delete_many()
                .filter(notice_party::Column::NoticeId.is_in(known))
                .exec(tx.conn())
                .await?;
        }
        insert_all(tx.conn(), &chunk.iter().flat_map(party_rows).collect::<Vec<_>>()).await?;
    }
    Ok(())
}

fn row(write: &NoticeWrite<'_>) -> notice::ActiveModel {
    let notice = write.notice;
    notice::ActiveModel {
        id: Set(notice.id().uuid()),
        source: Set(notice.source.as_str().to_owned()),
        source_id: Set(notice.source_id.clone()),
        digest: Set(write.digest.to_owned()),
        content_hash: Set(write.content_hash.to_owned()),
        procedure_id: Set(write.procedure.uuid()),
        folder: Set(notice.folder),
        parent_id: Set(notice.parent().map(NoticeId::uuid)),
        form_type: Set(name(notice.form_type)),
        notice_type: Set(notice.notice_type.clone()),
        family: Set(notice.family.map(|family| family.as_str().to_owned())),
        published_on: Set(notice.published_on.unwrap_or(NO_DAY)),
        title: Set(notice.title.clone()),
        nature: Set(notice.nature.map(name)),
        url: Set(notice.url.clone()),
        documents_url: Set(notice.documents_url.clone()),
        missing_since: Set(None),
    }
}

/// The parties of a notice: those it names, and the winners of its results.
fn party_rows<'a>(
    write: &'a NoticeWrite<'_>,
) -> impl Iterator<Item = notice_party::ActiveModel> + 'a {
    let notice = write.notice;
    let winners = notice.outcomes.iter().flat_map(|outcome| &outcome.suppliers);
    notice.parties.iter().chain(winners).zip(0..).map(move |(party, position)| {
        notice_party::ActiveModel {
            notice_id: Set(notice.id().uuid()),
            position: Set(position),
            role: Set(name(party.role)),
            organisation_id: Set(party.organisation_id().uuid()),
            published_on: Set(notice.published_on.unwrap_or(NO_DAY)),
            legal_type: Set(party.legal_type.clone()),
            party: Set(serde_json::to_string(party).unwrap_or_default()),
        }
    })
}

/// Organisations that these notices name, as stored now.
///
/// # Errors
/// When the database fails.
pub async fn organisations_of(
    conn: &impl ConnectionTrait,
    ids: &[NoticeId],
) -> Result<Vec<OrganisationId>, StoreError> {
    let mut found = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let rows: Vec<Uuid> = notice_party::Entity::find()
            .select_only()
            .column(notice_party::Column::OrganisationId)
            .distinct()
            .filter(notice_party::Column::NoticeId.is_in(chunk.iter().map(|id| id.uuid())))
            .into_tuple()
            .all(conn)
            .await?;
        found.extend(rows.into_iter().map(OrganisationId::from_uuid));
    }
    Ok(found)
}

/// Buyers of notices, in the order they are named.
///
/// # Errors
/// When the database fails.
pub async fn buyers_of(
    conn: &impl ConnectionTrait,
    ids: &[NoticeId],
) -> Result<HashMap<NoticeId, Vec<OrganisationId>>, StoreError> {
    use sea_orm::QueryOrder;
    let mut found: HashMap<NoticeId, Vec<OrganisationId>> = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let rows: Vec<(Uuid, Uuid)> = notice_party::Entity::find()
            .select_only()
            .columns([notice_party::Column::NoticeId, notice_party::Column::OrganisationId])
            .filter(notice_party::Column::NoticeId.is_in(chunk.iter().map(|id| id.uuid())))
            .filter(notice_party::Column::Role.eq("BUYER"))
            .order_by_asc(notice_party::Column::NoticeId)
            .order_by_asc(notice_party::Column::Position)
            .into_tuple()
            .all(conn)
            .await?;
        for (notice, buyer) in rows {
            let buyers = found.entry(NoticeId::from_uuid(notice)).or_default();
            buyers.push(OrganisationId::from_uuid(buyer));
        }
    }
    Ok(found)
}

/// Notes that a notice is decoded from another document of the same content.
///
/// # Errors
/// When the database fails.
pub async fn set_digest(tx: &Transaction, id: NoticeId, digest: &str) -> Result<(), StoreError> {
    notice::Entity::update_many()
        .col_expr(notice::Column::Digest, Expr::value(digest))
        .filter(notice::Column::Id.eq(id.uuid()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Moves notices to another procurement.
///
/// # Errors
/// When the database fails.
pub async fn set_procedure(
    tx: &Transaction,
    ids: &[NoticeId],
    procedure: ProcedureId,
) -> Result<(), StoreError> {
    for chunk in ids.chunks(CHUNK) {
        notice::Entity::update_many()
            .col_expr(notice::Column::ProcedureId, Expr::value(procedure.uuid()))
            .filter(notice::Column::Id.is_in(chunk.iter().map(|id| id.uuid())))
            .filter(notice::Column::ProcedureId.ne(procedure.uuid()))
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}

/// Marks notices as no longer listed by their source since a day, or listed again. A vanished
/// record is not a cancellation: nothing else changes.
///
/// # Errors
/// When the database fails.
pub async fn set_missing(
    tx: &Transaction,
    ids: &[NoticeId],
    since: Option<NaiveDate>,
) -> Result<(), StoreError> {
    for chunk in ids.chunks(CHUNK) {
        let changes = match since {
            Some(_) => notice::Column::MissingSince.is_null(),
            None => notice::Column::MissingSince.is_not_null(),
        };
        notice::Entity::update_many()
            .col_expr(notice::Column::MissingSince, Expr::value(since))
            .filter(notice::Column::Id.is_in(chunk.iter().map(|id| id.uuid())))
            .filter(changes)
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}

/// Whole notices with their findings.
///
/// # Errors
/// When the database fails, or a body cannot be read.
pub async fn bodies(
    conn: &impl ConnectionTrait,
    ids: &[NoticeId],
) -> Result<Vec<AssessedNotice>, StoreError> {
    let mut bodies = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let rows = notice_body::Entity::find()
            .filter(notice_body::Column::NoticeId.is_in(chunk.iter().map(|id| id.uuid())))
            .all(conn)
            .await?;
        for row in rows {
            let bytes = unpack(&row.body)
                .map_err(|reason| StoreError::corrupt("notice_body", &row.notice_id, &reason))?;
            bodies.push(from_json("notice_body", row.notice_id, &bytes)?);
        }
    }
    Ok(bodies)
}

/// What joins notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinedBy {
    /// Identifiers: BT-04 and the links that notices carry.
    Identifiers,
    /// Identifiers, and what the comparison of documents joined.
    Anything,
}

/// Notices of some procurements, and what joins them beside their identifiers.
#[derive(Debug, Default)]
pub struct Neighbourhood {
    /// The notices.
    pub nodes: Vec<NoticeNode>,
    /// Pairs that the comparison of documents joined.
    pub joins: Vec<NoticeJoin>,
}

/// The stored notices that are joined to the given ones, directly or over others, the given ones
/// included as stored.
///
/// # Errors
/// When the database fails.
pub async fn neighbourhood(
    conn: &impl ConnectionTrait,
    seeds: &[NoticeNode],
    by: JoinedBy,
) -> Result<Neighbourhood, StoreError> {
    let mut joins: BTreeSet<NoticeJoin> = BTreeSet::new();
    let mut known: HashMap<NoticeId, NoticeNode> = HashMap::new();
    let mut frontier: Vec<NoticeNode> = seeds.to_vec();
    let mut asked = std::collections::HashSet::new();
    while !frontier.is_empty() {
        let mut ids = Vec::new();
        let mut folders = Vec::new();
        for node in &frontier {
            // A notice is found by its own id, its children by the same id, and its siblings by
            // the id of their common parent, stored or not.
            for id in [Some(node.id), node.parent].into_iter().flatten() {
                if asked.insert(id.uuid()) {
                    ids.push(id.uuid());
                }
            }
            if let Some(folder) = node.folder
                && asked.insert(folder)
            {
                folders.push(folder);
            }
        }
        frontier.clear();
        for (ids, folders) in chunks_of(&ids, &folders) {
            let touching = Condition::any()
                .add(notice::Column::Id.is_in(ids.iter().copied()))
                .add(notice::Column::ParentId.is_in(ids.iter().copied()))
                .add(notice::Column::Folder.is_in(folders.iter().copied()));
            let rows: Vec<(Uuid, Option<Uuid>, Option<Uuid>)> = notice::Entity::find()
                .select_only()
                .columns([notice::Column::Id, notice::Column::Folder, notice::Column::ParentId])
                .filter(touching)
                .into_tuple()
                .all(conn)
                .await?;
            for (id, folder, parent) in rows {
                let id = NoticeId::from_uuid(id);
                let node = NoticeNode { id, folder, parent: parent.map(NoticeId::from_uuid) };
                if known.insert(id, node.clone()).is_none() {
                    frontier.push(node);
                }
            }
            if by == JoinedBy::Anything {
                let found = super::links::joins(conn, ids).await?;
                let ends = found.iter().flat_map(|join| [join.from, join.to]);
                frontier.extend(ends.map(|id| NoticeNode { id, folder: None, parent: None }));
                joins.extend(found);
            }
        }
    }
    Ok(Neighbourhood { nodes: known.into_values().collect(), joins: joins.into_iter().collect() })
}

fn chunks_of<'a>(ids: &'a [Uuid], folders: &'a [Uuid]) -> Vec<(&'a [Uuid], &'a [Uuid])> {
    let rounds = ids.len().div_ceil(CHUNK).max(folders.len().div_ceil(CHUNK));
    let part = |all: &'a [Uuid], round: usize| {
        let from = (round * CHUNK).min(all.len());
        &all[from..(from + CHUNK).min(all.len())]
    };
    (0..rounds).map(|round| (part(ids, round), part(folders, round))).collect()
}

fn summary(row: notice::Model) -> NoticeSummary {
    NoticeSummary {
        id: NoticeId::from_uuid(row.id),
        source: row.source.parse().unwrap_or(Source::Boamp),
        source_id: row.source_id,
        procedure: ProcedureId::from_uuid(row.procedure_id),
        form_type: named(&row.form_type).unwrap_or(FormType::Other),
        notice_type: row.notice_type,
        family: row.family.as_deref().and_then(Family::parse),
        published_on: (row.published_on != NO_DAY).then_some(row.published_on),
        title: row.title,
        nature: row.nature.as_deref().and_then(named::<ContractNature>),
        url: row.url,
        documents_url: row.documents_url,
        missing_since: row.missing_since,
    }
}

/// Notices by id.
///
/// # Errors
/// When the database fails.
pub async fn summaries(
    conn: &impl ConnectionTrait,
    ids: &[NoticeId],
) -> Result<HashMap<NoticeId, NoticeSummary>, StoreError> {
    let mut found = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let rows = notice::Entity::find()
            .filter(notice::Column::Id.is_in(chunk.iter().map(|id| id.uuid())))
            .all(conn)
            .await?;
        found.extend(rows.into_iter().map(|row| (NoticeId::from_uuid(row.id), summary(row))));
    }
    Ok(found)
}

/// All notices of procurements, in publication order.
///
/// # Errors
/// When the database fails.
pub async fn of_procedures(
    conn: &impl ConnectionTrait,
    procedures: &[ProcedureId],
) -> Result<Vec<NoticeSummary>, StoreError> {
    use sea_orm::QueryOrder;
    let mut found = Vec::new();
    for chunk in procedures.chunks(CHUNK) {
        let rows = notice::Entity::find()
            .filter(notice::Column::ProcedureId.is_in(chunk.iter().map(|id| id.uuid())))
            .order_by_asc(notice::Column::PublishedOn)
            .order_by_asc(notice::Column::SourceId)
            .all(conn)
            .await?;
        found.extend(rows.into_iter().map(summary));
    }
    Ok(found)
}

/// Notices of a source identifier: one for each source that uses it.
///
/// # Errors
/// When the database fails.
pub async fn find_by_source_id(
    conn: &impl ConnectionTrait,
    source: Option<Source>,
    source_id: &str,
) -> Result<Vec<NoticeSummary>, StoreError> {
    if source_id.contains('\0') {
        // No notice has such an identifier, and PostgreSQL refuses to look for it.
        return Ok(Vec::new());
    }
    let mut select = notice::Entity::find().filter(notice::Column::SourceId.eq(source_id));
    if let Some(source) = source {
        select = select.filter(notice::Column::Source.eq(source.as_str()));
    }
    Ok(select.all(conn).await?.into_iter().map(summary).collect())
}

/// The place of a notice in lists: newest first.
pub fn sort_key(notice: &NoticeSummary) -> SortKey {
    let day = notice.published_on.unwrap_or(NO_DAY);
    SortKey { value: SortValue::Day(day), id: notice.id.uuid() }
}

/// A value of the kind lists of notices are ordered by.
pub fn sorted_by() -> SortValue {
    SortValue::Day(NO_DAY)
}

/// A page of notices, newest first.
///
/// # Errors
/// When the database fails.
pub async fn page(
    conn: &impl ConnectionTrait,
    filter: &NoticeFilter,
    request: &PageRequest,
) -> Result<Page<NoticeSummary>, StoreError> {
    let mut select = notice::Entity::find().filter(filter.condition());
    apply(&mut select, "notice", "published_on", true, request);
    let rows = select.all(conn).await?;
    Ok(Page::of(rows, request).map(summary))
}

/// How many notices there are, up to the bound of counts.
///
/// # Errors
/// When the database fails.
pub async fn count(
    conn: &impl ConnectionTrait,
    filter: &NoticeFilter,
) -> Result<Count, StoreError> {
    page::count(conn, notice::Entity::find().filter(filter.condition())).await
}
