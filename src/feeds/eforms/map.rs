//! From an [`EformsNotice`] to a [`Notice`].

use uuid::Uuid;

use super::decode::EformsDecoder;
use super::model::{self, ByLanguage, EformsNotice, Project};
use crate::domain::coded::Coded;
use crate::domain::deadline::{DeadlineContext, TenderDeadline};
use crate::domain::issue::IssueKind;
use crate::domain::legal_basis::LegalBasis;
use crate::domain::lot::{Lot, LotGroup, LotKey, NumberBasis};
use crate::domain::notice::{
    Correction, FormType, LinkBasis, Notice, NoticeLink, NoticeText, TextRole,
};
use crate::domain::organisation::{Party, PartyRole};
use crate::domain::place::Place;
use crate::domain::source::Source;
use crate::feeds::document::Decoded;
use crate::feeds::markup::{MarkupError, read_xml};
use crate::feeds::read::{
    Issues, months, months_between, nature, number_in_title, settle, settle_texts,
};

/// Fills a notice from its eForms content. The caller has set what the carrier knows (source,
/// identifier, dates of publication, links), which stays.
pub fn fill(notice: &mut Notice, eforms: EformsNotice, issues: &mut Issues) {
    let mut mapper = Mapper { eforms, issues, context: DeadlineContext::default() };
    mapper.identity(notice);
    mapper.parties(notice);
    mapper.context = DeadlineContext {
        published_on: notice.published_on,
        overseas_buyer: notice.buyers().any(|buyer| {
            buyer
                .place
                .department
                .as_ref()
                .is_some_and(crate::domain::place::Department::is_overseas)
        }),
        foreign_buyer: notice
            .buyers()
            .any(|buyer| buyer.place.country.as_deref().is_some_and(|country| country != "FRA")),
    };
    mapper.procedure(notice);
    mapper.lots(notice);
    mapper.outcomes(notice);
    mapper.change(notice);
}

/// Decodes a native eForms notice, as TED publishes it. Its identifier is the TED publication
/// number where it has one, else BT-701 and BT-757.
pub fn native(text: &str) -> Decoded {
    let mut decoder = EformsDecoder::default();
    let mut issues = Issues::default();
    match read_xml(text, &mut decoder) {
        Ok(()) => {}
        Err(MarkupError::Malformed(what)) => return Decoded::failed(IssueKind::Unreadable, what),
        Err(MarkupError::Refused(what)) => return Decoded::failed(IssueKind::Refused, what),
    }
    let eforms = decoder.finish();
    let version = eforms.version.as_deref().unwrap_or("01");
    let own = eforms.notice_id.as_deref().map(|uuid| format!("{uuid}-{version}"));
    let named = eforms.publication_id.as_deref().or(own.as_deref()).map(notice_name);
    let Some(source_id) = named.filter(|name| !name.is_empty()) else {
        issues.add(IssueKind::MissingIdentifier, "cbc:ID", "there is no notice identifier");
        return Decoded { notice: None, issues: issues.0 };
    };
    let mut notice = Notice::new(Source::Ted, source_id, FormType::Other);
    if eforms.publication_id.is_some() {
        notice.url = Some(format!("https://ted.europa.eu/fr/notice/-/detail/{}", notice.source_id));
    }
    fill(&mut notice, eforms, &mut issues);
    settle(&mut notice, &mut issues);
    Decoded { notice: Some(notice), issues: issues.0 }
}

/// The name of a notice in its one form, whichever it is written in: a publication number without
/// leading zeros (`10732-2026`), or a UUID with its version (`b7f314d1-…-01`).
pub fn notice_name(raw: &str) -> String {
    let name = raw.trim();
    let is_uuid = name.get(..36).is_some_and(|uuid| Uuid::try_parse(uuid).is_ok());
    let name = if is_uuid { name } else { name.trim_start_matches('0') };
    name.to_ascii_lowercase()
}

/// Form of a notice (BT-03) by the name of its list.
fn form_type(eforms: &EformsNotice) -> FormType {
    match eforms.form.as_deref() {
        // It says that a profile exists, and names nothing that could be bid for.
        _ if eforms.notice_type.as_deref() == Some("pin-buyer") => FormType::Other,
        Some("planning" | "consultation") => FormType::Planning,
        Some("competition") => FormType::Competition,
        Some("dir-awa-pre") => FormType::DirectAwardPrenotification,
        Some("result") => FormType::Result,
        Some("cont-modif") => FormType::ContractModification,
        Some(form) if form != "change" => FormType::Other,
        _ => match eforms.root.as_str() {
            "ContractNotice" => FormType::Competition,
            "ContractAwardNotice" => FormType::Result,
            "PriorInformationNotice" => FormType::Planning,
            _ => FormType::Other,
        },
    }
}

pub(super) struct Mapper<'i> {
    pub(super) eforms: EformsNotice,
    pub(super) issues: &'i mut Issues,
    context: DeadlineContext,
}

impl Mapper<'_> {
    fn identity(&mut self, notice: &mut Notice) {
        let eforms = &self.eforms;
        let uuid = |issues: &mut Issues, raw: &Option<String>, path: &str| {
            let raw = raw.as_deref()?;
            let uuid = Uuid::try_parse(raw.trim()).ok();
            if uuid.is_none() {
                issues.add(IssueKind::InvalidIdentifier, path, format!("`{raw}` is not a UUID"));
            }
            uuid
        };
        notice.form_type = form_type(eforms);
        notice.notice_type.clone_from(&eforms.notice_type);
        notice.legal_basis = eforms.legal_basis.as_deref().and_then(LegalBasis::parse);
        notice.notice_uuid = uuid(self.issues, &eforms.notice_id, "cbc:ID");
        notice.version.clone_from(&eforms.version);
        notice.publication_number = eforms.publication_id.as_deref().map(notice_name);
        notice.folder = uuid(self.issues, &eforms.folder, "cbc:ContractFolderID");
        let is_of_procedure = !matches!(notice.form_type, FormType::Planning | FormType::Other);
        if eforms.folder.is_none() && is_of_procedure {
            let message = "there is no procedure identifier (BT-04)";
            self.issues.add(IssueKind::MissingIdentifier, "cbc:ContractFolderID", message);
        }
        notice.procedure_type.clone_from(&eforms.procedure_type);
        if notice.published_on.is_none() {
            let published = eforms.publication_date.as_deref().or(eforms.issue_date.as_deref());
            notice.published_on = self.issues.day(published, "cbc:IssueDate");
        }
    }

    pub(super) fn party(&mut self, role: PartyRole, id: &str) -> Option<Party> {
        let eforms = &self.eforms;
        let touched = eforms.touch_points.iter().find(|(point, _)| point == id);
        let id = touched.map_or(id, |(_, organisation)| organisation);
        let organisation = eforms.organisations.iter().find(|known| known.id == id)?.clone();
        let name = preferred(&organisation.names, self.eforms.language.as_deref())?;
        let path = format!("efac:Organization[{id}]/cac:PartyLegalEntity/cbc:CompanyID");
        let place = place(&organisation.address, &path, self.issues);
        let party = Party::new(role, name, organisation.company_id, place);
        if party.siret.is_none()
            && let Some(raw) = &party.raw_identifier
            && raw.len() == 14
            && raw.bytes().all(|byte| byte.is_ascii_digit())
        {
            let message = format!("SIRET `{raw}` fails its check digit; kept as it is");
            self.issues.add(IssueKind::InvalidIdentifier, &path, message);
        }
        Some(party)
    }

    fn parties(&mut self, notice: &mut Notice) {
        if self.eforms.organisations.iter().any(|organisation| organisation.id.is_empty()) {
            let message = "an organisation without identifier; nothing can name it";
            self.issues.add(IssueKind::InvalidIdentifier, "efac:Organization", message);
        }
        for id in self.eforms.buyers.clone() {
            if let Some(mut buyer) = self.party(PartyRole::Buyer, &id) {
                buyer.legal_type.clone_from(&self.eforms.buyer_legal_type);
                if !notice.parties.contains(&buyer) {
                    notice.parties.push(buyer);
                }
            } else {
                let message = format!("buyer `{id}` is not among the organisations");
                self.issues.add(IssueKind::InvalidIdentifier, "cac:ContractingParty", message);
            }
        }
    }

    fn procedure(&mut self, notice: &mut Notice) {
        let language = self.eforms.language.clone();
        let mut project = std::mem::take(&mut self.eforms.project);
        self.links(notice, &project);
        if self.eforms.most_lots_awarded.as_deref().is_some_and(|most| most.parse() == Ok(0)) {
            let path = "cac:TenderingTerms/cac:LotDistribution/cbc:MaximumLotsAwardedNumeric";
            self.issues.add(IssueKind::InvalidAmount, path, "no lot could be awarded (BT-33 is 0)");
        }
        notice.title = preferred(&project.titles, language.as_deref());
        notice.description = preferred(&project.descriptions, language.as_deref());
        notice.nature = project.nature.as_deref().and_then(nature);
        notice.reference.clone_from(&project.internal_id);
        notice.cpv = self.cpv(&project, "");
        notice.places = self.places(&project, "");
        notice.estimated_value = self.value(&project, "");
        notice.duration_months = duration(&project);
        if let Some(deadline) = self.deadline(&project, "") {
            notice.deadline = Some(deadline);
        }
        notice.coded.extend(coded(&mut project, ""));
        notice.texts.extend(texts(&mut project, ""));
        let documents = project.documents_url.as_ref();
        let of_lot = || self.eforms.lots.iter().find_map(|lot| lot.project.documents_url.as_ref());
        notice.documents_url =
            documents.or_else(of_lot).or(self.eforms.buyer_profile_url.as_ref()).cloned();
    }

    /// Earlier notices that the notice names, each once.
    fn links(&self, notice: &mut Notice, project: &Project) {
        let previous = project.previous_notices.iter();
        let of_lots = self.eforms.lots.iter().flat_map(|lot| &lot.project.previous_notices);
        let changed = self.eforms.changed_notices.iter().map(|id| (LinkBasis::ChangedNotice, id));
        let modified =
            self.eforms.modified_notices.iter().map(|id| (LinkBasis::ModifiedNotice, id));
        let previous = previous.chain(of_lots).map(|id| (LinkBasis::PreviousNotice, id));
        for (basis, raw) in changed.chain(modified).chain(previous) {
            let link = NoticeLink { basis, source: Source::Ted, source_id: notice_name(raw) };
            if !link.source_id.is_empty() && !notice.links.contains(&link) {
                notice.links.push(link);
            }
        }
    }

    fn lots(&mut self, notice: &mut Notice) {
        let language = self.eforms.language.clone();
        let lots = std::mem::take(&mut self.eforms.lots);
        for mut lot in lots {
            let prefix = format!("cac:ProcurementProjectLot[{}]/", lot.id);
            if lot.id.is_empty() {
                self.issues.add(IssueKind::DefectiveLot, &prefix, "a lot without identifier");
            }
            let project = &lot.project;
            if lot.scheme == "LotsGroup" {
                // A group is no lot to answer. Its texts are of the whole notice.
                let made_of = self.eforms.groups.iter().find(|group| group.id == lot.id);
                notice.lot_groups.push(LotGroup {
                    title: preferred(&project.titles, language.as_deref()),
                    lots: made_of.map_or_else(Vec::new, |group| {
                        group.lots.iter().map(|id| LotKey::of(id)).collect()
                    }),
                    source_id: lot.id.clone(),
                });
                notice.texts.extend(texts(&mut lot.project, &prefix));
                continue;
            }
            let mut mapped = Lot::new(LotKey::of(&lot.id));
            mapped.source_id = Some(lot.id.clone());
            mapped.title = preferred(&project.titles, language.as_deref());
            mapped.description = preferred(&project.descriptions, language.as_deref());
            (mapped.number, mapped.number_basis) = number(&lot, mapped.title.as_deref());
            mapped.nature = project.nature.as_deref().and_then(nature);
            mapped.cpv = self.cpv(project, &prefix);
            mapped.places = self.places(project, &prefix);
            mapped.estimated_value = self.value(project, &prefix);
            mapped.deadline = self.deadline(project, &prefix);
            mapped.duration_months = duration(project);
            mapped.coded = coded(&mut lot.project, &prefix).collect();
            mapped.texts = texts(&mut lot.project, &prefix).collect();
            settle_texts(&mut mapped.texts);
            notice.lots.push(mapped);
        }
        settle_texts(&mut notice.texts);
    }

    fn cpv(&mut self, project: &Project, prefix: &str) -> Vec<crate::domain::cpv::Cpv> {
        let path = format!("{prefix}cac:ProcurementProject/cac:MainCommodityClassification");
        let raw = project.main_cpv.iter().chain(&project.additional_cpv).map(String::as_str);
        self.issues.cpvs(raw, &path)
    }

    fn places(&mut self, project: &Project, prefix: &str) -> Vec<Place> {
        let path = format!("{prefix}cac:ProcurementProject/cac:RealizedLocation");
        let places = project.places.iter().map(|address| place(address, &path, self.issues));
        places.filter(|place| !place.is_empty()).collect()
    }

    fn value(
        &mut self,
        project: &Project,
        prefix: &str,
    ) -> Option<crate::domain::money::EstimatedValue> {
        let path = format!("{prefix}cac:ProcurementProject/cac:RequestedTenderTotal");
        let (amount, high) = (project.estimated_value.as_ref(), project.framework_maximum.as_ref());
        let currency = amount.or(high).and_then(|amount| amount.currency.as_deref());
        let text = |amount: Option<&model::Amount>| amount.map(|amount| amount.value.clone());
        let (amount, high) = (text(amount), text(high));
        self.issues.value(amount.as_deref(), None, high.as_deref(), currency, &path)
    }

    /// The time to answer by: BT-131, else BT-1311, else BT-630.
    fn deadline(&mut self, project: &Project, prefix: &str) -> Option<TenderDeadline> {
        let (name, stamp) = [
            ("cac:TenderSubmissionDeadline", &project.tender_deadline),
            ("cac:ParticipationRequestReception", &project.participation_deadline),
            ("efac:InterestExpressionReception", &project.interest_deadline),
        ]
        .into_iter()
        .find_map(|(name, deadline)| Some((name, deadline.stamp()?)))?;
        let path = format!("{prefix}cac:TenderingProcess/{name}Period");
        self.issues.deadline(Some(&stamp), self.context, &path)
    }

    fn change(&mut self, notice: &mut Notice) {
        if !self.eforms.is_change {
            return;
        }
        let correction = notice.correction.get_or_insert_with(Correction::default);
        // A reason of cancellation outweighs the others.
        let reasons = &self.eforms.change_reasons;
        let cancels = reasons.iter().find(|reason| reason.starts_with("cancel"));
        correction.reason = cancels.or_else(|| reasons.first()).cloned();
        let words = notice.texts.iter().filter(|text| text.role == TextRole::Correction);
        let words: Vec<&str> = words.map(|text| text.text.as_str()).collect();
        if !words.is_empty() {
            correction.text = Some(words.join("\n"));
        }
    }
}

/// The text in French, else in the notice's language, else the first one. All of them stand in the
/// notice's texts with their language.
fn preferred(texts: &ByLanguage, language: Option<&str>) -> Option<String> {
    let of = |wanted: &str| texts.iter().find(|(known, _)| known.as_deref() == Some(wanted));
    of("FRA").or_else(|| language.and_then(of)).or(texts.first()).map(|(_, text)| text.clone())
}

/// The number people use for a lot: its internal identifier when that is one (`5`, `Lot n°5`),
/// else the head of its title, else the digits of its eForms identifier.
fn number(lot: &model::Lot, title: Option<&str>) -> (Option<String>, Option<NumberBasis>) {
    let internal = lot.project.internal_id.as_deref().unwrap_or("").trim();
    let short = !internal.is_empty()
        && internal.chars().count() <= 3
        && internal.starts_with(|c: char| c.is_ascii_digit());
    if short {
        return (Some(LotKey::of(internal).as_str().to_owned()), Some(NumberBasis::Stated));
    }
    if let Some(number) = number_in_title(internal) {
        return (Some(number), Some(NumberBasis::Stated));
    }
    if let Some(number) = title.and_then(number_in_title) {
        return (Some(number), Some(NumberBasis::Title));
    }
    let digits = lot.id.rsplit('-').next().unwrap_or("").trim_start_matches('0');
    match digits {
        "" => (None, None),
        digits => (Some(digits.to_owned()), Some(NumberBasis::Identifier)),
    }
}

/// The duration stated (BT-36), else that from the first to the last day (BT-536, BT-537).
fn duration(project: &Project) -> Option<u32> {
    let stated = project.duration.as_ref();
    stated
        .and_then(|duration| months(&duration.value, &duration.unit))
        .or_else(|| months_between(project.begins_on.as_deref()?, project.ends_on.as_deref()?))
}

/// The coded fields of a project, which are taken from it, with their path from the root.
fn coded(project: &mut Project, prefix: &str) -> impl Iterator<Item = Coded> {
    std::mem::take(&mut project.coded)
        .into_iter()
        .map(move |coded| Coded { path: [prefix, &coded.path].concat(), ..coded })
}

/// The texts of a project, which are taken from it, with their path from the root.
fn texts(project: &mut Project, prefix: &str) -> impl Iterator<Item = NoticeText> {
    std::mem::take(&mut project.texts).into_iter().map(move |text| NoticeText {
        path: [prefix, &text.path].concat(),
        role: text.role,
        language: text.language,
        text: text.text,
    })
}

fn place(address: &model::Address, path: &str, issues: &mut Issues) -> Place {
    let place = Place {
        text: address.street.clone(),
        nuts: issues.nuts(address.nuts.as_deref(), path),
        postal_code: address.postal_code.clone(),
        city: address.city.clone(),
        country: address.country.clone(),
        ..Place::default()
    };
    place.enriched()
}
