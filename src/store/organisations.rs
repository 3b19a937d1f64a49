//! Organisations, named as in the latest notice that names them.

use std::collections::HashMap;

use passerelle_entity::{notice_party, organisation};
use sea_orm::sea_query::{Asterisk, OnConflict, Query, UnionType};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use uuid::Uuid;

use super::page::{self, Count, Page, PageRequest, SortKey, SortValue, apply};
use super::{CHUNK, StoreError, Transaction};
use crate::domain::ids::OrganisationId;
use crate::domain::organisation::{Organisation, Party, PartyRole};
use crate::domain::place::Department;
use crate::domain::siret::Siret;
use crate::domain::text::fold_key;

/// Organisations in one statement: SQLite takes 500 parts of a UNION.
const PARTS: usize = 200;

/// Computes organisations again from the notices that name them; those that none names go. It
/// reads a few rows of each by an index, however many notices name it: a large buyer has thousands.
///
/// # Errors
/// When the database fails.
pub async fn refresh(tx: &Transaction, ids: &[OrganisationId]) -> Result<(), StoreError> {
    for chunk in ids.chunks(PARTS) {
        let uuids: Vec<Uuid> = chunk.iter().map(|id| id.uuid()).collect();
        let latest = latest(tx, &uuids, Condition::all()).await?;
        let buyers = latest_as(tx, &uuids, PartyRole::Buyer).await?;
        let suppliers = latest_as(tx, &uuids, PartyRole::Supplier).await?;
        let typed = Condition::all().add(notice_party::Column::LegalType.is_not_null());
        let mut typed = self::latest(tx, &uuids, typed).await?;
        let mut computed: HashMap<Uuid, organisation::Model> = HashMap::new();
        for (id, row) in latest {
            let Ok(party) = serde_json::from_str::<Party>(&row.party) else { continue };
            let model = organisation::Model {
                id,
                folded_name: fold_key(&party.name),
                name: party.name,
                siret: party.siret.map(|siret| siret.as_str().to_owned()),
                department: party.place.department.as_ref().map(|d| d.as_str().to_owned()),
                legal_type: typed.remove(&id).and_then(|row| row.legal_type),
                is_buyer: buyers.contains_key(&id),
                is_supplier: suppliers.contains_key(&id),
                place: serde_json::to_string(&party.place).unwrap_or_default(),
            };
            computed.insert(id, model);
        }
        let gone = uuids.iter().filter(|id| !computed.contains_key(id)).copied();
        organisation::Entity::delete_many()
            .filter(organisation::Column::Id.is_in(gone))
            .exec(tx.conn())
            .await?;
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
        let rows = computed.into_values().map(|row| organisation::ActiveModel {
            id: Set(row.id),
            name: Set(row.name),
            folded_name: Set(row.folded_name),
            siret: Set(row.siret),
            department: Set(row.department),
            legal_type: Set(row.legal_type),
            is_buyer: Set(row.is_buyer),
            is_supplier: Set(row.is_supplier),
            place: Set(row.place),
        });
        organisation::Entity::insert_many(rows)
            .on_conflict(replace)
            .exec_without_returning(tx.conn())
            .await?;
    }
    Ok(())
}

/// The row of the latest notice that names each organisation in such a way, the first one of it.
async fn latest(
    tx: &Transaction,
    ids: &[Uuid],
    such: Condition,
) -> Result<HashMap<Uuid, notice_party::Model>, StoreError> {
    let parts = ids.iter().map(|id| {
        let one = notice_party::Entity::find()
            .filter(notice_party::Column::OrganisationId.eq(*id))
            .filter(such.clone())
            .order_by_desc(notice_party::Column::PublishedOn)
            .order_by_desc(notice_party::Column::NoticeId)
            .order_by_asc(notice_party::Column::Position)
            .limit(1);
        // A part of a UNION is ordered and limited only inside a subquery.
        Query::select().column(Asterisk).from_subquery(one.into_query(), "one").to_owned()
    });
    let statement = parts.reduce(|mut all, part| all.union(UnionType::All, part).to_owned());
    let Some(statement) = statement else { return Ok(HashMap::new()) };
    let statement = tx.conn().get_database_backend().build(&statement);
    let rows = notice_party::Model::find_by_statement(statement).all(tx.conn()).await?;
    Ok(rows.into_iter().map(|row| (row.organisation_id, row)).collect())
}

async fn latest_as(
    tx: &Transaction,
    ids: &[Uuid],
    role: PartyRole,
) -> Result<HashMap<Uuid, notice_party::Model>, StoreError> {
    let such = Condition::all().add(notice_party::Column::Role.eq(super::notices::name(role)));
    latest(tx, ids, such).await
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
