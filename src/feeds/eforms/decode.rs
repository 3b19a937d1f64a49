//! From elements to an [`EformsNotice`]. Reads like the specification: one line a field, by path.

use super::model::{
    Address, Amount, DateAndTime, Duration, EformsNotice, Lot, LotResult, LotTender, Organisation,
    Project, SettledContract, TenderingParty, Text,
};
use crate::domain::coded::{Coded, CodedField};
use crate::domain::notice::TextRole;
use crate::domain::text::clean;
use crate::feeds::markup::{Attributes, Handler};

/// Where the eForms extensions of UBL stand.
const EXTENSION: &str =
    "ext:UBLExtensions/ext:UBLExtension/ext:ExtensionContent/efext:EformsExtension/";

/// The part of the notice that paths are relative to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Notice,
    Lot,
    Organisation,
    LotResult,
    LotTender,
    SettledContract,
    TenderingParty,
}

/// Receives the elements of one eForms notice, root element included.
#[derive(Debug)]
pub struct EformsDecoder {
    notice: EformsNotice,
    /// Path of the current element below the root: `cac:ProcurementProject/cbc:Name`.
    path: String,
    /// Length of `path` before each open element below the root.
    marks: Vec<usize>,
    has_root: bool,
    scope: Scope,
    /// Length of the path of the element that opened the scope; 0 for the notice.
    scope_end: usize,
}

impl Default for EformsDecoder {
    fn default() -> Self {
        Self {
            notice: EformsNotice::default(),
            path: String::with_capacity(400),
            marks: Vec::new(),
            has_root: false,
            scope: Scope::Notice,
            scope_end: 0,
        }
    }
}

impl Handler for EformsDecoder {
    fn enter(&mut self, name: &str, _attributes: Attributes<'_>) {
        if !self.has_root {
            self.has_root = true;
            name.clone_into(&mut self.notice.root);
            return;
        }
        self.marks.push(self.path.len());
        self.push(name);
        if self.scope == Scope::Notice {
            self.open_scope();
        }
        if self.relative().ends_with("cac:ProcurementProject/cac:RealizedLocation") {
            self.project().places.push(Address::default());
        }
    }

    fn leaf(&mut self, name: &str, attributes: Attributes<'_>, text: &str) {
        let mark = self.path.len();
        self.push(name);
        let path = std::mem::take(&mut self.path);
        let from = if self.scope_end == 0 { 0 } else { self.scope_end + 1 };
        let field = Field { path: path.get(from..).unwrap_or(""), attributes, text };
        self.field(&field);
        self.path = path;
        self.path.truncate(mark);
    }

    fn leave(&mut self, _name: &str) {
        let Some(mark) = self.marks.pop() else { return };
        if self.path.len() == self.scope_end {
            self.scope = Scope::Notice;
            self.scope_end = 0;
        }
        self.path.truncate(mark);
    }
}

/// One element without children.
struct Field<'a> {
    /// Path from the root of the scope.
    path: &'a str,
    attributes: Attributes<'a>,
    text: &'a str,
}

impl Field<'_> {
    fn owned(&self) -> Option<String> {
        (!self.text.is_empty()).then(|| self.text.to_owned())
    }

    /// The text with entities decoded, for names and titles.
    fn cleaned(&self) -> Option<String> {
        Some(clean(self.text)).filter(|text| !text.is_empty())
    }

    fn amount(&self) -> Option<Amount> {
        let currency = self.attributes.get("currencyID").map(str::to_owned);
        self.owned().map(|value| Amount { value, currency })
    }

    fn list(&self) -> &str {
        self.attributes.get("listName").unwrap_or("")
    }
}

impl EformsDecoder {
    /// What was read. A notice that was cut keeps what came before the cut.
    pub fn finish(self) -> EformsNotice {
        self.notice
    }

    fn push(&mut self, name: &str) {
        if !self.path.is_empty() {
            self.path.push('/');
        }
        self.path.push_str(name);
    }

    fn relative(&self) -> &str {
        let from = if self.scope_end == 0 { 0 } else { self.scope_end + 1 };
        self.path.get(from..).unwrap_or("")
    }

    /// Enters a scope when the current element opens one.
    fn open_scope(&mut self) {
        let notice = &mut self.notice;
        let scope = if self.path == "cac:ProcurementProjectLot" {
            notice.lots.push(Lot::default());
            Scope::Lot
        } else {
            match self.path.strip_prefix(EXTENSION) {
                Some("efac:Organizations/efac:Organization") => {
                    notice.organisations.push(Organisation::default());
                    Scope::Organisation
                }
                Some("efac:NoticeResult/efac:LotResult") => {
                    notice.results.push(LotResult::default());
                    Scope::LotResult
                }
                Some("efac:NoticeResult/efac:LotTender") => {
                    notice.tenders.push(LotTender::default());
                    Scope::LotTender
                }
                Some("efac:NoticeResult/efac:SettledContract") => {
                    notice.contracts.push(SettledContract::default());
                    Scope::SettledContract
                }
                Some("efac:NoticeResult/efac:TenderingParty") => {
                    notice.parties.push(TenderingParty::default());
                    Scope::TenderingParty
                }
                Some("efac:Changes") => {
                    notice.is_change = true;
                    return;
                }
                _ => return,
            }
        };
        self.scope = scope;
        self.scope_end = self.path.len();
    }

    /// The project that fields of the current scope belong to.
    fn project(&mut self) -> &mut Project {
        match (self.scope, self.notice.lots.last_mut()) {
            (Scope::Lot, Some(lot)) => &mut lot.project,
            _ => &mut self.notice.project,
        }
    }

    fn field(&mut self, field: &Field<'_>) {
        match self.scope {
            Scope::Notice => {
                if !notice_field(&mut self.notice, field) {
                    project_field(&mut self.notice.project, field);
                }
            }
            Scope::Lot => {
                if let Some(lot) = self.notice.lots.last_mut() {
                    if field.path == "cbc:ID" {
                        field.text.clone_into(&mut lot.id);
                        let scheme = field.attributes.get("schemeName").unwrap_or("Lot");
                        scheme.clone_into(&mut lot.scheme);
                    } else {
                        project_field(&mut lot.project, field);
                    }
                }
            }
            Scope::Organisation => organisation_field(&mut self.notice, field),
            Scope::LotResult => {
                if let Some(result) = self.notice.results.last_mut() {
                    result_field(result, field);
                }
            }
            Scope::LotTender => {
                if let Some(tender) = self.notice.tenders.last_mut() {
                    match field.path {
                        "cbc:ID" => field.text.clone_into(&mut tender.id),
                        "efac:TenderLot/cbc:ID" => tender.lot = field.owned(),
                        "efac:TenderingParty/cbc:ID" => tender.party = field.owned(),
                        "cac:LegalMonetaryTotal/cbc:PayableAmount" => tender.value = field.amount(),
                        _ => {}
                    }
                }
            }
            Scope::SettledContract => {
                if let Some(contract) = self.notice.contracts.last_mut() {
                    match field.path {
                        "cbc:ID" => field.text.clone_into(&mut contract.id),
                        "cbc:AwardDate" => contract.award_date = field.owned(),
                        "cbc:IssueDate" if contract.award_date.is_none() => {
                            contract.award_date = field.owned();
                        }
                        "efac:LotTender/cbc:ID" => contract.tenders.push(field.text.to_owned()),
                        _ => {}
                    }
                }
            }
            Scope::TenderingParty => {
                if let Some(party) = self.notice.parties.last_mut() {
                    match field.path {
                        "cbc:ID" => field.text.clone_into(&mut party.id),
                        "efac:Tenderer/cbc:ID" => party.tenderers.push(field.text.to_owned()),
                        _ => {}
                    }
                }
            }
        }
    }
}

/// Fields of the notice itself. Says whether the path was one of them.
fn notice_field(notice: &mut EformsNotice, field: &Field<'_>) -> bool {
    if let Some(path) = field.path.strip_prefix(EXTENSION) {
        match path {
            "efac:Changes/efbc:ChangedNoticeIdentifier" => {
                notice.changed_notices.extend(field.owned());
            }
            "efac:Changes/efac:ChangeReason/cbc:ReasonCode" => {
                // `ReasonCode` also names other lists; an unnamed one is the change reason.
                if matches!(field.list(), "change-corrig-justification" | "") {
                    notice.change_reasons.extend(field.owned());
                }
            }
            "efac:Publication/efbc:NoticePublicationID" => notice.publication_id = field.owned(),
            "efac:Publication/efbc:PublicationDate" => notice.publication_date = field.owned(),
            _ => return false,
        }
        return true;
    }
    match field.path {
        "cbc:CustomizationID" => notice.customization = field.owned(),
        "cbc:ID" => notice.notice_id = field.owned(),
        "cbc:ContractFolderID" => notice.folder = field.owned(),
        "cbc:VersionID" => notice.version = field.owned(),
        "cbc:IssueDate" => notice.issue_date = field.owned(),
        "cbc:NoticeTypeCode" => {
            notice.form = field.attributes.get("listName").map(str::to_owned);
            notice.notice_type = field.owned();
        }
        "cbc:NoticeLanguageCode" => notice.language = field.owned(),
        "cac:ContractingParty/cbc:BuyerProfileURI" => notice.buyer_profile_url = field.owned(),
        "cac:ContractingParty/cac:ContractingPartyType/cbc:PartyTypeCode"
            if field.list() == "buyer-legal-type" && notice.buyer_legal_type.is_none() =>
        {
            notice.buyer_legal_type = field.owned();
        }
        "cac:ContractingParty/cac:Party/cac:PartyIdentification/cbc:ID" => {
            notice.buyers.extend(field.owned());
        }
        "cac:TenderingProcess/cbc:ProcedureCode" => notice.procedure_type = field.owned(),
        "cac:TenderResult/cbc:AwardDate" => notice.award_date = field.owned(),
        _ => return false,
    }
    true
}

/// Fields that a lot and the whole procedure both have.
fn project_field(project: &mut Project, field: &Field<'_>) {
    let language = || field.attributes.get("languageID").map(str::to_owned);
    match field.path {
        "cac:ProcurementProject/cbc:ID" => project.internal_id = field.cleaned(),
        "cac:ProcurementProject/cbc:Name" => {
            project.titles.extend(field.cleaned().map(|text| (language(), text)));
        }
        "cac:ProcurementProject/cbc:Description" => {
            project.descriptions.extend(field.cleaned().map(|text| (language(), text)));
        }
        "cac:ProcurementProject/cbc:ProcurementTypeCode" if field.list() == "contract-nature" => {
            project.nature = field.owned();
        }
        "cac:ProcurementProject/cac:MainCommodityClassification/cbc:ItemClassificationCode" => {
            project.main_cpv = field.owned();
        }
        "cac:ProcurementProject/cac:AdditionalCommodityClassification/cbc:ItemClassificationCode" =>
        {
            project.additional_cpv.extend(field.owned());
        }
        "cac:ProcurementProject/cac:RequestedTenderTotal/cbc:EstimatedOverallContractAmount" => {
            project.estimated_value = field.amount();
        }
        "cac:ProcurementProject/cac:PlannedPeriod/cbc:DurationMeasure" => {
            let unit = field.attributes.get("unitCode").unwrap_or("MONTH").to_owned();
            project.duration = field.owned().map(|value| Duration { value, unit });
        }
        "cac:TenderingProcess/cac:TenderSubmissionDeadlinePeriod/cbc:EndDate" => {
            project.tender_deadline.date = field.owned();
        }
        "cac:TenderingProcess/cac:TenderSubmissionDeadlinePeriod/cbc:EndTime" => {
            project.tender_deadline.time = field.owned();
        }
        "cac:TenderingProcess/cac:ParticipationRequestReceptionPeriod/cbc:EndDate" => {
            project.participation_deadline.date = field.owned();
        }
        "cac:TenderingProcess/cac:ParticipationRequestReceptionPeriod/cbc:EndTime" => {
            project.participation_deadline.time = field.owned();
        }
        "cac:TenderingTerms/cac:CallForTendersDocumentReference/cac:Attachment/cac:ExternalReference/cbc:URI" =>
        {
            project.documents_url = field.cleaned();
        }
        path if path.ends_with("/efbc:FrameworkMaximumAmount") => {
            project.framework_maximum = field.amount();
        }
        path if path.starts_with("cac:ProcurementProject/cac:RealizedLocation/") => {
            if let Some(place) = project.places.last_mut() {
                address_field(place, field);
            }
        }
        path => {
            if let Some(coded) = coded_field(path, field.list()) {
                let value = field.text.to_owned();
                project.coded.push(Coded { field: coded, value, path: path.to_owned() });
            }
        }
    }
    if let Some(role) = text_role(field.path)
        && let Some(text) = field.cleaned()
    {
        let path = field.path.strip_prefix(EXTENSION).unwrap_or(field.path).to_owned();
        project.texts.push(Text { path, role, language: language(), text });
    }
}

/// The coded social fields, found by the end of their path and their list.
fn coded_field(path: &str, list: &str) -> Option<CodedField> {
    let (_, name) = path.rsplit_once('/')?;
    match (name, list) {
        ("cbc:TendererRequirementTypeCode", "reserved-procurement") => {
            Some(CodedField::ReservedParticipation)
        }
        ("cbc:ExecutionRequirementCode", "reserved-execution") => {
            Some(CodedField::ReservedExecution)
        }
        ("cbc:ProcurementTypeCode", "strategic-procurement") => {
            Some(CodedField::StrategicProcurement)
        }
        ("cbc:ProcurementTypeCode", "social-objective") => Some(CodedField::SocialObjective),
        _ => None,
    }
}

/// The part a text plays, or nothing for elements that are not texts.
fn text_role(path: &str) -> Option<TextRole> {
    const TEXTS: [&str; 12] = [
        "cbc:Name",
        "cbc:Title",
        "cbc:Description",
        "cbc:Note",
        "cbc:ProcurementType",
        "cbc:OptionsDescription",
        "cbc:CalculationExpression",
        "cbc:CompanyLegalForm",
        "cbc:DocumentDescription",
        "cbc:ProcessReason",
        "efbc:ReasonDescription",
        "efbc:ChangeDescription",
    ];
    let name = path.rsplit('/').next().unwrap_or(path);
    if !TEXTS.contains(&name) || path.contains("efac:FieldsPrivacy") {
        return None;
    }
    Some(match path {
        "cac:ProcurementProject/cbc:Name" => TextRole::Title,
        "cac:ProcurementProject/cbc:Description" => TextRole::Description,
        "cac:ProcurementProject/cbc:Note" | "cbc:Note" => TextRole::AdditionalInformation,
        "cac:TenderingProcess/cbc:Description" => TextRole::Procedure,
        _ if path.contains("cac:ContractExecutionRequirement/") => TextRole::ExecutionConditions,
        _ if path.contains("cac:ProcurementAdditionalType/") => TextRole::StrategicObjective,
        _ if path.contains("cac:AwardingTerms/") => TextRole::AwardCriteria,
        _ if path.contains("efac:SelectionCriteria") => TextRole::Suitability,
        _ if path.contains("cac:TendererQualificationRequest/") => TextRole::Suitability,
        _ if path.contains("cac:AppealTerms/") || path.contains("efac:Appeals") => TextRole::Review,
        _ if path.contains("cac:ProcurementLegislationDocumentReference/") => {
            TextRole::LegalReference
        }
        _ if path.contains("efac:Changes/") => TextRole::Correction,
        _ if path.contains("efac:NoticeResult/") => TextRole::Result,
        _ => TextRole::Other,
    })
}

fn organisation_field(notice: &mut EformsNotice, field: &Field<'_>) {
    let Some(organisation) = notice.organisations.last_mut() else { return };
    if let Some(path) = field.path.strip_prefix("efac:TouchPoint/") {
        // A touch point is a desk of the organisation: buyers may be named by it.
        if path == "cac:PartyIdentification/cbc:ID" {
            notice.touch_points.push((field.text.to_owned(), organisation.id.clone()));
        }
        return;
    }
    let Some(path) = field.path.strip_prefix("efac:Company/") else { return };
    match path {
        "cac:PartyIdentification/cbc:ID" => field.text.clone_into(&mut organisation.id),
        "cac:PartyName/cbc:Name" if organisation.name.is_none() => {
            organisation.name = field.cleaned();
        }
        "cac:PartyLegalEntity/cbc:CompanyID" if organisation.company_id.is_none() => {
            organisation.company_id = field.owned();
        }
        _ => {
            if path.starts_with("cac:PostalAddress/") {
                address_field(&mut organisation.address, field);
            }
        }
    }
}

fn address_field(address: &mut Address, field: &Field<'_>) {
    let name = field.path.rsplit('/').next().unwrap_or("");
    match name {
        "cbc:CityName" => address.city = field.cleaned(),
        "cbc:PostalZone" => address.postal_code = field.owned(),
        "cbc:StreetName" => address.street = field.cleaned(),
        "cbc:Description" if address.street.is_none() => address.street = field.cleaned(),
        "cbc:CountrySubentityCode" => address.nuts = field.owned(),
        "cbc:IdentificationCode" => address.country = field.owned(),
        _ => {}
    }
}

fn result_field(result: &mut LotResult, field: &Field<'_>) {
    match field.path {
        "efac:TenderLot/cbc:ID" => result.lot = field.owned(),
        "cbc:TenderResultCode" => result.result = field.owned(),
        "efac:DecisionReason/efbc:DecisionReasonCode" => result.reason = field.owned(),
        "efac:LotTender/cbc:ID" => result.tenders.push(field.text.to_owned()),
        "efac:SettledContract/cbc:ID" => result.contracts.push(field.text.to_owned()),
        "efac:ReceivedSubmissionsStatistics/efbc:StatisticsCode" => {
            result.received.push((field.text.to_owned(), String::new()));
        }
        "efac:ReceivedSubmissionsStatistics/efbc:StatisticsNumeric" => {
            if let Some((_, number)) = result.received.last_mut() {
                field.text.clone_into(number);
            }
        }
        _ => {}
    }
}

impl DateAndTime {
    /// Joins date and time into one stamp: `2026-04-10T14:00:00+01:00`. The offset of the time is
    /// taken, else that of the date.
    pub fn stamp(&self) -> Option<String> {
        let date = self.date.as_deref()?;
        let day = date.get(..10)?;
        let Some(time) = &self.time else { return Some(date.to_owned()) };
        let offset = if time.contains(['Z', '+', '-']) { "" } else { &date[10..] };
        Some(format!("{day}T{time}{offset}"))
    }
}
