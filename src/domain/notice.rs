//! One published document, decoded: what every source is mapped to.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::award::Outcome;
use super::coded::Coded;
use super::cpv::Cpv;
use super::deadline::TenderDeadline;
use super::ids::{NoticeId, ProcedureId};
use super::legal_basis::LegalBasis;
use super::lot::{Lot, LotGroup};
use super::money::EstimatedValue;
use super::organisation::{Party, PartyRole};
use super::place::{Department, Place};
use super::source::Source;

/// What a document does in the life of a procurement (BT-03, and BOAMP `nature` and `etat`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FormType {
    /// Prior information: a purchase to come.
    Planning,
    /// A call for competition: lots can be answered.
    Competition,
    /// A correction that is a note, not a whole notice (FNS, MAPA, legacy *rectificatif*).
    Correction,
    /// The procurement, or some of its lots, is given up.
    Cancellation,
    /// Award, *sans suite* or *infructueux*.
    Result,
    /// A notice of intent to conclude without competition (*intention de conclure*).
    DirectAwardPrenotification,
    /// A change to a contract in force.
    ContractModification,
    /// A qualification system, a periodic notice and other forms without lots to answer.
    Other,
}

/// Family of a BOAMP notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Family {
    /// Above the European thresholds, also published on TED.
    Joue,
    /// Formulaire national standard: 90,000 € to the European thresholds.
    Fns,
    /// Below 90,000 € (*marché à procédure adaptée*).
    Mapa,
    /// Delegation of public service, concession.
    Dsp,
    /// Anything else.
    Divers,
}

impl Family {
    /// The name BOAMP uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Joue => "JOUE",
            Self::Fns => "FNS",
            Self::Mapa => "MAPA",
            Self::Dsp => "DSP",
            Self::Divers => "DIVERS",
        }
    }

    /// Reads BOAMP's name of a family.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Joue, Self::Fns, Self::Mapa, Self::Dsp, Self::Divers]
            .into_iter()
            .find(|family| family.as_str() == text)
    }
}

/// Main nature of a contract (BT-23).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ContractNature {
    /// *Travaux*.
    Works,
    /// *Fournitures*.
    Supplies,
    /// *Services*.
    Services,
}

/// The part a text plays in a notice. Rules weigh a clause by where it stands: suitability
/// conditions are almost always boilerplate, execution conditions are its true home.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TextRole {
    /// Title of the procurement or of a lot (BT-21).
    Title,
    /// Description of the procurement or of a lot (BT-24).
    Description,
    /// Description of the procedure (BT-88).
    Procedure,
    /// Conditions of performance (BT-70): the home of French clauses.
    ExecutionConditions,
    /// Description of a strategic or social objective (BT-777).
    StrategicObjective,
    /// Award criteria, name or description (BT-734, BT-540).
    AwardCriteria,
    /// Selection criteria and suitability (BT-750): mostly boilerplate.
    Suitability,
    /// Additional information (BT-300).
    AdditionalInformation,
    /// Reference to law (BT-01).
    LegalReference,
    /// Review, appeal and mediation (BT-99): never a clause.
    Review,
    /// Text of a correction or a cancellation.
    Correction,
    /// Result of the procurement, winners in free text.
    Result,
    /// Anything else.
    Other,
}

/// One text of a notice. Offsets of evidence count Unicode characters of [`Self::text`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NoticeText {
    /// Path of the element, unique in its notice (repeated elements are numbered `[2]`, `[3]`).
    pub path: String,
    /// The part it plays.
    pub role: TextRole,
    /// ISO 639-3 language, when the source says it (`FRA`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The cleaned text.
    pub text: String,
}

/// Why one notice names another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LinkBasis {
    /// BOAMP `annonce_lie`.
    AnnonceLie,
    /// BOAMP `gestion … ANNONCE_ANTERIEUR.IDWEB`.
    AnnonceAnterieur,
    /// BOAMP `donnees … avisInitial.idWeb`.
    AvisInitial,
    /// BOAMP `annonces_anterieures` (legacy).
    AnnoncesAnterieures,
    /// eForms `efbc:ChangedNoticeIdentifier` (BT-758).
    ChangedNotice,
    /// The notice that announced this one: eForms `cac:NoticeDocumentReference` (BT-125), TED
    /// `NOTICE_NUMBER_OJ` (IV.2.1).
    PreviousNotice,
    /// The notice of the contract that this one modifies (BT-1501).
    ModifiedNotice,
}

impl LinkBasis {
    /// The field of the source the link was read in.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AnnonceLie => "annonce_lie",
            Self::AnnonceAnterieur => "GESTION/ANNONCE_ANTERIEUR",
            Self::AvisInitial => "avisInitial/idWeb",
            Self::AnnoncesAnterieures => "annonces_anterieures",
            Self::ChangedNotice => "efbc:ChangedNoticeIdentifier",
            Self::PreviousNotice => "cac:NoticeDocumentReference",
            Self::ModifiedNotice => "efac:ContractModification/efbc:ChangedNoticeIdentifier",
        }
    }
}

/// A reference to an earlier notice.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NoticeLink {
    /// Where the link was read; the variants stand in order of trust.
    pub basis: LinkBasis,
    /// Source of the other notice.
    pub source: Source,
    /// Its identifier there, trimmed.
    pub source_id: String,
}

impl NoticeLink {
    /// The id of the other notice, whether or not it is stored.
    pub fn target(&self) -> NoticeId {
        NoticeId::of(self.source, &self.source_id)
    }
}

/// What a correction or change notice changes, as far as it could be read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Correction {
    /// The new deadline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<TenderDeadline>,
    /// The text speaks of the deadline but no new one could be read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deadline_unread: bool,
    /// The lots concerned; empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lots: Vec<String>,
    /// eForms reason code (BT-140: `cor-buy`, `cancel`, `update-add` …).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The words of the correction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// One published document, decoded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// Where it was published.
    pub source: Source,
    /// The source's identifier: BOAMP `idweb`, TED publication number.
    pub source_id: String,
    /// What the document does.
    pub form_type: FormType,
    /// The source's own name of the form: eForms notice type (BT-02), BOAMP `nature`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_type: Option<String>,
    /// eForms notice identifier (BT-701).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_uuid: Option<Uuid>,
    /// Version of the notice (BT-757).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Number in the Official Journal S (`104729-2025`), whichever source carries the notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publication_number: Option<String>,
    /// Procedure identifier (BT-04, `cbc:ContractFolderID`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<Uuid>,
    /// BOAMP family.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<Family>,
    /// The directive it is published under (BT-01).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<LegalBasis>,
    /// Day of publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_on: Option<NaiveDate>,
    /// Day on which a planned purchase is expected to be published (APProch).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_on: Option<NaiveDate>,
    /// Last day of display on boamp.fr; not the deadline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub displayed_until: Option<NaiveDate>,
    /// Title (BT-21), whole where the source has it whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Description (BT-24).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Works, supplies or services (BT-23).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nature: Option<ContractNature>,
    /// Type of procedure as the source codes it (BT-105; BOAMP `TYPE_PROCEDURE`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub procedure_type: Option<String>,
    /// The buyer's own reference (BT-22).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// CPV codes of the whole procurement, the main one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cpv: Vec<Cpv>,
    /// BOAMP descriptors: their labels, from BOAMP's own list of 375 words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub descriptors: Vec<String>,
    /// Places of performance of the whole procurement.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Place>,
    /// Departments under which the notice is published.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub departments: Vec<Department>,
    /// Estimated value of the whole procurement, excluding tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimated_value: Option<EstimatedValue>,
    /// Deadline to answer, for lots without their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<TenderDeadline>,
    /// Duration in months, for lots without their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_months: Option<u32>,
    /// Buyers and winners.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<Party>,
    /// The notice on the publisher's site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Where the documents of the consultation are (BT-15), or the buyer profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documents_url: Option<String>,
    /// Earlier notices it names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<NoticeLink>,
    /// Coded social fields of the whole notice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coded: Vec<Coded>,
    /// Every text of the whole notice, with its path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<NoticeText>,
    /// Its lots. An undivided procurement has one lot with the empty key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lots: Vec<Lot>,
    /// Groups of lots.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lot_groups: Vec<LotGroup>,
    /// Results by lot.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outcomes: Vec<Outcome>,
    /// What it changes: present in corrections, cancellations and eForms change notices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<Correction>,
}

impl Notice {
    /// An empty notice of a source.
    pub fn new(source: Source, source_id: impl Into<String>, form_type: FormType) -> Self {
        Self {
            source,
            source_id: source_id.into(),
            form_type,
            notice_type: None,
            notice_uuid: None,
            version: None,
            publication_number: None,
            folder: None,
            family: None,
            legal_basis: None,
            published_on: None,
            expected_on: None,
            displayed_until: None,
            title: None,
            description: None,
            nature: None,
            procedure_type: None,
            reference: None,
            cpv: Vec::new(),
            descriptors: Vec::new(),
            places: Vec::new(),
            departments: Vec::new(),
            estimated_value: None,
            deadline: None,
            duration_months: None,
            parties: Vec::new(),
            url: None,
            documents_url: None,
            links: Vec::new(),
            coded: Vec::new(),
            texts: Vec::new(),
            lots: Vec::new(),
            lot_groups: Vec::new(),
            outcomes: Vec::new(),
            correction: None,
        }
    }

    /// Its id.
    pub fn id(&self) -> NoticeId {
        NoticeId::of(self.source, &self.source_id)
    }

    /// The buyers, the first named first.
    pub fn buyers(&self) -> impl Iterator<Item = &Party> {
        self.parties.iter().filter(|party| party.role == PartyRole::Buyer)
    }

    /// Whether the procurement is divided into lots, as far as this notice tells.
    pub fn is_divided(&self) -> bool {
        !self.lots.iter().all(|lot| lot.key.is_whole())
    }

    /// The earlier notice that this one corrects, cancels or closes, by the most trusted link.
    /// A call or a planning notice continues none: calls that name an older call are new ones.
    /// Notices with a BT-04 are joined by it, not by the notices that eForms names: BT-758 may be
    /// a TED number or a UUID that BOAMP does not know, and one prior information (BT-125) may
    /// announce several procurements.
    pub fn parent(&self) -> Option<NoticeId> {
        let continues = !matches!(self.form_type, FormType::Planning | FormType::Competition)
            || self.correction.is_some();
        let own = self.id();
        let is_trusted = |link: &&NoticeLink| match link.basis {
            LinkBasis::ChangedNotice => false,
            LinkBasis::PreviousNotice | LinkBasis::ModifiedNotice => self.folder.is_none(),
            _ => true,
        };
        let links = self.links.iter().filter(is_trusted).filter(|link| link.target() != own);
        links.min_by_key(|link| link.basis).filter(|_| continues).map(NoticeLink::target)
    }
}

/// What lists show of a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeSummary {
    /// Its id.
    pub id: NoticeId,
    /// Where it was published.
    pub source: Source,
    /// The source's identifier.
    pub source_id: String,
    /// The procurement it belongs to.
    pub procedure: ProcedureId,
    /// What the document does.
    pub form_type: FormType,
    /// The source's own name of the form.
    pub notice_type: Option<String>,
    /// BOAMP family.
    pub family: Option<Family>,
    /// Day of publication.
    pub published_on: Option<NaiveDate>,
    /// Title.
    pub title: Option<String>,
    /// Works, supplies or services.
    pub nature: Option<ContractNature>,
    /// The notice on the publisher's site.
    pub url: Option<String>,
    /// Where the documents of the consultation are.
    pub documents_url: Option<String>,
    /// First day on which the source no longer listed it.
    pub missing_since: Option<NaiveDate>,
}
