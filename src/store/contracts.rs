//! Signed contracts as their documents tell them.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use passerelle_entity::{contract, contract_party};
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use super::contract_filter::ContractFilter;
use super::error::from_json;
use super::notices::NO_DAY;
use super::page::{self, Count, Page, PageRequest, SortKey, SortValue, apply};
use super::{CHUNK, StoreError, Transaction, insert_all};
use crate::domain::contract::{Contract, ContractParty};
use crate::domain::coverage;
use crate::domain::cpv::Cpv;
use crate::domain::ids::ContractId;

/// The part an organisation plays in a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContractRole {
    /// It bought.
    Buyer,
    /// It carries it out, now or before a modification.
    Holder,
    /// It carries out a part of it.
    Subcontractor,
}

impl ContractRole {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Buyer => "BUYER",
            Self::Holder => "HOLDER",
            Self::Subcontractor => "SUBCONTRACTOR",
        }
    }
}

fn amount_cents(contract: &Contract) -> i64 {
    let money = contract.current.amount.as_ref().and_then(|amount| amount.money.as_ref());
    money.map_or(-1, |money| money.cents)
}

fn notified_on(contract: &Contract) -> NaiveDate {
    contract.current.notified_on.unwrap_or(NO_DAY)
}

fn row(contract: &Contract) -> contract::ActiveModel {
    let particulars = &contract.particulars;
    let place = particulars.place.as_ref();
    let department = place.and_then(|located| located.place.department.as_ref());
    contract::ActiveModel {
        id: Set(contract.id.uuid()),
        uid: Set(contract.uid()),
        kind: Set(contract.kind.as_str().to_owned()),
        notified_on: Set(notified_on(contract)),
        published_on: Set(contract.latest_publication().unwrap_or(NO_DAY)),
        amount_cents: Set(amount_cents(contract)),
        cpv: Set(particulars.cpv.as_ref().map(Cpv::as_str).map(str::to_owned)),
        department: Set(department.map(|code| code.as_str().to_owned())),
        social: Set(particulars.social.filled.as_str().to_owned()),
        social_kinds: Set(particulars.social.bits()),
        filled: Set(coverage::of_contract(contract)),
        state: Set(serde_json::to_string(contract).unwrap_or_default()),
    }
}

fn parties(contract: &Contract) -> BTreeSet<(ContractRole, Uuid)> {
    let changed = contract.modifications.iter().flat_map(|change| &change.terms.holders);
    let holders = contract.signed.holders.iter().chain(&contract.current.holders).chain(changed);
    let acts = contract.subcontracts.iter().filter_map(|act| act.subcontractor.as_ref());
    let as_role = |role| move |party: &ContractParty| (role, party.organisation_id().uuid());
    holders
        .map(as_role(ContractRole::Holder))
        .chain(acts.map(as_role(ContractRole::Subcontractor)))
        .chain([as_role(ContractRole::Buyer)(&contract.buyer)])
        .collect()
}

/// Writes contracts, new or changed, with everything filters need of them.
///
/// # Errors
/// When the database fails.
pub async fn write(tx: &Transaction, contracts: &[Contract]) -> Result<(), StoreError> {
    for chunk in contracts.chunks(CHUNK) {
        let replace = OnConflict::column(contract::Column::Id)
            .update_columns([
                contract::Column::Uid,
                contract::Column::Kind,
                contract::Column::NotifiedOn,
                contract::Column::PublishedOn,
                contract::Column::AmountCents,
                contract::Column::Cpv,
                contract::Column::Department,
                contract::Column::Social,
                contract::Column::SocialKinds,
                contract::Column::Filled,
                contract::Column::State,
            ])
            .to_owned();
        contract::Entity::insert_many(chunk.iter().map(row))
            .on_conflict(replace)
            .exec_without_returning(tx.conn())
            .await?;
        contract_party::Entity::delete_many()
            .filter(contract_party::Column::ContractId.is_in(chunk.iter().map(|one| one.id.uuid())))
            .exec(tx.conn())
            .await?;
        let rows = chunk.iter().flat_map(|one| {
            parties(one).into_iter().map(|(role, organisation)| contract_party::ActiveModel {
                contract_id: Set(one.id.uuid()),
                role: Set(role.as_str().to_owned()),
                organisation_id: Set(organisation),
            })
        });
        insert_all(tx.conn(), &rows.collect::<Vec<_>>()).await?;
    }
    Ok(())
}

/// Deletes contracts that no document tells of any more.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &Transaction, ids: &[ContractId]) -> Result<(), StoreError> {
    for chunk in ids.chunks(CHUNK) {
        contract::Entity::delete_many()
            .filter(contract::Column::Id.is_in(chunk.iter().map(|id| id.uuid())))
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}

/// Contracts by id.
///
/// # Errors
/// When the database fails or a row cannot be read.
pub async fn find(
    conn: &impl ConnectionTrait,
    ids: &[ContractId],
) -> Result<HashMap<ContractId, Contract>, StoreError> {
    let mut found = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let filter = contract::Column::Id.is_in(chunk.iter().map(|id| id.uuid()));
        let rows = states(conn, contract::Entity::find().filter(filter)).await?;
        found.extend(rows.into_iter().map(|one| (one.id, one)));
    }
    Ok(found)
}

/// Contracts by `uid`: SIRET of the buyer and identifier, written together.
///
/// # Errors
/// When the database fails or a row cannot be read.
pub async fn find_by_uid(
    conn: &impl ConnectionTrait,
    uid: &str,
) -> Result<Vec<Contract>, StoreError> {
    // PostgreSQL has no such character in texts.
    if uid.contains('\0') {
        return Ok(Vec::new());
    }
    states(conn, contract::Entity::find().filter(contract::Column::Uid.eq(uid))).await
}

async fn states(
    conn: &impl ConnectionTrait,
    select: sea_orm::Select<contract::Entity>,
) -> Result<Vec<Contract>, StoreError> {
    let rows: Vec<(Uuid, String)> = select
        .select_only()
        .columns([contract::Column::Id, contract::Column::State])
        .into_tuple()
        .all(conn)
        .await?;
    rows.into_iter().map(|(id, json)| from_json("contract", id, json.as_bytes())).collect()
}

/// How many contracts have which fields filled, as bits.
///
/// # Errors
/// When the database fails.
pub async fn filled(conn: &impl ConnectionTrait) -> Result<Vec<(i32, u64)>, StoreError> {
    let rows: Vec<(i32, i64)> = contract::Entity::find()
        .select_only()
        .column(contract::Column::Filled)
        .column_as(Expr::col(contract::Column::Filled).count(), "count")
        .group_by(contract::Column::Filled)
        .into_tuple()
        .all(conn)
        .await?;
    let counted = rows.into_iter();
    Ok(counted.map(|(filled, count)| (filled, u64::try_from(count).unwrap_or(0))).collect())
}

/// Orders of lists of contracts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ContractOrder {
    /// Latest notification first.
    #[default]
    NotifiedDescending,
    /// Earliest notification first; those without a day first of all.
    NotifiedAscending,
    /// The largest amount first; unknown ones and those not believed last.
    AmountDescending,
    /// The smallest amount first; unknown ones and those not believed first.
    AmountAscending,
}

impl ContractOrder {
    fn column(self) -> (&'static str, bool) {
        match self {
            Self::NotifiedDescending => ("notified_on", true),
            Self::NotifiedAscending => ("notified_on", false),
            Self::AmountDescending => ("amount_cents", true),
            Self::AmountAscending => ("amount_cents", false),
        }
    }

    /// A value of the kind this order goes by.
    pub fn sorted_by(self) -> SortValue {
        match self {
            Self::NotifiedDescending | Self::NotifiedAscending => SortValue::Day(NO_DAY),
            Self::AmountDescending | Self::AmountAscending => SortValue::Number(-1),
        }
    }

    /// The place of a contract in a list of this order.
    pub fn sort_key(self, contract: &Contract) -> SortKey {
        let value = match self {
            Self::NotifiedDescending | Self::NotifiedAscending => {
                SortValue::Day(notified_on(contract))
            }
            Self::AmountDescending | Self::AmountAscending => {
                SortValue::Number(amount_cents(contract))
            }
        };
        SortKey { value, id: contract.id.uuid() }
    }
}

/// A page of contracts.
///
/// # Errors
/// When the database fails or a row cannot be read.
pub async fn page(
    conn: &impl ConnectionTrait,
    filter: &ContractFilter,
    order: ContractOrder,
    request: &PageRequest,
) -> Result<Page<Contract>, StoreError> {
    let mut select = contract::Entity::find().filter(filter.condition());
    let (column, is_descending) = order.column();
    apply(&mut select, "contract", column, is_descending, request);
    Ok(Page::of(states(conn, select).await?, request))
}

/// How many contracts there are, up to the bound of counts.
///
/// # Errors
/// When the database fails.
pub async fn count(
    conn: &impl ConnectionTrait,
    filter: &ContractFilter,
) -> Result<Count, StoreError> {
    page::count(conn, contract::Entity::find().filter(filter.condition())).await
}
