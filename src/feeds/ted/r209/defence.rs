//! The forms of the defence directive (F16 to F19): the shape of R2.0.8, with long names that
//! differ from form to form, so that fields are found by their own name wherever they stand.

use super::super::codes::country;
use super::deadline_context;
use super::forms::lot_number;
use crate::domain::award::{Outcome, OutcomeKind};
use crate::domain::coded::{Coded, CodedField};
use crate::domain::lot::{Lot, LotKey, NumberBasis};
use crate::domain::notice::Notice;
use crate::domain::organisation::{Party, PartyRole};
use crate::domain::place::Place;
use crate::domain::text::clean;
use crate::feeds::read::Issues;
use crate::feeds::tree::Element;

/// Whether a form is one of these.
pub(super) fn is_form(name: &str) -> bool {
    name.ends_with("_DEFENCE")
}

/// Fills a notice from its form; its texts are collected apart.
pub(super) fn fill(notice: &mut Notice, form: &Element, issues: &mut Issues) {
    if let Some(buyer) = form.find("CA_CE_CONCESSIONAIRE_PROFILE") {
        notice.parties.extend(party(PartyRole::Buyer, buyer));
    }
    notice.title = form.find("TITLE_CONTRACT").and_then(words);
    let description = form.find("SHORT_CONTRACT_DESCRIPTION");
    notice.description =
        description.or_else(|| form.find("TOTAL_QUANTITY_OR_SCOPE")).and_then(words);
    notice.reference = form.find("FILE_REFERENCE_NUMBER").and_then(words);
    let procedure = form.children.iter().find_map(procedure_type);
    notice.procedure_type = procedure.map(str::to_owned);
    notice.cpv = codes(form.find("CPV"), issues);
    notice.places = places(form, issues);
    if let Some(limit) = form.find("RECEIPT_LIMIT_DATE")
        && let Some(day) = day(limit)
    {
        let stamp = match limit.text_at("TIME") {
            Some(time) => format!("{day}T{time:0>5}"),
            None => day,
        };
        let context = deadline_context(notice);
        notice.deadline = issues.deadline(Some(&stamp), context, "RECEIPT_LIMIT_DATE");
    }
    reserved(notice, form);
    lots(notice, form, issues);
    outcomes(notice, form, issues);
}

/// Boxes about sheltered workshops, under whatever name: none was met, so what they are called is
/// kept and left to the rules.
fn reserved(notice: &mut Notice, element: &Element) {
    for child in &element.children {
        if child.name.contains("SHELTERED") {
            let (value, path) = (child.name.clone(), child.name.clone());
            notice.coded.push(Coded { field: CodedField::TedReservation, value, path });
        }
        reserved(notice, child);
    }
}

fn words(element: &Element) -> Option<String> {
    Some(clean(&element.prose())).filter(|text| !text.is_empty())
}

fn procedure_type(element: &Element) -> Option<&str> {
    if element.name.starts_with("PT_") {
        return Some(&element.name);
    }
    element.children.iter().find_map(procedure_type)
}

/// `2021-03-01` of the elements DAY, MONTH and YEAR.
fn day(element: &Element) -> Option<String> {
    let part = |name: &str| element.text_at(name);
    Some(format!("{}-{:0>2}-{:0>2}", part("YEAR")?, part("MONTH")?, part("DAY")?))
}

fn party(role: PartyRole, element: &Element) -> Option<Party> {
    let name = element.text_at("ORGANISATION/OFFICIALNAME").map(clean)?;
    let place = Place {
        text: element.text_at("ADDRESS").map(clean),
        postal_code: element.text_at("POSTAL_CODE").map(clean),
        city: element.text_at("TOWN").map(clean),
        country: element.child("COUNTRY").and_then(|code| code.attribute("VALUE")).map(country),
        ..Place::default()
    };
    let identifier = element.text_at("ORGANISATION/NATIONALID").map(clean);
    Some(Party::new(role, name, identifier, place))
}

fn codes(cpv: Option<&Element>, issues: &mut Issues) -> Vec<crate::domain::cpv::Cpv> {
    let Some(cpv) = cpv else { return Vec::new() };
    let codes = cpv.all("CPV_MAIN").chain(cpv.all("CPV_ADDITIONAL"));
    let codes = codes.filter_map(|code| code.child("CPV_CODE")?.attribute("CODE"));
    issues.cpvs(codes, "CPV")
}

fn places(element: &Element, issues: &mut Issues) -> Vec<Place> {
    let Some(site) = element.find("LOCATION_NUTS").or_else(|| element.find("SITE_OR_LOCATION"))
    else {
        return Vec::new();
    };
    let nuts = site.child("NUTS").and_then(|nuts| nuts.attribute("CODE"));
    let place = Place {
        text: site.child("LOCATION").or_else(|| site.child("LABEL")).and_then(words),
        nuts: issues.nuts(nuts, "LOCATION_NUTS"),
        ..Place::default()
    };
    Some(place.enriched()).filter(|place| !place.is_empty()).into_iter().collect()
}

/// Lots stand in annexes B; without one there is one lot.
fn lots(notice: &mut Notice, form: &Element, issues: &mut Issues) {
    let mut annexes = Vec::new();
    annexes_of(form, &mut annexes);
    for (position, annex) in annexes.into_iter().enumerate() {
        let raw = annex.text_at("LOT_NUMBER").map(clean);
        let number = raw.as_deref().map_or_else(|| (position + 1).to_string(), lot_number);
        let mut lot = Lot::new(LotKey::of(&number));
        lot.number_basis =
            Some(if raw.is_some() { NumberBasis::Stated } else { NumberBasis::Position });
        lot.number = Some(number);
        lot.source_id = raw;
        lot.title = annex.child("LOT_TITLE").and_then(words);
        lot.description = annex.child("LOT_DESCRIPTION").and_then(words);
        lot.cpv = codes(annex.child("CPV"), issues);
        notice.lots.push(lot);
    }
    if notice.lots.is_empty() {
        notice.lots.push(Lot::new(LotKey::whole()));
    }
}

fn annexes_of<'e>(element: &'e Element, found: &mut Vec<&'e Element>) {
    for child in &element.children {
        if child.name.contains("ANNEX_B") && child.has("LOT_NUMBER") {
            found.push(child);
        } else {
            annexes_of(child, found);
        }
    }
}

fn outcomes(notice: &mut Notice, form: &Element, issues: &mut Issues) {
    let sections = form.children.iter().flat_map(|body| &body.children);
    for award in sections.filter(|section| section.name.starts_with("AWARD_OF_CONTRACT")) {
        let lot = award.text_at("LOT_NUMBER").map(|raw| LotKey::of(&lot_number(&clean(raw))));
        let lot = lot.filter(|_| notice.is_divided()).unwrap_or_default();
        let mut outcome = Outcome::new(lot, OutcomeKind::Awarded);
        let decided = award.child("CONTRACT_AWARD_DATE").and_then(day);
        outcome.decided_on = issues.day(decided.as_deref(), "CONTRACT_AWARD_DATE");
        outcome.tenders_received =
            award.text_at("OFFERS_RECEIVED_NUMBER").and_then(|count| count.parse().ok());
        let winner =
            award.at("ECONOMIC_OPERATOR_NAME_ADDRESS/CONTACT_DATA_WITHOUT_RESPONSIBLE_NAME");
        outcome.suppliers.extend(winner.and_then(|winner| party(PartyRole::Supplier, winner)));
        let costs = award.at("CONTRACT_VALUE_INFORMATION/COSTS_RANGE_AND_CURRENCY_WITH_VAT_RATE");
        outcome.amount = costs.and_then(|costs| {
            let value = costs.child("VALUE_COST")?;
            let raw = value.attribute("FMTVAL").unwrap_or(&value.text);
            issues.money(Some(raw), costs.attribute("CURRENCY"), "VALUE_COST")
        });
        notice.outcomes.push(outcome);
    }
}
