//! What is known of a lot, or of a whole procurement, when the law is asked of it.
//!
//! Nothing is guessed: what neither the notice nor the officer tells stays unknown.

use std::rc::Rc;

use chrono::{Days, NaiveDate};

use super::bounds::Bounds;
use super::speech::Speech;
use super::table::{Object, TABLE};
use crate::domain::coded::CodedField;
use crate::domain::compliance::{BuyerKind, Told};
use crate::domain::cpv::Cpv;
use crate::domain::finding::{Confidence, Finding, FindingKind};
use crate::domain::legal_basis::LegalBasis;
use crate::domain::lot::Lot;
use crate::domain::notice::{ContractNature, Family, FormType, Notice};
use crate::domain::procedure::{LotChangeKind, LotState};
use crate::domain::source::Source;
use crate::rules::rule::is_concession;

/// The first day of a consultation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// As the officer tells it.
    Told(NaiveDate),
    /// The call was published on this day, and sent before.
    Published(NaiveDate),
    /// A later document (a correction, the result) was published on this day.
    Before(NaiveDate),
}

/// Days a call may take from being sent to being published (directive 2014/24, art. 51 § 2).
const SENDING: Days = Days::new(5);

impl Start {
    /// The last day it can be.
    pub(crate) const fn day(self) -> NaiveDate {
        match self {
            Self::Told(day) | Self::Published(day) | Self::Before(day) => day,
        }
    }

    /// The day by which thresholds are chosen; nothing where it may be another year.
    pub(crate) const fn known_day(self) -> Option<NaiveDate> {
        match self {
            Self::Told(day) | Self::Published(day) => Some(day),
            Self::Before(_) => None,
        }
    }

    /// The first day it can be.
    pub(crate) fn earliest(self) -> NaiveDate {
        match self {
            Self::Told(day) => day,
            Self::Published(day) => day.checked_sub_days(SENDING).unwrap_or(day),
            Self::Before(_) => NaiveDate::MIN,
        }
    }
}

/// A finding of the case, and whether it was read where the law wants it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Read<'a> {
    /// The finding.
    pub(crate) finding: &'a Finding,
    /// Whether it stands in the call for competition, or in the officer's own text.
    pub(crate) is_in_call: bool,
}

/// What is known of a lot, or of a whole procurement.
#[derive(Clone, Debug)]
pub(crate) struct Case<'a> {
    notice: &'a Notice,
    pub(crate) buyer: Option<BuyerKind>,
    /// Nothing where neither the form nor the officer tells.
    pub(crate) is_defence: Option<bool>,
    /// Kinds of purchase the whole can be, as the thresholds tell them apart.
    pub(crate) objects: Vec<Object>,
    /// Works, supplies or services: of the lot.
    pub(crate) nature: Option<ContractNature>,
    /// CPV codes of the lot.
    pub(crate) cpv: Vec<Cpv>,
    /// Value of the whole procurement, all its lots together (art. R2121-1).
    pub(crate) whole: Bounds,
    /// Value of the lot.
    pub(crate) own: Bounds,
    pub(crate) start: Option<Start>,
    pub(crate) duration_months: Option<u32>,
    pub(crate) is_divided: Option<bool>,
    /// What the buyer spends in a year, in euro cents.
    pub(crate) yearly_spend: Option<i64>,
    pub(crate) findings: Vec<Read<'a>>,
    /// Whether the essential data of its contract are published.
    pub(crate) has_contract: bool,
    /// What the texts of the whole notice say.
    speech: Rc<Speech<'a>>,
    /// What the texts of the lot say; nothing for a whole whose lots are asked apart.
    own_speech: Speech<'a>,
}

impl<'a> Case<'a> {
    /// A whole procurement as one notice or draft tells of it, with what the officer tells beside.
    /// It has no findings yet, and the texts of its lots are left to them.
    pub(crate) fn of_notice(notice: &'a Notice, told: &Told) -> Self {
        let cpv = if told.cpv.is_empty() { notice.cpv.clone() } else { told.cpv.clone() };
        let by_lots = notice.lots.iter().map(|lot| Bounds::of(lot.estimated_value.as_ref()));
        let whole = told.estimated_value.map_or_else(
            || Bounds::of(notice.estimated_value.as_ref()).or(Bounds::sum(by_lots)),
            Bounds::exactly,
        );
        Self {
            notice,
            buyer: told.buyer.or_else(|| buyer(notice)),
            is_defence: told.is_defence.or_else(|| is_defence(notice)),
            objects: objects(notice, told),
            nature: told.nature.or(notice.nature),
            cpv,
            whole,
            own: whole,
            start: told.consultation_start.map(Start::Told).or_else(|| start(notice)),
            duration_months: told.duration_months.or(notice.duration_months),
            is_divided: told.is_divided.or_else(|| is_divided(notice)),
            yearly_spend: told.yearly_spend,
            findings: Vec::new(),
            has_contract: false,
            speech: Rc::new(Speech::read(notice.texts.iter())),
            own_speech: Speech::default(),
        }
    }

    /// One lot of it.
    pub(crate) fn with_lot(&self, lot: &'a Lot, told: &Told) -> Self {
        let mut case = self.clone();
        case.nature = told.nature.or(lot.nature).or(case.nature);
        case.duration_months =
            told.duration_months.or(lot.duration_months).or(case.duration_months);
        if told.cpv.is_empty() && !lot.cpv.is_empty() {
            case.cpv.clone_from(&lot.cpv);
        }
        if case.is_divided != Some(false) {
            case.own = Bounds::of(lot.estimated_value.as_ref());
        }
        case.own_speech = Speech::read(lot.texts.iter());
        case
    }

    /// With what the rules found in its texts.
    pub(crate) fn finding(mut self, findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let is_in_call = self.notice.form_type == FormType::Competition;
        self.findings = findings.into_iter().map(|finding| Read { finding, is_in_call }).collect();
        self
    }

    /// A published lot as it stands. What it does not tell, `notice`, the document that holds, may.
    pub(crate) fn of_lot(state: &'a LotState, notice: &'a Notice) -> Self {
        let mut case = Self::of_notice(notice, &Told::default());
        case.nature = state.nature.or(case.nature);
        case.duration_months = state.duration_months.or(case.duration_months);
        case.cpv.clone_from(&state.cpv);
        if case.is_divided != Some(false) {
            case.own = Bounds::of(state.estimated_value.as_ref());
        }
        let opened = state.history.iter().find(|change| change.kind == LotChangeKind::Opened);
        let opened = opened.and_then(|change| change.on).map(Start::Published);
        case.start = opened.or(case.start);
        let is_call = notice.form_type == FormType::Competition;
        let read = state.findings.iter().map(|found| Read {
            finding: &found.finding,
            is_in_call: is_call && found.notice == state.notice,
        });
        case.findings = read.collect();
        case.has_contract = !state.contracts.is_empty();
        let own = notice.lots.iter().filter(|lot| lot.key == state.key);
        case.own_speech = Speech::read(own.flat_map(|lot| &lot.texts));
        case
    }

    /// Whether it is an officer's own text rather than a published notice.
    pub(crate) fn is_draft(&self) -> bool {
        self.notice.source == Source::Draft
    }

    /// Whether it is a concession rather than a market.
    pub(crate) fn is_concession(&self) -> bool {
        is_concession(self.notice)
    }

    /// The country of a buyer that the code does not govern.
    pub(crate) fn foreign_country(&self) -> Option<&'a str> {
        // Overseas the code holds with changes of its own.
        const FRENCH: [&str; 7] = ["FRA", "NCL", "PYF", "WLF", "SPM", "BLM", "MAF"];
        let country = |place: &'a crate::domain::place::Place| place.country.as_deref();
        let countries = self.notice.buyers().filter_map(|buyer| country(&buyer.place));
        let countries: Vec<&str> = countries.collect();
        let is_french = countries.iter().any(|country| FRENCH.contains(country));
        countries.first().copied().filter(|_| !is_french)
    }

    /// Findings of a kind that fits, the surest first.
    pub(crate) fn found(&self, fits: impl Fn(FindingKind) -> bool) -> Vec<Read<'a>> {
        let mut found: Vec<Read<'a>> =
            self.findings.iter().filter(|read| fits(read.finding.kind)).copied().collect();
        found.sort_by_key(|read| std::cmp::Reverse(read.finding.confidence));
        found
    }

    /// Findings of a kind that clear words support.
    pub(crate) fn has_clearly(&self, fits: impl Fn(FindingKind) -> bool) -> bool {
        self.found(fits).iter().any(|read| read.finding.confidence > Confidence::Low)
    }

    /// What its texts say: those of the whole, then those of the lot.
    pub(crate) fn speeches(&self) -> [&Speech<'a>; 2] {
        [&self.speech, &self.own_speech]
    }

    /// The texts of its award criteria.
    pub(crate) fn criteria(&self) -> impl Iterator<Item = &'a str> {
        self.speeches().into_iter().flat_map(|speech| speech.criteria.iter().copied())
    }

    /// What the form of the notice suggests of its value, and does not prove: social services and
    /// small lots use national forms above the thresholds, and European ones are open to anybody.
    pub(crate) fn form_suggests(&self) -> Option<&'static str> {
        match (self.notice.family, self.notice.legal_basis) {
            (Some(Family::Fns | Family::Mapa), _) => {
                Some("formulaire national, en général employé au-dessous des seuils européens")
            }
            (Some(Family::Joue), _) | (_, Some(_)) => {
                Some("avis européen, en général employé à partir des seuils européens")
            }
            _ => None,
        }
    }

    /// Whether a box announces that it reduces environmental impacts (BT-06).
    pub(crate) fn has_green_objective(&self) -> bool {
        let of_lots = self.notice.lots.iter().flat_map(|lot| &lot.coded);
        let mut coded = self.notice.coded.iter().chain(of_lots);
        coded.any(|coded| {
            coded.field == CodedField::StrategicProcurement && coded.value == "env-imp"
        })
    }
}

/// Kinds of purchase it can be, as the thresholds tell them apart.
fn objects(notice: &Notice, told: &Told) -> Vec<Object> {
    use Object::{Concession, GoodsAndServices, SocialServices, Works};
    if is_concession(notice) {
        return vec![Concession];
    }
    let of_lots = || notice.lots.iter().find_map(|lot| lot.nature);
    match told.nature.or(notice.nature).or_else(of_lots) {
        Some(ContractNature::Works) => vec![Works],
        Some(ContractNature::Supplies) => vec![GoodsAndServices],
        Some(ContractNature::Services) => match is_social(notice, told) {
            Some(true) => vec![SocialServices],
            Some(false) => vec![GoodsAndServices],
            None => vec![GoodsAndServices, SocialServices],
        },
        None => vec![Works, GoodsAndServices, SocialServices],
    }
}

/// Whether all services are social ones, or none; nothing where it is not known, or both are bought
/// (the dearer of the two decides then, art. R2123-2).
fn is_social(notice: &Notice, told: &Told) -> Option<bool> {
    let of_lots = notice.lots.iter().flat_map(|lot| &lot.cpv);
    let read = || notice.cpv.iter().chain(of_lots);
    let codes: Vec<&Cpv> =
        if told.cpv.is_empty() { read().collect() } else { told.cpv.iter().collect() };
    let first = TABLE.is_social(codes.first()?)?;
    codes.iter().all(|cpv| TABLE.is_social(cpv) == Some(first)).then_some(first)
}

/// Who buys, as the directive and the legal type of the buyer (BT-11) tell it.
fn buyer(notice: &Notice) -> Option<BuyerKind> {
    let legal_type = notice.buyers().find_map(|buyer| buyer.legal_type.as_deref());
    let is_public = matches!(
        legal_type,
        Some("cga" | "la" | "ra" | "body-pl" | "body-pl-cga" | "body-pl-la" | "body-pl-ra")
    );
    match (notice.legal_basis?, legal_type) {
        (LegalBasis::Utilities, _) if is_public => Some(BuyerKind::AuthorityAsEntity),
        (LegalBasis::Utilities, _) => Some(BuyerKind::Entity),
        (LegalBasis::Markets, Some("cga")) => Some(BuyerKind::State),
        (LegalBasis::Markets, Some("la" | "ra" | "body-pl-la" | "body-pl-ra")) => {
            Some(BuyerKind::OtherAuthority)
        }
        // Neither subsidised buyers nor international bodies are authorities by the directive alone.
        (LegalBasis::Markets, Some(other)) if !is_public && !other.starts_with("pub-undert") => {
            None
        }
        (LegalBasis::Markets, _) => Some(BuyerKind::Authority),
        (LegalBasis::Concessions | LegalBasis::Defence, _) => None,
    }
}

fn is_defence(notice: &Notice) -> Option<bool> {
    notice.legal_basis.map(|basis| basis == LegalBasis::Defence)
}

/// The day of publication of a call, or that of a document that comes after one.
fn start(notice: &Notice) -> Option<Start> {
    let day = notice.published_on.filter(|_| notice.source != Source::Draft)?;
    match notice.form_type {
        FormType::Competition if notice.correction.is_none() => Some(Start::Published(day)),
        FormType::Competition
        | FormType::Correction
        | FormType::Cancellation
        | FormType::Result
        | FormType::ContractModification => Some(Start::Before(day)),
        FormType::Planning | FormType::DirectAwardPrenotification | FormType::Other => None,
    }
}

/// Whether a call is divided. The only lot of an eForms notice has a number of its own; a draft
/// that names no lot may be one clause of a divided procurement; a result may list some lots only.
fn is_divided(notice: &Notice) -> Option<bool> {
    let is_whole = notice.form_type == FormType::Competition && notice.source != Source::Draft;
    match notice.lots.len() {
        2.. => Some(true),
        1 if is_whole => Some(false),
        _ => None,
    }
}
