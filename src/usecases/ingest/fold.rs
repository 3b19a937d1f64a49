//! The second half of a batch: the procurements that the changes touch are folded again, and what
//! differs from the lots as stored is written and logged.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use super::Change;
use crate::domain::event;
use crate::domain::finding::Finding;
use crate::domain::finding_change::{self, FindingChange};
use crate::domain::ids::{LotId, NoticeId, OrganisationId, ProcedureId};
use crate::domain::linkage::BuyerKey;
use crate::domain::notice::Notice;
use crate::domain::organisation::Party;
use crate::domain::procedure::{AssessedNotice, LotState, NoticeNode, Procedure, fold, group};
use crate::feeds::document::Digest;
use crate::rules;
use crate::store::lots::LotWrite;
use crate::store::notices::{JoinedBy, NoticeWrite};
use crate::store::{self, StoreError, Transaction, full_text};

/// What folding and writing did.
pub(in crate::usecases) struct Written {
    pub(in crate::usecases) lots: u64,
    pub(in crate::usecases) events: u64,
    /// Position of the last event of the log.
    pub(in crate::usecases) position: i64,
    /// What differs in the findings of lots; only where everything is written.
    pub(in crate::usecases) findings: Vec<FindingChange>,
}

/// What is written of the procurements that are folded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::usecases) enum Writing {
    /// The lots that differ from those stored.
    Differences,
    /// Every lot, with everything filters need of it: an older edition may have written it
    /// otherwise, or so that it cannot be read.
    Everything,
}

/// Folds again the procurements of stored notices whose links changed, and writes what differs.
pub(in crate::usecases) async fn fold_again(
    tx: &Transaction,
    notices: &[NoticeId],
    now: DateTime<Utc>,
) -> Result<Written, StoreError> {
    fold_and_write(tx, &[], notices, Writing::Differences, now).await
}

/// Folds the procurements that the changes touch, and those of some notices as they are stored,
/// and writes what differs.
pub(super) async fn fold_and_write(
    tx: &Transaction,
    changes: &[Change],
    again: &[NoticeId],
    writing: Writing,
    now: DateTime<Utc>,
) -> Result<Written, StoreError> {
    let Touched { groups, repeats } = touched_groups(tx, changes, again).await?;
    let unchanged = unchanged(tx, changes, &groups).await?;
    let changed = changes.iter().map(|change| change.content.as_ref());
    let documents: HashMap<NoticeId, &AssessedNotice> =
        changed.chain(&unchanged).map(|document| (document.notice.id(), document)).collect();
    let mut procedures = Vec::with_capacity(groups.len());
    let mut words: HashMap<LotId, String> = HashMap::new();
    let mut procedure_of: HashMap<NoticeId, ProcedureId> = HashMap::new();
    for ids in &groups {
        let of_group = ids.iter().filter_map(|id| documents.get(id).copied());
        let mut procedure = fold(of_group, &repeats);
        open(&mut procedure);
        let found_by = found_by(&procedure, &documents);
        for (lot, found_by) in procedure.lots.iter_mut().zip(found_by) {
            lot.words_digest = Digest::of(found_by.as_bytes()).to_hex();
            words.insert(lot.id, found_by);
        }
        procedure_of.extend(ids.iter().map(|id| (*id, procedure.id)));
        procedures.push(procedure);
    }
    let ids: Vec<ProcedureId> = procedures.iter().map(|procedure| procedure.id).collect();
    let mut signed = store::links::signed(tx.conn(), &ids).await?;
    for lot in procedures.iter_mut().flat_map(|procedure| &mut procedure.lots) {
        if let Some(contracts) = signed.remove(&lot.id) {
            lot.sign(contracts);
        }
    }
    let ids: Vec<NoticeId> = procedure_of.keys().copied().collect();
    let before = store::notices::current(tx.conn(), &ids).await?;
    let mut involved: BTreeSet<ProcedureId> =
        before.values().map(|known| known.procedure).collect();
    involved.extend(changes.iter().filter_map(|change| change.procedure_before));
    involved.extend(procedures.iter().map(|procedure| procedure.id));
    let involved: Vec<ProcedureId> = involved.into_iter().collect();
    let old_lots = match writing {
        Writing::Differences => store::lots::of_procedures(tx.conn(), &involved).await?,
        Writing::Everything => store::lots::readable_of_procedures(tx.conn(), &involved).await?,
    };
    let old_lots: BTreeMap<LotId, LotState> =
        old_lots.into_iter().map(|lot| (lot.id, lot)).collect();

    let mut buyers = buyers_before(tx, changes).await?;
    write_notices(tx, changes, &procedures, &procedure_of, &before).await?;
    let written = write_lots(tx, &procedures, &old_lots, &words, writing, now).await?;
    let left = involved.into_iter().filter(|id| procedures.iter().all(|one| one.id != *id));
    store::procedures::delete_empty(tx, &left.collect::<Vec<_>>()).await?;
    let first = documents.values().filter_map(|document| document.notice.buyers().next());
    buyers.extend(first.flat_map(BuyerKey::of));
    store::links::mark_due(tx, &buyers).await?;
    Ok(written)
}

/// The buyers of notices as stored before they change: one that loses a notice is compared again.
async fn buyers_before(
    tx: &Transaction,
    changes: &[Change],
) -> Result<BTreeSet<BuyerKey>, StoreError> {
    let known = changes.iter().filter(|change| change.procedure_before.is_some());
    let known: Vec<NoticeId> = known.map(|change| change.content.notice.id()).collect();
    let before = store::notices::bodies(tx.conn(), &known).await?;
    let buyers = before.iter().filter_map(|document| document.notice.buyers().next());
    Ok(buyers.flat_map(BuyerKey::of).collect())
}

/// Procurements as groups of notices, and which of the notices repeat another one.
struct Touched {
    groups: Vec<Vec<NoticeId>>,
    repeats: BTreeSet<NoticeId>,
}

/// The procurements that the changes belong or belonged to, and those of some stored notices.
async fn touched_groups(
    tx: &Transaction,
    changes: &[Change],
    again: &[NoticeId],
) -> Result<Touched, StoreError> {
    let fresh: Vec<NoticeNode> =
        changes.iter().map(|change| NoticeNode::from(&change.content.notice)).collect();
    let mut old: BTreeSet<ProcedureId> =
        changes.iter().filter_map(|change| change.procedure_before).collect();
    let stored = store::notices::current(tx.conn(), again).await?;
    old.extend(stored.values().map(|known| known.procedure));
    let old: Vec<ProcedureId> = old.into_iter().collect();
    // A notice that changed its links leaves others behind: they must be folded again too.
    let left: Vec<NoticeId> = store::notices::of_procedures(tx.conn(), &old)
        .await?
        .into_iter()
        .map(|notice| notice.id)
        .collect();
    let mut seeds = fresh.clone();
    seeds.extend(left.iter().map(|&id| NoticeNode { id, folder: None, parent: None }));
    let around = store::notices::neighbourhood(tx.conn(), &seeds, JoinedBy::Anything).await?;
    let mut nodes: BTreeMap<NoticeId, NoticeNode> =
        around.nodes.into_iter().map(|node| (node.id, node)).collect();
    let concerned: BTreeSet<NoticeId> = fresh.iter().map(|node| node.id).chain(left).collect();
    nodes.extend(fresh.into_iter().map(|node| (node.id, node)));
    let nodes: Vec<NoticeNode> = nodes.into_values().collect();
    let mut groups = group(&nodes, &around.joins);
    groups.retain(|ids| ids.iter().any(|id| concerned.contains(id)));
    let repeats = around.joins.iter().filter(|join| join.is_repeat).map(|join| join.from);
    Ok(Touched { groups, repeats: repeats.collect() })
}

/// The notices of the groups that do not change, as stored.
async fn unchanged(
    tx: &Transaction,
    changes: &[Change],
    groups: &[Vec<NoticeId>],
) -> Result<Vec<AssessedNotice>, StoreError> {
    let changed: BTreeSet<NoticeId> =
        changes.iter().map(|change| change.content.notice.id()).collect();
    let others = groups.iter().flatten().filter(|id| !changed.contains(id));
    store::notices::bodies(tx.conn(), &others.copied().collect::<Vec<_>>()).await
}

/// Says which suppliers each lot is open to.
fn open(procedure: &mut Procedure) {
    for lot in &mut procedure.lots {
        let findings: Vec<&Finding> = lot.findings.iter().map(|found| &found.finding).collect();
        lot.open_to = rules::eligibility::open_to(&findings);
    }
}

async fn write_notices(
    tx: &Transaction,
    changes: &[Change],
    procedures: &[Procedure],
    procedure_of: &HashMap<NoticeId, ProcedureId>,
    before: &HashMap<NoticeId, store::notices::CurrentNotice>,
) -> Result<(), StoreError> {
    let known = changes.iter().filter(|change| change.procedure_before.is_some());
    let known: Vec<NoticeId> = known.map(|change| change.content.notice.id()).collect();
    let mut named: BTreeSet<OrganisationId> =
        store::notices::organisations_of(tx.conn(), &known).await?.into_iter().collect();
    named.extend(changes.iter().flat_map(|change| organisations(&change.content.notice)));
    store::procedures::write(tx, procedures).await?;
    let writes: Vec<NoticeWrite<'_>> = changes
        .iter()
        .filter_map(|change| {
            let procedure = *procedure_of.get(&change.content.notice.id())?;
            Some(NoticeWrite {
                notice: &change.content.notice,
                body: &change.body,
                digest: &change.digest,
                content_hash: &change.content_hash,
                procedure,
                is_new: change.procedure_before.is_none(),
            })
        })
        .collect();
    store::notices::write(tx, &writes).await?;
    for procedure in procedures {
        let moved: Vec<NoticeId> = procedure
            .notices
            .iter()
            .filter(|id| before.get(id).is_some_and(|known| known.procedure != procedure.id))
            .copied()
            .collect();
        store::notices::set_procedure(tx, &moved, procedure.id).await?;
    }
    let named: Vec<OrganisationId> = named.into_iter().collect();
    store::organisations::refresh(tx, &named).await
}

fn organisations(notice: &Notice) -> impl Iterator<Item = OrganisationId> {
    let winners = notice.outcomes.iter().flat_map(|outcome| &outcome.suppliers);
    notice.parties.iter().chain(winners).map(Party::organisation_id)
}

async fn write_lots(
    tx: &Transaction,
    procedures: &[Procedure],
    old: &BTreeMap<LotId, LotState>,
    words: &HashMap<LotId, String>,
    writing: Writing,
    now: DateTime<Utc>,
) -> Result<Written, StoreError> {
    let fresh: BTreeMap<LotId, &LotState> =
        procedures.iter().flat_map(|procedure| &procedure.lots).map(|lot| (lot.id, lot)).collect();
    let gone: Vec<&LotState> = old.values().filter(|lot| !fresh.contains_key(&lot.id)).collect();
    let mut events: Vec<_> =
        gone.iter().filter_map(|lot| event::between(Some(lot), None)).collect();
    let mut writes = Vec::new();
    let mut changed = 0;
    for lot in procedures.iter().flat_map(|procedure| &procedure.lots) {
        let before = old.get(&lot.id);
        let event = event::between(before, Some(lot));
        changed += u64::from(event.is_some());
        if event.is_some() || writing == Writing::Everything {
            let words = words.get(&lot.id).map_or("", String::as_str);
            let is_new = before.is_none() && writing == Writing::Differences;
            writes.push(LotWrite { state: lot, is_new, words });
        }
        events.extend(event);
    }
    let findings = match writing {
        Writing::Differences => Vec::new(),
        Writing::Everything => findings(old, &fresh),
    };
    let gone: Vec<LotId> = gone.iter().map(|lot| lot.id).collect();
    store::lots::delete(tx, &gone).await?;
    store::lots::write(tx, &writes).await?;
    let position = store::events::append(tx, &events, now).await?;
    Ok(Written { lots: changed, events: events.len() as u64, position, findings })
}

/// What differs in the findings of lots, those that are gone or have another id included.
fn findings(
    old: &BTreeMap<LotId, LotState>,
    fresh: &BTreeMap<LotId, &LotState>,
) -> Vec<FindingChange> {
    let ids: BTreeSet<LotId> = old.keys().chain(fresh.keys()).copied().collect();
    ids.iter().flat_map(|id| finding_change::between(old.get(id), fresh.get(id).copied())).collect()
}

/// The words that each lot of a procurement is found by.
fn found_by(procedure: &Procedure, documents: &HashMap<NoticeId, &AssessedNotice>) -> Vec<String> {
    let mut reader = full_text::Reader::default();
    let texts = |lot| texts(lot, documents.get(&lot.notice).copied());
    procedure.lots.iter().map(|lot| reader.words(texts(lot))).collect()
}

/// The texts a lot is found by.
fn texts<'a>(lot: &'a LotState, holder: Option<&'a AssessedNotice>) -> Vec<&'a str> {
    let holder = holder.map(|document| &document.notice);
    let own = [&lot.title, &lot.description];
    let whole = holder.into_iter().flat_map(|notice| [&notice.title, &notice.description]);
    let mut texts: Vec<&str> = own.into_iter().chain(whole).flatten().map(String::as_str).collect();
    texts.dedup();
    if let Some(notice) = holder {
        texts.extend(notice.buyers().map(|buyer| buyer.name.as_str()));
        texts.extend(notice.descriptors.iter().map(String::as_str));
    }
    texts
}
