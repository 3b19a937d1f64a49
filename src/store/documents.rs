//! Documents as received: kept once by digest, compressed.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use passerelle_entity::{decode_issue, document, document_body};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use zstd::zstd_safe::{CCtx, compress_bound};

use super::{CHUNK, StoreError, Transaction};
use crate::domain::ids::{ContractId, NoticeId};
use crate::domain::issue::{DecodeIssue, IssueKind};
use crate::domain::source::Source;

/// Compression level of stored bytes: 3 is zstd's own default, a tenth of the size at no cost felt.
const LEVEL: i32 = 3;

/// Bytes as the store keeps them. Packing takes time, so it is done before a transaction begins.
#[derive(Clone, Debug)]
pub struct Packed(pub(crate) Vec<u8>);

/// Packs bytes, with the working memory of the compressor made once.
pub struct Packer(CCtx<'static>);

impl Default for Packer {
    fn default() -> Self {
        Self(CCtx::create())
    }
}

impl Packer {
    /// Packs bytes.
    ///
    /// # Panics
    /// When memory is out: bytes that would be lost must not be stored as nothing.
    pub fn pack(&mut self, bytes: &[u8]) -> Packed {
        let mut packed = Vec::with_capacity(compress_bound(bytes.len()));
        let done = self.0.compress(&mut packed, bytes, LEVEL);
        assert!(done.is_ok(), "bytes could not be compressed: memory is out");
        packed.shrink_to_fit();
        Packed(packed)
    }
}

/// A document to keep, or to see again.
#[derive(Clone, Debug)]
pub struct NewDocument<'a> {
    /// SHA-256 of the bytes, hexadecimal.
    pub digest: &'a str,
    /// Shape.
    pub format: &'static str,
    /// Where it came from.
    pub origin: &'a str,
    /// Length of the bytes.
    pub size: usize,
    /// The bytes; nothing when they are known to be stored.
    pub body: Option<&'a Packed>,
    /// The notice it holds, when it was decoded now.
    pub notice: Option<NoticeId>,
    /// The contract it tells of, when it was decoded now.
    pub contract: Option<ContractId>,
    /// When it was received first.
    pub first_seen_at: DateTime<Utc>,
    /// When it was received last.
    pub last_seen_at: DateTime<Utc>,
    /// When a feed gave it last; nothing for a file given by hand.
    pub fed_at: Option<DateTime<Utc>>,
}

/// What is known of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownDocument {
    /// SHA-256 of the bytes, hexadecimal.
    pub digest: String,
    /// Shape.
    pub format: String,
    /// Where it came from first.
    pub origin: String,
    /// The notice it holds.
    pub notice: Option<NoticeId>,
    /// The contract it tells of.
    pub contract: Option<ContractId>,
    /// When it was received first.
    pub first_seen_at: DateTime<Utc>,
    /// When it was received last, or said to be as before.
    pub last_seen_at: DateTime<Utc>,
    /// When a feed gave it last; nothing for a file given by hand.
    pub fed_at: Option<DateTime<Utc>>,
}

impl From<document::Model> for KnownDocument {
    fn from(row: document::Model) -> Self {
        Self {
            digest: row.digest,
            format: row.format,
            origin: row.origin,
            notice: row.notice_id.map(NoticeId::from_uuid),
            contract: row.contract_id.map(ContractId::from_uuid),
            first_seen_at: row.first_seen_at,
            last_seen_at: row.last_seen_at,
            fed_at: row.fed_at,
        }
    }
}

/// The documents among these digests that are stored.
///
/// # Errors
/// When the database fails.
pub async fn find(
    conn: &impl ConnectionTrait,
    digests: &[String],
) -> Result<HashMap<String, KnownDocument>, StoreError> {
    let mut known = HashMap::new();
    for chunk in digests.chunks(CHUNK) {
        let rows = document::Entity::find()
            .filter(document::Column::Digest.is_in(chunk))
            .all(conn)
            .await?;
        known.extend(rows.into_iter().map(|row| (row.digest.clone(), row.into())));
    }
    Ok(known)
}

/// All documents that hold one of these notices.
///
/// # Errors
/// When the database fails.
pub async fn of_notices(
    conn: &impl ConnectionTrait,
    notices: &[NoticeId],
) -> Result<Vec<KnownDocument>, StoreError> {
    let mut known = Vec::new();
    for chunk in notices.chunks(CHUNK) {
        let ids = chunk.iter().map(|id| id.uuid());
        let rows = document::Entity::find()
            .filter(document::Column::NoticeId.is_in(ids))
            .all(conn)
            .await?;
        known.extend(rows.into_iter().map(KnownDocument::from));
    }
    Ok(known)
}

/// All documents that tell of one of these contracts.
///
/// # Errors
/// When the database fails.
pub async fn of_contracts(
    conn: &impl ConnectionTrait,
    contracts: &[ContractId],
) -> Result<Vec<KnownDocument>, StoreError> {
    let mut known = Vec::new();
    for chunk in contracts.chunks(CHUNK) {
        let ids = chunk.iter().map(|id| id.uuid());
        let rows = document::Entity::find()
            .filter(document::Column::ContractId.is_in(ids))
            .all(conn)
            .await?;
        known.extend(rows.into_iter().map(KnownDocument::from));
    }
    Ok(known)
}

/// Keeps documents. One that is stored already is seen again: its first and last sight widen, the
/// last time a feed gave it stands, and its origin is that of the first sight, whatever the order
/// they are told in.
///
/// # Errors
/// When the database fails.
pub async fn keep(tx: &Transaction, documents: &[NewDocument<'_>]) -> Result<(), StoreError> {
    for chunk in documents.chunks(CHUNK) {
        let rows = chunk.iter().map(|new| document::ActiveModel {
            digest: Set(new.digest.to_owned()),
            format: Set(new.format.to_owned()),
            origin: Set(new.origin.to_owned()),
            size: Set(i64::try_from(new.size).unwrap_or(i64::MAX)),
            notice_id: Set(new.notice.map(NoticeId::uuid)),
            contract_id: Set(new.contract.map(ContractId::uuid)),
            first_seen_at: Set(new.first_seen_at),
            last_seen_at: Set(new.last_seen_at),
            fed_at: Set(new.fed_at),
        });
        document::Entity::insert_many(rows)
            .on_conflict(widen())
            .exec_without_returning(tx.conn())
            .await?;
        let bodies = chunk.iter().filter_map(|new| {
            let Packed(body) = new.body?;
            Some(document_body::ActiveModel {
                digest: Set(new.digest.to_owned()),
                body: Set(body.clone()),
            })
        });
        // Of equal bytes the first stay.
        let known = OnConflict::column(document_body::Column::Digest).do_nothing().to_owned();
        document_body::Entity::insert_many(bodies)
            .on_conflict(known)
            .exec_without_returning(tx.conn())
            .await?;
    }
    Ok(())
}

fn widen() -> OnConflict {
    // MIN and MAX of two values are spelled differently by the two databases; CASE is not.
    const FIRST: &str = "CASE WHEN excluded.first_seen_at < document.first_seen_at \
        THEN excluded.first_seen_at ELSE document.first_seen_at END";
    const LAST: &str = "CASE WHEN excluded.last_seen_at > document.last_seen_at \
        THEN excluded.last_seen_at ELSE document.last_seen_at END";
    const FED: &str = "CASE WHEN document.fed_at IS NULL OR excluded.fed_at > document.fed_at \
        THEN excluded.fed_at ELSE document.fed_at END";
    const ORIGIN: &str = "CASE WHEN excluded.first_seen_at < document.first_seen_at \
        OR (excluded.first_seen_at = document.first_seen_at AND excluded.origin < document.origin) \
        THEN excluded.origin ELSE document.origin END";
    OnConflict::column(document::Column::Digest)
        .value(document::Column::FirstSeenAt, Expr::cust(FIRST))
        .value(document::Column::LastSeenAt, Expr::cust(LAST))
        .value(document::Column::FedAt, Expr::cust(FED))
        .value(document::Column::Origin, Expr::cust(ORIGIN))
        .value(
            document::Column::NoticeId,
            Expr::cust("COALESCE(excluded.notice_id, document.notice_id)"),
        )
        .value(
            document::Column::ContractId,
            Expr::cust("COALESCE(excluded.contract_id, document.contract_id)"),
        )
        .to_owned()
}

/// Notes that stored documents were seen again, without their bytes. That is no news: the time a
/// feed gave them last stays.
///
/// # Errors
/// When the database fails.
pub async fn touch(
    tx: &Transaction,
    digests: &[String],
    received_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    for chunk in digests.chunks(CHUNK) {
        document::Entity::update_many()
            .col_expr(document::Column::LastSeenAt, Expr::value(received_at))
            .filter(document::Column::Digest.is_in(chunk))
            .filter(document::Column::LastSeenAt.lt(received_at))
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}

/// The bytes of documents.
///
/// # Errors
/// When the database fails or the bytes cannot be decompressed.
pub async fn bodies(
    conn: &impl ConnectionTrait,
    digests: &[String],
) -> Result<HashMap<String, Vec<u8>>, StoreError> {
    let mut bodies = HashMap::new();
    for chunk in digests.chunks(CHUNK) {
        let rows = document_body::Entity::find()
            .filter(document_body::Column::Digest.is_in(chunk))
            .all(conn)
            .await?;
        for row in rows {
            let bytes = unpack(&row.body)
                .map_err(|reason| StoreError::corrupt("document_body", &row.digest, &reason))?;
            bodies.insert(row.digest, bytes);
        }
    }
    Ok(bodies)
}

/// Digests of all stored documents after one, in order: to run a better decoder over them.
///
/// # Errors
/// When the database fails.
pub async fn digests_after(
    conn: &impl ConnectionTrait,
    after: &str,
    limit: u64,
) -> Result<Vec<KnownDocument>, StoreError> {
    let rows = document::Entity::find()
        .filter(document::Column::Digest.gt(after))
        .order_by_asc(document::Column::Digest)
        .limit(limit)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(KnownDocument::from).collect())
}

pub(crate) fn unpack(bytes: &[u8]) -> Result<Vec<u8>, String> {
    zstd::stream::decode_all(bytes).map_err(|error| error.to_string())
}

/// A defect with where it was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredIssue {
    /// The document.
    pub digest: String,
    /// Order within the document.
    pub position: i32,
    /// The notice, if the document holds one.
    pub notice: Option<NoticeId>,
    /// The defect.
    pub issue: DecodeIssue,
    /// When the document was received first.
    pub seen_at: DateTime<Utc>,
}

/// Writes the issues of documents, instead of those of the same documents and notices.
///
/// # Errors
/// When the database fails.
pub async fn replace_issues(
    tx: &Transaction,
    digests: &[String],
    notices: &[NoticeId],
    issues: &[StoredIssue],
) -> Result<(), StoreError> {
    for chunk in digests.chunks(CHUNK) {
        decode_issue::Entity::delete_many()
            .filter(decode_issue::Column::Digest.is_in(chunk))
            .exec(tx.conn())
            .await?;
    }
    for chunk in notices.chunks(CHUNK) {
        let ids = chunk.iter().map(|id| id.uuid());
        decode_issue::Entity::delete_many()
            .filter(decode_issue::Column::NoticeId.is_in(ids))
            .exec(tx.conn())
            .await?;
    }
    for chunk in issues.chunks(CHUNK) {
        let rows = chunk.iter().map(|stored| decode_issue::ActiveModel {
            digest: Set(stored.digest.clone()),
            position: Set(stored.position),
            notice_id: Set(stored.notice.map(NoticeId::uuid)),
            kind: Set(stored.issue.kind.as_str().to_owned()),
            path: Set(stored.issue.path.clone()),
            message: Set(stored.issue.message.clone()),
            seen_at: Set(stored.seen_at),
        });
        decode_issue::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// Issues of notices, in the order of their documents.
///
/// # Errors
/// When the database fails.
pub async fn issues_of_notices(
    conn: &impl ConnectionTrait,
    notices: &[NoticeId],
) -> Result<Vec<StoredIssue>, StoreError> {
    let mut found = Vec::new();
    for chunk in notices.chunks(CHUNK) {
        let rows = decode_issue::Entity::find()
            .filter(decode_issue::Column::NoticeId.is_in(chunk.iter().map(|id| id.uuid())))
            .order_by_asc(decode_issue::Column::Digest)
            .order_by_asc(decode_issue::Column::Position)
            .all(conn)
            .await?;
        found.extend(rows.into_iter().filter_map(stored_issue));
    }
    Ok(found)
}

/// The last issues, of the newest documents first: of those that carry a source, or of all.
///
/// # Errors
/// When the database fails.
pub async fn latest_issues(
    conn: &impl ConnectionTrait,
    source: Option<Source>,
    kinds: &[IssueKind],
    limit: u64,
) -> Result<Vec<StoredIssue>, StoreError> {
    let mut select = decode_issue::Entity::find().filter(of_source(source));
    if !kinds.is_empty() {
        let kinds = kinds.iter().map(|kind| kind.as_str());
        select = select.filter(decode_issue::Column::Kind.is_in(kinds));
    }
    let rows = select
        .order_by_desc(decode_issue::Column::SeenAt)
        .order_by_asc(decode_issue::Column::Digest)
        .order_by_asc(decode_issue::Column::Position)
        .limit(limit)
        .all(conn)
        .await?;
    Ok(rows.into_iter().filter_map(stored_issue).collect())
}

fn stored_issue(row: decode_issue::Model) -> Option<StoredIssue> {
    let kind = IssueKind::parse(&row.kind)?;
    Some(StoredIssue {
        digest: row.digest,
        position: row.position,
        notice: row.notice_id.map(NoticeId::from_uuid),
        issue: DecodeIssue::new(kind, row.path, row.message),
        seen_at: row.seen_at,
    })
}

/// Issues of the documents that carry a source.
fn of_source(source: Option<Source>) -> Condition {
    let document = source.map(|source| {
        let own = sea_orm::sea_query::Query::select()
            .expr(Expr::value(1))
            .from(document::Entity)
            .and_where(
                Expr::col((document::Entity, document::Column::Digest))
                    .equals((decode_issue::Entity, decode_issue::Column::Digest)),
            )
            .and_where(document::Column::Format.is_in(source.formats().iter().copied()))
            .to_owned();
        Expr::exists(own)
    });
    Condition::all().add_option(document)
}

/// How many issues of each kind there are, in the documents that carry a source or in all.
///
/// # Errors
/// When the database fails.
pub async fn count_issues(
    conn: &impl ConnectionTrait,
    source: Option<Source>,
) -> Result<Vec<(IssueKind, u64)>, StoreError> {
    let rows: Vec<(String, i64)> = decode_issue::Entity::find()
        .filter(of_source(source))
        .select_only()
        .column(decode_issue::Column::Kind)
        .column_as(Expr::col(decode_issue::Column::Kind).count(), "count")
        .group_by(decode_issue::Column::Kind)
        .order_by_asc(decode_issue::Column::Kind)
        .into_tuple()
        .all(conn)
        .await?;
    let counted = rows.into_iter().filter_map(|(kind, count)| {
        Some((IssueKind::parse(&kind)?, u64::try_from(count).unwrap_or(0)))
    });
    Ok(counted.collect())
}

/// Notices of a source, of all days or published on one, that were last received before an instant:
/// listed once, and not any more. Those marked already are left out.
///
/// # Errors
/// When the database fails.
pub async fn not_seen_since(
    conn: &impl ConnectionTrait,
    source: Source,
    published_on: Option<chrono::NaiveDate>,
    since: DateTime<Utc>,
) -> Result<Vec<NoticeId>, StoreError> {
    use passerelle_entity::notice;
    let seen = sea_orm::sea_query::Query::select()
        .expr(Expr::value(1))
        .from(document::Entity)
        .and_where(
            Expr::col((document::Entity, document::Column::NoticeId))
                .equals((notice::Entity, notice::Column::Id)),
        )
        .and_where(document::Column::LastSeenAt.gte(since))
        .to_owned();
    let mut absent = notice::Entity::find()
        .select_only()
        .column(notice::Column::Id)
        .filter(notice::Column::Source.eq(source.as_str()))
        .filter(notice::Column::MissingSince.is_null())
        .filter(Expr::exists(seen).not());
    if let Some(day) = published_on {
        absent = absent.filter(notice::Column::PublishedOn.eq(day));
    }
    let rows: Vec<uuid::Uuid> = absent.into_tuple().all(conn).await?;
    Ok(rows.into_iter().map(NoticeId::from_uuid).collect())
}
