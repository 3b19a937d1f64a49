//! Notices of one buyer that no identifier joins.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use super::score::{Signals, days};
use super::words::{Rarity, reference, words};
use super::{LinkKind, LinkedNotice, SignalKind};
use crate::domain::cpv::Cpv;
use crate::domain::deadline::paris_day;
use crate::domain::ids::NoticeId;
use crate::domain::money::EstimatedValue;
use crate::domain::notice::{FormType, Notice};
use crate::domain::source::Source;
use crate::domain::text::fold_key;

/// Notices that identifiers join already.
#[derive(Debug)]
pub struct JoinedNotices<'n> {
    /// The notices, in publication order.
    pub notices: Vec<&'n Notice>,
    /// Whether another notice of the same procurement, of another buyer, is known to call.
    pub is_called_elsewhere: bool,
    /// Whether one of them continues a notice that is not stored: then no other one is its call.
    pub has_absent_parent: bool,
}

/// What is compared of a notice.
struct Facts<'n> {
    notice: &'n Notice,
    group: usize,
    words: Vec<String>,
    cpv: Vec<Cpv>,
    reference: Option<String>,
    /// Numbers of its lots; empty for an undivided procurement.
    lots: BTreeSet<&'n str>,
    winners: BTreeSet<String>,
    deadline: Option<NaiveDate>,
}

/// Days between the editions of one notice in two sources.
const EDITIONS: i64 = 15;
/// Days from a call to the last notice about it that is looked for: framework agreements run four
/// years (article L2125-1), and their awards come at the beginning.
const LATEST: i64 = 1_100;
/// Days from the last day to answer to an award, or from a call without one: after these it is the
/// award of another edition.
const AWARDED: i64 = 365;
/// Days by which a call may come earlier or later than its plan expects.
const EXPECTED: i64 = 240;
/// Points by which one answer must be better than the next one.
const MARGIN: i16 = 12;
/// Notices with a rare word in common that are compared.
const CANDIDATES: usize = 200;

/// Links notices of one buyer. A notice is linked at most once as a repetition, at most once as a
/// continuation, and a call to one plan at most.
pub fn link(groups: &[JoinedNotices<'_>]) -> Vec<LinkedNotice> {
    let mut facts = Vec::new();
    for (group, joined) in groups.iter().enumerate() {
        facts.extend(joined.notices.iter().map(|notice| Facts::of(notice, group)));
    }
    let index = Index::of(&facts);
    let mut links = Vec::new();
    let mut repeated = BTreeSet::new();
    for (at, one) in facts.iter().enumerate() {
        if let Some(link) = repeats(one, at, &facts, &index) {
            repeated.insert(link.from);
            links.push(link);
        }
    }
    for (group, joined) in groups.iter().enumerate() {
        let members = || facts.iter().filter(move |one| one.group == group);
        match Part::of(joined) {
            Part::Call => {
                let call = members().find(|one| one.is_call());
                let plan = call.and_then(|call| announced_by(call, &facts, groups, &index));
                links.extend(plan);
            }
            Part::Orphan => {
                let tells = |one: &&Facts<'_>| one.notice.form_type == FormType::Result;
                let teller = members().find(tells).or_else(|| members().next());
                let teller = teller.filter(|one| !repeated.contains(&one.notice.id()));
                let call = teller.and_then(|one| continues(one, &facts, groups, &index));
                links.extend(call);
            }
            Part::Plan | Part::Other => {}
        }
    }
    doubt_later_results(&mut links, &facts);
    links
}

/// A lot is awarded once. Of the results that seem to continue one call the first holds; a later
/// one of the same lots is another edition's, and so is one of another BT-04.
fn doubt_later_results(links: &mut [LinkedNotice], facts: &[Facts<'_>]) {
    let by_id: HashMap<_, &Facts<'_>> = facts.iter().map(|one| (one.notice.id(), one)).collect();
    let mut results: Vec<(&Facts<'_>, &mut LinkedNotice)> = links
        .iter_mut()
        .filter(|link| link.kind == LinkKind::Continues && link.joins())
        .filter_map(|link| Some((*by_id.get(&link.from)?, link)))
        .filter(|(one, _)| one.notice.form_type == FormType::Result)
        .collect();
    results.sort_by_key(|(one, link)| (link.to, one.notice.published_on, link.from));
    let mut held: Vec<(NoticeId, &Facts<'_>)> = Vec::new();
    for (one, link) in results {
        let rival = held.iter().find(|(call, other)| *call == link.to && one.rivals(other));
        match rival {
            Some((_, other)) => link.doubt(format!("after {}", other.notice.source_id)),
            None => held.push((link.to, one)),
        }
    }
}

/// What a group of notices is in the life of a procurement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// It has a call.
    Call,
    /// It tells of a procurement whose call is not known.
    Orphan,
    /// It announces only.
    Plan,
    Other,
}

impl Part {
    fn of(joined: &JoinedNotices<'_>) -> Self {
        let has = |form: FormType| joined.notices.iter().any(|notice| notice.form_type == form);
        if has(FormType::Competition) {
            return Self::Call;
        }
        if joined.is_called_elsewhere || joined.has_absent_parent {
            return Self::Other;
        }
        let continues = [
            FormType::Result,
            FormType::Cancellation,
            FormType::Correction,
            FormType::ContractModification,
        ];
        match (continues.into_iter().any(has), has(FormType::Planning)) {
            (true, _) => Self::Orphan,
            (false, true) => Self::Plan,
            (false, false) => Self::Other,
        }
    }
}

impl<'n> Facts<'n> {
    fn of(notice: &'n Notice, group: usize) -> Self {
        let title = notice.title.as_deref().or(notice.description.as_deref());
        let lots = notice.lots.iter().filter_map(|lot| lot.number.as_deref());
        let mut cpv = notice.cpv.clone();
        if cpv.is_empty() {
            cpv.extend(notice.lots.iter().filter_map(|lot| lot.cpv.first().cloned()));
        }
        cpv.truncate(8);
        let suppliers = notice.outcomes.iter().flat_map(|outcome| &outcome.suppliers);
        let of_lots = notice.lots.iter().filter_map(|lot| lot.deadline.as_ref()?.at);
        let deadline = notice.deadline.as_ref().and_then(|deadline| deadline.at);
        Self {
            notice,
            group,
            words: words(title.unwrap_or("")),
            cpv,
            reference: notice.reference.as_deref().and_then(reference),
            lots: lots.map(|number| number.trim_start_matches('0')).collect(),
            winners: suppliers.map(|party| fold_key(&party.name)).collect(),
            deadline: deadline.or_else(|| of_lots.min()).map(paris_day),
        }
    }

    /// Whether two results cannot both be those of one call.
    fn rivals(&self, other: &Self) -> bool {
        let is_of_whole = self.lots.is_empty() || other.lots.is_empty();
        let is_of_others = have_folders(self, other) && self.notice.folder != other.notice.folder;
        is_of_others || is_of_whole || !self.lots.is_disjoint(&other.lots)
    }

    fn is_call(&self) -> bool {
        self.notice.form_type == FormType::Competition
    }
}

/// Where notices stand by what may join them.
struct Index {
    rarity: Rarity,
    by_word: HashMap<String, Vec<usize>>,
    by_reference: HashMap<String, Vec<usize>>,
}

impl Index {
    fn of(facts: &[Facts<'_>]) -> Self {
        let mut rarity = Rarity::default();
        for one in facts {
            rarity.count(&one.words);
        }
        let mut by_word: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_reference: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, one) in facts.iter().enumerate() {
            for word in &one.words {
                by_word.entry(word.clone()).or_default().push(at);
            }
            if let Some(reference) = &one.reference {
                by_reference.entry(reference.clone()).or_default().push(at);
            }
        }
        Self { rarity, by_word, by_reference }
    }

    /// Notices that have a rare word, or the reference, in common with one.
    fn near<'f, 'n>(&self, one: &Facts<'_>, facts: &'f [Facts<'n>]) -> Vec<&'f Facts<'n>> {
        let rarest = self.rarity.rarest(&one.words, 4);
        let by_word = rarest.into_iter().filter_map(|word| self.by_word.get(word));
        let by_reference = one.reference.as_ref().and_then(|known| self.by_reference.get(known));
        let lists = by_word.chain(by_reference).filter(|list| list.len() <= CANDIDATES);
        let near: BTreeSet<usize> = lists.flatten().copied().collect();
        near.into_iter().map(|at| &facts[at]).collect()
    }
}

/// The best of several answers, doubted where the next one is nearly as good.
fn best<K: Ord + Copy>(answers: Vec<(K, Signals)>) -> Option<(K, Signals)> {
    let mut answers: Vec<(i16, K, Signals)> =
        answers.into_iter().map(|(key, signals)| (signals.sum(), key, signals)).collect();
    answers.sort_by_key(|(sum, key, _)| (std::cmp::Reverse(*sum), *key));
    let mut answers = answers.into_iter();
    let (sum, key, mut signals) = answers.next()?;
    if let Some((next, ..)) = answers.next()
        && sum < next + MARGIN
    {
        signals.doubt(SignalKind::Ambiguous, format!("{next} / {sum}"));
    }
    (signals.score() >= super::DOUBTFUL).then_some((key, signals))
}

/// Points for titles, more for many words: `Travaux` alone says little.
fn titles(signals: &mut Signals, a: &Facts<'_>, b: &Facts<'_>, index: &Index) -> u32 {
    let likeness = index.rarity.likeness(&a.words, &b.words);
    let shared = a.words.len().min(b.words.len());
    let points = match (likeness, shared) {
        (100, 4..) => 55,
        (100, 3) | (80.., 4..) => 40,
        (100, _) => 20,
        (80.., _) => 25,
        (70.., 6..) => 30,
        (60.., _) => 15,
        (40.., _) => 0,
        _ => -40,
    };
    signals.add(SignalKind::Title, points, format!("{likeness} %"));
    signals.years(&a.words, &b.words);
    signals.numbers(&a.words, &b.words);
    likeness
}

fn references(signals: &mut Signals, a: &Facts<'_>, b: &Facts<'_>, equal: i16, other_one: i16) {
    let (Some(one), Some(other)) = (&a.reference, &b.reference) else { return };
    let points = if one == other { equal } else { other_one };
    signals.add(SignalKind::Reference, points, format!("{one} / {other}"));
}

fn natures(signals: &mut Signals, a: &Facts<'_>, b: &Facts<'_>) {
    if let (Some(one), Some(other)) = (a.notice.nature, b.notice.nature)
        && one != other
    {
        signals.add(SignalKind::Nature, -40, format!("{one:?} / {other:?}"));
    }
}

/// Notices that both have a BT-04 are joined by it or not at all.
fn have_folders(a: &Facts<'_>, b: &Facts<'_>) -> bool {
    a.notice.folder.is_some() && b.notice.folder.is_some()
}

/// The same notice in a source of another rank.
fn repeats(one: &Facts<'_>, at: usize, facts: &[Facts<'_>], index: &Index) -> Option<LinkedNotice> {
    if one.notice.source != Source::Ted {
        return None;
    }
    let editions = |of: usize, other_source: Source| {
        let one = &facts[of];
        let near = index.near(one, facts).into_iter().filter(move |other| {
            let is_edition = other.notice.source == other_source
                && other.notice.form_type == one.notice.form_type
                && !have_folders(one, other);
            let apart = days(one.notice.published_on, other.notice.published_on);
            is_edition && apart.is_some_and(|days| days.abs() <= EDITIONS)
        });
        let scored = near.map(|other| {
            let (ted, boamp) =
                if other_source == Source::Boamp { (one, other) } else { (other, one) };
            (other.notice.id(), edition(ted, boamp, index))
        });
        best(scored.collect())
    };
    let (to, signals) = editions(at, Source::Boamp)?;
    // It must be the best answer the other way round too.
    let back = facts.iter().position(|other| other.notice.id() == to)?;
    let (from, _) = editions(back, Source::Ted)?;
    (from == one.notice.id()).then(|| LinkedNotice {
        from,
        to,
        kind: LinkKind::Repeats,
        score: signals.score(),
        signals: signals.0,
    })
}

fn edition(ted: &Facts<'_>, boamp: &Facts<'_>, index: &Index) -> Signals {
    let mut signals = Signals::default();
    if let Some(number) = &boamp.notice.publication_number {
        let is_same = *number == ted.notice.source_id;
        signals.add(SignalKind::PublicationNumber, if is_same { 100 } else { -100 }, number);
    }
    titles(&mut signals, ted, boamp, index);
    references(&mut signals, ted, boamp, 25, -40);
    natures(&mut signals, ted, boamp);
    signals.cpv(&ted.cpv, &boamp.cpv, 10);
    if let (Some(one), Some(other)) = (ted.deadline, boamp.deadline) {
        let points = if one == other { 30 } else { -40 };
        signals.add(SignalKind::Deadline, points, format!("{one} / {other}"));
    }
    if !ted.lots.is_empty() || !boamp.lots.is_empty() {
        let points = if ted.lots == boamp.lots { 10 } else { -20 };
        signals.add(SignalKind::Lots, points, format!("{} / {}", ted.lots.len(), boamp.lots.len()));
    }
    if !ted.winners.is_empty() && !boamp.winners.is_empty() {
        let shared = ted.winners.intersection(&boamp.winners).count();
        let points = if shared > 0 { 30 } else { -40 };
        signals.add(SignalKind::Holder, points, format!("{shared} / {}", ted.winners.len()));
    }
    signals
}

/// The call that an award, a cancellation, a correction or a modification continues.
fn continues(
    one: &Facts<'_>,
    facts: &[Facts<'_>],
    groups: &[JoinedNotices<'_>],
    index: &Index,
) -> Option<LinkedNotice> {
    let is_correction = one.notice.form_type == FormType::Correction;
    let mut answers = BTreeMap::new();
    for call in index.near(one, facts).into_iter().filter(|other| other.is_call()) {
        let after = days(call.notice.published_on, one.notice.published_on);
        if have_folders(one, call) || !after.is_some_and(|days| (0..=LATEST).contains(&days)) {
            continue;
        }
        // Nothing is awarded before tenders were received.
        let left = days(call.deadline, one.notice.published_on);
        let is_result = one.notice.form_type == FormType::Result;
        if is_result && left.is_some_and(|days| days < 0) {
            continue;
        }
        let mut signals = continuation(one, call, index);
        if let Some(days) = left.or(after).filter(|_| is_result) {
            let points = match left {
                _ if days > AWARDED => -25,
                Some(_) => 5,
                None => 0,
            };
            signals.add(SignalKind::Date, points, format!("{days} d"));
        }
        let ends =
            |known: &&Notice| matches!(known.form_type, FormType::Result | FormType::Cancellation);
        if is_result && groups[call.group].notices.iter().any(ends) {
            signals.add(SignalKind::Lots, -15, "has ended already");
        }
        if is_correction && left.is_some_and(|days| days > 0) {
            signals.add(SignalKind::Date, -30, "after the deadline");
        }
        // One answer a procurement, the best of its calls.
        let first =
            groups[call.group].notices.iter().find(|n| n.form_type == FormType::Competition);
        let Some(first) = first.map(|notice| notice.id()) else { continue };
        let known = answers.get(&first).map_or(i16::MIN, Signals::sum);
        if signals.sum() >= known {
            answers.insert(first, signals);
        }
    }
    let (to, signals) = best(answers.into_iter().collect())?;
    Some(LinkedNotice {
        from: one.notice.id(),
        to,
        kind: LinkKind::Continues,
        score: signals.score(),
        signals: signals.0,
    })
}

fn continuation(one: &Facts<'_>, call: &Facts<'_>, index: &Index) -> Signals {
    let mut signals = Signals::default();
    titles(&mut signals, one, call, index);
    references(&mut signals, one, call, 40, -15);
    natures(&mut signals, one, call);
    signals.cpv(&one.cpv, &call.cpv, 15);
    if !one.lots.is_empty() && !call.lots.is_empty() {
        let points = match () {
            () if one.lots == call.lots && one.lots.len() > 1 => 15,
            () if one.lots.is_subset(&call.lots) => 5,
            () => -25,
        };
        signals.add(SignalKind::Lots, points, format!("{} / {}", one.lots.len(), call.lots.len()));
    }
    let awarded = || {
        let amounts = one.notice.outcomes.iter().map(|outcome| outcome.amount.as_ref());
        let mut sum: Option<crate::domain::money::Money> = None;
        for amount in amounts {
            let amount = amount?;
            match &mut sum {
                None => sum = Some(amount.clone()),
                Some(sum) => sum.cents = sum.cents.checked_add(amount.cents)?,
            }
        }
        sum
    };
    let estimated = call.notice.estimated_value.as_ref().and_then(EstimatedValue::figure);
    if let (Some(awarded), Some(estimated)) = (awarded(), estimated) {
        signals.amounts(&awarded, estimated, &[(160, 8), (1_000, 0)], -15);
    }
    let siret = |facts: &Facts<'_>| facts.notice.buyers().next().and_then(|b| b.siret.clone());
    if let (Some(a), Some(b)) = (siret(one), siret(call))
        && a == b
    {
        signals.add(SignalKind::Buyer, 5, a.as_str());
    }
    signals
}

/// The plan that announced a call.
fn announced_by(
    call: &Facts<'_>,
    facts: &[Facts<'_>],
    groups: &[JoinedNotices<'_>],
    index: &Index,
) -> Option<LinkedNotice> {
    let plans = index.near(call, facts).into_iter().filter(|other| {
        let is_plan = Part::of(&groups[other.group]) == Part::Plan;
        let plan = other.notice;
        let is_timely = match plan.published_on {
            Some(_) => days(plan.published_on, call.notice.published_on)
                .is_some_and(|days| (0..=LATEST).contains(&days)),
            // A plan of APProch has no day of publication, only one on which the call is expected.
            None => days(plan.expected_on, call.notice.published_on)
                .is_some_and(|days| days.abs() <= EXPECTED),
        };
        is_plan && is_timely
    });
    let scored = plans.map(|plan| {
        let mut signals = continuation(plan, call, index);
        let late = days(plan.notice.expected_on, call.notice.published_on);
        if let Some(late) = late.filter(|days| days.abs() <= EXPECTED / 2) {
            signals.add(SignalKind::Date, 10, format!("{late} d"));
        }
        (plan.notice.id(), signals)
    });
    let (from, signals) = best(scored.collect())?;
    Some(LinkedNotice {
        from,
        to: call.notice.id(),
        kind: LinkKind::Announces,
        score: signals.score(),
        signals: signals.0,
    })
}
