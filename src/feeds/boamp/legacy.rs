//! The XML of `Boamp_v230.xsd` and before: `IDENTITE`, `OBJET`, `PROCEDURE`, `ATTRIBUTION` …

use super::forms::{deadline_context, texts, whole_lot};
use super::gestion::{Gestion, add_link};
use crate::domain::award::{Outcome, OutcomeKind};
use crate::domain::coded::{Coded, CodedField};
use crate::domain::lot::{Lot, LotKey, NumberBasis};
use crate::domain::money::EstimatedValue;
use crate::domain::notice::{LinkBasis, Notice, TextRole};
use crate::domain::organisation::{Party, PartyRole};
use crate::domain::place::Place;
use crate::domain::text::clean;
use crate::feeds::read::{Issues, months, nature, number_lots};
use crate::feeds::tree::Element;

/// Whether a tree of `DONNEES` is of this shape.
pub fn is_legacy(root: &Element) -> bool {
    root.has("IDENTITE") || root.has("OBJET")
}

fn role(path: &str) -> Option<TextRole> {
    let name = path.rsplit('/').next().unwrap_or(path);
    Some(match name {
        "TITRE_MARCHE" | "INTITULE" => TextRole::Title,
        "OBJET_COMPLET" | "DESCRIPTION" | "PRINCIPALES" => TextRole::Description,
        "CONDITION_PARTICULIERE_EXECUTION" | "AUTRES_CONDITIONS_PART_OUI" => {
            TextRole::ExecutionConditions
        }
        "MARCHE_RESERVE_OUI" | "LOTS_RESERVE_POUVOIR_ADJUDICATEUR" => TextRole::ExecutionConditions,
        "RENS_COMPLEMENT" | "INFO_COMPL" => TextRole::AdditionalInformation,
        "PROCEDURES_RECOURS_PRECISIONS" => TextRole::Review,
        // `MARCHE_RESERVE_OUI` and friends may say who; `PRESTATION_RESERVEE_OUI` names a trade.
        "PRESTATION_RESERVEE_OUI" => TextRole::Suitability,
        _ if path.contains("CRITERES_ATTRIBUTION") => TextRole::AwardCriteria,
        _ if path.starts_with("CONDITION_PARTICIPATION/") => TextRole::Suitability,
        _ if path.contains("RECTIF") => TextRole::Correction,
        _ if path.starts_with("ATTRIBUTION/") => TextRole::Result,
        _ => return None,
    })
}

/// Fills a notice from the children of `DONNEES`.
pub fn fill(notice: &mut Notice, root: &Element, gestion: &Gestion, issues: &mut Issues) {
    let identity = root.child("IDENTITE").cloned().unwrap_or_default();
    let name = identity.text_at("DENOMINATION").map(clean).or_else(|| gestion.buyer.clone());
    if let Some(name) = name {
        let identifier = identity.text_at("CODE_IDENT_NATIONAL").map(clean);
        let mut place = address(&identity);
        place.nuts =
            issues.nuts(identity.text_at("ADJUDICATEUR_NUTS"), "IDENTITE/ADJUDICATEUR_NUTS");
        notice.parties.push(Party::new(PartyRole::Buyer, name, identifier, place));
    }
    let object = root.child("OBJET").cloned().unwrap_or_default();
    let title = object.text_at("TITRE_MARCHE").or(object.text_at("OBJET_COMPLET"));
    notice.title = title.map(clean).or_else(|| gestion.object.clone());
    notice.description = object.text_at("OBJET_COMPLET").map(clean);
    notice.nature = object.child("TYPE_MARCHE").and_then(Element::choice).and_then(nature);
    notice.reference = object.text_at("REF_MARCHE").map(clean);
    notice.cpv = cpv(&object, "OBJET/", issues);
    notice.places = places(object.child("LIEU_EXEC_LIVR"), "OBJET/LIEU_EXEC_LIVR", issues);
    let value = object.child("CARACTERISTIQUES");
    notice.estimated_value = value.and_then(|value| estimated(value, "OBJET/", issues));
    notice.duration_months =
        object.text_at("DUREE_DELAI/DUREE_MOIS").and_then(|m| months(m, "MONTH"));
    let documents = identity.text_at("URL_DOCUMENT").or(identity.text_at("URL_PROFIL_ACHETEUR"));
    notice.documents_url = documents.map(clean);
    if let Some(before) = root.text_at("PUBLICATION_ANTERIEURE/IDWEB") {
        add_link(notice, LinkBasis::AvisInitial, before);
    }
    let conditions = root.child("CONDITION_PARTICIPATION").cloned().unwrap_or_default();
    let reserved = [&object, &conditions].into_iter().flat_map(|element| &element.children);
    for element in reserved {
        let (field, value) = match element.name.as_str() {
            "MARCHE_RESERVE_OUI" => (CodedField::LegacyReservation, "oui"),
            "MARCHE_RESERVE_NON" => (CodedField::LegacyReservation, "non"),
            "PRESTATION_RESERVEE_OUI" => (CodedField::ParticularProfession, "oui"),
            _ => continue,
        };
        let path = format!("CONDITION_PARTICIPATION/{}", element.name);
        notice.coded.push(Coded { field, value: value.to_owned(), path });
    }
    let stamped = root.text_at("CONDITION_DELAI/RECEPT_OFFRES");
    let stamped = stamped.or(root.text_at("CONDITION_DELAI/RECEPT_CANDIDATURES"));
    let stamped = stamped.or(gestion.deadline.as_deref());
    let path = "CONDITION_DELAI/RECEPT_OFFRES";
    notice.deadline = issues.deadline(stamped, deadline_context(notice), path);
    notice.lots = lots(&object, issues);
    let mut body = root.clone();
    for child in &mut body.children {
        child.children.retain(|child| {
            !matches!(child.name.as_str(), "LOTS" | "ADRESSES_COMPLEMENTAIRES" | "DECISION")
        });
    }
    notice.texts = texts(&body, "", role);
    if let Some(award) = root.child("ATTRIBUTION") {
        result(notice, award, gestion, issues);
    }
}

fn address(element: &Element) -> Place {
    Place {
        postal_code: element.text_at("CP").map(clean),
        city: element.text_at("VILLE").map(clean),
        ..Place::default()
    }
}

fn cpv(element: &Element, prefix: &str, issues: &mut Issues) -> Vec<crate::domain::cpv::Cpv> {
    let codes = element.all("CPV").flat_map(|cpv| &cpv.children);
    let codes: Vec<&str> = codes.map(|code| code.text.as_str()).filter(|c| !c.is_empty()).collect();
    issues.cpvs(codes.into_iter(), &format!("{prefix}CPV"))
}

fn places(element: Option<&Element>, path: &str, issues: &mut Issues) -> Vec<Place> {
    let Some(element) = element else { return Vec::new() };
    let mut place = address(element);
    place.text = element.text_at("ADRESSE").or(element.text_at("LIEU_PRINCIPAL")).map(clean);
    place.nuts = issues.nuts(element.text_at("CODE_NUTS"), path);
    let place = place.enriched();
    if place.is_empty() { Vec::new() } else { vec![place] }
}

fn estimated(element: &Element, path: &str, issues: &mut Issues) -> Option<EstimatedValue> {
    let value = element.child("VALEUR").or_else(|| element.child("VALEUR_TOTALE"));
    let currency = ["VALEUR", "VALEUR_TOTALE", "VALEUR_MAX", "VALEUR_MIN"]
        .iter()
        .find_map(|name| element.child(name)?.attribute("DEVISE"));
    issues.value(
        value.map(|value| value.text.as_str()),
        element.text_at("VALEUR_MIN"),
        element.text_at("VALEUR_MAX"),
        currency,
        path,
    )
}

fn lots(object: &Element, issues: &mut Issues) -> Vec<Lot> {
    let elements: Vec<&Element> =
        object.child("LOTS").map_or_else(Vec::new, |lots| lots.all("LOT").collect());
    if elements.is_empty() {
        return vec![whole_lot()];
    }
    let whole = elements.len() == 1 && !elements[0].has("NUM");
    let numbered = elements.iter().all(|element| element.has("NUM"));
    let mut lots = Vec::with_capacity(elements.len());
    for (position, element) in elements.into_iter().enumerate() {
        let prefix = format!("OBJET/LOTS/LOT[{}]/", position + 1);
        let mut lot = whole_lot();
        lot.title = element.text_at("INTITULE").map(clean);
        lot.description = element.text_at("DESCRIPTION").map(clean);
        lot.cpv = cpv(element, &prefix, issues);
        lot.places = places(Some(element), &prefix, issues);
        lot.estimated_value = estimated(element, &prefix, issues);
        lot.duration_months = element.text_at("DUREE_MOIS").and_then(|m| months(m, "MONTH"));
        lot.texts = texts(element, &prefix, role);
        lot.source_id = element.text_at("NUM").map(clean);
        if numbered {
            let number = lot.source_id.clone().unwrap_or_default();
            lot.key = LotKey::of(&number);
            lot.number = Some(number);
            lot.number_basis = Some(NumberBasis::Stated);
        }
        lots.push(lot);
    }
    if !numbered && !whole {
        number_lots(&mut lots);
    }
    lots
}

fn result(notice: &mut Notice, award: &Element, gestion: &Gestion, issues: &mut Issues) {
    let day = award.text_at("DATE_DECISION").map(str::to_owned);
    let whole = if award.has("SANS_SUITE") {
        Some(OutcomeKind::Cancelled)
    } else if award.has("INFRUCTUEUX") {
        Some(OutcomeKind::Unsuccessful)
    } else {
        None
    };
    for decision in award.all("DECISION") {
        let lot = decision.text_at("NUM_LOT").map(LotKey::of).unwrap_or_default();
        let kind = if decision.has("INFRUCTUEUX") {
            OutcomeKind::Unsuccessful
        } else if decision.has("SANS_SUITE") {
            OutcomeKind::Cancelled
        } else if decision.has("ATTRIBUE") || decision.has("TITULAIRE") {
            OutcomeKind::Awarded
        } else if let Some(whole) = whole {
            whole
        } else {
            continue;
        };
        let mut outcome = Outcome::new(lot, kind);
        for holder in decision.all("TITULAIRE") {
            if let Some(name) = holder.text_at("DENOMINATION").map(clean) {
                let identifier = holder.text_at("CODE_IDENT_NATIONAL").map(clean);
                let party = Party::new(PartyRole::Supplier, name, identifier, address(holder));
                outcome.suppliers.push(party);
            }
        }
        if let Some(facts) = decision.child("RENSEIGNEMENT") {
            let amount = facts.child("MONTANT");
            outcome.amount = amount.and_then(|amount| {
                let path = "ATTRIBUTION/DECISION/RENSEIGNEMENT/MONTANT";
                issues.money(Some(&amount.text), amount.attribute("DEVISE"), path)
            });
            outcome.tenders_received =
                facts.text_at("NB_OFFRE_RECU").and_then(|count| count.parse().ok());
            let decided = facts.text_at("DATE_ATTRIBUTION").or(day.as_deref());
            outcome.decided_on = issues.day(decided, "ATTRIBUTION/DECISION/RENSEIGNEMENT");
        }
        outcome.text = decision.text_at("INTITULE").or(decision.text_at("DESCRIPTION")).map(clean);
        notice.outcomes.push(outcome);
    }
    match whole {
        Some(kind) if notice.outcomes.is_empty() => {
            notice.outcomes.push(Outcome::new(LotKey::whole(), kind));
        }
        None if notice.outcomes.is_empty() && !gestion.holders.is_empty() => {
            notice.outcomes.push(super::holders_outcome(&gestion.holders));
        }
        _ => {}
    }
    // Without OBJET/LOTS the decisions are all that is known of the lots.
    if !notice.is_divided() {
        let described = notice.lots.iter().any(|lot| !lot.texts.is_empty());
        if !described {
            notice.lots = super::lots_of_outcomes(&notice.outcomes);
            for lot in &mut notice.lots {
                let of_lot = notice.outcomes.iter().find(|outcome| outcome.lot == lot.key);
                if !lot.key.is_whole() {
                    lot.title = of_lot.and_then(|outcome| outcome.text.clone());
                }
            }
        }
    }
}
