//! Joins the documents of each buyer that no identifier joins: notices to their call, contracts to
//! their lot.
//!
//! Ingest notes the buyers of everything it changes, in its own transaction; this takes them one
//! after the other, compares all documents of a buyer again ([`linkage`])
//! and folds the procurements whose links differ from those stored. So the links are a function of
//! the documents, like the lots, and better evidence undoes a link as easily as it made it.

use std::collections::{BTreeMap, BTreeSet};

use tokio::sync::watch;

use super::ingest::Ingestor;
use super::ingest::fold::fold_again;
use crate::domain::contract::Contract;
use crate::domain::ids::{ContractId, NoticeId, OrganisationId, ProcedureId};
use crate::domain::linkage::contracts::Procurement;
use crate::domain::linkage::notices::JoinedNotices;
use crate::domain::linkage::{self, BuyerKey, LinkedContract, LinkedNotice};
use crate::domain::notice::{FormType, Notice};
use crate::domain::procedure::{LotState, NoticeNode, group};
use crate::store::notices::JoinedBy;
use crate::store::{self, StoreError, Transaction};

/// What comparing documents did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkReport {
    /// Buyers whose documents were compared.
    pub buyers: u64,
    /// Links between notices that are new, changed or gone.
    pub notices: u64,
    /// Links of contracts that are new, changed or gone.
    pub contracts: u64,
    /// Lots that changed by them.
    pub lots: u64,
    /// Events logged.
    pub events: u64,
}

/// Most buyers in one transaction.
const BATCH: u64 = 20;
/// Notices after which a transaction takes no further buyer: others wait to write.
const ENOUGH: usize = 500;
/// Notices read at once.
const READ: usize = 200;

/// Compares the documents of all buyers that wait.
///
/// # Errors
/// When the store fails; what was compared before stays.
pub async fn link_due(ingestor: &Ingestor) -> Result<LinkReport, StoreError> {
    let (_told, never) = watch::channel(false);
    link_due_until(&never, ingestor).await
}

/// Compares the documents of all buyers that wait, until none does or it is told to stop.
///
/// # Errors
/// When the store fails; what was compared before stays.
pub async fn link_due_until(
    stop: &watch::Receiver<bool>,
    ingestor: &Ingestor,
) -> Result<LinkReport, StoreError> {
    let mut report = LinkReport::default();
    while !*stop.borrow() && link_some(ingestor, &mut report).await? {}
    if report.buyers > 0 {
        tracing::info!(
            buyers = report.buyers,
            notices = report.notices,
            contracts = report.contracts,
            lots = report.lots,
            "documents were compared"
        );
    }
    Ok(report)
}

/// Compares the documents of some buyers in one transaction. Says whether any waited.
async fn link_some(ingestor: &Ingestor, report: &mut LinkReport) -> Result<bool, StoreError> {
    if store::links::due(ingestor.db().read(), 1).await?.is_empty() {
        return Ok(false);
    }
    let tx = ingestor.db().begin().await?;
    let mut work = Linking { tx: &tx, ingestor, report: *report, compared: 0, position: None };
    let due = store::links::due(tx.conn(), BATCH).await?;
    for buyer in &due {
        work.link(buyer).await?;
        store::links::settle(&tx, buyer).await?;
        if work.compared >= ENOUGH {
            break;
        }
    }
    let (position, done) = (work.position, work.report);
    tx.commit().await?;
    *report = done;
    if let Some(position) = position {
        ingestor.announce(position);
    }
    Ok(!due.is_empty())
}

struct Linking<'t> {
    tx: &'t Transaction,
    ingestor: &'t Ingestor,
    report: LinkReport,
    /// Notices compared in this transaction.
    compared: usize,
    /// Position of the last event of the log, when any was written.
    position: Option<i64>,
}

/// The documents of one buyer.
struct Documents {
    notices: BTreeMap<NoticeId, Notice>,
    /// Its contracts; not read where there is no notice to join them to.
    contracts: Vec<Contract>,
    /// The ids of all its contracts: what was joined before may have to be undone.
    signed: Vec<ContractId>,
}

impl Linking<'_> {
    /// Compares the documents of a buyer, and of those whose name it shares: which notices without
    /// SIRET are whose depends on all of them.
    async fn link(&mut self, buyer: &BuyerKey) -> Result<(), StoreError> {
        let own = store::links::organisations_of(self.tx.conn(), buyer).await?;
        self.report.buyers += 1;
        for namesake in &own.namesakes {
            let found = store::links::organisations_of(self.tx.conn(), namesake).await?;
            self.compare(namesake, &found.organisations).await?;
        }
        self.compare(buyer, &own.organisations).await
    }

    async fn compare(
        &mut self,
        buyer: &BuyerKey,
        organisations: &BTreeSet<OrganisationId>,
    ) -> Result<(), StoreError> {
        let documents = self.documents(buyer, organisations).await?;
        self.compared += documents.notices.len();
        self.link_notices(&documents).await?;
        self.link_contracts(&documents).await
    }

    async fn documents(
        &self,
        buyer: &BuyerKey,
        organisations: &BTreeSet<OrganisationId>,
    ) -> Result<Documents, StoreError> {
        let conn = self.tx.conn();
        let named = store::links::notices_of_buyers(conn, organisations).await?;
        // A group of buyers is compared under the one that stands first.
        let is_own = |notice: &Notice| {
            let first = notice.buyers().next();
            first.is_some_and(|buyer| organisations.contains(&buyer.organisation_id()))
        };
        let mut notices: BTreeMap<NoticeId, Notice> = BTreeMap::new();
        for named in named.chunks(READ) {
            let bodies = store::notices::bodies(conn, named).await?;
            let own = bodies.into_iter().map(|document| document.notice).filter(is_own);
            notices.extend(own.map(|notice| (notice.id(), without_texts(notice))));
        }
        let signed = match buyer.siren() {
            Some(siren) => store::links::contracts_of_siren(conn, siren).await?,
            None => Vec::new(),
        };
        let wanted = if notices.is_empty() { &[][..] } else { &signed };
        let contracts: BTreeMap<ContractId, Contract> =
            store::contracts::find(conn, wanted).await?.into_iter().collect();
        Ok(Documents { notices, contracts: contracts.into_values().collect(), signed })
    }

    async fn link_notices(&mut self, documents: &Documents) -> Result<(), StoreError> {
        let ids: Vec<NoticeId> = documents.notices.keys().copied().collect();
        if ids.is_empty() {
            return Ok(());
        }
        let groups = self.joined(documents).await?;
        let fresh: BTreeMap<_, LinkedNotice> = linkage::notices::link(&groups)
            .into_iter()
            .map(|link| ((link.from, link.to), link))
            .collect();
        let before: BTreeMap<_, LinkedNotice> = store::links::of_notices(self.tx.conn(), &ids)
            .await?
            .into_iter()
            .map(|link| ((link.from, link.to), link))
            .collect();
        let differs = |pair: &(NoticeId, NoticeId)| before.get(pair) != fresh.get(pair);
        let gone: Vec<_> = before.keys().filter(|pair| differs(pair)).copied().collect();
        let new: Vec<LinkedNotice> =
            fresh.values().filter(|link| differs(&(link.from, link.to))).cloned().collect();
        if gone.is_empty() && new.is_empty() {
            return Ok(());
        }
        store::links::replace_notices(self.tx, &gone, &new).await?;
        let pairs: BTreeSet<_> = before.keys().chain(fresh.keys()).copied().collect();
        let pairs: Vec<_> = pairs.into_iter().filter(differs).collect();
        self.report.notices += pairs.len() as u64;
        let joins =
            |link: Option<&LinkedNotice>| link.filter(|link| link.joins()).map(|link| link.kind);
        let moved = pairs.iter().filter(|pair| joins(before.get(pair)) != joins(fresh.get(pair)));
        let moved: BTreeSet<NoticeId> = moved.flat_map(|(from, to)| [*from, *to]).collect();
        self.fold(&moved.into_iter().collect::<Vec<_>>()).await
    }

    /// The notices of a buyer as identifiers join them.
    async fn joined<'d>(
        &self,
        documents: &'d Documents,
    ) -> Result<Vec<JoinedNotices<'d>>, StoreError> {
        let conn = self.tx.conn();
        let seeds: Vec<NoticeNode> = documents.notices.values().map(NoticeNode::from).collect();
        let around =
            store::notices::neighbourhood(conn, &seeds, JoinedBy::Identifiers).await?.nodes;
        let stored: BTreeSet<NoticeId> = around.iter().map(|node| node.id).collect();
        let elsewhere: Vec<NoticeId> =
            stored.iter().filter(|id| !documents.notices.contains_key(id)).copied().collect();
        let elsewhere = store::notices::summaries(conn, &elsewhere).await?;
        let groups = group(&around, &[]).into_iter().map(|ids| {
            let mut notices: Vec<&Notice> =
                ids.iter().filter_map(|id| documents.notices.get(id)).collect();
            notices.sort_by_key(|notice| (notice.published_on, notice.id()));
            let calls = |id: &NoticeId| {
                let notice = elsewhere.get(id);
                notice.is_some_and(|notice| notice.form_type == FormType::Competition)
            };
            let parents = notices.iter().filter_map(|notice| notice.parent());
            let has_absent_parent = parents.into_iter().any(|parent| !stored.contains(&parent));
            let is_called_elsewhere = ids.iter().any(calls);
            JoinedNotices { notices, is_called_elsewhere, has_absent_parent }
        });
        Ok(groups.filter(|joined| !joined.notices.is_empty()).collect())
    }

    async fn link_contracts(&mut self, documents: &Documents) -> Result<(), StoreError> {
        if documents.signed.is_empty() {
            return Ok(());
        }
        let conn = self.tx.conn();
        let ids: Vec<NoticeId> = documents.notices.keys().copied().collect();
        let procedures: BTreeSet<ProcedureId> = store::notices::current(conn, &ids)
            .await?
            .values()
            .map(|current| current.procedure)
            .collect();
        let before: BTreeMap<ContractId, LinkedContract> =
            store::links::of_contracts(conn, &documents.signed, &[])
                .await?
                .into_iter()
                .map(|link| (link.contract, link))
                .collect();
        let own_procedures: Vec<ProcedureId> = procedures.iter().copied().collect();
        let lots = store::lots::of_procedures(conn, &own_procedures).await?;
        let own: Vec<&Contract> = documents.contracts.iter().collect();
        let fresh: BTreeMap<ContractId, LinkedContract> =
            linkage::contracts::link(&own, &procurements(documents, &lots))
                .into_iter()
                .map(|link| (link.contract, link))
                .collect();
        let differs = |id: &&ContractId| before.get(id) != fresh.get(id);
        let gone: Vec<ContractId> = before.keys().filter(differs).copied().collect();
        let new: Vec<LinkedContract> =
            fresh.values().filter(|link| differs(&&link.contract)).cloned().collect();
        store::links::replace_contracts(self.tx, &gone, &new).await?;
        let changed: BTreeSet<ContractId> =
            new.iter().map(|link| link.contract).chain(gone).collect();
        self.report.contracts += changed.len() as u64;
        // A procurement that is not the buyer's any more gives its contracts back.
        let left = before.values().map(|link| link.procedure);
        let left: BTreeSet<ProcedureId> = left.filter(|id| !procedures.contains(id)).collect();
        let left: Vec<ProcedureId> = left.into_iter().collect();
        self.sign(&left, &store::lots::of_procedures(conn, &left).await?).await?;
        self.sign(&own_procedures, &lots).await
    }

    /// Folds again the procurements whose lots do not hold the contracts that are theirs: by a new
    /// link, or because a contract itself changed.
    async fn sign(
        &mut self,
        procedures: &[ProcedureId],
        lots: &[LotState],
    ) -> Result<(), StoreError> {
        let conn = self.tx.conn();
        let signed = store::links::signed(conn, procedures).await?;
        let is_stale = |lot: &&LotState| {
            let own = signed.get(&lot.id).map_or(&[][..], Vec::as_slice);
            lot.contracts != own
        };
        let stale: BTreeSet<ProcedureId> =
            lots.iter().filter(is_stale).map(|lot| lot.procedure).collect();
        let stale: Vec<ProcedureId> = stale.into_iter().collect();
        let notices = store::notices::of_procedures(conn, &stale).await?;
        let notices: Vec<NoticeId> = notices.into_iter().map(|notice| notice.id).collect();
        self.fold(&notices).await
    }

    async fn fold(&mut self, notices: &[NoticeId]) -> Result<(), StoreError> {
        if notices.is_empty() {
            return Ok(());
        }
        let now = self.ingestor.clock().now();
        let written = fold_again(self.tx, notices, now).await?;
        self.report.lots += written.lots;
        self.report.events += written.events;
        self.position = Some(written.position);
        Ok(())
    }
}

/// A notice without what is not compared, most of its size: a buyer may have tens of thousands.
fn without_texts(mut notice: Notice) -> Notice {
    notice.texts = Vec::new();
    notice.coded = Vec::new();
    for lot in &mut notice.lots {
        lot.texts = Vec::new();
        lot.coded = Vec::new();
    }
    notice
}

/// The procurements of a buyer, to compare its contracts with.
fn procurements<'d>(documents: &'d Documents, lots: &'d [LotState]) -> Vec<Procurement<'d>> {
    let mut of_procedures: BTreeMap<ProcedureId, Vec<&LotState>> = BTreeMap::new();
    for lot in lots {
        of_procedures.entry(lot.procedure).or_default().push(lot);
    }
    let procurements = of_procedures.into_iter().map(|(id, lots)| {
        let holders: BTreeSet<NoticeId> = lots.iter().map(|lot| lot.notice).collect();
        let notices = || holders.iter().filter_map(|id| documents.notices.get(id));
        Procurement {
            id,
            title: notices().find_map(|notice| notice.title.as_deref()),
            references: notices().filter_map(|notice| notice.reference.as_deref()).collect(),
            lots,
        }
    });
    procurements.collect()
}
