//! `MAPA`: below 90,000 €. No CPV, no SIRET, no code of reservation: only words.

use super::forms::{address, buyer, deadline_context, form, texts, whole_lot};
use super::gestion::{Gestion, add_link};
use crate::domain::award::{Outcome, OutcomeKind};
use crate::domain::lot::{Lot, LotKey, NumberBasis};
use crate::domain::money::{EstimatedValue, Money};
use crate::domain::notice::{LinkBasis, Notice, TextRole};
use crate::domain::organisation::{Party, PartyRole};
use crate::domain::place::Place;
use crate::domain::text::clean;
use crate::feeds::read::{Issues, months, nature, number_lots};
use crate::feeds::tree::Element;

fn role(path: &str) -> Option<TextRole> {
    Some(match path {
        "description/objet" | "descriptionReduite/objet" => TextRole::Title,
        "caracteristiques/principales" | "caracteristiques/quantites" => TextRole::Description,
        "renseignements/rensgComplt" | "autresInformations/informations" => {
            TextRole::AdditionalInformation
        }
        path if path.starts_with("criteres/") || path.starts_with("criteresAttribution/") => {
            TextRole::AwardCriteria
        }
        path if path.starts_with("justifications/") => TextRole::Suitability,
        path if path.starts_with("conditions/") => TextRole::ExecutionConditions,
        path if path.starts_with("infosRectif") => TextRole::Correction,
        path if path.starts_with("attribution/") => TextRole::Result,
        _ => return None,
    })
}

/// Fills a notice from `MAPA`.
pub fn fill(notice: &mut Notice, root: &Element, gestion: &Gestion, issues: &mut Issues) {
    let organisme = root.child("organisme").cloned().unwrap_or_default();
    notice.parties.extend(buyer(&organisme, gestion.buyer.as_deref()));
    let Some((name, form)) = form(root) else { return };
    let prefix = format!("MAPA/{name}/");
    let object = form.text_at("description/objet").or(form.text_at("descriptionReduite/objet"));
    notice.title = object.map(clean);
    let main = form.text_at("caracteristiques/principales");
    notice.description = main.or(form.text_at("caracteristiques/quantites")).map(clean);
    notice.nature = form.child("natureMarche").and_then(Element::choice).and_then(nature);
    notice.reference = form.text_at("renseignements/idMarche").map(clean);
    let duration = form.text_at("duree/nbMois").or(form.text_at("natureMarche/nbMois"));
    notice.duration_months = duration
        .and_then(|months_| months(months_, "MONTH"))
        .or_else(|| form.text_at("duree/nbJours").and_then(|days| months(days, "DAY")));
    let places = ["lieuExecution", "lieuLivraison", "lieuExecutionLivraison"];
    let places = places.iter().filter_map(|name| form.at("description")?.child(name));
    notice.places = places.map(address).filter(|place| *place != Place::default()).collect();
    notice.places.dedup();
    notice.documents_url = organisme.text_at("urlProfilAcheteur").map(clean);
    if let Some(before) = form.text_at("avisInitial/idWeb") {
        add_link(notice, LinkBasis::AvisInitial, before);
    }
    let mut body = form.clone();
    body.children.retain(|child| child.name != "lots");
    notice.texts = texts(&body, &prefix, role);
    let stamped = form.text_at("delais/receptionOffres").or(gestion.deadline.as_deref());
    let path = format!("{prefix}delais/receptionOffres");
    notice.deadline = issues.deadline(stamped, deadline_context(notice), &path);
    match name {
        "initial" | "annulation" => notice.lots = lots(form, &prefix),
        "attribution" => {
            if let Some(result) = form.child("attribution") {
                notice.outcomes = outcomes(form, result, issues);
            }
            if notice.outcomes.is_empty() && !gestion.holders.is_empty() {
                notice.outcomes.push(super::holders_outcome(&gestion.holders));
            }
            notice.lots = super::lots_of_outcomes(&notice.outcomes);
            let results = form.child("attribution");
            let titles = results.into_iter().flat_map(|results| results.all("lotMarche"));
            for element in titles {
                let key = lot_key(element);
                let lot = notice.lots.iter_mut().find(|lot| Some(&lot.key) == key.as_ref());
                if let Some(lot) = lot {
                    lot.title = first_text(element, &["intitule", "description", "objet"]);
                }
            }
        }
        _ => {}
    }
}

fn first_text(element: &Element, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| element.text_at(name)).map(clean)
}

fn lot_number(element: &Element) -> Option<String> {
    first_text(element, &["numLot", "numeroLot", "num"])
}

fn lot_key(element: &Element) -> Option<LotKey> {
    lot_number(element).map(|number| LotKey::of(&number))
}

fn lots(form: &Element, prefix: &str) -> Vec<Lot> {
    let elements: Vec<&Element> =
        form.child("lots").map_or_else(Vec::new, |lots| lots.all("lot").collect());
    if elements.is_empty() {
        return vec![whole_lot()];
    }
    let numbered = elements.iter().all(|element| lot_number(element).is_some());
    let mut lots = Vec::with_capacity(elements.len());
    for (position, element) in elements.into_iter().enumerate() {
        let prefix = format!("{prefix}lots/lot[{}]/", position + 1);
        let mut lot = Lot::new(LotKey::whole());
        lot.title = first_text(element, &["intitule", "objet"]);
        lot.description = element.text_at("description").map(clean);
        lot.estimated_value = element.text_at("quantite").and_then(amount_in_quantity);
        lot.texts = texts(element, &prefix, |path| match path {
            "description" => Some(TextRole::Description),
            "intitule" | "objet" => Some(TextRole::Title),
            _ => None,
        });
        lot.source_id = lot_number(element);
        lots.push(lot);
    }
    if numbered {
        for lot in &mut lots {
            let number = lot.source_id.clone().unwrap_or_default();
            lot.key = LotKey::of(&number);
            lot.number = Some(number);
            lot.number_basis = Some(NumberBasis::Stated);
        }
    } else {
        number_lots(&mut lots);
    }
    lots
}

/// Buyers write amounts into the quantity: `20 000 € HT`. Anything else is not an amount.
fn amount_in_quantity(text: &str) -> Option<EstimatedValue> {
    let text = clean(text);
    let amount = text.trim_end_matches(['.', ' ']).trim_end_matches("HT").trim_end();
    let amount = ["€", "euros", "EUR", "euro"].iter().find_map(|unit| amount.strip_suffix(unit))?;
    let money = Money::parse(amount, None)?;
    Some(EstimatedValue { amount: Some(money), ..EstimatedValue::default() })
}

/// `attribution.resultat.{attribue, sansSuite, infructueux}` for the whole, or the same inside
/// each `attribution.lotMarche`.
fn outcomes(form: &Element, attribution: &Element, issues: &mut Issues) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for element in attribution.all("lotMarche") {
        let lot = lot_key(element).unwrap_or_default();
        let result = element.child("resultat").unwrap_or(element);
        outcomes.extend(outcome(lot, result, issues));
    }
    for result in attribution.all("resultat") {
        outcomes.extend(outcome(LotKey::whole(), result, issues));
    }
    let more = form.child("autresInformations");
    for outcome in &mut outcomes {
        if let Some(more) = more {
            let day = more.text_at("dateAttribution");
            outcome.decided_on = issues.day(day, "MAPA/attribution/autresInformations");
            outcome.tenders_received =
                more.text_at("nbOffresRecues").and_then(|count| count.parse().ok());
            outcome.text = more.text_at("informations").map(clean);
        }
    }
    outcomes
}

fn outcome(lot: LotKey, result: &Element, issues: &mut Issues) -> Option<Outcome> {
    if result.has("sansSuite") {
        return Some(Outcome::new(lot, OutcomeKind::Cancelled));
    }
    if result.has("infructueux") {
        return Some(Outcome::new(lot, OutcomeKind::Unsuccessful));
    }
    let awarded = result.child("attribue").or_else(|| result.has("titulaire").then_some(result))?;
    let mut outcome = Outcome::new(lot, OutcomeKind::Awarded);
    for holder in awarded.all("titulaire") {
        let name = first_text(holder, &["PersonneMorale", "denomination", "nom"]);
        if let Some(name) = name {
            let identifier = holder.text_at("codeIdentificationNational").map(clean);
            let party = Party::new(PartyRole::Supplier, name, identifier, address(holder));
            outcome.suppliers.push(party);
        }
    }
    if let Some(amount) = awarded.child("montant") {
        let raw = amount.text_at("valeur").or(Some(amount.text.as_str()));
        let path = "MAPA/attribution/attribution/resultat/attribue/montant";
        outcome.amount = issues.money(raw, amount.attribute("devise"), path);
    }
    Some(outcome)
}
