//! Organisations, named as in the latest notice that names them.

use std::collections::HashMap;

use passerelle_entity::{notice_party, organisation};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Order, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult,
    QueryFilter,
};
use uuid::Uuid;

use super::page::{self, Count, Page, PageRequest, SortKey, SortValue, apply};
use super::{CHUNK, StoreError, Transaction};
use crate::domain::ids::OrganisationId;
use crate::domain::organisation::{Organisation, Party, PartyRole};
use crate::domain::place::Department;
use crate::domain::siret::Siret;
use crate::domain::text::fold_key;

/// What the notices say of one organisation, with nothing to it when none names it.
#[derive(FromQueryResult)]
struct Named {
    id: Uuid,
    /// Its party in the latest notice that names it.
    party: Option<String>,
    /// The legal type of the latest notice that gives one.
    legal_type: Option<String>,
    is_buyer: bool,
    is_supplier: bool,
}

/// Computes organisations again from the notices that name them; those that none names go. It
/// reads a few rows of each by an index, however many notices name it: a large buyer has thousands.
///
/// # Errors
/// When the database fails.
pub async fn refresh(tx: &Transaction, ids: &[OrganisationId]) -> Result<(), StoreError> {
    for chunk in ids.chunks(CHUNK) {
        let named = named(tx, chunk).await?;
        let gone: Vec<Uuid> =
            named.iter().filter(|one| one.party.is_none()).map(|one| one.id).collect();
        if !gone.is_empty() {
            organisation::Entity::delete_many()
                .filter(organisation::Column::Id.is_in(gone))
                .exec(tx.conn())
                .await?;
        }
        let replace = OnConflict::column(organisation::Column::Id)
            .update_columns([
                organisation::Column::Name,
                organisation::Column::FoldedName,
                organisation::Column::Siret,
                organisation::Column::Department,
                organisation::Column::LegalType,
                organisation::Column::IsBuyer,
                organisation::Column::IsSupplier,
                organisation::Column::Place,
            ])
            .to_owned();
        organisation::Entity::insert_many(named.into_iter().filter_map(row))
            .on_conflict(replace)
            .exec_without_returning(tx.conn())
            .await?;
    }
    Ok(())
}

fn row(named: Named) -> Option<organisation::ActiveModel> {
    let party = serde_json::from_str::<Party>(&named.party?).ok()?;
    Some(organisation::ActiveModel {
        id: Set(named.id),
        folded_name: Set(fold_key(&party.name)),
        name: Set(party.name),
        siret: Set(party.siret.map(|siret| siret.as_str().to_owned())),
        department: Set(party.place.department.as_ref().map(|code| code.as_str().to_owned())),
        legal_type: Set(named.legal_type),
        is_buyer: Set(named.is_buyer),
        is_supplier: Set(named.is_supplier),
        place: Set(serde_json::to_string(&party.place).unwrap_or_default()),
    })
}

/// What the notices say of organisations: one statement that looks up each by the indexes.
async fn named(tx: &Transaction, ids: &[OrganisationId]) -> Result<Vec<Named>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    // The only column of a list of values, as both databases call it.
    let id = || Expr::col(("wanted", "column1"));
    let of_one = || {
        let own = Expr::col(notice_party::Column::OrganisationId).eq(id());
        Query::select().from(notice_party::Entity).and_where(own).to_owned()
    };
    // The latest notice, and what it says first.
    let latest = |column: notice_party::Column| {
        of_one()
            .column(column)
            .order_by(notice_party::Column::PublishedOn, Order::Desc)
            .order_by(notice_party::Column::NoticeId, Order::Desc)
            .order_by(notice_party::Column::Position, Order::Asc)
            .limit(1)
            .to_owned()
    };
    let legal_type = latest(notice_party::Column::LegalType)
        .and_where(notice_party::Column::LegalType.is_not_null())
        .to_owned();
    let is = |role: PartyRole| {
        let such = notice_party::Column::Role.eq(super::notices::name(role));
        Expr::exists(of_one().expr(Expr::value(1)).and_where(such).to_owned())
    };
    let select = Query::select()
        .expr_as(id(), "id")
        .expr_as(latest(notice_party::Column::Party), "party")
        .expr_as(legal_type, "legal_type")
        .expr_as(is(PartyRole::Buyer), "is_buyer")
        .expr_as(is(PartyRole::Supplier), "is_supplier")
        .from_values(ids.iter().map(|id| id.uuid()), "wanted")
        .to_owned();
    let statement = tx.conn().get_database_backend().build(&select);
    Ok(Named::find_by_statement(statement).all(tx.conn()).await?)
}

fn organisation(row: organisation::Model) -> Organisation {
    Organisation {
        id: OrganisationId::from_uuid(row.id),
        name: row.name,
        siret: row.siret.as_deref().and_then(Siret::parse),
        place: serde_json::from_str(&row.place).unwrap_or_default(),
        legal_type: row.legal_type,
    }
}

/// Organisations by id.
///
/// # Errors
/// When the database fails.
pub async fn find(
    conn: &impl ConnectionTrait,
    ids: &[OrganisationId],
) -> Result<HashMap<OrganisationId, Organisation>, StoreError> {
    let mut found = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let rows = organisation::Entity::find()
            .filter(organisation::Column::Id.is_in(chunk.iter().map(|id| id.uuid())))
            .all(conn)
            .await?;
        found.extend(
            rows.into_iter().map(|row| (OrganisationId::from_uuid(row.id), organisation(row))),
        );
    }
    Ok(found)
}

/// Which organisations are wanted.
#[derive(Clone, Debug, Default)]
pub struct OrganisationFilter {
    /// Words that all stand in the name, accents and case optional.
    pub name: Option<String>,
    /// Only this SIRET.
    pub siret: Option<Siret>,
    /// Any of these departments.
    pub departments: Vec<Department>,
    /// Only buyers, or only suppliers.
    pub role: Option<PartyRole>,
}

impl OrganisationFilter {
    fn condition(&self) -> Condition {
        let mut all = Condition::all();
        if let Some(name) = &self.name {
            // Folded words hold letters and digits only: nothing to escape in LIKE.
            for word in fold_key(name).split(' ').filter(|word| !word.is_empty()) {
                all = all.add(organisation::Column::FoldedName.contains(word));
            }
        }
        if let Some(siret) = &self.siret {
            all = all.add(organisation::Column::Siret.eq(siret.as_str()));
        }
        if !self.departments.is_empty() {
            let codes = self.departments.iter().map(Department::as_str);
            all = all.add(organisation::Column::Department.is_in(codes));
        }
        match self.role {
            Some(PartyRole::Buyer) => all.add(organisation::Column::IsBuyer.eq(true)),
            Some(PartyRole::Supplier) => all.add(organisation::Column::IsSupplier.eq(true)),
            None => all,
        }
    }
}

/// The place of an organisation in lists: by name.
pub fn sort_key(organisation: &Organisation) -> SortKey {
    let value = SortValue::Text(fold_key(&organisation.name));
    SortKey { value, id: organisation.id.uuid() }
}

/// A value of the kind lists of organisations are ordered by.
pub fn sorted_by() -> SortValue {
    SortValue::Text(String::new())
}

/// A page of organisations by name.
///
/// # Errors
/// When the database fails.
pub async fn page(
    conn: &impl ConnectionTrait,
    filter: &OrganisationFilter,
    request: &PageRequest,
) -> Result<Page<Organisation>, StoreError> {
    let mut select = organisation::Entity::find().filter(filter.condition());
    apply(&mut select, "organisation", "folded_name", false, request);
    let rows = select.all(conn).await?;
    Ok(Page::of(rows, request).map(organisation))
}

/// How many organisations there are, up to the bound of counts.
///
/// # Errors
/// When the database fails.
pub async fn count(
    conn: &impl ConnectionTrait,
    filter: &OrganisationFilter,
) -> Result<Count, StoreError> {
    page::count(conn, organisation::Entity::find().filter(filter.condition())).await
}
