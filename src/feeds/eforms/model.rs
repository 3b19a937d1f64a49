//! An eForms notice in the terms of the specification (OP-TED/eForms-SDK, `fields/fields.json`).

use crate::domain::coded::Coded;
use crate::domain::notice::TextRole;

/// A text in several languages: ISO 639-3 code and words, in the order of the notice.
pub type ByLanguage = Vec<(Option<String>, String)>;

/// A text with its place in the notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Path from the notice's or the lot's root.
    pub path: String,
    /// The part it plays.
    pub role: TextRole,
    /// ISO 639-3 language.
    pub language: Option<String>,
    /// The text, cleaned.
    pub text: String,
}

/// A date and a time, each with its own offset, as eForms writes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DateAndTime {
    /// `2026-04-10+01:00`.
    pub date: Option<String>,
    /// `14:00:00+01:00`.
    pub time: Option<String>,
}

impl DateAndTime {
    /// Joins date and time into one stamp: `2026-04-10T14:00:00+01:00`. The offset of the time is
    /// taken, else that of the date.
    pub fn stamp(&self) -> Option<String> {
        let date = self.date.as_deref()?;
        let day = date.get(..10)?;
        let Some(time) = &self.time else { return Some(date.to_owned()) };
        let offset = if time.contains(['Z', '+', '-']) { "" } else { date.get(10..)? };
        Some(format!("{day}T{time}{offset}"))
    }
}

/// A duration with its unit (`DAY`, `WEEK`, `MONTH`, `YEAR`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duration {
    /// The number of units.
    pub value: String,
    /// The unit code.
    pub unit: String,
}

/// An amount with its currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// The number as published.
    pub value: String,
    /// ISO 4217 code.
    pub currency: Option<String>,
}

/// An address, or the place of performance (BT-5071 and its address).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// Street or free description.
    pub street: Option<String>,
    /// City (BT-5131).
    pub city: Option<String>,
    /// Postal code (BT-5121).
    pub postal_code: Option<String>,
    /// NUTS code (BT-5071).
    pub nuts: Option<String>,
    /// Country (BT-5141), ISO 3166-1 alpha-3.
    pub country: Option<String>,
}

/// An organisation of the notice (`efac:Organization`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Organisation {
    /// Technical identifier, `ORG-0001`.
    pub id: String,
    /// Name (BT-500) by language.
    pub names: ByLanguage,
    /// National identifier (BT-501).
    pub company_id: Option<String>,
    /// Address.
    pub address: Address,
}

/// What a lot and the whole procedure both have (`cac:ProcurementProject` and around).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Project {
    /// Internal identifier (BT-22).
    pub internal_id: Option<String>,
    /// Title (BT-21) by language.
    pub titles: ByLanguage,
    /// Description (BT-24) by language.
    pub descriptions: ByLanguage,
    /// Main nature (BT-23).
    pub nature: Option<String>,
    /// Main CPV code (BT-262) first, then the additional ones (BT-263).
    pub main_cpv: Option<String>,
    /// Additional CPV codes.
    pub additional_cpv: Vec<String>,
    /// Places of performance.
    pub places: Vec<Address>,
    /// Estimated value (BT-27).
    pub estimated_value: Option<Amount>,
    /// Maximum value of the framework agreement (BT-271).
    pub framework_maximum: Option<Amount>,
    /// Duration (BT-36).
    pub duration: Option<Duration>,
    /// First day (BT-536) and last day (BT-537) of the contract.
    pub begins_on: Option<String>,
    /// Last day of the contract.
    pub ends_on: Option<String>,
    /// Coded social fields.
    pub coded: Vec<Coded>,
    /// Notices that announced it (BT-125).
    pub previous_notices: Vec<String>,
    /// Deadline for tenders (BT-131).
    pub tender_deadline: DateAndTime,
    /// Deadline for requests to participate (BT-1311).
    pub participation_deadline: DateAndTime,
    /// Deadline for expressions of interest (BT-630).
    pub interest_deadline: DateAndTime,
    /// Where the documents are (BT-15).
    pub documents_url: Option<String>,
    /// All texts.
    pub texts: Vec<Text>,
}

/// A lot, a part or a group of lots (`cac:ProcurementProjectLot`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lot {
    /// `LOT-0001`, `PAR-0001`, `GLO-0001`.
    pub id: String,
    /// `Lot`, `Part` or `LotsGroup`.
    pub scheme: String,
    /// Its content.
    pub project: Project,
}

/// A group of lots that one tender may answer together (BT-330).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// `GLO-0001`.
    pub id: String,
    /// Its lots (BT-1375).
    pub lots: Vec<String>,
}

/// The result of a lot (`efac:LotResult`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LotResult {
    /// The lot (BT-13713).
    pub lot: Option<String>,
    /// `selec-w`, `clos-nw`, `open-nw` (BT-142).
    pub result: Option<String>,
    /// Why there is no winner (BT-144).
    pub reason: Option<String>,
    /// Tenders (`TEN-…`).
    pub tenders: Vec<String>,
    /// Contracts (`CON-…`).
    pub contracts: Vec<String>,
    /// Statistics received (BT-759): code and number.
    pub received: Vec<(String, String)>,
}

/// A tender (`efac:LotTender`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LotTender {
    /// `TEN-0001`.
    pub id: String,
    /// The lot.
    pub lot: Option<String>,
    /// The tendering party, `TPA-0001`.
    pub party: Option<String>,
    /// Its value (BT-720).
    pub value: Option<Amount>,
}

/// A contract (`efac:SettledContract`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettledContract {
    /// `CON-0001`.
    pub id: String,
    /// Day the winner was chosen (BT-1451).
    pub award_date: Option<String>,
    /// Day of the contract (BT-145).
    pub issue_date: Option<String>,
    /// Its tenders.
    pub tenders: Vec<String>,
}

/// A group of tenderers (`efac:TenderingParty`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TenderingParty {
    /// `TPA-0001`.
    pub id: String,
    /// Its members, `ORG-…`.
    pub tenderers: Vec<String>,
}

/// An eForms notice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EformsNotice {
    /// Root element: `ContractNotice`, `ContractAwardNotice`, `PriorInformationNotice`.
    pub root: String,
    /// `eforms-sdk-1.13`.
    pub customization: Option<String>,
    /// Notice identifier (BT-701).
    pub notice_id: Option<String>,
    /// Version (BT-757).
    pub version: Option<String>,
    /// Procedure identifier (BT-04).
    pub folder: Option<String>,
    /// The directive it is published under (BT-01), by its CELEX number.
    pub legal_basis: Option<String>,
    /// Notice type (BT-02) and its form (BT-03, the `listName`).
    pub notice_type: Option<String>,
    /// Form type (BT-03).
    pub form: Option<String>,
    /// Date of dispatch (BT-05).
    pub issue_date: Option<String>,
    /// Language (BT-702).
    pub language: Option<String>,
    /// Publication number and date on TED (`efac:Publication`).
    pub publication_id: Option<String>,
    /// Publication date on TED.
    pub publication_date: Option<String>,
    /// Buyers, `ORG-…` or `TPO-…`.
    pub buyers: Vec<String>,
    /// Legal type of the first buyer (BT-11).
    pub buyer_legal_type: Option<String>,
    /// Buyer profile (BT-508).
    pub buyer_profile_url: Option<String>,
    /// Type of procedure (BT-105).
    pub procedure_type: Option<String>,
    /// The procedure as a whole.
    pub project: Project,
    /// Lots, parts and groups.
    pub lots: Vec<Lot>,
    /// Most lots that one tenderer may win (BT-33).
    pub most_lots_awarded: Option<String>,
    /// What lots each group is made of.
    pub groups: Vec<Group>,
    /// Organisations.
    pub organisations: Vec<Organisation>,
    /// Touch points (`TPO-…`) with the organisation they belong to.
    pub touch_points: Vec<(String, String)>,
    /// Results.
    pub results: Vec<LotResult>,
    /// Tenders.
    pub tenders: Vec<LotTender>,
    /// Contracts.
    pub contracts: Vec<SettledContract>,
    /// Tendering parties.
    pub parties: Vec<TenderingParty>,
    /// Notices that this one changes (BT-758).
    pub changed_notices: Vec<String>,
    /// Notices of the contract that this one modifies (BT-1501).
    pub modified_notices: Vec<String>,
    /// Why it changes them (BT-140).
    pub change_reasons: Vec<String>,
    /// Whether there is an `efac:Changes` block.
    pub is_change: bool,
    /// Notice-level award date (`cac:TenderResult`).
    pub award_date: Option<String>,
}
