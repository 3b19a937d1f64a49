//! The documents of one procurement, applied one after the other to its lots.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use uuid::Uuid;

use super::{
    AssessedNotice, Award, FieldChange, FindingScope, LotChange, LotChangeKind, LotFinding,
    LotPlace, LotStage, LotState, Procedure,
};
use crate::domain::award::{Outcome, OutcomeKind};
use crate::domain::deadline::{DeadlineDoubt, TenderDeadline, end_of_day_in_paris};
use crate::domain::finding::{Finding, LotAssessment};
use crate::domain::ids::{LotId, NoticeId, ProcedureId};
use crate::domain::lot::{Lot, LotKey};
use crate::domain::notice::{FormType, Notice};
use crate::domain::organisation::Party;
use crate::domain::place::{Place, PlaceBasis};
use crate::domain::source::Source;
use crate::domain::text::fold_key;

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
pub(super) type Rank<'n> = (Option<NaiveDate>, u8, Source, Option<(u32, u64)>, &'n str);

/// Publication order; on one day a call stands before what corrects or ends it. The source, the
/// number it gave and its identifier make the order total.
pub(super) fn rank(notice: &Notice) -> Rank<'_> {
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
