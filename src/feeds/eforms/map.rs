//! From an [`EformsNotice`] to a [`Notice`].

use uuid::Uuid;

use super::decode::EformsDecoder;
use super::model::{self, EformsNotice, Project};
use crate::domain::award::{Outcome, OutcomeKind};
use crate::domain::coded::Coded;
use crate::domain::deadline::{DeadlineContext, TenderDeadline};
use crate::domain::issue::IssueKind;
use crate::domain::lot::{Lot, LotKey, NumberBasis};
use crate::domain::notice::{
    Correction, FormType, LinkBasis, Notice, NoticeLink, NoticeText, TextRole,
};
use crate::domain::organisation::{Party, PartyRole};
use crate::domain::place::Place;
use crate::domain::source::Source;
use crate::feeds::document::Decoded;
use crate::feeds::markup::{MarkupError, read_xml};
use crate::feeds::read::{Issues, months, nature, number_in_title, settle, settle_texts};

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
    let published = eforms.publication_id.as_deref().map(|number| number.trim_start_matches('0'));
    let version = eforms.version.as_deref().unwrap_or("01");
    let own = eforms.notice_id.as_deref().map(|uuid| format!("{uuid}-{version}"));
    let Some(source_id) = published.map(str::to_owned).or(own) else {
        issues.add(IssueKind::MissingIdentifier, "cbc:ID", "there is no notice identifier");
        return Decoded { notice: None, issues: issues.0 };
    };
    let mut notice = Notice::new(Source::Ted, source_id, FormType::Other);
    if let Some(number) = published {
        notice.url = Some(format!("https://ted.europa.eu/fr/notice/-/detail/{number}"));
    }
    fill(&mut notice, eforms, &mut issues);
    settle(&mut notice, &mut issues);
    Decoded { notice: Some(notice), issues: issues.0 }
}

/// Form of a notice (BT-03) by the name of its list.
fn form_type(eforms: &EformsNotice) -> FormType {
    match eforms.form.as_deref() {
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

struct Mapper<'i> {
    eforms: EformsNotice,
    issues: &'i mut Issues,
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
        notice.notice_uuid = uuid(self.issues, &eforms.notice_id, "cbc:ID");
        notice.version.clone_from(&eforms.version);
        notice.folder = uuid(self.issues, &eforms.folder, "cbc:ContractFolderID");
        notice.procedure_type.clone_from(&eforms.procedure_type);
        if notice.published_on.is_none() {
            let published = eforms.publication_date.as_deref().or(eforms.issue_date.as_deref());
            notice.published_on = self.issues.day(published, "cbc:IssueDate");
        }
    }

    fn party(&mut self, role: PartyRole, id: &str) -> Option<Party> {
        let eforms = &self.eforms;
        let touched = eforms.touch_points.iter().find(|(point, _)| point == id);
        let id = touched.map_or(id, |(_, organisation)| organisation);
        let organisation = eforms.organisations.iter().find(|known| known.id == id)?.clone();
        let name = organisation.name?;
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
        let project = std::mem::take(&mut self.eforms.project);
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
        notice.coded.extend(coded(&project, ""));
        notice.texts.extend(texts(&project, ""));
        settle_texts(&mut notice.texts);
        let documents = project.documents_url.as_ref();
        let of_lot = || self.eforms.lots.iter().find_map(|lot| lot.project.documents_url.as_ref());
        notice.documents_url =
            documents.or_else(of_lot).or(self.eforms.buyer_profile_url.as_ref()).cloned();
    }

    fn lots(&mut self, notice: &mut Notice) {
        let language = self.eforms.language.clone();
        let lots = std::mem::take(&mut self.eforms.lots);
        let has_lots = lots.iter().any(|lot| lot.scheme == "Lot");
        for lot in lots {
            // A group of lots is not a lot; parts are the lots of a planning notice.
            if lot.scheme == "LotsGroup" || (lot.scheme == "Part" && has_lots) {
                continue;
            }
            let prefix = format!("cac:ProcurementProjectLot[{}]/", lot.id);
            if lot.id.is_empty() {
                self.issues.add(IssueKind::DefectiveLot, &prefix, "a lot without identifier");
            }
            let project = &lot.project;
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
            mapped.coded = coded(project, &prefix).collect();
            mapped.texts = texts(project, &prefix).collect();
            settle_texts(&mut mapped.texts);
            notice.lots.push(mapped);
        }
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

    fn deadline(&mut self, project: &Project, prefix: &str) -> Option<TenderDeadline> {
        let stamp =
            project.tender_deadline.stamp().map(|stamp| ("TenderSubmissionDeadline", stamp));
        let (name, stamp) = stamp.or_else(|| {
            let stamp = project.participation_deadline.stamp()?;
            Some(("ParticipationRequestReception", stamp))
        })?;
        let path = format!("{prefix}cac:TenderingProcess/cac:{name}Period");
        self.issues.deadline(Some(&stamp), self.context, &path)
    }

    fn outcomes(&mut self, notice: &mut Notice) {
        let results = std::mem::take(&mut self.eforms.results);
        for result in results {
            let Some(kind) = outcome_kind(&result) else { continue };
            let lot = result.lot.as_deref().map_or_else(LotKey::whole, LotKey::of);
            let mut outcome = Outcome::new(lot, kind);
            outcome.text.clone_from(&result.reason);
            let received = result.received.iter().find(|(code, _)| code == "tenders");
            outcome.tenders_received = received.and_then(|(_, number)| number.parse().ok());
            let contract = self.eforms.contracts.iter().find(|c| result.contracts.contains(&c.id));
            let decided = contract
                .and_then(|contract| contract.award_date.clone())
                .or_else(|| self.eforms.award_date.clone());
            outcome.decided_on = self.issues.day(decided.as_deref(), "efac:SettledContract");
            // A result lists every tender received; the winning ones are those of its contracts.
            let won: Vec<model::LotTender> = match contract {
                Some(contract) if !contract.tenders.is_empty() => self.tenders(&contract.tenders),
                _ => self.tenders(&result.tenders),
            };
            if kind == OutcomeKind::Awarded {
                // Several winners of one lot (a framework agreement): no single amount is right.
                if let [only] = won.as_slice()
                    && let Some(value) = &only.value
                {
                    let path = "efac:LotTender/cac:LegalMonetaryTotal/cbc:PayableAmount";
                    outcome.amount =
                        self.issues.money(Some(&value.value), value.currency.as_deref(), path);
                }
                for id in won.iter().filter_map(|tender| tender.party.as_ref()) {
                    let party = self.eforms.parties.iter().find(|party| party.id == *id);
                    for tenderer in party.map_or_else(Vec::new, |party| party.tenderers.clone()) {
                        let supplier = self.party(PartyRole::Supplier, &tenderer);
                        let fresh = supplier.filter(|one| !outcome.suppliers.contains(one));
                        outcome.suppliers.extend(fresh);
                    }
                }
            }
            notice.outcomes.push(outcome);
        }
    }

    fn tenders(&self, ids: &[String]) -> Vec<model::LotTender> {
        self.eforms.tenders.iter().filter(|tender| ids.contains(&tender.id)).cloned().collect()
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
        for raw in &self.eforms.changed_notices {
            let id = raw.trim();
            if !id.is_empty() {
                notice.links.push(NoticeLink {
                    basis: LinkBasis::ChangedNotice,
                    source: Source::Ted,
                    source_id: id.to_owned(),
                });
            }
        }
    }
}

/// The text in the notice's language, else in French, else the first one.
fn preferred(texts: &[(Option<String>, String)], language: Option<&str>) -> Option<String> {
    let of = |wanted: &str| texts.iter().find(|(known, _)| known.as_deref() == Some(wanted));
    language
        .and_then(of)
        .or_else(|| of("FRA"))
        .or_else(|| texts.first())
        .map(|(_, text)| text.clone())
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

fn duration(project: &Project) -> Option<u32> {
    project.duration.as_ref().and_then(|duration| months(&duration.value, &duration.unit))
}

fn coded(project: &Project, prefix: &str) -> impl Iterator<Item = Coded> {
    project.coded.iter().map(move |coded| Coded {
        field: coded.field,
        value: coded.value.clone(),
        path: format!("{prefix}{}", coded.path),
    })
}

fn texts(project: &Project, prefix: &str) -> impl Iterator<Item = NoticeText> {
    project.texts.iter().map(move |text| NoticeText {
        path: format!("{prefix}{}", text.path),
        role: text.role,
        language: text.language.clone(),
        text: text.text.clone(),
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

/// The outcome of a result (BT-142), told apart by its reason (BT-144): no tender or no suitable
/// one is *infructueux*; a decision of the buyer is *sans suite*. A lot still to be decided
/// (`open-nw`) has no outcome.
fn outcome_kind(result: &model::LotResult) -> Option<OutcomeKind> {
    match result.result.as_deref()? {
        "selec-w" => Some(OutcomeKind::Awarded),
        "clos-nw" => Some(match result.reason.as_deref() {
            Some("chan-need" | "ins-fund" | "rev-body" | "rev-buyer" | "tch-pro") => {
                OutcomeKind::Cancelled
            }
            _ => OutcomeKind::Unsuccessful,
        }),
        _ => None,
    }
}
