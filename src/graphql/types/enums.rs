//! Enumerations of the domain, as the API shows them.

use async_graphql::Enum;

use crate::domain::{award, compliance, correction, deadline, event, finding, issue, lot, member};
use crate::domain::{money, notice, place, procedure, source, supplier};

/// A publisher of notices.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Bulletin officiel des annonces des marchés publics (DILA).
    Boamp,
    /// Tenders Electronic Daily (Publications Office of the European Union).
    Ted,
    /// Données essentielles de la commande publique.
    Decp,
    /// APProch, purchases that buyers plan.
    Approch,
}

impl From<Source> for source::Source {
    fn from(source: Source) -> Self {
        match source {
            Source::Boamp => Self::Boamp,
            Source::Ted => Self::Ted,
            Source::Decp => Self::Decp,
            Source::Approch => Self::Approch,
        }
    }
}

impl From<source::Source> for Source {
    /// A draft is never stored, so it never comes out of the store.
    fn from(source: source::Source) -> Self {
        match source {
            source::Source::Boamp | source::Source::Draft => Self::Boamp,
            source::Source::Ted => Self::Ted,
            source::Source::Decp => Self::Decp,
            source::Source::Approch => Self::Approch,
        }
    }
}

/// What a rule found in a lot.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "finding::FindingKind")]
pub enum FindingKind {
    /// Reserved to *entreprises adaptées* and ESAT (art. L2113-12 CCP).
    ReservedEaEsat,
    /// Reserved to insertion companies, SIAE: EI, ETTI, AI, ACI, EITI (art. L2113-13 CCP).
    ReservedSiae,
    /// Reserved to EA, ESAT and SIAE together (art. L2113-14 CCP).
    ReservedEaEsatSiae,
    /// Reserved to companies of the social and solidarity economy, for social services only
    /// (art. L2113-15 CCP).
    ReservedEss,
    /// Reserved to production in prison (art. L2113-13-1 CCP).
    ReservedPrison,
    /// Reserved, but the notice does not say to whom: read the documents.
    ReservedUnspecified,
    /// A social condition of execution: insertion hours, jobs, apprenticeship (art. L2112-2 CCP).
    ExecutionClause,
    /// A social award criterion (art. R2152-7 CCP). A weak one has the confidence LOW.
    AwardCriterion,
    /// The service bought is itself insertion.
    InsertionService,
}

/// What a person says of a kind of finding of a lot.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "correction::CorrectionVerdict")]
pub enum CorrectionVerdict {
    /// The finding is there and right.
    Right,
    /// The finding is there and wrong.
    Wrong,
    /// There is no such finding, and there should be one.
    Missing,
}

/// What a person does in the field.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "member::MemberRole")]
pub enum MemberRole {
    /// Buys: an officer of a public buyer.
    Officer,
    /// Answers: a member of a company.
    Company,
    /// Helps both: a *facilitateur* of a clause desk.
    Facilitator,
}

/// How far a finding can be relied on.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "finding::Confidence")]
pub enum Confidence {
    /// A tick without text, or weak words: read the documents.
    Low,
    /// Clear words, with something left open.
    Medium,
    /// Clear words at their place, or a tick and words that agree.
    High,
}

/// Two statements of a notice that do not fit.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "finding::ContradictionKind")]
pub enum ContradictionKind {
    /// A coded reservation that no text supports.
    TickWithoutText,
    /// A text that reserves, and a code that says it does not.
    TextWithoutTick,
    /// The coded reservation is of another kind than the text's.
    TickOfAnotherKind,
    /// The text reserves some lots, and the code more of them.
    OverTicked,
    /// The text denies what the code says.
    TickDenied,
    /// The article cited is not the one of this reservation, or is repealed.
    ArticleMiscited,
    /// Reservations that the law does not let stand together (art. L2113-14 CCP).
    ForbiddenCombination,
    /// A reservation that the law does not allow as it is: its duration, its references
    /// (art. L2113-16, R2113-8 CCP).
    ConditionsNotMet,
}

/// Who buys, as the thresholds of the law tell buyers apart.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "compliance::BuyerKind")]
pub enum BuyerKind {
    /// The State and those who buy under its thresholds (*autorités publiques centrales*).
    State,
    /// Another *pouvoir adjudicateur*: local authorities, hospitals, bodies governed by public law.
    OtherAuthority,
    /// A *pouvoir adjudicateur*, the State or another.
    Authority,
    /// A *pouvoir adjudicateur* that buys as an *entité adjudicatrice* (networks: water, energy,
    /// transport, post).
    AuthorityAsEntity,
    /// An *entité adjudicatrice*, of whatever nature.
    Entity,
}

/// How a lot or a procurement stands before a rule of law.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "compliance::ComplianceVerdict")]
pub enum ComplianceVerdict {
    /// The law does not ask it here.
    DoesNotApply,
    /// Asked, and read in the text.
    Met,
    /// Asked, and the text is without it or against it.
    NotMet,
    /// Asked; whether it is met depends on a written reason or on a document that is not seen here.
    ToCheck,
    /// It cannot be told: see what is missing.
    Unknown,
}

/// Whether a finding names the lot, or the whole procurement.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "procedure::FindingScope")]
pub enum FindingScope {
    /// The lot is named, or the words stand in its own text.
    Lot,
    /// The words concern the whole procurement, so each of its lots, without naming it.
    Notice,
}

/// A kind of supplier.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "supplier::SupplierKind")]
pub enum SupplierKind {
    /// Entreprise d'insertion (a SIAE, art. L5132-5 c. trav.).
    Ei,
    /// Atelier et chantier d'insertion (a SIAE, art. L5132-15 c. trav.).
    Aci,
    /// Association intermédiaire (a SIAE, art. L5132-7 c. trav.): puts people at disposal.
    Ai,
    /// Entreprise de travail temporaire d'insertion (a SIAE, art. L5132-6 c. trav.).
    Etti,
    /// Entreprise d'insertion par le travail indépendant (a SIAE, art. L5132-6-1 c. trav.).
    Eiti,
    /// Entreprise adaptée (art. L5213-13 c. trav.).
    Ea,
    /// Entreprise adaptée de travail temporaire.
    Eatt,
    /// Établissement et service d'accompagnement par le travail (art. L344-2 CASF).
    Esat,
    /// Groupement d'employeurs pour l'insertion et la qualification: not a SIAE.
    Geiq,
    /// Another firm of the social and solidarity economy (law 2014-856, art. 1).
    Ess,
    /// Any other firm.
    Any,
}

/// What the law lets a supplier do with a lot.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "supplier::Verdict")]
pub enum Verdict {
    /// It may bid.
    MayBid,
    /// It can supply the hours of the insertion clause, alone or beside a bid.
    MaySupplyHours,
    /// The lot is reserved to others.
    MayNot,
    /// The notice or the law leaves it open.
    Unknown,
}

/// What a lot is at present.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "procedure::LotStatus")]
pub enum LotStatus {
    /// Announced by a prior information notice, not yet called.
    Planned,
    /// Can be answered.
    Open,
    /// The deadline has passed; no result is known.
    Closed,
    /// Given up by the buyer (*annulation*, *sans suite*).
    Cancelled,
    /// A winner is known.
    Awarded,
    /// No suitable tender (*infructueux*).
    Unsuccessful,
}

/// What a document did to a lot.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "procedure::LotChangeKind")]
pub enum LotChangeKind {
    /// Announced by a prior information notice.
    Planned,
    /// Called for competition.
    Opened,
    /// Corrected, by a note or by a notice that replaces the former one.
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

/// What happened to a lot, as the log tells it.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "event::LotEventKind")]
pub enum LotEventKind {
    /// Announced by a prior information notice.
    Planned,
    /// Can be answered, or was first seen after it could.
    Opened,
    /// The publisher edited the notice silently, or the rules read it differently.
    Changed,
    /// A correction or change notice was published.
    Corrected,
    /// Given up by the buyer.
    Cancelled,
    /// A winner is known.
    Awarded,
    /// No suitable tender.
    Unsuccessful,
    /// A contract signed for it (DECP) is known, or known better.
    Contracted,
    /// No longer a lot of its own.
    Removed,
}

/// How a lot ended, by one notice.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "award::OutcomeKind")]
pub enum OutcomeKind {
    /// A winner was chosen.
    Awarded,
    /// No suitable tender (*infructueux*).
    Unsuccessful,
    /// Given up by the buyer (*sans suite*).
    Cancelled,
}

/// What a document does in the life of a procurement (BT-03).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "notice::FormType")]
pub enum FormType {
    /// Prior information: a purchase to come.
    Planning,
    /// A call for competition.
    Competition,
    /// A correction that is a note, not a whole notice.
    Correction,
    /// The procurement, or some of its lots, is given up.
    Cancellation,
    /// Award, *sans suite* or *infructueux*.
    Result,
    /// A notice of intent to conclude without competition.
    DirectAwardPrenotification,
    /// A change to a contract in force.
    ContractModification,
    /// Forms without lots to answer.
    Other,
}

/// Family of a BOAMP notice.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "notice::Family")]
pub enum Family {
    /// Above the European thresholds, also published on TED.
    Joue,
    /// Formulaire national standard: 90,000 € to the European thresholds.
    Fns,
    /// Below 90,000 €.
    Mapa,
    /// Delegation of public service, concession.
    Dsp,
    /// Anything else.
    Divers,
}

/// Main nature of a contract (BT-23).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "notice::ContractNature")]
pub enum ContractNature {
    /// *Travaux*.
    Works,
    /// *Fournitures*.
    Supplies,
    /// *Services*.
    Services,
}

/// The part a text plays in its notice.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "notice::TextRole")]
pub enum TextRole {
    /// Title (BT-21).
    Title,
    /// Description (BT-24).
    Description,
    /// Description of the procedure (BT-88).
    Procedure,
    /// Conditions of performance (BT-70): the home of French clauses.
    ExecutionConditions,
    /// Description of a strategic or social objective (BT-777).
    StrategicObjective,
    /// Award criteria.
    AwardCriteria,
    /// Selection criteria and suitability: mostly boilerplate.
    Suitability,
    /// Additional information (BT-300).
    AdditionalInformation,
    /// Reference to law (BT-01).
    LegalReference,
    /// Review, appeal and mediation.
    Review,
    /// Text of a correction or a cancellation.
    Correction,
    /// Result in free text.
    Result,
    /// Anything else.
    Other,
}

/// How a lot's number is known.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "lot::NumberBasis")]
pub enum NumberBasis {
    /// The form has a field for it.
    Stated,
    /// The digits of the eForms identifier (`LOT-0005`), which may skip numbers.
    Identifier,
    /// Read in the lot's own title or description.
    Title,
    /// The place in the list: FNSimple lots have neither number nor title.
    Position,
}

/// What a place says.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "place::PlaceBasis")]
pub enum PlaceBasis {
    /// The place of performance of the lot.
    Lot,
    /// The place of performance of the whole procurement.
    Procedure,
    /// A department under which the notice is published.
    Publication,
    /// The buyer's own address: a fallback.
    Buyer,
}

/// How the instant of a deadline was reached.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "deadline::DeadlineCertainty")]
pub enum DeadlineCertainty {
    /// The notice states the zone and it agrees with Paris, or the buyer is abroad.
    Stated,
    /// The notice states no zone; Paris time is the rule of the form.
    Assumed,
    /// Something speaks against the instant: see the doubts.
    Doubtful,
}

/// Why a deadline should be checked in the documents.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "deadline::DeadlineDoubt")]
pub enum DeadlineDoubtCode {
    /// The stated offset is not that of Paris on that day; read as Paris local time.
    OffsetDisagreesWithParis,
    /// The buyer is overseas: the hour may be local there.
    OverseasBuyer,
    /// A date without an hour: taken as the end of that day.
    NoTime,
    /// A year that cannot be meant: no instant is derived.
    ImplausibleYear,
    /// An hour that does not exist or exists twice on that day.
    ClockChange,
    /// Read from the free text of a correction.
    FromFreeText,
    /// A later correction speaks of the deadline in words that could not be read.
    CorrectionUnread,
    /// Two fields of the notice give different deadlines.
    FieldsDisagree,
}

/// Why an estimated value should not be counted on.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "money::AmountDoubt")]
pub enum AmountDoubt {
    /// Zero or one unit: platforms fill it in when the buyer gives no value.
    Placeholder,
    /// More than ten thousand million.
    Absurd,
    /// Not a number.
    NotANumber,
}

/// What is wrong with a document.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "issue::IssueKind")]
pub enum IssueKind {
    /// The bytes are not JSON or XML, or end too early.
    Unreadable,
    /// Readable but of no shape known.
    UnknownShape,
    /// No identifier, so the notice cannot be stored.
    MissingIdentifier,
    /// A date or time cannot be read.
    InvalidDate,
    /// A code has not the shape of its list.
    InvalidCode,
    /// An amount cannot be read or believed.
    InvalidAmount,
    /// An identifier of an organisation fails its check.
    InvalidIdentifier,
    /// A lot could not be read whole.
    DefectiveLot,
    /// The document uses what only a hostile one would.
    Refused,
}
