//! Texts and codes weighed against each other: claims and ticks become findings and
//! contradictions, lot by lot and for the whole notice.

use std::collections::{BTreeMap, BTreeSet};

use super::RULES;
use super::articles;
use super::claim::{Claim, Reading};
use super::explain::{Candidate, Outcome};
use super::legal::tick_without_text::ticks_every_box;
use super::prefer;
use super::rule::{Facts, Ruling, Tick, TickSays, is_concession};
use crate::domain::coded::Coded;
use crate::domain::finding::{
    Assessment, Confidence, Contradiction, Evidence, Finding, FindingKind, LotAssessment,
};
use crate::domain::notice::Notice;
use crate::domain::quantity::{Public, Quantity};

/// Most quotes shown for one finding: the clearest tell enough.
const MOST_QUOTES: usize = 4;

/// Most values of one finding: who states more states none.
const MOST_VALUES: usize = 16;

/// Weighs what was read of a notice.
pub(crate) fn weigh(notice: &Notice, mut reading: Reading) -> (Assessment, Vec<Candidate>) {
    let lot_ticks: Vec<Vec<Tick>> =
        notice.lots.iter().map(|lot| ticks(notice, &lot.coded, &mut reading.candidates)).collect();
    let notice_ticks = ticks(notice, &notice.coded, &mut reading.candidates);
    prefer::named_lots(notice, &mut reading);
    prefer::the_subject(&mut reading);
    prefer::ticked_lots(notice, &lot_ticks, &mut reading);
    let scale =
        Scale { notice, reading: &reading, lot_ticks: &lot_ticks, notice_ticks: &notice_ticks };
    let mut unknown = Vec::new();
    let assessment = scale.assessment(&mut unknown);
    let mut candidates = reading.candidates;
    candidates.extend(unknown);
    (assessment, candidates)
}

/// Reads the coded fields of a lot or of the notice, and accounts for each.
fn ticks(notice: &Notice, coded: &[Coded], candidates: &mut Vec<Candidate>) -> Vec<Tick> {
    let facts = Facts::coded(notice, coded);
    let rulings = RULES.iter().flat_map(|rule| rule.evaluate(&facts));
    let ticks: Vec<Tick> = rulings
        .filter_map(|ruling| match ruling {
            Ruling::Tick(tick) => Some(tick),
            Ruling::Contradiction(_) | Ruling::Unknown(_) => None,
        })
        .collect();
    candidates.extend(ticks.iter().map(|tick| {
        let (kind, outcome) = match &tick.says {
            TickSays::States(kind) => {
                (Some(*kind), Outcome::Kept { confidence: Confidence::Low, lots: None })
            }
            TickSays::Denies | TickSays::Nothing => (None, Outcome::SaysNothing),
            TickSays::Unknown(missing) => (None, Outcome::Unknown { missing: missing.clone() }),
        };
        let evidence = tick.evidence.clone();
        Candidate { rule: tick.rule.to_owned(), kind, evidence, outcome }
    }));
    ticks
}

/// Everything there is to weigh.
struct Scale<'a> {
    notice: &'a Notice,
    reading: &'a Reading,
    lot_ticks: &'a [Vec<Tick>],
    notice_ticks: &'a [Tick],
}

impl<'a> Scale<'a> {
    fn assessment(&self, unknown: &mut Vec<Candidate>) -> Assessment {
        let lots = (0..self.notice.lots.len())
            .map(|lot| LotAssessment {
                findings: self.lot_findings(lot),
                contradictions: judge(&self.lot_facts(lot), unknown),
                excepted: self.excepted(lot),
            })
            .collect();
        Assessment {
            lots,
            findings: self.notice_findings(),
            contradictions: judge(&self.notice_facts(), unknown),
        }
    }

    /// Claims of one lot, or of the whole notice.
    fn claims(&self, lot: Option<usize>) -> Vec<&'a Claim> {
        let here = |claim: &&Claim| match (&claim.scope.lots, lot) {
            (Some(lots), Some(lot)) => lots.contains(&lot),
            (None, None) => true,
            _ => false,
        };
        self.reading.claims.iter().filter(here).collect()
    }

    /// Claims of the whole notice that cover a lot.
    fn wide(&self, lot: usize) -> Vec<&'a Claim> {
        self.claims(None).into_iter().filter(|claim| claim.scope.covers(lot)).collect()
    }

    /// Kinds that a text states of the whole notice and takes back for a lot.
    fn excepted(&self, lot: usize) -> Vec<FindingKind> {
        let wide = self.claims(None).into_iter();
        let out = wide.filter(|claim| !claim.scope.covers(lot)).map(|claim| claim.kind);
        out.collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn lot_findings(&self, lot: usize) -> Vec<Finding> {
        let mut drafts = self.drafts(self.claims(Some(lot)), Some(lot));
        let wide = self.wide(lot);
        let ticks = &self.lot_ticks[lot];
        for tick in ticks {
            let Some(kind) = tick.states() else { continue };
            let confirmed = confirm(&mut drafts, tick);
            if confirmed {
                continue;
            }
            let around: Vec<&Claim> =
                wide.iter().copied().filter(|claim| agrees(tick, claim.kind)).collect();
            if !around.is_empty() {
                let mut from_wide = self.drafts(around, Some(lot));
                confirm(&mut from_wide, tick);
                drafts.extend(from_wide);
            } else if !kind.is_reservation() || !drafts.keys().any(|kind| kind.is_reservation()) {
                self.draft_tick(&mut drafts, tick, kind);
            }
        }
        let denied = ticks.iter().any(|tick| tick.says == TickSays::Denies);
        self.confirm_by_notice(&mut drafts, denied);
        finish(drafts)
    }

    fn notice_findings(&self) -> Vec<Finding> {
        let mut drafts = self.drafts(self.claims(None), None);
        let facts = self.notice_facts();
        let stated = facts.stated().next().is_some();
        if !stated && !ticks_every_box(&facts) {
            for tick in self.notice_ticks {
                if let Some(kind) = tick.states() {
                    self.draft_tick(&mut drafts, tick, kind);
                }
            }
        }
        let every_lot_denies = !facts.every_lot_denies.is_empty();
        self.confirm_by_notice(&mut drafts, every_lot_denies);
        finish(drafts)
    }

    /// Boxes of the whole notice confirm, or deny, what texts say of the notice and of its lots.
    fn confirm_by_notice(&self, drafts: &mut Drafts, denied_here: bool) {
        for tick in self.notice_ticks {
            confirm(drafts, tick);
        }
        let denied = self.notice_ticks.iter().any(|tick| tick.says == TickSays::Denies);
        for (kind, draft) in drafts.iter_mut() {
            if kind.is_reservation() && (denied || denied_here) && !draft.ticked {
                draft.confidence = draft.confidence.min(Confidence::Medium);
            }
        }
    }

    /// Findings in the making from claims, as they stand for a lot or for the whole notice.
    fn drafts(&self, claims: Vec<&Claim>, lot: Option<usize>) -> Drafts {
        let mut drafts = Drafts::new();
        let concession = is_concession(self.notice);
        let on = self.notice.published_on;
        let mut claims = claims;
        claims.sort_by_key(|claim| std::cmp::Reverse((claim.confidence, claim.strength)));
        for claim in claims {
            let cited = claim
                .cited
                .iter()
                .find(|cited| cited.supports(claim.kind) && cited.article.instead.is_none());
            let draft = drafts.entry(claim.kind).or_insert_with(|| Draft {
                rule: claim.rule,
                confidence: claim.confidence,
                article: None,
                evidence: Vec::new(),
                quantities: Vec::new(),
                publics: BTreeSet::new(),
                ticked: false,
            });
            draft.count(claim, lot);
            draft.article = draft.article.or(cited.map(|cited| cited.article.id.as_str()));
            if !draft.evidence.contains(&claim.evidence) && draft.evidence.len() < MOST_QUOTES {
                draft.evidence.push(claim.evidence.clone());
            }
        }
        name_the_unspecified(&mut drafts);
        for (kind, draft) in &mut drafts {
            let basis = || articles::basis(*kind, on, concession).map(|basis| basis.id.as_str());
            draft.article = draft.article.or_else(basis);
        }
        drafts
    }

    /// A finding from a box alone.
    fn draft_tick(&self, drafts: &mut Drafts, tick: &Tick, kind: FindingKind) {
        let concession = is_concession(self.notice);
        let basis = articles::basis(kind, self.notice.published_on, concession);
        let draft = drafts.entry(kind).or_insert_with(|| Draft {
            rule: tick.rule,
            confidence: Confidence::Low,
            article: basis.map(|basis| basis.id.as_str()),
            evidence: Vec::new(),
            quantities: Vec::new(),
            publics: BTreeSet::new(),
            ticked: true,
        });
        if !draft.evidence.contains(&tick.evidence) {
            draft.evidence.push(tick.evidence.clone());
        }
    }

    fn reservations(&self, lot: Option<usize>) -> Vec<&'a Claim> {
        self.claims(lot).into_iter().filter(|claim| claim.kind.is_reservation()).collect()
    }

    fn lot_facts(&self, lot: usize) -> Facts<'_> {
        let denied = self.reading.denials.iter().filter(|denial| denial.scope.covers(lot));
        Facts {
            notice: self.notice,
            lot: Some(&self.notice.lots[lot]),
            coded: &self.notice.lots[lot].coded,
            ticks: &self.lot_ticks[lot],
            own: self.reservations(Some(lot)),
            around: self.wide(lot).into_iter().filter(|c| c.kind.is_reservation()).collect(),
            elsewhere: self.of_other_lots(lot),
            clauses: self.clauses(Some(lot)),
            clauses_around: self.clauses(None),
            denied: denied.collect(),
            every_lot_denies: Vec::new(),
        }
    }

    fn notice_facts(&self) -> Facts<'_> {
        let denies = |ticks: &Vec<Tick>| {
            let tick = ticks.iter().find(|tick| tick.says == TickSays::Denies)?;
            (!ticks.iter().any(Tick::reserves)).then(|| tick.evidence.clone())
        };
        let lots: Vec<Option<Evidence>> = self.lot_ticks.iter().map(denies).collect();
        let all = !lots.is_empty() && lots.iter().all(Option::is_some);
        let named = self.reading.claims.iter().filter(|claim| claim.kind.is_reservation());
        let around: Vec<&Claim> = named.filter(|claim| claim.scope.lots.is_some()).collect();
        let reserved: BTreeSet<&usize> =
            around.iter().filter_map(|claim| claim.scope.lots.as_ref()).flatten().collect();
        let leaves_out = reserved.len() < self.notice.lots.len();
        Facts {
            notice: self.notice,
            lot: None,
            coded: &self.notice.coded,
            ticks: self.notice_ticks,
            own: self.reservations(None),
            elsewhere: if leaves_out { around.clone() } else { Vec::new() },
            around,
            clauses: self.clauses(None),
            clauses_around: Vec::new(),
            denied: self.reading.denials.iter().filter(|d| d.scope.lots.is_none()).collect(),
            every_lot_denies: if all { lots.into_iter().flatten().collect() } else { Vec::new() },
        }
    }

    /// Reservations of other lots by name, each of which is ticked for it.
    fn of_other_lots(&self, lot: usize) -> Vec<&'a Claim> {
        let ticked = |lot: &usize, kind| {
            self.lot_ticks[*lot].iter().any(|tick| tick.reserves() && tick.agrees_with(kind))
        };
        let of_others = |claim: &&Claim| {
            let lots = claim.scope.lots.as_ref().filter(|lots| !lots.contains(&lot));
            claim.kind.is_reservation()
                && lots.is_some_and(|lots| lots.iter().all(|lot| ticked(lot, claim.kind)))
        };
        self.reading.claims.iter().filter(of_others).collect()
    }

    fn clauses(&self, lot: Option<usize>) -> Vec<&'a Claim> {
        let clause = |claim: &&Claim| claim.kind == FindingKind::ExecutionClause;
        self.claims(lot).into_iter().filter(clause).collect()
    }
}

/// Asks the rules of law.
fn judge(facts: &Facts<'_>, unknown: &mut Vec<Candidate>) -> Vec<Contradiction> {
    let mut told = Vec::new();
    for rule in RULES.iter().filter(|rule| rule.info().holds(facts.notice.published_on)) {
        for ruling in rule.evaluate(facts) {
            match ruling {
                Ruling::Contradiction(contradiction) => told.push(contradiction),
                Ruling::Unknown(missing) => {
                    let evidence = facts.own.iter().chain(&facts.clauses).next();
                    let Some(claim) = evidence else { continue };
                    unknown.push(Candidate {
                        rule: rule.info().id.to_owned(),
                        kind: None,
                        evidence: claim.evidence.clone(),
                        outcome: Outcome::Unknown { missing },
                    });
                }
                Ruling::Tick(_) => {}
            }
        }
    }
    told
}

/// A finding in the making.
struct Draft {
    rule: &'static str,
    confidence: Confidence,
    article: Option<&'static str>,
    evidence: Vec<Evidence>,
    quantities: Vec<Quantity>,
    publics: BTreeSet<Public>,
    /// A box says it too.
    ticked: bool,
}

impl Draft {
    /// Adds the values that a claim gives for a lot, or for all lots, and the people it names. What
    /// two sentences say alike is one value.
    fn count(&mut self, claim: &Claim, lot: Option<usize>) {
        self.publics.extend(&claim.publics);
        for (lots, quantity) in &claim.quantities {
            let is_here = match (lots, lot) {
                (Some(lots), Some(lot)) => lots.contains(&lot),
                (Some(_), None) => false,
                (None, _) => true,
            };
            let same = |one: &Quantity| {
                (one.measure, one.hundredths) == (quantity.measure, quantity.hundredths)
            };
            let is_full = self.quantities.len() >= MOST_VALUES;
            if is_here && !is_full && !self.quantities.iter().any(same) {
                self.quantities.push(quantity.clone());
            }
        }
    }
}

type Drafts = BTreeMap<FindingKind, Draft>;

/// `Marché réservé.` in one place and `réservé aux ESAT` in another are one reservation.
fn name_the_unspecified(drafts: &mut Drafts) {
    let named =
        |kind: &FindingKind| kind.is_reservation() && *kind != FindingKind::ReservedUnspecified;
    let Some(kind) = drafts.keys().copied().find(|kind| named(kind)) else { return };
    let Some(vague) = drafts.remove(&FindingKind::ReservedUnspecified) else { return };
    if let Some(draft) = drafts.get_mut(&kind) {
        let spare = MOST_QUOTES.saturating_sub(draft.evidence.len());
        draft.evidence.extend(vague.evidence.into_iter().take(spare));
    }
}

/// Whether a box and a text of this kind say the same.
fn agrees(tick: &Tick, kind: FindingKind) -> bool {
    tick.agrees_with(kind) || tick.states() == Some(kind)
}

/// Adds a box to the findings it agrees with: words of a reservation and a box that agree are sure.
fn confirm(drafts: &mut Drafts, tick: &Tick) -> bool {
    let Some(stated) = tick.states() else { return false };
    let mut confirmed = false;
    for (kind, draft) in drafts.iter_mut() {
        if !agrees(tick, *kind) {
            continue;
        }
        confirmed = true;
        if !draft.evidence.contains(&tick.evidence) {
            draft.evidence.push(tick.evidence.clone());
        }
        let words = draft.rule.starts_with("text.");
        let reserves = stated.is_reservation() && kind.is_reservation();
        if words && draft.confidence >= Confidence::Medium && reserves {
            draft.confidence = Confidence::High;
        }
        draft.ticked = true;
    }
    confirmed
}

fn finish(drafts: Drafts) -> Vec<Finding> {
    let finding = |(kind, draft): (FindingKind, Draft)| Finding {
        kind,
        confidence: draft.confidence,
        rule: draft.rule.to_owned(),
        article: draft.article.map(str::to_owned),
        evidence: draft.evidence,
        quantities: draft.quantities,
        publics: draft.publics.into_iter().collect(),
    };
    drafts.into_iter().map(finding).collect()
}
