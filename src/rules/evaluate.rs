//! The findings of notices against labels that a person set, at notice and at lot level.
//!
//! A finding is right when its kind is the label's and its lots are the label's; a label of a
//! reservation to nobody in particular is met by any reservation. A box that a person found
//! doubtful wants a reservation of low confidence told as *tick without text*, a box found wrong
//! wants the contradiction and no reservation. Weak criteria and services of insertion are scored
//! apart. A notice whose line has no label is one in which nothing may be found.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::digest::digest;
use super::{Origin, find_rule};
use crate::domain::finding::{
    Assessment, Confidence, Contradiction, ContradictionKind, Finding, FindingKind,
};
use crate::domain::lot::{Lot, LotKey};
use crate::domain::notice::Notice;

/// What a label says; also the class of a finding, so that the two can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Sort {
    /// Reserved to *entreprises adaptées* and ESAT.
    ResEaEsat,
    /// Reserved to SIAE.
    ResSiae,
    /// Reserved to both.
    ResBoth,
    /// Reserved to the social and solidarity economy.
    ResEss,
    /// Reserved to production in prison.
    ResPrison,
    /// Reserved, without saying to whom.
    ResUnspec,
    /// A social condition of execution.
    Exec,
    /// A social criterion.
    Crit,
    /// A criterion that is social among other things.
    CritWeak,
    /// The service bought is itself insertion.
    ObjInsertion,
    /// A box that no text supports.
    #[serde(alias = "FLAG_DOUBTFUL")]
    FlagOnly,
    /// A box that is plainly wrong.
    FlagWrong,
}

impl Sort {
    /// The name labels use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ResEaEsat => "RES_EA_ESAT",
            Self::ResSiae => "RES_SIAE",
            Self::ResBoth => "RES_BOTH",
            Self::ResEss => "RES_ESS",
            Self::ResPrison => "RES_PRISON",
            Self::ResUnspec => "RES_UNSPEC",
            Self::Exec => "EXEC",
            Self::Crit => "CRIT",
            Self::CritWeak => "CRIT_WEAK",
            Self::ObjInsertion => "OBJ_INSERTION",
            Self::FlagOnly => "FLAG_ONLY",
            Self::FlagWrong => "FLAG_WRONG",
        }
    }

    /// Whether it is left out of the total.
    pub const fn is_apart(self) -> bool {
        matches!(self, Self::CritWeak | Self::ObjInsertion)
    }

    const fn reserves(self) -> bool {
        matches!(
            self,
            Self::ResEaEsat
                | Self::ResSiae
                | Self::ResBoth
                | Self::ResEss
                | Self::ResPrison
                | Self::ResUnspec
        )
    }

    fn of(finding: &Finding, is_tick_alone: bool) -> Self {
        match finding.kind {
            kind if kind.is_reservation() && is_tick_alone => Self::FlagOnly,
            FindingKind::ReservedEaEsat => Self::ResEaEsat,
            FindingKind::ReservedSiae => Self::ResSiae,
            FindingKind::ReservedEaEsatSiae => Self::ResBoth,
            FindingKind::ReservedEss => Self::ResEss,
            FindingKind::ReservedPrison => Self::ResPrison,
            FindingKind::ReservedUnspecified => Self::ResUnspec,
            FindingKind::ExecutionClause => Self::Exec,
            FindingKind::AwardCriterion if finding.confidence == Confidence::Low => Self::CritWeak,
            FindingKind::AwardCriterion => Self::Crit,
            FindingKind::InsertionService => Self::ObjInsertion,
        }
    }

    /// Whether a finding of the class `found` meets a label of this one.
    fn is_met_by(self, found: Self) -> bool {
        self == found || (self == Self::ResUnspec && found.reserves())
    }
}

/// A label.
#[derive(Clone, Debug, Deserialize)]
pub struct Label {
    /// Number of the lot; nothing for the whole notice.
    pub lot: Option<String>,
    /// What the person read.
    pub kind: Sort,
    /// The words.
    #[serde(default)]
    pub evidence: String,
    /// A remark.
    #[serde(default)]
    pub note: String,
}

/// A line of labels: all of one notice.
#[derive(Clone, Debug, Deserialize)]
pub struct Labelled {
    /// The notice as its publisher names it.
    pub id: String,
    /// What a person found in it; empty when nothing is to be found.
    pub labels: Vec<Label>,
}

/// The form of a notice's name in which publishers, files and labels agree: `000308_2020` is
/// `308-2020`.
pub fn name(id: &str) -> String {
    id.trim().replace('_', "-").trim_start_matches('0').to_owned()
}

/// One of several parts of equal size, by a digest of the notice's name: rules written from some
/// parts are scored on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// From 1.
    number: u64,
    of: u64,
}

impl Part {
    /// Whether a notice is in this part.
    pub fn holds(self, id: &str) -> bool {
        digest(name(id).bytes()) % self.of == self.number - 1
    }
}

/// What is not a part: `2/5` is the second of five.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a part is written K/N, with K from 1 to N: 2/5 is the second of five")]
pub struct NotAPart;

impl FromStr for Part {
    type Err = NotAPart;

    fn from_str(text: &str) -> Result<Self, NotAPart> {
        let (number, of) = text.split_once('/').ok_or(NotAPart)?;
        let read = |text: &str| text.trim().parse::<u64>().map_err(|_| NotAPart);
        let part = Self { number: read(number)?, of: read(of)? };
        if (1..=part.of).contains(&part.number) { Ok(part) } else { Err(NotAPart) }
    }
}

/// How many were right, found without a label, and not found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Labels that a finding meets.
    pub right: u32,
    /// Findings that meet no label.
    pub extra: u32,
    /// Labels that no finding meets.
    pub missed: u32,
}

impl Tally {
    /// The share of findings that are right; nothing where nothing was found.
    pub fn precision(self) -> Option<f64> {
        share(self.right, self.extra)
    }

    /// The share of labels that are met; nothing where there is no label.
    pub fn recall(self) -> Option<f64> {
        share(self.right, self.missed)
    }

    /// The harmonic mean of the two; nothing where there is neither label nor finding.
    pub fn f1(self) -> Option<f64> {
        let wrong = f64::from(self.extra + self.missed);
        let right = 2.0 * f64::from(self.right);
        (right + wrong > 0.0).then(|| right / (right + wrong))
    }

    fn add(&mut self, other: Self) {
        self.right += other.right;
        self.extra += other.extra;
        self.missed += other.missed;
    }
}

fn share(right: u32, wrong: u32) -> Option<f64> {
    let all = right + wrong;
    (all > 0).then(|| f64::from(right) / f64::from(all))
}

/// The tallies of one class, or of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tallies {
    /// The lots left aside.
    pub notice: Tally,
    /// A finding on other lots than the label's is wrong, and the label is missed.
    pub lot: Tally,
}

/// What is wrong between labels and findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Fault {
    /// A label that no finding meets.
    Missed,
    /// A finding that meets no label.
    Extra,
    /// Found, but not on the lots of the label.
    OtherLots,
}

/// Something expected or found, of a notice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// Lots by the number people use; nothing when it is of all.
    pub lots: Option<BTreeSet<String>>,
    /// The words of the labels with their notes, or the quotes.
    pub texts: Vec<String>,
}

/// A difference between labels and findings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The notice.
    pub notice: String,
    /// The class.
    pub kind: Sort,
    /// What is wrong.
    pub fault: Fault,
    /// What the labels say.
    pub expected: Option<Statement>,
    /// What was found.
    pub found: Option<Statement>,
}

/// The score of a set of notices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// Notices scored.
    pub notices: u32,
    /// By class.
    pub kinds: BTreeMap<Sort, Tallies>,
    /// Every difference at lot level, in the order of the notices.
    pub differences: Vec<Difference>,
}

impl Score {
    /// Adds a notice with its labels.
    pub fn add(&mut self, labels: &[Label], notice: &Notice, assessment: &Assessment) {
        self.notices += 1;
        let expected = expected(labels, notice);
        let found = found(notice, assessment);
        let at_notice = Matching::new(&expected, &found, |_, _| true);
        let at_lots = Matching::new(&expected, &found, |one, other| one.lots == other.lots);
        for (matching, level) in [(&at_notice, 0), (&at_lots, 1)] {
            for (kind, tally) in matching.tallies() {
                let tallies = self.kinds.entry(kind).or_default();
                let own = if level == 0 { &mut tallies.notice } else { &mut tallies.lot };
                own.add(tally);
            }
        }
        self.tell(&notice.source_id, &expected, &found, &at_lots);
    }

    /// All classes together, those scored apart left out.
    pub fn total(&self) -> Tallies {
        let mut total = Tallies::default();
        for (_, tallies) in self.kinds.iter().filter(|(kind, _)| !kind.is_apart()) {
            total.notice.add(tallies.notice);
            total.lot.add(tallies.lot);
        }
        total
    }

    fn tell(&mut self, notice: &str, expected: &Said, found: &Said, matching: &Matching) {
        let mut difference =
            |kind, fault, expected: Option<&Statement>, found: Option<&Statement>| {
                self.differences.push(Difference {
                    notice: notice.to_owned(),
                    kind,
                    fault,
                    expected: expected.cloned(),
                    found: found.cloned(),
                });
            };
        for kind in &matching.missed {
            let other = found.get(kind).filter(|_| matching.extra.contains(kind));
            let fault = if other.is_some() { Fault::OtherLots } else { Fault::Missed };
            difference(*kind, fault, expected.get(kind), other);
        }
        for kind in matching.extra.iter().filter(|kind| !matching.missed.contains(kind)) {
            difference(*kind, Fault::Extra, None, found.get(kind));
        }
    }
}

/// What is said of a notice, by class.
type Said = BTreeMap<Sort, Statement>;

/// Which classes of a notice are met.
struct Matching {
    right: Vec<Sort>,
    extra: Vec<Sort>,
    missed: Vec<Sort>,
}

impl Matching {
    fn new(expected: &Said, found: &Said, same: impl Fn(&Statement, &Statement) -> bool) -> Self {
        let mut left: Vec<Sort> = found.keys().copied().collect();
        let mut matching = Self { right: Vec::new(), extra: Vec::new(), missed: Vec::new() };
        // The class of reservations to nobody stands last, and takes what the others leave.
        for (kind, statement) in expected {
            let meets = |at: &Sort| kind.is_met_by(*at) && same(statement, &found[at]);
            let own = left.iter().position(|at| at == kind && meets(at));
            match own.or_else(|| left.iter().position(meets)) {
                Some(at) => {
                    left.remove(at);
                    matching.right.push(*kind);
                }
                None => matching.missed.push(*kind),
            }
        }
        matching.extra = left;
        matching
    }

    fn tallies(&self) -> impl Iterator<Item = (Sort, Tally)> {
        let one = Tally::default();
        let right = self.right.iter().map(move |kind| (*kind, Tally { right: 1, ..one }));
        let extra = self.extra.iter().map(move |kind| (*kind, Tally { extra: 1, ..one }));
        let missed = self.missed.iter().map(move |kind| (*kind, Tally { missed: 1, ..one }));
        right.chain(extra).chain(missed)
    }
}

/// What the labels of a notice say.
fn expected(labels: &[Label], notice: &Notice) -> Said {
    let mut said = Said::new();
    for label in labels {
        let lots = match &label.lot {
            Some(lot) => named(notice, lot),
            None => notice.lots.iter().map(number).collect(),
        };
        let words = [label.evidence.as_str(), label.note.as_str()];
        let words = words.into_iter().filter(|words| !words.is_empty());
        state(&mut said, label.kind, lots, words.map(str::to_owned));
    }
    settle(said, notice)
}

/// What the findings of a notice say.
fn found(notice: &Notice, assessment: &Assessment) -> Said {
    let mut said = Said::new();
    let wide = assessment.findings.iter().filter(|_| notice.lots.is_empty());
    for finding in wide {
        let kind = Sort::of(finding, is_tick_alone(finding, &assessment.contradictions));
        state(&mut said, kind, BTreeSet::new(), quotes(finding));
    }
    for (lot, own) in notice.lots.iter().zip(&assessment.lots) {
        let told = [own.contradictions.as_slice(), &assessment.contradictions].concat();
        for finding in own.findings.iter().chain(assessment.wide_findings(Some(own))) {
            let kind = Sort::of(finding, is_tick_alone(finding, &told));
            state(&mut said, kind, [number(lot)].into(), quotes(finding));
        }
    }
    let reserves = said.keys().any(|kind| kind.reserves() || *kind == Sort::FlagOnly);
    let wrong: Vec<&Contradiction> = ticks_told(notice, assessment);
    if !reserves && !wrong.is_empty() {
        let lots = notice.lots.iter().map(number).collect();
        let messages = wrong.iter().map(|told| told.message.clone());
        state(&mut said, Sort::FlagWrong, lots, messages);
    }
    settle(said, notice)
}

/// A reservation that nothing but a box states, and that is told as such.
fn is_tick_alone(finding: &Finding, told: &[Contradiction]) -> bool {
    let is_coded = find_rule(&finding.rule).is_some_and(|rule| rule.origin == Origin::Coded);
    let is_told = told.iter().any(|told| told.kind == ContradictionKind::TickWithoutText);
    is_coded && is_told && finding.confidence == Confidence::Low
}

/// What is told of boxes that nothing supports.
fn ticks_told<'a>(notice: &Notice, assessment: &'a Assessment) -> Vec<&'a Contradiction> {
    let lots = assessment.lots.iter().take(notice.lots.len()).flat_map(|lot| &lot.contradictions);
    let told = assessment.contradictions.iter().chain(lots);
    told.filter(|told| {
        matches!(told.kind, ContradictionKind::TickWithoutText | ContradictionKind::TickDenied)
    })
    .collect()
}

fn quotes(finding: &Finding) -> impl Iterator<Item = String> {
    finding.evidence.iter().map(|evidence| format!("{} [{}]", evidence.quote, finding.rule))
}

fn state(said: &mut Said, kind: Sort, lots: BTreeSet<String>, texts: impl Iterator<Item = String>) {
    let statement = said.entry(kind).or_default();
    statement.lots.get_or_insert_default().extend(lots);
    for text in texts {
        if !statement.texts.contains(&text) {
            statement.texts.push(text);
        }
    }
}

/// Writes all lots as the whole.
fn settle(mut said: Said, notice: &Notice) -> Said {
    let all: BTreeSet<String> = notice.lots.iter().map(number).collect();
    for statement in said.values_mut() {
        statement.lots = statement.lots.take().filter(|lots| *lots != all);
    }
    said
}

/// The lots of a notice that a label names; the label's own word where the notice has no such lot,
/// so that nothing meets it.
fn named(notice: &Notice, label: &str) -> BTreeSet<String> {
    let key = LotKey::of(label);
    let is_named = |lot: &&Lot| {
        let names = [lot.number.as_deref(), lot.source_id.as_deref()];
        lot.key == key || names.into_iter().flatten().any(|name| LotKey::of(name) == key)
    };
    let lot = notice.lots.iter().find(is_named).map(number);
    [lot.unwrap_or_else(|| label.to_owned())].into()
}

fn number(lot: &Lot) -> String {
    let name = lot.number.as_deref().or(lot.source_id.as_deref());
    name.unwrap_or_else(|| lot.key.as_str()).to_owned()
}
