//! Links that the comparison of documents made, and the buyers whose documents wait for it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use passerelle_entity::{
    contract, contract_link, link_due, notice, notice_link, notice_party, organisation,
};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait as _,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait as _,
};
use uuid::Uuid;

use super::error::from_json;
use super::{CHUNK, StoreError, Transaction, insert_all};
use crate::domain::ids::{ContractId, LotId, NoticeId, OrganisationId, ProcedureId};
use crate::domain::linkage::{BuyerKey, DOUBTFUL, LinkKind, LinkedContract, LinkedNotice, SURE};
use crate::domain::procedure::{LotContract, NoticeJoin};

/// Notes buyers whose documents must be compared again.
///
/// # Errors
/// When the database fails.
pub async fn mark_due(tx: &Transaction, buyers: &BTreeSet<BuyerKey>) -> Result<(), StoreError> {
    let buyers: Vec<&BuyerKey> = buyers.iter().collect();
    for chunk in buyers.chunks(CHUNK) {
        let rows = chunk
            .iter()
            .map(|buyer| link_due::ActiveModel { buyer: Set(buyer.as_str().to_owned()) });
        let known = OnConflict::column(link_due::Column::Buyer).do_nothing().to_owned();
        link_due::Entity::insert_many(rows)
            .on_conflict(known)
            .exec_without_returning(tx.conn())
            .await?;
    }
    Ok(())
}

/// The next buyers whose documents must be compared, and at most so many.
///
/// # Errors
/// When the database fails.
pub async fn due(conn: &impl ConnectionTrait, most: u64) -> Result<Vec<BuyerKey>, StoreError> {
    let rows = link_due::Entity::find().order_by_asc(link_due::Column::Buyer).limit(most);
    let rows = rows.all(conn).await?;
    Ok(rows.into_iter().map(|row| BuyerKey::from_stored(row.buyer)).collect())
}

/// How many buyers wait.
///
/// # Errors
/// When the database fails.
pub async fn count_due(conn: &impl ConnectionTrait) -> Result<u64, StoreError> {
    Ok(link_due::Entity::find().count(conn).await?)
}

/// Notes that the documents of a buyer were compared.
///
/// # Errors
/// When the database fails.
pub async fn settle(tx: &Transaction, buyer: &BuyerKey) -> Result<(), StoreError> {
    link_due::Entity::delete_by_id(buyer.as_str().to_owned()).exec(tx.conn()).await?;
    Ok(())
}

/// A buyer by the organisations that notices name for it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct BuyerOrganisations {
    /// Its organisations: its establishments, and those without SIRET that only it can be.
    pub organisations: BTreeSet<OrganisationId>,
    /// Other legal entities that share a name with it: nobody knows whose the nameless are.
    pub namesakes: BTreeSet<BuyerKey>,
}

/// The organisations that are one buyer. A name without SIRET is a legal entity's when only that
/// one bears it in the department.
///
/// # Errors
/// When the database fails.
pub async fn organisations_of(
    conn: &impl ConnectionTrait,
    buyer: &BuyerKey,
) -> Result<BuyerOrganisations, StoreError> {
    let mut found = BuyerOrganisations::default();
    let mut names = BTreeSet::new();
    if let Some(siren) = buyer.siren() {
        let establishments = organisation::Entity::find()
            .filter(organisation::Column::Siret.gte(format!("{siren}00000")))
            .filter(organisation::Column::Siret.lte(format!("{siren}99999")))
            .all(conn)
            .await?;
        let nameless = organisation::Entity::find()
            .filter(organisation::Column::FoldedName.eq(format!("siren {siren}")))
            .all(conn)
            .await?;
        // APProch gives a buyer by its SIREN alone.
        found.organisations.extend(nameless.iter().map(|one| OrganisationId::from_uuid(one.id)));
        for one in establishments {
            found.organisations.insert(OrganisationId::from_uuid(one.id));
            names.insert((one.department.unwrap_or_default(), one.folded_name));
        }
    } else if let Some((department, name)) = buyer.name() {
        names.insert((department.to_owned(), name.to_owned()));
    }
    let names: Vec<(String, String)> = names.into_iter().collect();
    for chunk in names.chunks(CHUNK / 2) {
        let bears = chunk.iter().fold(Condition::any(), |any, (department, name)| {
            let of_name = organisation::Column::FoldedName.eq(name.as_str());
            let here = match department.as_str() {
                "" => organisation::Column::Department.is_null(),
                department => organisation::Column::Department.eq(department),
            };
            any.add(Condition::all().add(of_name).add(here))
        });
        let bearers = organisation::Entity::find().filter(bears).all(conn).await?;
        add_bearers(&mut found, buyer, bearers);
    }
    Ok(found)
}

fn add_bearers(
    found: &mut BuyerOrganisations,
    buyer: &BuyerKey,
    bearers: Vec<organisation::Model>,
) {
    let mut by_name: BTreeMap<(Option<String>, String), Vec<organisation::Model>> = BTreeMap::new();
    for one in bearers {
        by_name.entry((one.department.clone(), one.folded_name.clone())).or_default().push(one);
    }
    for bearers in by_name.into_values() {
        let sirets = bearers.iter().filter_map(|one| one.siret.as_deref());
        let entities: BTreeSet<BuyerKey> =
            sirets.filter_map(|siret| siret.get(..9)).map(BuyerKey::of_siren).collect();
        let is_own = match buyer.siren() {
            Some(_) => entities.len() == 1,
            None => entities.len() != 1,
        };
        if is_own {
            let nameless = bearers.iter().filter(|one| one.siret.is_none());
            found.organisations.extend(nameless.map(|one| OrganisationId::from_uuid(one.id)));
        }
        found.namesakes.extend(entities.into_iter().filter(|entity| entity != buyer));
    }
}

/// Notices that name any of these organisations as a buyer.
///
/// # Errors
/// When the database fails.
pub async fn notices_of_buyers(
    conn: &impl ConnectionTrait,
    organisations: &BTreeSet<OrganisationId>,
) -> Result<Vec<NoticeId>, StoreError> {
    let organisations: Vec<Uuid> = organisations.iter().map(|id| id.uuid()).collect();
    let mut found = BTreeSet::new();
    for chunk in organisations.chunks(CHUNK) {
        let rows: Vec<Uuid> = notice_party::Entity::find()
            .select_only()
            .column(notice_party::Column::NoticeId)
            .distinct()
            .filter(notice_party::Column::OrganisationId.is_in(chunk.iter().copied()))
            .filter(notice_party::Column::Role.eq("BUYER"))
            .into_tuple()
            .all(conn)
            .await?;
        found.extend(rows.into_iter().map(NoticeId::from_uuid));
    }
    Ok(found.into_iter().collect())
}

/// Contracts of a legal entity.
///
/// # Errors
/// When the database fails.
pub async fn contracts_of_siren(
    conn: &impl ConnectionTrait,
    siren: &str,
) -> Result<Vec<ContractId>, StoreError> {
    let rows: Vec<Uuid> = contract::Entity::find()
        .select_only()
        .column(contract::Column::Id)
        .filter(contract::Column::Uid.gte(siren))
        // A SIREN has digits only, and `:` stands right after them.
        .filter(contract::Column::Uid.lt(format!("{siren}:")))
        .order_by_asc(contract::Column::Id)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(ContractId::from_uuid).collect())
}

fn linked_notice(row: &notice_link::Model) -> Result<LinkedNotice, StoreError> {
    let kind = LinkKind::parse(&row.kind)
        .ok_or_else(|| StoreError::corrupt("notice_link", &row.from_id, "its kind is unknown"))?;
    Ok(LinkedNotice {
        from: NoticeId::from_uuid(row.from_id),
        to: NoticeId::from_uuid(row.to_id),
        kind,
        score: u8::try_from(row.score).unwrap_or(0),
        signals: from_json("notice_link", row.from_id, row.signals.as_bytes())?,
    })
}

fn linked_contract(row: &contract_link::Model) -> Result<LinkedContract, StoreError> {
    Ok(LinkedContract {
        contract: ContractId::from_uuid(row.contract_id),
        procedure: ProcedureId::from_uuid(row.procedure_id),
        lot: row.lot_id.map(LotId::from_uuid),
        score: u8::try_from(row.score).unwrap_or(0),
        signals: from_json("contract_link", row.contract_id, row.signals.as_bytes())?,
    })
}

/// Links from or to any of these notices.
///
/// # Errors
/// When the database fails or a row cannot be read.
pub async fn of_notices(
    conn: &impl ConnectionTrait,
    ids: &[NoticeId],
) -> Result<Vec<LinkedNotice>, StoreError> {
    let mut found = BTreeMap::new();
    for chunk in ids.chunks(CHUNK) {
        let uuids = || chunk.iter().map(|id| id.uuid());
        let touching = Condition::any()
            .add(notice_link::Column::FromId.is_in(uuids()))
            .add(notice_link::Column::ToId.is_in(uuids()));
        for row in notice_link::Entity::find().filter(touching).all(conn).await? {
            let link = linked_notice(&row)?;
            found.insert((link.from, link.to), link);
        }
    }
    Ok(found.into_values().collect())
}

/// The pairs that are one procurement, from or to any of these notices.
///
/// # Errors
/// When the database fails.
pub(super) async fn joins(
    conn: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<NoticeJoin>, StoreError> {
    let touching = Condition::any()
        .add(notice_link::Column::FromId.is_in(ids.iter().copied()))
        .add(notice_link::Column::ToId.is_in(ids.iter().copied()));
    let rows: Vec<(Uuid, Uuid, String)> = notice_link::Entity::find()
        .select_only()
        .columns([
            notice_link::Column::FromId,
            notice_link::Column::ToId,
            notice_link::Column::Kind,
        ])
        .filter(touching)
        .filter(notice_link::Column::Joins.eq(true))
        .into_tuple()
        .all(conn)
        .await?;
    let joins = rows.into_iter().map(|(from, to, kind)| NoticeJoin {
        from: NoticeId::from_uuid(from),
        to: NoticeId::from_uuid(to),
        is_repeat: kind == LinkKind::Repeats.as_str(),
    });
    Ok(joins.collect())
}

/// Links of these contracts, and those to these procurements.
///
/// # Errors
/// When the database fails or a row cannot be read.
pub async fn of_contracts(
    conn: &impl ConnectionTrait,
    contracts: &[ContractId],
    procedures: &[ProcedureId],
) -> Result<Vec<LinkedContract>, StoreError> {
    let contracts: Vec<Uuid> = contracts.iter().map(|id| id.uuid()).collect();
    let procedures: Vec<Uuid> = procedures.iter().map(|id| id.uuid()).collect();
    let mut found = BTreeMap::new();
    let by_contract = contracts.chunks(CHUNK).map(|chunk| {
        Condition::all().add(contract_link::Column::ContractId.is_in(chunk.iter().copied()))
    });
    let by_procedure = procedures.chunks(CHUNK).map(|chunk| {
        Condition::all().add(contract_link::Column::ProcedureId.is_in(chunk.iter().copied()))
    });
    for condition in by_contract.chain(by_procedure) {
        for row in contract_link::Entity::find().filter(condition).all(conn).await? {
            let link = linked_contract(&row)?;
            found.insert(link.contract, link);
        }
    }
    Ok(found.into_values().collect())
}

/// The contracts that are surely those of lots of some procurements, in order of notification.
///
/// # Errors
/// When the database fails or a row cannot be read.
pub async fn signed(
    conn: &impl ConnectionTrait,
    procedures: &[ProcedureId],
) -> Result<HashMap<LotId, Vec<LotContract>>, StoreError> {
    let links = of_contracts(conn, &[], procedures).await?;
    let sure: HashMap<ContractId, LotId> = links
        .into_iter()
        .filter(|link| link.score >= SURE)
        .filter_map(|link| Some((link.contract, link.lot?)))
        .collect();
    let ids: Vec<ContractId> = sure.keys().copied().collect();
    let mut signed: HashMap<LotId, Vec<LotContract>> = HashMap::new();
    for (id, contract) in super::contracts::find(conn, &ids).await? {
        if let Some(lot) = sure.get(&id) {
            signed.entry(*lot).or_default().push(LotContract::from(&contract));
        }
    }
    for contracts in signed.values_mut() {
        contracts.sort_by_key(|one| (one.notified_on, one.contract));
    }
    Ok(signed)
}

/// Replaces links between notices.
///
/// # Errors
/// When the database fails.
pub async fn replace_notices(
    tx: &Transaction,
    gone: &[(NoticeId, NoticeId)],
    links: &[LinkedNotice],
) -> Result<(), StoreError> {
    for chunk in gone.chunks(CHUNK / 2) {
        let pairs = chunk.iter().fold(Condition::any(), |any, (from, to)| {
            let pair = Condition::all()
                .add(notice_link::Column::FromId.eq(from.uuid()))
                .add(notice_link::Column::ToId.eq(to.uuid()));
            any.add(pair)
        });
        notice_link::Entity::delete_many().filter(pairs).exec(tx.conn()).await?;
    }
    let rows = links.iter().map(|link| notice_link::ActiveModel {
        from_id: Set(link.from.uuid()),
        to_id: Set(link.to.uuid()),
        kind: Set(link.kind.as_str().to_owned()),
        score: Set(i16::from(link.score)),
        joins: Set(link.joins()),
        signals: Set(serde_json::to_string(&link.signals).unwrap_or_default()),
    });
    Ok(insert_all(tx.conn(), &rows.collect::<Vec<_>>()).await?)
}

/// Replaces links of contracts.
///
/// # Errors
/// When the database fails.
pub async fn replace_contracts(
    tx: &Transaction,
    gone: &[ContractId],
    links: &[LinkedContract],
) -> Result<(), StoreError> {
    for chunk in gone.chunks(CHUNK) {
        let ids = chunk.iter().map(|id| id.uuid());
        contract_link::Entity::delete_many()
            .filter(contract_link::Column::ContractId.is_in(ids))
            .exec(tx.conn())
            .await?;
    }
    let rows = links.iter().map(|link| contract_link::ActiveModel {
        contract_id: Set(link.contract.uuid()),
        procedure_id: Set(link.procedure.uuid()),
        lot_id: Set(link.lot.map(LotId::uuid)),
        score: Set(i16::from(link.score)),
        signals: Set(serde_json::to_string(&link.signals).unwrap_or_default()),
    });
    Ok(insert_all(tx.conn(), &rows.collect::<Vec<_>>()).await?)
}

/// A doubtful link, for a person to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DoubtfulLink {
    /// Between notices.
    Notices(LinkedNotice),
    /// From a contract.
    Contract(LinkedContract),
}

/// Links that are worth a person's look and not sure, the best first.
///
/// # Errors
/// When the database fails or a row cannot be read.
pub async fn doubtful(
    conn: &impl ConnectionTrait,
    most: u64,
) -> Result<Vec<DoubtfulLink>, StoreError> {
    let range = i16::from(DOUBTFUL)..i16::from(SURE);
    let notices = notice_link::Entity::find()
        .filter(notice_link::Column::Score.gte(range.start))
        .filter(notice_link::Column::Score.lt(range.end))
        .order_by_desc(notice_link::Column::Score)
        .order_by_asc(notice_link::Column::FromId)
        .limit(most)
        .all(conn)
        .await?;
    let contracts = contract_link::Entity::find()
        .filter(contract_link::Column::Score.gte(range.start))
        .filter(contract_link::Column::Score.lt(range.end))
        .order_by_desc(contract_link::Column::Score)
        .order_by_asc(contract_link::Column::ContractId)
        .limit(most)
        .all(conn)
        .await?;
    let mut found = Vec::with_capacity(notices.len() + contracts.len());
    for row in notices {
        found.push(DoubtfulLink::Notices(linked_notice(&row)?));
    }
    for row in contracts {
        found.push(DoubtfulLink::Contract(linked_contract(&row)?));
    }
    found.sort_by_key(|link| match link {
        DoubtfulLink::Notices(link) => std::cmp::Reverse(link.score),
        DoubtfulLink::Contract(link) => std::cmp::Reverse(link.score),
    });
    found.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(found)
}

/// How many documents are joined, by what joins them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkCounts {
    /// Notices that a BT-04 joins to an earlier one.
    pub folder: u64,
    /// Notices that name a stored notice that they continue.
    pub reference: u64,
    /// Notices that evidence joins to another one: the same in another source.
    pub repeats: u64,
    /// Notices that evidence joins to their call.
    pub continues: u64,
    /// Calls with the plan that surely announced them.
    pub announces: u64,
    /// Contracts that evidence joins to a procurement.
    pub contracts: u64,
    /// Links that a person should look at.
    pub doubtful: u64,
}

/// Counts links by how they were made.
///
/// # Errors
/// When the database fails.
pub async fn counts(conn: &impl ConnectionTrait) -> Result<LinkCounts, StoreError> {
    let notices = notice::Entity::find();
    let with_folder = notices.clone().filter(notice::Column::Folder.is_not_null());
    let folders = with_folder.clone().select_only().column(notice::Column::Folder).distinct();
    let folders = folders.into_tuple::<Uuid>().count(conn).await?;
    let parents = notice::Entity::find().select_only().column(notice::Column::Id).into_query();
    let named = notices.filter(notice::Column::ParentId.in_subquery(parents));
    let sure = |kind: LinkKind| {
        notice_link::Entity::find()
            .filter(notice_link::Column::Score.gte(i16::from(SURE)))
            .filter(notice_link::Column::Kind.eq(kind.as_str()))
            .count(conn)
    };
    let contracts = contract_link::Entity::find();
    let sure_contracts =
        contracts.clone().filter(contract_link::Column::Score.gte(i16::from(SURE))).count(conn);
    let doubted = notice_link::Entity::find()
        .filter(notice_link::Column::Score.lt(i16::from(SURE)))
        .count(conn)
        .await?;
    let doubted_contracts =
        contracts.filter(contract_link::Column::Score.lt(i16::from(SURE))).count(conn).await?;
    Ok(LinkCounts {
        folder: with_folder.count(conn).await?.saturating_sub(folders),
        reference: named.count(conn).await?,
        repeats: sure(LinkKind::Repeats).await?,
        continues: sure(LinkKind::Continues).await?,
        announces: sure(LinkKind::Announces).await?,
        contracts: sure_contracts.await?,
        doubtful: doubted + doubted_contracts,
    })
}
