//! `DSP` (delegations of public service, concessions) and `DIVERS`.

use super::forms::{buyer, deadline_context, form, texts, whole_lot};
use super::gestion::{Gestion, add_link};
use crate::domain::coded::{Coded, CodedField};
use crate::domain::lot::{Lot, LotKey, NumberBasis};
use crate::domain::notice::{LinkBasis, Notice, TextRole};
use crate::domain::place::Place;
use crate::domain::text::clean;
use crate::feeds::read::{Issues, months, nature, number_lots};
use crate::feeds::tree::Element;

fn role(path: &str) -> Option<TextRole> {
    let name = path.rsplit('/').next().unwrap_or(path);
    Some(match name {
        "titreMarche" | "objet" | "intitule" | "titre" => TextRole::Title,
        "description" | "principales" | "quantites" => TextRole::Description,
        "infosComplementaires" | "rensgComplt" | "autresInformComplementaire" => {
            TextRole::AdditionalInformation
        }
        "executionPersonnel" | "executionConditions" | "conditionsExecution" => {
            TextRole::ExecutionConditions
        }
        _ if path.contains("criteres") => TextRole::AwardCriteria,
        _ if path.contains("marcheReserve") => TextRole::ExecutionConditions,
        _ if path.starts_with("situation/") => TextRole::Suitability,
        _ if path.contains("infosRectif") => TextRole::Correction,
        _ if path.contains("ecours") => TextRole::Review,
        _ => return None,
    })
}

/// Fills a notice from `DSP` or `DIVERS`.
pub fn fill(notice: &mut Notice, root: &Element, gestion: &Gestion, issues: &mut Issues) {
    let organisme = root.child("organisme").cloned().unwrap_or_default();
    notice.parties.extend(buyer(&organisme, gestion.buyer.as_deref()));
    let Some((name, form)) = form(root) else { return };
    let prefix = format!("{}/{name}/", root.name);
    // DSP describes the market in one element, DIVERS may put the same names at its root.
    let market = ["descriptionMarche", "description", "natureMarche"];
    let market = market.iter().find_map(|name| form.child(name)).unwrap_or(form);
    let title = ["titreMarche", "objet", "intitule", "titre"];
    let title = title.iter().find_map(|name| market.text_at(name).or(form.text_at(name)));
    notice.title = title.map(clean);
    notice.description = market.text_at("description").map(clean);
    let kind = market.child("natureMarche").or_else(|| form.child("natureMarche"));
    notice.nature = kind.and_then(Element::choice).and_then(nature);
    notice.reference = market.text_at("numeroReference").map(clean);
    notice.cpv = cpv(market, &prefix, issues);
    let nuts = organisme.text_at("codeNUTS");
    if let Some(party) = notice.parties.last_mut() {
        party.place.nuts = issues.nuts(nuts, "DSP/organisme/codeNUTS");
    }
    let documents = form.text_at("communication/documentMarche/urlDocument");
    notice.documents_url = documents.or(organisme.text_at("urlProfilAcheteur")).map(clean);
    if let Some(before) = form.text_at("avisInitial/idWeb") {
        add_link(notice, LinkBasis::AvisInitial, before);
    }
    if let Some(choice) = form.at("situation/marcheReserve").and_then(Element::choice) {
        notice.coded.push(Coded {
            field: CodedField::DspReservation,
            value: choice.to_owned(),
            path: format!("{prefix}situation/marcheReserve"),
        });
    }
    let stamped = [
        "renseignementsAdm/receptionInteret",
        "renseignementsAdm/receptionOffres",
        "delais/receptionOffres",
    ];
    let stamped =
        stamped.iter().find_map(|path| form.text_at(path)).or(gestion.deadline.as_deref());
    let path = format!("{prefix}renseignementsAdm/receptionInteret");
    notice.deadline = issues.deadline(stamped, deadline_context(notice), &path);
    let mut body = form.clone();
    body.children.retain(|child| child.name != "lots");
    for child in &mut body.children {
        child.children.retain(|child| child.name != "lots" && child.name != "lot");
    }
    notice.texts = texts(&body, &prefix, role);
    if name == "initial" || name == "annulation" {
        let (lots, path) = match (market.child("lots"), form.child("lots")) {
            (Some(lots), _) => (lots, format!("{}/lots", market.name)),
            (None, Some(lots)) => (lots, "lots".to_owned()),
            (None, None) => (market, market.name.clone()),
        };
        let divided = !market.has("divisibleLotNon");
        let prefix = format!("{prefix}{path}/");
        notice.lots = self::lots(&lots.all("lot").collect::<Vec<_>>(), divided, &prefix, issues);
    } else if !gestion.holders.is_empty() {
        notice.outcomes.push(super::holders_outcome(&gestion.holders));
        notice.lots = super::lots_of_outcomes(&notice.outcomes);
    }
}

fn cpv(element: &Element, prefix: &str, issues: &mut Issues) -> Vec<crate::domain::cpv::Cpv> {
    let objects = element.all("CPV").chain(element.all("codeCPV")).flat_map(|cpv| &cpv.children);
    let codes = objects.flat_map(|object| object.all("classPrincipale"));
    let codes: Vec<&str> = codes.map(|code| code.text.as_str()).filter(|c| !c.is_empty()).collect();
    issues.cpvs(codes.into_iter(), &format!("{prefix}CPV"))
}

fn lots(elements: &[&Element], divided: bool, prefix: &str, issues: &mut Issues) -> Vec<Lot> {
    if elements.is_empty() {
        return vec![whole_lot()];
    }
    let whole = elements.len() == 1 && !divided;
    let number = |element: &Element| {
        ["numLot", "numeroLot", "num"].iter().find_map(|name| element.text_at(name)).map(clean)
    };
    let numbered = elements.iter().all(|element| number(element).is_some());
    let mut lots = Vec::with_capacity(elements.len());
    for (position, element) in elements.iter().enumerate() {
        let prefix =
            if whole { format!("{prefix}lot/") } else { format!("{prefix}lot[{}]/", position + 1) };
        let mut lot = whole_lot();
        let title = ["intitule", "titre", "titreLot", "objet"];
        lot.title = title.iter().find_map(|name| element.text_at(name)).map(clean);
        lot.description = element.text_at("description").map(clean);
        lot.cpv = cpv(element, &prefix, issues);
        let nuts = element.all("lieuCodeNUTS").flat_map(|place| place.all("codeNUTS"));
        let nuts: Vec<_> = nuts.filter_map(|n| issues.nuts(Some(&n.text), &prefix)).collect();
        let text = element.text_at("lieuExecution").or(element.text_at("lieuExecutionLivraison"));
        lot.places.extend(text.map(|text| Place::from_text(&clean(text))));
        lot.places.extend(
            nuts.into_iter().map(|nuts| Place { nuts: Some(nuts), ..Place::default() }.enriched()),
        );
        lot.duration_months = element.text_at("dureeLot/nbMois").and_then(|m| months(m, "MONTH"));
        lot.estimated_value = element.child("valeur").and_then(|value| {
            let raw = value.text_at("valeur").or(Some(value.text.as_str()));
            issues.value(raw, None, None, value.attribute("devise"), &prefix)
        });
        lot.texts = texts(element, &prefix, role);
        if numbered && !whole {
            let number = number(element).unwrap_or_default();
            lot.key = LotKey::of(&number);
            lot.source_id = Some(number.clone());
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
