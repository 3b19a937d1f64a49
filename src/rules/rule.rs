//! A rule written in code: coded fields and the law's contradictions.

use chrono::NaiveDate;

use super::claim::{Claim, Denial};
use crate::domain::coded::{Coded, CodedField};
use crate::domain::finding::{Contradiction, ContradictionKind, Evidence, FindingKind};
use crate::domain::legal_basis::LegalBasis;
use crate::domain::lot::Lot;
use crate::domain::notice::{Family, Notice};

/// Where a rule comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    /// A coded field of a notice.
    Coded,
    /// An entry of the lexicon: a phrase, or a trap that cancels one.
    Lexicon,
    /// A rule of law, which tells what does not fit together.
    Legal,
    /// A rule of law, which tells what is asked of a procurement and whether it is met.
    Compliance,
}

/// A rule as the rule book shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// Its identifier, named by findings: `code.bt-71`, `text.reserved-to`, `trap.booking`,
    /// `law.tick-denied`.
    pub id: &'static str,
    /// Raised when the rule changes what it says of a notice.
    pub version: u32,
    /// What it finds; nothing for traps, contradictions, and reservations whose kind is read in
    /// the words around.
    pub kind: Option<FindingKind>,
    /// Its name in French.
    pub title_fr: &'static str,
    /// Its name in English.
    pub title_en: &'static str,
    /// The article it rests on.
    pub article: Option<&'static str>,
    /// First day it holds.
    pub valid_from: Option<NaiveDate>,
    /// Last day it holds.
    pub valid_until: Option<NaiveDate>,
    /// Where it comes from.
    pub origin: Origin,
}

impl RuleInfo {
    /// A rule of the first version that always holds.
    pub(crate) const fn new(
        id: &'static str,
        origin: Origin,
        title_fr: &'static str,
        title_en: &'static str,
    ) -> Self {
        Self {
            id,
            version: 1,
            kind: None,
            title_fr,
            title_en,
            article: None,
            valid_from: None,
            valid_until: None,
            origin,
        }
    }

    /// With the kind it finds.
    pub(crate) const fn finds(mut self, kind: FindingKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// With the article it rests on.
    pub(crate) const fn under(mut self, article: &'static str) -> Self {
        self.article = Some(article);
        self
    }

    /// With the first day it holds.
    pub(crate) const fn since(mut self, day: Option<NaiveDate>) -> Self {
        self.valid_from = day;
        self
    }

    /// Whether it holds for a notice published on this day; an unknown day is taken as today.
    pub(crate) fn holds(&self, on: Option<NaiveDate>) -> bool {
        match on {
            Some(day) => {
                self.valid_from.is_none_or(|from| from <= day)
                    && self.valid_until.is_none_or(|until| day <= until)
            }
            None => self.valid_until.is_none(),
        }
    }
}

/// A rule of the registry.
pub(crate) trait Rule: Sync {
    /// Its page in the rule book.
    fn info(&self) -> RuleInfo;

    /// What it makes of one lot, or of the whole notice. Pure.
    fn evaluate(&self, facts: &Facts<'_>) -> Vec<Ruling>;
}

/// What is known of one lot, or of the whole notice, when a rule is asked.
pub(crate) struct Facts<'a> {
    /// The notice.
    pub(crate) notice: &'a Notice,
    /// The lot; nothing for the whole notice.
    pub(crate) lot: Option<&'a Lot>,
    /// Its coded fields: of the lot, or of the whole notice.
    pub(crate) coded: &'a [Coded],
    /// What the coded rules made of them. Empty while those are asked.
    pub(crate) ticks: &'a [Tick],
    /// Reservations that texts state of just this.
    pub(crate) own: Vec<&'a Claim>,
    /// For a lot, those stated of the whole notice; for the notice, those stated of its lots.
    pub(crate) around: Vec<&'a Claim>,
    /// Reservations that texts state of other lots by name: for a lot, those whose lots are all
    /// ticked too; for the notice, those that leave lots out.
    pub(crate) elsewhere: Vec<&'a Claim>,
    /// Clauses that texts state of just this.
    pub(crate) clauses: Vec<&'a Claim>,
    /// For a lot, those stated of the whole notice.
    pub(crate) clauses_around: Vec<&'a Claim>,
    /// Texts that deny a reservation here.
    pub(crate) denied: Vec<&'a Denial>,
    /// Coded denials of every lot, when all lots have one and none is ticked (whole notice only).
    pub(crate) every_lot_denies: Vec<Evidence>,
}

impl<'a> Facts<'a> {
    /// Facts with codes only: what coded rules are asked with.
    pub(crate) const fn coded(notice: &'a Notice, coded: &'a [Coded]) -> Self {
        Self {
            notice,
            lot: None,
            coded,
            ticks: &[],
            own: Vec::new(),
            around: Vec::new(),
            elsewhere: Vec::new(),
            clauses: Vec::new(),
            clauses_around: Vec::new(),
            denied: Vec::new(),
            every_lot_denies: Vec::new(),
        }
    }

    /// Coded values of a field.
    pub(crate) fn of(&self, field: CodedField) -> impl Iterator<Item = &'a Coded> {
        self.coded.iter().filter(move |coded| coded.field == field)
    }

    /// Reservations that texts state, of this and around it.
    pub(crate) fn stated(&self) -> impl Iterator<Item = &'a Claim> {
        self.own.iter().chain(&self.around).copied()
    }

    /// Reservations that texts state of this: for a lot, of the whole notice too.
    pub(crate) fn stated_here(&self) -> impl Iterator<Item = &'a Claim> {
        let around = self.around.iter().filter(|claim| claim.scope.lots.is_none());
        self.own.iter().chain(around).copied()
    }

    /// Whether a text states a clause, of this or around it, that a tick can stand for.
    pub(crate) fn is_about_a_clause(&self, tick: &Tick) -> bool {
        let mut clauses = self.clauses.iter().chain(&self.clauses_around);
        clauses.any(|clause| tick.agrees_with(clause.kind))
    }

    /// Ticks that state a reservation.
    pub(crate) fn reservations(&self) -> impl Iterator<Item = &'a Tick> {
        self.ticks.iter().filter(|tick| tick.reserves())
    }

    /// Whether the notice is about a concession.
    pub(crate) fn is_concession(&self) -> bool {
        is_concession(self.notice)
    }
}

/// Whether a notice is about a concession, as far as it tells.
pub(crate) fn is_concession(notice: &Notice) -> bool {
    let by_type = notice.notice_type.as_deref().is_some_and(|name| {
        // TED R2.0.9 forms 23, 24 and 25; eForms and BOAMP names.
        let name = name.to_ascii_lowercase();
        ["f23", "f24", "f25", "conc", "dsp"].iter().any(|part| name.contains(part))
    });
    by_type
        || notice.family == Some(Family::Dsp)
        || notice.legal_basis == Some(LegalBasis::Concessions)
}

/// What a rule makes of the facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ruling {
    /// A coded field was read.
    Tick(Tick),
    /// Something does not fit.
    Contradiction(Contradiction),
    /// The rule cannot tell: this is missing, in French.
    Unknown(String),
}

/// A coded field read by its rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tick {
    /// The rule that read it.
    pub(crate) rule: &'static str,
    /// The field.
    pub(crate) field: CodedField,
    /// What it says.
    pub(crate) says: TickSays,
    /// The kinds of reservation it can stand for.
    pub(crate) covers: &'static [FindingKind],
    /// The coded value.
    pub(crate) evidence: Evidence,
}

/// What a coded field says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TickSays {
    /// A finding.
    States(FindingKind),
    /// That there is no reservation.
    Denies,
    /// Nothing by itself.
    Nothing,
    /// It cannot be told: this is missing, in French.
    Unknown(String),
}

impl Tick {
    /// Reads a coded value.
    pub(crate) fn read(rule: &'static str, coded: &Coded, says: TickSays) -> Ruling {
        Self::covering(rule, coded, says, &[])
    }

    /// Reads a coded value that stands for these kinds of reservation.
    pub(crate) fn covering(
        rule: &'static str,
        coded: &Coded,
        says: TickSays,
        covers: &'static [FindingKind],
    ) -> Ruling {
        let evidence = Evidence {
            field: coded.path.clone(),
            quote: coded.value.clone(),
            start: None,
            end: None,
        };
        Ruling::Tick(Self { rule, field: coded.field, says, covers, evidence })
    }

    /// What it states, if it states anything.
    pub(crate) const fn states(&self) -> Option<FindingKind> {
        match self.says {
            TickSays::States(kind) => Some(kind),
            _ => None,
        }
    }

    /// Whether it states a reservation.
    pub(crate) fn reserves(&self) -> bool {
        self.states().is_some_and(FindingKind::is_reservation)
    }

    /// Whether a text that states this kind of reservation agrees with it.
    pub(crate) fn agrees_with(&self, kind: FindingKind) -> bool {
        self.covers.contains(&kind)
    }
}

/// A contradiction with its message and both sides.
pub(crate) fn contradiction(
    kind: ContradictionKind,
    message: impl Into<String>,
    evidence: Vec<Evidence>,
) -> Ruling {
    let mut sides: Vec<Evidence> = Vec::with_capacity(evidence.len());
    for side in evidence {
        if !sides.contains(&side) {
            sides.push(side);
        }
    }
    Ruling::Contradiction(Contradiction { kind, message: message.into(), evidence: sides })
}

/// Kinds that `res-ws` and its ancestors cover: art. 20 of directive 2014/24 speaks of sheltered
/// workshops and of operators whose aim is the integration of disabled or disadvantaged people.
pub(crate) const SHELTERED: &[FindingKind] = &[
    FindingKind::ReservedEaEsat,
    FindingKind::ReservedSiae,
    FindingKind::ReservedEaEsatSiae,
    FindingKind::ReservedPrison,
    FindingKind::ReservedUnspecified,
];

/// Kinds that `res-pub-ser` and its ancestor cover: art. 77 of directive 2014/24.
pub(crate) const PUBLIC_SERVICE: &[FindingKind] =
    &[FindingKind::ReservedEss, FindingKind::ReservedUnspecified];

/// Kinds that a plain *oui* covers.
pub(crate) const ANY_RESERVATION: &[FindingKind] = &[
    FindingKind::ReservedEaEsat,
    FindingKind::ReservedSiae,
    FindingKind::ReservedEaEsatSiae,
    FindingKind::ReservedEss,
    FindingKind::ReservedPrison,
    FindingKind::ReservedUnspecified,
];
