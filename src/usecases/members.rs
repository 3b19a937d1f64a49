//! People who use the program under their name: each comes with a key, which is shown once and kept
//! as a hash.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::domain::ids::MemberId;
use crate::domain::member::{Member, MemberRole};
use crate::domain::siret::Siret;
use crate::feeds::document::Digest;
use crate::store::{self, Database, StoreError};

/// What keys begin with, so that a leaked one is known for what it is.
const PREFIX: &str = "passerelle_";

/// A person to enter.
#[derive(Clone, Debug)]
pub struct NewMember {
    /// Name of the person.
    pub name: String,
    /// What the person does.
    pub role: MemberRole,
    /// Name of the organisation.
    pub organisation: String,
    /// SIRET of the organisation.
    pub siret: Option<Siret>,
}

/// Enters a person and gives the key, which cannot be shown again.
///
/// # Errors
/// When the database fails.
pub async fn add(
    db: &Database,
    new: NewMember,
    new_id: fn() -> Uuid,
    now: DateTime<Utc>,
) -> Result<String, StoreError> {
    let NewMember { name, role, organisation, siret } = new;
    let id = MemberId::from_uuid(new_id());
    let member = Member { id, name, role, organisation, siret, created_at: now };
    let key = new_key(new_id);
    let tx = db.begin().await?;
    store::members::add(&tx, &member).await?;
    store::members::add_key(&tx, id, &hash(&key), now).await?;
    tx.commit().await?;
    Ok(key)
}

/// Gives a person another key.
///
/// # Errors
/// When the database fails, or there is no such person.
pub async fn add_key(
    db: &Database,
    member: MemberId,
    new_id: fn() -> Uuid,
    now: DateTime<Utc>,
) -> Result<String, StoreError> {
    let key = new_key(new_id);
    let tx = db.begin().await?;
    store::members::add_key(&tx, member, &hash(&key), now).await?;
    tx.commit().await?;
    Ok(key)
}

/// Each half has 122 random bits: nobody guesses it, so its hash needs no salt and no delay.
fn new_key(new_id: fn() -> Uuid) -> String {
    format!("{PREFIX}{}{}", new_id().simple(), new_id().simple())
}

/// The person who comes with a key; nothing when it is none, or was revoked.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &Database, key: &str) -> Result<Option<Member>, StoreError> {
    store::members::find_by_key(db.read(), &hash(key.trim())).await
}

/// Revokes the key whose hash begins so. Says whether there was one.
///
/// # Errors
/// When the database fails, or the beginning is that of several keys: nothing is revoked then.
pub async fn revoke(db: &Database, prefix: &str, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let tx = db.begin().await?;
    let revoked = store::members::revoke(&tx, prefix, now).await?;
    if revoked == 1 {
        tx.commit().await?;
    }
    Ok(revoked)
}

fn hash(key: &str) -> String {
    Digest::of(key.as_bytes()).to_hex()
}
