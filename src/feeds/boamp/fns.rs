//! `FNSimple`: the national standard form, 90,000 € to the European thresholds.
//!
//! Its lots have neither number nor title, and `reservationMarche` says only "all or part".

use super::forms::{address, buyer, deadline_context, form, texts, whole_lot};
use super::gestion::{Gestion, add_link};
use crate::domain::coded::{Coded, CodedField};
use crate::domain::lot::{Lot, LotKey};
use crate::domain::money::EstimatedValue;
use crate::domain::notice::{LinkBasis, Notice, TextRole};
use crate::domain::organisation::PartyRole;
use crate::domain::place::Place;
use crate::domain::text::clean;
use crate::feeds::prose;
use crate::feeds::read::{Issues, months, nature, number_lots};
use crate::feeds::tree::Element;

fn role(path: &str) -> Option<TextRole> {
    Some(match path {
        "natureMarche/intitule" => TextRole::Title,
        "natureMarche/description" => TextRole::Description,
        "procedure/criteresAttrib" | "natureMarche/criteresAttrib" => TextRole::AwardCriteria,
        "procedure/capaciteExercice" | "procedure/capaciteEcoFin" | "procedure/capaciteTech" => {
            TextRole::Suitability
        }
        "infosRectif" => TextRole::Correction,
        "attributionMarche" => TextRole::Result,
        path if path.starts_with("informComplementaire/") => TextRole::AdditionalInformation,
        path if path.starts_with("natureMarche/reservationMarche") => TextRole::ExecutionConditions,
        _ => return None,
    })
}

/// Fills a notice from `FNSimple`.
pub fn fill(notice: &mut Notice, root: &Element, gestion: &Gestion, issues: &mut Issues) {
    let organisme = root.child("organisme").cloned().unwrap_or_default();
    let mut party = buyer(&organisme, gestion.buyer.as_deref());
    if let Some(party) = &mut party {
        party.place = address(&organisme);
        check_siret(party, issues);
    }
    notice.parties.extend(party);
    let Some((name, form)) = form(root) else { return };
    let prefix = format!("FNSimple/{name}/");
    let market = form.child("natureMarche").cloned().unwrap_or_default();
    notice.title = market.text_at("intitule").map(clean);
    notice.description = market.text_at("description").map(clean);
    notice.nature = market.child("natureMarche").and_then(Element::choice).and_then(nature);
    notice.reference = form.text_at("communication/identifiantInterne").map(clean);
    notice.cpv = cpv(&market, &prefix, issues);
    notice
        .places
        .extend(market.text_at("lieuExecution").map(|text| Place::from_text(&clean(text))));
    notice.duration_months =
        market.text_at("dureeMois").and_then(|months_| months(months_, "MONTH"));
    notice.estimated_value = value(&market, &prefix, issues);
    let documents = form.text_at("communication/urlDocConsul");
    let profile = form.text_at("communication/urlProfilAch");
    notice.documents_url = documents.or(profile).map(clean);
    if let Some(before) = form.text_at("avisInitial/idWeb") {
        add_link(notice, LinkBasis::AvisInitial, before);
    }
    if let Some(choice) = market.child("reservationMarche").and_then(Element::choice) {
        notice.coded.push(Coded {
            field: CodedField::FnsReservation,
            value: choice.to_owned(),
            path: format!("{prefix}natureMarche/reservationMarche"),
        });
    }
    let mut body = form.clone();
    body.children.retain(|child| child.name != "lots");
    notice.texts = texts(&body, &prefix, role);
    let stamped = form.text_at("procedure/dateReceptionOffres").or(gestion.deadline.as_deref());
    let path = format!("{prefix}procedure/dateReceptionOffres");
    notice.deadline = issues.deadline(stamped, deadline_context(notice), &path);
    match name {
        "initial" | "annulation" => notice.lots = lots(form, &prefix, issues),
        "attribution" => result(notice, form, gestion),
        _ => {}
    }
}

fn check_siret(party: &crate::domain::organisation::Party, issues: &mut Issues) {
    if let (None, Some(raw), PartyRole::Buyer) = (&party.siret, &party.raw_identifier, party.role) {
        let kind = crate::domain::issue::IssueKind::InvalidIdentifier;
        let message = format!("`{raw}` is not a valid SIRET; kept as it is");
        issues.add(kind, "FNSimple/organisme/codeIdentificationNational", message);
    }
}

fn cpv(element: &Element, prefix: &str, issues: &mut Issues) -> Vec<crate::domain::cpv::Cpv> {
    let codes = element.all("codeCPV").flat_map(|code| &code.children);
    let codes = codes.flat_map(|object| object.all("classPrincipale"));
    let codes: Vec<&str> = codes.map(|code| code.text.as_str()).filter(|c| !c.is_empty()).collect();
    issues.cpvs(codes.into_iter(), &format!("{prefix}codeCPV"))
}

fn value(market: &Element, prefix: &str, issues: &mut Issues) -> Option<EstimatedValue> {
    let value = market.child("valeurEstimee")?;
    issues.value(
        value.text_at("valeur"),
        value.text_at("fourchette/valeurBasse"),
        value.text_at("fourchette/valeurHaute"),
        value.attribute("devise"),
        &format!("{prefix}natureMarche/valeurEstimee"),
    )
}

fn lots(form: &Element, prefix: &str, issues: &mut Issues) -> Vec<Lot> {
    let elements: Vec<&Element> =
        form.child("lots").map_or_else(Vec::new, |lots| lots.all("lot").collect());
    if elements.is_empty() {
        return vec![whole_lot()];
    }
    let mut lots = Vec::with_capacity(elements.len());
    for (position, element) in elements.into_iter().enumerate() {
        let prefix = format!("{prefix}lots/lot[{}]/", position + 1);
        let mut lot = Lot::new(LotKey::whole());
        lot.title = element.text_at("intitule").map(clean);
        lot.description = element.text_at("description").map(clean);
        lot.cpv = cpv(element, &prefix, issues);
        let place = element.text_at("lieuExecutionLivraison");
        lot.places.extend(place.map(|text| Place::from_text(&clean(text))));
        lot.texts = texts(element, &prefix, |path| match path {
            "description" => Some(TextRole::Description),
            "intitule" => Some(TextRole::Title),
            _ => None,
        });
        lots.push(lot);
    }
    number_lots(&mut lots);
    lots
}

/// Results stand in one free text.
fn result(notice: &mut Notice, form: &Element, gestion: &Gestion) {
    let text = form.text_at("attributionMarche").map(clean).unwrap_or_default();
    notice.outcomes = prose::outcomes(&text);
    if notice.outcomes.is_empty() && !gestion.holders.is_empty() {
        notice.outcomes.push(super::holders_outcome(&gestion.holders));
    }
    notice.lots = super::lots_of_outcomes(&notice.outcomes);
}
