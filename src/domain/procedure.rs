//! What holds now, folded from every document of a procurement.
//!
//! A correction is a document of its own and never changes the notice it corrects; an award names
//! its call by a link that goes one way. So the state of a lot is computed from all documents of
//! its procurement, in publication order, by the pure function [`fold`]. Whatever order the
//! documents arrive in, and however often, the same set of documents gives the same state.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::award::{Outcome, OutcomeKind};
use super::contract::Contract;
use super::cpv::Cpv;
use super::deadline::{DeadlineDoubt, TenderDeadline, end_of_day_in_paris};
use super::finding::{Assessment, Contradiction, Finding, LotAssessment};
use super::ids::{ContractId, LotId, NoticeId, OrganisationId, ProcedureId};
use super::lot::{Lot, LotKey, NumberBasis};
use super::money::{EstimatedValue, Money};
use super::notice::{ContractNature, FormType, Notice};
use super::organisation::Party;
use super::place::{Place, PlaceBasis};
use super::source::Source;
use super::text::fold_key;

/// A decoded notice with what the rules say of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssessedNotice {
    /// The document.
    pub notice: Notice,
    /// Its findings.
    pub assessment: Assessment,
}

/// A notice as far as its place among others matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeNode {
    /// The notice.
    pub id: NoticeId,
    /// Its BT-04.
    pub folder: Option<Uuid>,
    /// The notice it continues, known or not.
    pub parent: Option<NoticeId>,
}

impl From<&Notice> for NoticeNode {
    fn from(notice: &Notice) -> Self {
        Self { id: notice.id(), folder: notice.folder, parent: notice.parent() }
    }
}

/// Two notices that belong to one procurement although no identifier says so
/// ([`linkage`](super::linkage)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NoticeJoin {
    /// The notice that continues or repeats.
    pub from: NoticeId,
    /// The one that it continues or repeats.
    pub to: NoticeId,
    /// Whether it is the same notice in another source.
    pub is_repeat: bool,
}

/// Parts notices into procurements: the same BT-04 joins, and so does a link, unless both notices
/// have a BT-04 and they differ. Wrong merges are worse than missing ones.
pub fn group(nodes: &[NoticeNode], joins: &[NoticeJoin]) -> Vec<Vec<NoticeId>> {
    let by_id: BTreeMap<NoticeId, &NoticeNode> = nodes.iter().map(|node| (node.id, node)).collect();
    let mut leader: BTreeMap<Uuid, Uuid> = BTreeMap::new();
    for node in by_id.values() {
        let own = node.id.uuid();
        leader.entry(own).or_insert(own);
        if let Some(folder) = node.folder {
            join(&mut leader, own, folder);
        }
    }
    let parents = by_id.values().filter_map(|node| Some((node.id, node.parent?)));
    let joined = joins.iter().map(|join| (join.from, join.to));
    for (one, other) in parents.chain(joined) {
        let folder = |id: NoticeId| by_id.get(&id).and_then(|node| node.folder);
        match (folder(one), folder(other)) {
            (Some(folder), Some(other)) if folder != other => {}
            _ => join(&mut leader, one.uuid(), other.uuid()),
        }
    }
    let mut groups: BTreeMap<Uuid, Vec<NoticeId>> = BTreeMap::new();
    for id in by_id.keys() {
        let lead = find(&mut leader, id.uuid());
        groups.entry(lead).or_default().push(*id);
    }
    groups.into_values().collect()
}

fn find(leader: &mut BTreeMap<Uuid, Uuid>, mut of: Uuid) -> Uuid {
    while let Some(&next) = leader.get(&of) {
        if next == of {
            break;
        }
        // Halve the path, so that long chains of corrections stay cheap.
        let after = leader.get(&next).copied().unwrap_or(next);
        leader.insert(of, after);
        of = next;
    }
    of
}

fn join(leader: &mut BTreeMap<Uuid, Uuid>, a: Uuid, b: Uuid) {
    leader.entry(a).or_insert(a);
    leader.entry(b).or_insert(b);
    let (a, b) = (find(leader, a), find(leader, b));
    leader.insert(a.max(b), a.min(b));
}

/// How far the procurement of a lot has come, by the documents known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum LotStage {
    /// Announced only.
    Planned,
    /// A call for competition is known.
    Called,
    /// Known only by its result.
    Concluded,
}

/// What a lot is at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LotStatus {
    /// Announced, not yet called.
    Planned,
    /// Can be answered.
    Open,
    /// The deadline has passed; no result known.
    Closed,
    /// Given up.
    Cancelled,
    /// A winner is known.
    Awarded,
    /// No suitable tender.
    Unsuccessful,
}

/// Whether a finding names the lot, or the whole notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum FindingScope {
    /// The lot is named, or the words stand in its own text.
    Lot,
    /// The words concern the whole procurement.
    Notice,
}

/// A finding of a lot, with the document it was read in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotFinding {
    /// Whether it names the lot.
    pub scope: FindingScope,
    /// The document its evidence stands in.
    pub notice: NoticeId,
    /// What the rule says.
    pub finding: Finding,
}

/// A place with what it says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LotPlace {
    /// Where the contract is carried out, or only where the buyer sits.
    pub basis: PlaceBasis,
    /// The place.
    pub place: Place,
}

/// A result of a lot, with the document that gives it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Award {
    /// The document.
    pub notice: NoticeId,
    /// The result.
    pub outcome: Outcome,
}

/// A contract signed for a lot, as far as the evidence is sure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LotContract {
    /// The contract.
    pub contract: ContractId,
    /// Day of notification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notified_on: Option<NaiveDate>,
    /// Its amount after all modifications, when it can be believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
}

impl From<&Contract> for LotContract {
    fn from(contract: &Contract) -> Self {
        let amount = contract.current.amount.as_ref();
        Self {
            contract: contract.id,
            notified_on: contract.current.notified_on,
            amount: amount.and_then(|amount| amount.money.clone()),
        }
    }
}

/// What a document did to a lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum LotChangeKind {
    /// Announced by a prior information notice.
    Planned,
    /// Called for competition.
    Opened,
    /// Corrected: by a note, or by a notice that replaces the former one.
    Corrected,
    /// Given up.
    Cancelled,
    /// Awarded.
    Awarded,
    /// No suitable tender.
    Unsuccessful,
    /// Its contract was modified.
    Modified,
}

impl From<OutcomeKind> for LotChangeKind {
    fn from(outcome: OutcomeKind) -> Self {
        match outcome {
            OutcomeKind::Awarded => Self::Awarded,
            OutcomeKind::Unsuccessful => Self::Unsuccessful,
            OutcomeKind::Cancelled => Self::Cancelled,
        }
    }
}

/// One field before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Name of the field in the API: `deadline`, `title`, `findings` …
    pub field: String,
    /// Its value before, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Its value after, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// One step in the history of a lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotChange {
    /// Publication day of the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<NaiveDate>,
    /// The document.
    pub notice: NoticeId,
    /// What it did.
    pub kind: LotChangeKind,
    /// The fields it changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldChange>,
    /// Its words, for corrections, cancellations and results in free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A lot as it stands, with how it came to be so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LotState {
    /// Its id, the same over all documents.
    pub id: LotId,
    /// Its procurement.
    pub procedure: ProcedureId,
    /// The document that holds now: the latest call, else the latest document that describes it.
    pub notice: NoticeId,
    /// Source of that document.
    pub source: Source,
    /// The source's identifier of that document.
    pub notice_source_id: String,
    /// Key within the procurement.
    pub key: LotKey,
    /// The source's own identifier or number.
    pub source_id: Option<String>,
    /// The number people use.
    pub number: Option<String>,
    /// How the number is known.
    pub number_basis: Option<NumberBasis>,
    /// Title; that of the procurement for an undivided one.
    pub title: Option<String>,
    /// Description; that of the procurement for an undivided one.
    pub description: Option<String>,
    /// Works, supplies or services.
    pub nature: Option<ContractNature>,
    /// CPV codes, the main one first; those of the procurement when the lot has none.
    pub cpv: Vec<Cpv>,
    /// Where: the lot's own places, else the procurement's, else departments of publication, else
    /// the buyer's address. Never mixed: the basis says which.
    pub places: Vec<LotPlace>,
    /// Estimated value, excluding tax.
    pub estimated_value: Option<EstimatedValue>,
    /// The deadline that holds now.
    pub deadline: Option<TenderDeadline>,
    /// Day of the first publication that describes it.
    pub published_on: Option<NaiveDate>,
    /// Until when it can be answered, as far as known: the deadline, else the last day of display,
    /// else 180 days after publication.
    pub open_until: Option<DateTime<Utc>>,
    /// Duration in months.
    pub duration_months: Option<u32>,
    /// How far it has come.
    pub stage: LotStage,
    /// How it ended.
    pub outcome: Option<OutcomeKind>,
    /// Publication day of the document that ended it.
    pub outcome_on: Option<NaiveDate>,
    /// Results, in publication order.
    pub awards: Vec<Award>,
    /// Contracts signed for it, in order of notification. Set by the caller, who knows the links.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contracts: Vec<LotContract>,
    /// The buyers of the document that holds.
    pub buyers: Vec<OrganisationId>,
    /// What the rules say.
    pub findings: Vec<LotFinding>,
    /// What does not fit together.
    pub contradictions: Vec<Contradiction>,
    /// Kinds of supplier that the law does not bar: bits of
    /// [`SupplierKind`](super::supplier::SupplierKind). Set by the caller, who knows the rules.
    pub open_to: i32,
    /// Digest of the words that full-text search finds it by, those of its notice included. Set by
    /// the caller, so that a lot is written again when only they change.
    pub words_digest: String,
    /// How it came to be so, oldest first.
    pub history: Vec<LotChange>,
}

impl LotState {
    /// What the lot is at an instant.
    pub fn status(&self, now: DateTime<Utc>) -> LotStatus {
        match (self.outcome, self.stage) {
            (Some(OutcomeKind::Awarded), _) => LotStatus::Awarded,
            (Some(OutcomeKind::Unsuccessful), _) => LotStatus::Unsuccessful,
            (Some(OutcomeKind::Cancelled), _) => LotStatus::Cancelled,
            (None, LotStage::Planned) => LotStatus::Planned,
            (None, LotStage::Called) if self.open_until.is_none_or(|until| now < until) => {
                LotStatus::Open
            }
            (None, LotStage::Called | LotStage::Concluded) => LotStatus::Closed,
        }
    }

    /// The last document that ended it as it ended; nothing when only a contract tells.
    pub fn ended_by(&self) -> Option<&LotChange> {
        let kind = LotChangeKind::from(self.outcome?);
        self.history.iter().rev().find(|change| change.kind == kind)
    }

    /// Adds the contracts signed for it, the first notified first. A lot whose result was never
    /// published is awarded by them.
    pub fn sign(&mut self, contracts: Vec<LotContract>) {
        if self.outcome.is_none()
            && let Some(first) = contracts.first()
        {
            self.outcome = Some(OutcomeKind::Awarded);
            self.outcome_on = first.notified_on;
        }
        self.contracts = contracts;
    }
}

/// A procurement over all its documents.
#[derive(Clone, Debug, PartialEq)]
pub struct Procedure {
    /// Its id.
    pub id: ProcedureId,
    /// BT-04, where a document gives it.
    pub folder: Option<Uuid>,
    /// Title, from the document that holds.
    pub title: Option<String>,
    /// Its documents, in publication order.
    pub notices: Vec<NoticeId>,
    /// Its lots, in the order of their keys.
    pub lots: Vec<LotState>,
}

/// A call whose notice gives neither deadline nor last day of display is taken as open for this
/// long: the longest usual consultation, so that nothing is missed for lack of data.
const OPEN_WITHOUT_DEADLINE: Days = Days::new(180);

/// Folds the documents of one procurement. The caller passes all of them, in any order, and which
/// of them are the same as another one in another source.
pub fn fold<'d>(
    documents: impl IntoIterator<Item = &'d AssessedNotice>,
    repeats: &BTreeSet<NoticeId>,
) -> Procedure {
    let mut documents: Vec<&AssessedNotice> = documents.into_iter().collect();
    documents.sort_by_key(|document| rank(&document.notice));
    let (repeated, told): (Vec<&AssessedNotice>, Vec<&AssessedNotice>) =
        documents.iter().partition(|document| repeats.contains(&document.notice.id()));
    let id = identity(&told);
    let folder = documents.iter().find_map(|document| document.notice.folder);
    let mut folding = Folding { id, lots: BTreeMap::new(), seen: BTreeSet::new() };
    for document in told {
        folding.apply(document);
    }
    for document in repeated {
        folding.repeat(document);
    }
    let describes = |document: &&&AssessedNotice| document.notice.title.is_some();
    let holder = documents.iter().filter(|d| is_call(&d.notice)).rev().find(describes);
    let title = holder
        .or_else(|| documents.iter().find(describes))
        .and_then(|document| document.notice.title.clone());
    Procedure {
        id,
        folder,
        title,
        notices: documents.iter().map(|document| document.notice.id()).collect(),
        lots: folding.lots.into_values().collect(),
    }
}

/// Day, form, source, year and number, identifier.
type Rank<'n> = (Option<NaiveDate>, u8, Source, Option<(u32, u64)>, &'n str);

/// Publication order; on one day a call stands before what corrects or ends it. The source, the
/// number it gave and its identifier make the order total.
fn rank(notice: &Notice) -> Rank<'_> {
    let form = match notice.form_type {
        FormType::Planning => 0,
        FormType::Competition if notice.correction.is_none() => 1,
        FormType::Competition => 2,
        FormType::Correction => 3,
        FormType::Cancellation | FormType::DirectAwardPrenotification => 4,
        FormType::Result => 5,
        FormType::ContractModification | FormType::Other => 6,
    };
    let serial = serial(notice.source, &notice.source_id);
    (notice.published_on, form, notice.source, serial, &notice.source_id)
}

/// Year and number of an identifier: `26-100001` of BOAMP, `100001-2026` of TED. As texts they do
/// not stand in the order they were given in.
fn serial(source: Source, id: &str) -> Option<(u32, u64)> {
    let (before, after) = id.split_once('-')?;
    let (year, number) = match source {
        Source::Boamp => (before, after),
        Source::Ted => (after, before),
        Source::Decp | Source::Approch | Source::Draft => return None,
    };
    Some((year.parse().ok()?, number.parse().ok()?))
}

fn is_call(notice: &Notice) -> bool {
    notice.form_type == FormType::Competition
}

/// The identity of a procurement: its BT-04, or its root. The root is the document that continues
/// no other one; when that one is not stored, its id still is the root, because ids are
/// deterministic. So a call keeps its identity when its award comes, and an award that came first
/// already has the identity its call will have.
fn identity(documents: &[&AssessedNotice]) -> ProcedureId {
    let stored: BTreeSet<NoticeId> = documents.iter().map(|d| d.notice.id()).collect();
    let roots = || {
        documents
            .iter()
            .map(|document| &document.notice)
            .filter(|notice| notice.folder.is_some() || notice.parent().is_none())
    };
    let call = roots().find(|notice| is_call(notice));
    let absent = documents
        .iter()
        .filter(|document| document.notice.folder.is_none())
        .filter_map(|document| document.notice.parent())
        .filter(|parent| !stored.contains(parent))
        .min();
    match (call, absent, roots().next()) {
        (Some(notice), ..) | (None, None, Some(notice)) => match notice.folder {
            Some(folder) => ProcedureId::of_folder(folder),
            None => ProcedureId::of_root(notice.id()),
        },
        (None, Some(absent), _) => ProcedureId::of_root(absent),
        // Only a cycle of links has no root at all: its smallest document stands for it.
        (None, None, None) => {
            let smallest = stored.first().copied();
            ProcedureId::of_root(smallest.unwrap_or(NoticeId::from_uuid(Uuid::nil())))
        }
    }
}

struct Folding {
    id: ProcedureId,
    lots: BTreeMap<LotKey, LotState>,
    /// eForms notices already applied: the same one comes by BOAMP and by TED.
    seen: BTreeSet<(Uuid, Option<String>)>,
}

impl Folding {
    fn apply(&mut self, document: &AssessedNotice) {
        let notice = &document.notice;
        if let Some(uuid) = notice.notice_uuid
            && !self.seen.insert((uuid, notice.version.clone()))
        {
            return;
        }
        match notice.form_type {
            FormType::Planning => self.describe(document, LotStage::Planned),
            FormType::Competition => self.describe(document, LotStage::Called),
            FormType::Correction => self.correct(document),
            FormType::Cancellation => self.cancel(document),
            FormType::Result | FormType::DirectAwardPrenotification => self.conclude(document),
            FormType::ContractModification => self.note(document, LotChangeKind::Modified),
            FormType::Other => {}
        }
    }

    /// The same notice in another source: it changes nothing, but its form may code what the other
    /// one only writes.
    fn repeat(&mut self, document: &AssessedNotice) {
        for state in self.lots.values_mut() {
            state.add_findings(document);
        }
    }

    /// A notice that describes its lots in full: it replaces what earlier ones said of them.
    fn describe(&mut self, document: &AssessedNotice, stage: LotStage) {
        let notice = &document.notice;
        let is_change = notice.correction.is_some();
        let cancels = notice.correction.as_ref().is_some_and(|correction| {
            matches!(correction.reason.as_deref(), Some("cancel" | "cancel-intent"))
        });
        if stage == LotStage::Called {
            // The parts of an announcement, or its undivided whole, are not the lots of the call.
            let listed = |key: &LotKey| notice.lots.iter().any(|lot| lot.key == *key);
            self.lots.retain(|key, lot| {
                lot.stage != LotStage::Planned || !key.is_announced_only() || listed(key)
            });
        }
        let is_called = self.lots.values().any(|lot| lot.stage != LotStage::Planned);
        for (position, lot) in notice.lots.iter().enumerate() {
            if is_called && stage == LotStage::Planned {
                // An announcement published after the call changes nothing of it.
                match self.lots.get_mut(&lot.key) {
                    Some(known) => {
                        known.record(document, LotChangeKind::Planned, Vec::new());
                        continue;
                    }
                    None if lot.key.is_announced_only() => continue,
                    None => {}
                }
            }
            let assessment = document.assessment.lots.get(position);
            let fresh = self.state(document, lot, assessment, stage);
            let kind = match (stage, self.lots.contains_key(&lot.key) || is_change) {
                (LotStage::Planned, false) => LotChangeKind::Planned,
                (_, false) => LotChangeKind::Opened,
                (_, true) => LotChangeKind::Corrected,
            };
            self.replace(document, fresh, kind);
        }
        if is_change && !notice.lots.is_empty() {
            // A change notice is a whole notice: a lot it no longer has was withdrawn.
            let kept: BTreeSet<&LotKey> = notice.lots.iter().map(|lot| &lot.key).collect();
            let gone = self.lots.keys().filter(|key| !kept.contains(key)).cloned();
            let gone: Vec<LotKey> = gone.collect();
            self.end(document, &gone, &Outcome::new(LotKey::whole(), OutcomeKind::Cancelled));
        }
        if cancels {
            self.cancel(document);
        }
    }

    /// A correction that is a note: it moves the deadline of some lots, or only says something.
    fn correct(&mut self, document: &AssessedNotice) {
        let notice = &document.notice;
        if self.lots.is_empty() {
            // The call is not stored: the correction still tells of an open procurement.
            let mut lot = Lot::new(LotKey::whole());
            lot.deadline = notice.correction.as_ref().and_then(|c| c.deadline.clone());
            let state = self.state(document, &lot, None, LotStage::Called);
            self.replace(document, state, LotChangeKind::Corrected);
            return;
        }
        let Some(correction) = &notice.correction else { return };
        let Some(keys) = self.named_lots(notice) else { return self.doubt(document) };
        for key in keys {
            let Some(state) = self.lots.get_mut(&key) else { continue };
            let before = state.clone();
            match (&correction.deadline, correction.deadline_unread) {
                (Some(deadline), _) => state.set_deadline(Some(deadline.clone())),
                (None, true) => {
                    let deadline = state.deadline.take();
                    state.deadline =
                        deadline.map(|deadline| deadline.doubted(DeadlineDoubt::CorrectionUnread));
                }
                (None, false) => {}
            }
            state.add_findings(document);
            let fields = FieldChange::between(&before, state);
            state.record(document, LotChangeKind::Corrected, fields);
        }
    }

    fn cancel(&mut self, document: &AssessedNotice) {
        match self.named_lots(&document.notice) {
            Some(keys) => self.end(document, &keys, &cancellation(&document.notice)),
            None => self.doubt(document),
        }
    }

    /// An award notice: its results end the lots of the call. Lots it describes that no call is
    /// known for are kept by themselves.
    fn conclude(&mut self, document: &AssessedNotice) {
        let notice = &document.notice;
        let whole_call = self.lots.len() == 1 && self.lots.contains_key(&LotKey::whole());
        let called: Vec<LotKey> = self.lots.keys().cloned().collect();
        let targets = |folding: &Self, key: &LotKey| -> Vec<LotKey> {
            if whole_call {
                vec![LotKey::whole()]
            } else if key.is_whole() {
                folding.lots.keys().cloned().collect()
            } else {
                folding.same_lot(&called, notice, key).into_iter().collect()
            }
        };
        for (position, lot) in notice.lots.iter().enumerate() {
            let known = whole_call
                || self.same_lot(&called, notice, &lot.key).is_some()
                || (lot.key.is_whole() && !self.lots.is_empty());
            if !known {
                let assessment = document.assessment.lots.get(position);
                let state = self.state(document, lot, assessment, LotStage::Concluded);
                self.lots.insert(lot.key.clone(), state);
            }
        }
        for outcome in &notice.outcomes {
            let keys = targets(self, &outcome.lot);
            self.end(document, &keys, outcome);
        }
        for state in self.lots.values_mut() {
            if state.notice != notice.id() {
                state.add_findings(document);
            }
        }
    }

    /// The lot that an award means: the one of its key, else among the lots called the only one of
    /// its title, else the only one of its number. A call in an old form numbers its lots `1`, its
    /// award in eForms `LOT-0001`.
    fn same_lot(&self, called: &[LotKey], notice: &Notice, key: &LotKey) -> Option<LotKey> {
        if self.lots.contains_key(key) {
            return Some(key.clone());
        }
        let lot = notice.lots.iter().find(|lot| lot.key == *key);
        let number = lot.and_then(|lot| lot.number.clone()).map(|number| LotKey::of(&number));
        let title = lot.and_then(|lot| lot.title.as_deref()).map(fold_key);
        let only = |is_it: &dyn Fn(&LotState) -> bool| {
            let mut same = called.iter().filter(|key| self.lots.get(key).is_some_and(is_it));
            same.next().filter(|_| same.next().is_none()).cloned()
        };
        let by_title = title.filter(|title| !title.is_empty()).and_then(|title| {
            only(&|state| state.title.as_deref().is_some_and(|other| fold_key(other) == title))
        });
        by_title.or_else(|| {
            let number = number?;
            only(&|state| state.number.as_deref().is_some_and(|n| LotKey::of(n) == number))
        })
    }

    fn note(&mut self, document: &AssessedNotice, kind: LotChangeKind) {
        for state in self.lots.values_mut() {
            state.record(document, kind, Vec::new());
        }
    }

    fn end(&mut self, document: &AssessedNotice, keys: &[LotKey], outcome: &Outcome) {
        let notice = &document.notice;
        for key in keys {
            let Some(state) = self.lots.get_mut(key) else { continue };
            // One awarded part of a lot makes it awarded, whatever became of the other parts.
            let awarded_here = state.awards.iter().any(|award| {
                award.notice == notice.id() && award.outcome.kind == OutcomeKind::Awarded
            });
            if !awarded_here {
                state.outcome = Some(outcome.kind);
                state.outcome_on = notice.published_on;
            }
            state.awards.push(Award { notice: notice.id(), outcome: outcome.clone() });
            state.record(document, outcome.kind.into(), Vec::new());
            if let Some(step) = state.history.last_mut() {
                step.text.clone_from(&outcome.text);
            }
        }
    }

    /// The lots a correction or cancellation speaks of: those it names, or all when it names none.
    /// When it names lots that are not known, nothing says which are meant.
    fn named_lots(&self, notice: &Notice) -> Option<Vec<LotKey>> {
        let named = notice.correction.as_ref().map_or(&[][..], |correction| &correction.lots);
        let known: Vec<LotKey> = named
            .iter()
            .filter_map(|number| {
                let key = LotKey::of(number);
                let known = self.lots.iter().find(|(known, state)| {
                    **known == key || state.number.as_deref().is_some_and(|n| LotKey::of(n) == key)
                });
                known.map(|(key, _)| key.clone())
            })
            .collect();
        match (named.is_empty(), known.is_empty()) {
            (true, _) => Some(self.lots.keys().cloned().collect()),
            (false, false) => Some(known),
            (false, true) => None,
        }
    }

    /// Tells every lot that a document changes one that is not known: what holds of them is in
    /// doubt, and nothing else changes. A lot taken as given up, or as open longer, costs a company
    /// the tender.
    fn doubt(&mut self, document: &AssessedNotice) {
        for state in self.lots.values_mut() {
            let before = state.clone();
            let deadline = state.deadline.take();
            state.deadline =
                deadline.map(|deadline| deadline.doubted(DeadlineDoubt::CorrectionUnread));
            let fields = FieldChange::between(&before, state);
            state.record(document, LotChangeKind::Corrected, fields);
        }
    }

    fn replace(&mut self, document: &AssessedNotice, mut fresh: LotState, kind: LotChangeKind) {
        let before = self.lots.remove(&fresh.key);
        let fields =
            before.as_ref().map_or_else(Vec::new, |before| FieldChange::between(before, &fresh));
        if let Some(before) = before {
            fresh.published_on = before.published_on.or(fresh.published_on);
            if before.deadline == fresh.deadline {
                // Listed once more as it was; a new deadline would open it again.
                fresh.outcome = before.outcome;
                fresh.outcome_on = before.outcome_on;
            }
            fresh.awards = before.awards;
            fresh.history = before.history;
        }
        fresh.record(document, kind, fields);
        self.lots.insert(fresh.key.clone(), fresh);
    }

    /// The state of a lot as one document describes it.
    fn state(
        &self,
        document: &AssessedNotice,
        lot: &Lot,
        assessment: Option<&LotAssessment>,
        stage: LotStage,
    ) -> LotState {
        let notice = &document.notice;
        let own = |text: &Option<String>, whole: &Option<String>| match text {
            None if lot.key.is_whole() => whole.clone(),
            text => text.clone(),
        };
        let found = |scope, finding: &Finding| LotFinding {
            scope,
            notice: notice.id(),
            finding: finding.clone(),
        };
        let named = assessment.into_iter().flat_map(|assessment| &assessment.findings);
        let mut all: Vec<LotFinding> = named.map(|one| found(FindingScope::Lot, one)).collect();
        let wide = document.assessment.wide_findings(assessment);
        all.extend(wide.map(|wide| found(FindingScope::Notice, wide)));
        let mut contradictions =
            assessment.map_or_else(Vec::new, |assessment| assessment.contradictions.clone());
        contradictions.extend(document.assessment.contradictions.iter().cloned());
        let value = lot.estimated_value.clone();
        let mut state = LotState {
            id: LotId::of(self.id, lot.key.as_str()),
            procedure: self.id,
            notice: notice.id(),
            source: notice.source,
            notice_source_id: notice.source_id.clone(),
            key: lot.key.clone(),
            source_id: lot.source_id.clone(),
            number: lot.number.clone(),
            number_basis: lot.number_basis,
            title: own(&lot.title, &notice.title),
            description: own(&lot.description, &notice.description),
            nature: lot.nature.or(notice.nature),
            cpv: if lot.cpv.is_empty() { notice.cpv.clone() } else { lot.cpv.clone() },
            places: places(notice, lot),
            estimated_value: match value {
                None if lot.key.is_whole() => notice.estimated_value.clone(),
                value => value,
            },
            deadline: None,
            published_on: notice.published_on,
            open_until: None,
            duration_months: lot.duration_months.or(notice.duration_months),
            stage,
            outcome: None,
            outcome_on: None,
            awards: Vec::new(),
            contracts: Vec::new(),
            buyers: notice.buyers().map(Party::organisation_id).collect(),
            findings: all,
            contradictions,
            open_to: 0,
            words_digest: String::new(),
            history: Vec::new(),
        };
        if stage == LotStage::Called {
            let shown = notice.displayed_until.map(end_of_day_in_paris);
            let long = notice
                .published_on
                .and_then(|day| day.checked_add_days(OPEN_WITHOUT_DEADLINE))
                .map(end_of_day_in_paris);
            state.open_until = shown.or(long);
            state.set_deadline(lot.deadline.clone().or_else(|| notice.deadline.clone()));
        }
        state
    }
}

impl LotState {
    fn set_deadline(&mut self, deadline: Option<TenderDeadline>) {
        if let Some(at) = deadline.as_ref().and_then(|deadline| deadline.at) {
            self.open_until = Some(at);
        }
        self.deadline = deadline;
    }

    /// Adds findings of a later document for kinds that the document that holds does not have.
    fn add_findings(&mut self, document: &AssessedNotice) {
        let here = document.notice.lots.iter().position(|lot| lot.key == self.key);
        let own = here.and_then(|position| document.assessment.lots.get(position));
        let wide = document.assessment.wide_findings(own);
        let own = own.into_iter().flat_map(|lot| &lot.findings);
        let own = own.map(|finding| (FindingScope::Lot, finding));
        let wide = wide.map(|finding| (FindingScope::Notice, finding));
        for (scope, finding) in own.chain(wide) {
            if !self.findings.iter().any(|known| known.finding.kind == finding.kind) {
                let notice = document.notice.id();
                self.findings.push(LotFinding { scope, notice, finding: finding.clone() });
            }
        }
    }

    fn record(&mut self, document: &AssessedNotice, kind: LotChangeKind, fields: Vec<FieldChange>) {
        let notice = &document.notice;
        self.history.push(LotChange {
            on: notice.published_on,
            notice: notice.id(),
            kind,
            fields,
            text: notice.correction.as_ref().and_then(|correction| correction.text.clone()),
        });
    }
}

fn cancellation(notice: &Notice) -> Outcome {
    let mut outcome = Outcome::new(LotKey::whole(), OutcomeKind::Cancelled);
    outcome.text = notice.correction.as_ref().and_then(|correction| correction.text.clone());
    outcome
}

fn places(notice: &Notice, lot: &Lot) -> Vec<LotPlace> {
    let from = |basis, places: Vec<Place>| {
        places.into_iter().map(|place| LotPlace { basis, place }).collect::<Vec<_>>()
    };
    // A place that no department could be found for locates nothing: fall back, but keep it.
    let located = |places: &[Place]| {
        places.iter().any(|place| place.department.is_some() || place.nuts.is_some())
    };
    let published = || {
        let places = notice
            .departments
            .iter()
            .map(|department| Place { department: Some(department.clone()), ..Place::default() });
        places.collect::<Vec<_>>()
    };
    if located(&lot.places) {
        return from(PlaceBasis::Lot, lot.places.clone());
    }
    if located(&notice.places) {
        return from(PlaceBasis::Procedure, notice.places.clone());
    }
    if !notice.departments.is_empty() {
        return from(PlaceBasis::Publication, published());
    }
    let buyers = notice.buyers().map(|buyer| buyer.place.clone());
    from(PlaceBasis::Buyer, buyers.filter(|place| !place.is_empty()).collect())
}

impl FieldChange {
    /// The fields a reader cares about that differ between two states of a lot.
    pub fn between(before: &LotState, after: &LotState) -> Vec<Self> {
        let text = |text: &Option<String>| text.clone();
        let deadline = |state: &LotState| {
            state.deadline.as_ref().map(|deadline| match deadline.at {
                Some(at) => at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
                None => deadline.raw.clone(),
            })
        };
        let value = |state: &LotState| {
            let figure = state.estimated_value.as_ref().and_then(EstimatedValue::figure);
            figure.map(ToString::to_string)
        };
        let cpv = |state: &LotState| {
            let codes: Vec<&str> = state.cpv.iter().map(Cpv::as_str).collect();
            (!codes.is_empty()).then(|| codes.join(" "))
        };
        let findings = |state: &LotState| {
            let kinds: BTreeSet<&str> =
                state.findings.iter().map(|found| found.finding.kind.as_str()).collect();
            (!kinds.is_empty()).then(|| kinds.into_iter().collect::<Vec<_>>().join(" "))
        };
        let contracts = |state: &LotState| {
            let told =
                state.contracts.iter().map(|signed| match (&signed.amount, signed.notified_on) {
                    (Some(amount), Some(day)) => format!("{amount}, {day}"),
                    (Some(amount), None) => amount.to_string(),
                    (None, Some(day)) => day.to_string(),
                    (None, None) => signed.contract.to_string(),
                });
            (!state.contracts.is_empty()).then(|| told.collect::<Vec<_>>().join("; "))
        };
        let outcome =
            |state: &LotState| state.outcome.map(|outcome| format!("{outcome:?}").to_uppercase());
        [
            ("title", text(&before.title), text(&after.title)),
            ("description", text(&before.description), text(&after.description)),
            ("deadline", deadline(before), deadline(after)),
            ("estimatedValue", value(before), value(after)),
            ("cpv", cpv(before), cpv(after)),
            ("findings", findings(before), findings(after)),
            ("status", outcome(before), outcome(after)),
            ("contracts", contracts(before), contracts(after)),
        ]
        .into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| Self { field: field.to_owned(), before, after })
        .collect()
    }
}

#[cfg(test)]
mod tests;
