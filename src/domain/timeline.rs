//! A procurement from its first announcement to the last modification of its contracts, over all
//! sources, each step with what joins it to the others.

use chrono::NaiveDate;
use uuid::Uuid;

use super::contract::Contract;
use super::ids::{ContractId, LotId, NoticeId};
use super::linkage::{LinkKind, LinkedContract, LinkedNotice, Signal};
use super::notice::{FormType, LinkBasis, Notice};

/// What a step of a procurement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StepKind {
    /// A purchase to come: prior information, a plan.
    Planned,
    /// A call for competition.
    Called,
    /// A correction or change notice.
    Corrected,
    /// Given up, wholly or in part.
    Cancelled,
    /// A result: awarded, without suitable tender, given up.
    Concluded,
    /// A contract signed.
    Contracted,
    /// A contract in force modified.
    Modified,
    /// Another notice.
    Other,
}

/// What joins a document to its procurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JoinMethod {
    /// The same procedure identifier (BT-04).
    Folder,
    /// It names an earlier notice.
    Reference(LinkBasis),
    /// What agrees between the documents.
    Evidence,
}

impl JoinMethod {
    /// The field that joins, as the source calls it; nothing for evidence.
    pub const fn field(self) -> Option<&'static str> {
        match self {
            Self::Folder => Some("BT-04"),
            Self::Reference(basis) => Some(basis.as_str()),
            Self::Evidence => None,
        }
    }
}

/// How a document is joined to its procurement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// What joins it.
    pub method: JoinMethod,
    /// 0 to 100; an identifier has 100.
    pub score: u8,
    /// The evidence, where it is what joins.
    pub signals: Vec<Signal>,
}

impl Joined {
    fn by(method: JoinMethod) -> Self {
        Self { method, score: 100, signals: Vec::new() }
    }

    /// A join by evidence.
    pub fn by_evidence(score: u8, signals: Vec<Signal>) -> Self {
        Self { method: JoinMethod::Evidence, score, signals }
    }
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The day: of publication, of notification.
    pub on: Option<NaiveDate>,
    /// What it is.
    pub kind: StepKind,
    /// The notice, in every source that carries it, the first published first.
    pub notices: Vec<NoticeId>,
    /// The contract.
    pub contract: Option<ContractId>,
    /// Number of the modification of the contract.
    pub modification: Option<u32>,
    /// The lot, where the step is that of one lot.
    pub lot: Option<LotId>,
    /// What joins it to the procurement; nothing for the document the others are joined to.
    pub joined: Option<Joined>,
}

/// A notice with how it is joined.
struct Edition<'n> {
    notice: &'n Notice,
    joined: Option<Joined>,
    /// What it is the same notice as: BT-701 and version, or the notice that it repeats.
    identity: Identity<'n>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Identity<'n> {
    Uuid(Uuid, Option<&'n str>),
    Own(NoticeId),
}

/// The steps of a procurement, oldest first. `links` are those from and to its notices; plans that
/// announced it are among `plans`, contracts among `contracts` with their links.
pub fn timeline(
    notices: &[&Notice],
    links: &[LinkedNotice],
    plans: &[&Notice],
    contracts: &[(&Contract, &LinkedContract)],
) -> Vec<Step> {
    let mut editions: Vec<Edition<'_>> =
        notices.iter().map(|notice| edition(notice, notices, links)).collect();
    editions.extend(plans.iter().map(|plan| Edition {
        notice: plan,
        joined: announcement(plan, links),
        identity: Identity::Own(plan.id()),
    }));
    editions.sort_by_key(|one| (one.notice.published_on, one.notice.source, one.notice.id()));
    let mut steps: Vec<(Identity<'_>, Step)> = Vec::new();
    for edition in editions {
        let known = steps.iter_mut().find(|(identity, _)| *identity == edition.identity);
        match known {
            Some((_, step)) => step.notices.push(edition.notice.id()),
            None => steps.push((edition.identity, step(edition))),
        }
    }
    let mut steps: Vec<Step> = steps.into_iter().map(|(_, step)| step).collect();
    steps.extend(contracts.iter().flat_map(|(contract, link)| of_contract(contract, link)));
    steps.sort_by_key(|step| (step.on, step.kind, step.modification, step.contract));
    steps
}

fn edition<'n>(notice: &'n Notice, notices: &[&'n Notice], links: &[LinkedNotice]) -> Edition<'n> {
    let own = notice.id();
    let repeated = links
        .iter()
        .find(|link| link.from == own && link.joins() && link.kind == LinkKind::Repeats);
    let identity = match (notice.notice_uuid, repeated) {
        (Some(uuid), _) => Identity::Uuid(uuid, notice.version.as_deref()),
        (None, Some(link)) => Identity::Own(link.to),
        (None, None) => Identity::Own(own),
    };
    Edition { notice, joined: joined(notice, notices, links), identity }
}

/// What joins a notice to an earlier one of its procurement.
fn joined(notice: &Notice, notices: &[&Notice], links: &[LinkedNotice]) -> Option<Joined> {
    let own = notice.id();
    if let Some(link) = links.iter().find(|link| link.from == own && link.joins()) {
        return Some(Joined::by_evidence(link.score, link.signals.clone()));
    }
    if let Some(parent) = notice.parent() {
        let others = notices.iter().filter(|other| other.id() != own);
        let is_shared =
            others.into_iter().any(|other| other.id() == parent || other.parent() == Some(parent));
        let named = notice.links.iter().filter(|link| link.target() == parent);
        let basis = named.min_by_key(|link| link.basis).map(|link| link.basis);
        if let (true, Some(basis)) = (is_shared, basis) {
            return Some(Joined::by(JoinMethod::Reference(basis)));
        }
    }
    let rank = |notice: &Notice| (notice.published_on, notice.source, notice.id());
    let is_earlier = |other: &&&Notice| rank(other) < rank(notice);
    let mut earlier = notices.iter().filter(is_earlier);
    let same_folder = earlier.any(|other| other.folder.is_some() && other.folder == notice.folder);
    same_folder.then(|| Joined::by(JoinMethod::Folder))
}

fn announcement(plan: &Notice, links: &[LinkedNotice]) -> Option<Joined> {
    let link = links.iter().find(|link| link.from == plan.id())?;
    Some(Joined::by_evidence(link.score, link.signals.clone()))
}

fn step(edition: Edition<'_>) -> Step {
    let notice = edition.notice;
    let kind = match notice.form_type {
        FormType::Planning => StepKind::Planned,
        FormType::Competition if notice.correction.is_some() => StepKind::Corrected,
        FormType::Competition => StepKind::Called,
        FormType::Correction => StepKind::Corrected,
        FormType::Cancellation => StepKind::Cancelled,
        FormType::Result | FormType::DirectAwardPrenotification => StepKind::Concluded,
        FormType::ContractModification => StepKind::Modified,
        FormType::Other => StepKind::Other,
    };
    Step {
        on: notice.published_on,
        kind,
        notices: vec![notice.id()],
        contract: None,
        modification: None,
        lot: None,
        joined: edition.joined,
    }
}

fn of_contract(contract: &Contract, link: &LinkedContract) -> Vec<Step> {
    let step = |on, kind, modification| Step {
        on,
        kind,
        notices: Vec::new(),
        contract: Some(contract.id),
        modification,
        lot: link.lot,
        joined: Some(Joined::by_evidence(link.score, link.signals.clone())),
    };
    let signed = step(contract.current.notified_on, StepKind::Contracted, None);
    let changes = contract.modifications.iter().map(|change| {
        let on = change.terms.notified_on.or(change.terms.published_on);
        step(on, StepKind::Modified, Some(change.number))
    });
    std::iter::once(signed).chain(changes).collect()
}
