//! People who use the program under their name, and their keys, of which only hashes are kept.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use passerelle_entity::{api_key, member};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait,
    QueryFilter, QueryOrder, sea_query::Expr,
};

use super::{CHUNK, StoreError, Transaction};
use crate::domain::ids::MemberId;
use crate::domain::member::{Member, MemberRole};
use crate::domain::siret::Siret;

/// A key as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    /// SHA-256 of the key, hexadecimal.
    pub hash: String,
    /// Whose it is.
    pub member: Member,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Since when it opens nothing.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Enters a person.
///
/// # Errors
/// When the database fails.
pub async fn add(tx: &Transaction, member: &Member) -> Result<(), StoreError> {
    let row = member::ActiveModel {
        id: Set(member.id.uuid()),
        name: Set(member.name.clone()),
        role: Set(member.role.as_str().to_owned()),
        organisation: Set(member.organisation.clone()),
        siret: Set(member.siret.as_ref().map(|siret| siret.as_str().to_owned())),
        created_at: Set(member.created_at),
    };
    row.insert(tx.conn()).await?;
    Ok(())
}

/// Keeps the hash of a key of a person.
///
/// # Errors
/// When the database fails, or there is no such person.
pub async fn add_key(
    tx: &Transaction,
    member: MemberId,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let key = api_key::ActiveModel {
        hash: Set(hash.to_owned()),
        member_id: Set(member.uuid()),
        created_at: Set(now),
        revoked_at: Set(None),
    };
    key.insert(tx.conn()).await?;
    Ok(())
}

/// The person whose key has this hash, unless it was revoked.
///
/// # Errors
/// When the database fails.
pub async fn find_by_key(
    conn: &impl ConnectionTrait,
    hash: &str,
) -> Result<Option<Member>, StoreError> {
    let key = api_key::Entity::find_by_id(hash.to_owned())
        .filter(api_key::Column::RevokedAt.is_null())
        .one(conn)
        .await?;
    let Some(key) = key else { return Ok(None) };
    let id = MemberId::from_uuid(key.member_id);
    Ok(find(conn, &[id]).await?.remove(&id))
}

/// Persons by id.
///
/// # Errors
/// When the database fails or a row cannot be read.
pub async fn find(
    conn: &impl ConnectionTrait,
    ids: &[MemberId],
) -> Result<HashMap<MemberId, Member>, StoreError> {
    let mut found = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let ids = chunk.iter().map(|id| id.uuid());
        let rows = member::Entity::find().filter(member::Column::Id.is_in(ids)).all(conn).await?;
        for row in rows {
            let member = read(row)?;
            found.insert(member.id, member);
        }
    }
    Ok(found)
}

/// All keys, the newest first.
///
/// # Errors
/// When the database fails or a row cannot be read.
pub async fn keys(conn: &impl ConnectionTrait) -> Result<Vec<StoredKey>, StoreError> {
    let rows = api_key::Entity::find()
        .order_by_desc(api_key::Column::CreatedAt)
        .order_by_asc(api_key::Column::Hash)
        .all(conn)
        .await?;
    let ids: Vec<MemberId> = rows.iter().map(|row| MemberId::from_uuid(row.member_id)).collect();
    let members = find(conn, &ids).await?;
    let key = |row: api_key::Model| {
        Some(StoredKey {
            member: members.get(&MemberId::from_uuid(row.member_id))?.clone(),
            hash: row.hash,
            created_at: row.created_at,
            revoked_at: row.revoked_at,
        })
    };
    Ok(rows.into_iter().filter_map(key).collect())
}

/// Revokes the keys whose hash begins so, and gives how many there were. A revoked one keeps its
/// day.
///
/// # Errors
/// When the database fails.
pub async fn revoke(tx: &Transaction, prefix: &str, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let done = api_key::Entity::update_many()
        .col_expr(api_key::Column::RevokedAt, Expr::value(now))
        .filter(api_key::Column::Hash.starts_with(prefix))
        .filter(api_key::Column::RevokedAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected)
}

fn read(row: member::Model) -> Result<Member, StoreError> {
    let role = MemberRole::parse(&row.role)
        .ok_or_else(|| StoreError::corrupt("member", &row.id, "an unknown role"))?;
    Ok(Member {
        id: MemberId::from_uuid(row.id),
        name: row.name,
        role,
        organisation: row.organisation,
        siret: row.siret.as_deref().and_then(Siret::parse),
        created_at: row.created_at,
    })
}
