//! Buyers, object and lots of the forms F01 to F25 and MOVE.

use super::super::codes::country;
use super::{deadline_context, outcomes};
use crate::domain::coded::{Coded, CodedField};
use crate::domain::cpv::Cpv;
use crate::domain::issue::IssueKind;
use crate::domain::lot::{Lot, LotKey, NumberBasis};
use crate::domain::money::EstimatedValue;
use crate::domain::notice::{ContractNature, Correction, FormType, Notice};
use crate::domain::organisation::{Party, PartyRole};
use crate::domain::place::Place;
use crate::domain::text::clean;
use crate::feeds::read::{Issues, months, months_between, nature};
use crate::feeds::tree::Element;

/// Fills a notice from its form; its texts are collected apart.
pub(super) fn fill(notice: &mut Notice, form: &Element, issues: &mut Issues) {
    let body = form.child("CONTRACTING_BODY").cloned().unwrap_or_default();
    buyers(notice, &body, issues);
    notice.documents_url =
        body.text_at("URL_DOCUMENT").or(body.text_at("URL_PARTICIPATION")).map(clean);
    let objects: Vec<&Element> = form.all("OBJECT_CONTRACT").collect();
    if let Some(object) = objects.first() {
        notice.title = prose(object, "TITLE");
        notice.description = prose(object, "SHORT_DESCR");
        notice.reference = object.text_at("REFERENCE_NUMBER").map(clean);
        if let Some(kind) = object.child("TYPE_CONTRACT").and_then(|kind| kind.attribute("CTYPE")) {
            notice.nature = nature(kind).or(notice.nature);
        }
        notice.estimated_value = value(object, "VAL_ESTIMATED_TOTAL", "OBJECT_CONTRACT/", issues);
    }
    notice.cpv = cpv(objects.iter().copied(), "CPV_MAIN", "OBJECT_CONTRACT/CPV_MAIN", issues);
    if let Some(procedure) = form.child("PROCEDURE") {
        let kind = procedure.children.iter().find(|child| child.name.starts_with("PT_"));
        notice.procedure_type = kind.map(|kind| kind.name.clone());
        if let Some(day) = procedure.text_at("DATE_RECEIPT_TENDERS") {
            let stamp = match procedure.text_at("TIME_RECEIPT_TENDERS") {
                Some(time) => format!("{day}T{time:0>5}"),
                None => day.to_owned(),
            };
            let context = deadline_context(notice);
            let path = "PROCEDURE/DATE_RECEIPT_TENDERS";
            notice.deadline = issues.deadline(Some(&stamp), context, path);
        }
    }
    reserved(notice, form);
    lots(notice, &objects, issues);
    outcomes::fill(notice, form, issues);
    if notice.form_type == FormType::Correction {
        correct(notice, form, issues);
    }
}

fn prose(element: &Element, name: &str) -> Option<String> {
    let text = clean(&element.child(name)?.prose());
    (!text.is_empty()).then_some(text)
}

fn buyers(notice: &mut Notice, body: &Element, issues: &mut Issues) {
    let kind = body.child("CA_TYPE").and_then(|kind| kind.attribute("VALUE"));
    let additional = body.all("ADDRESS_CONTRACTING_BODY_ADDITIONAL");
    for address in body.all("ADDRESS_CONTRACTING_BODY").chain(additional) {
        if let Some(mut buyer) = party(PartyRole::Buyer, address, issues) {
            buyer.legal_type = kind.map(str::to_owned);
            if !notice.parties.contains(&buyer) {
                notice.parties.push(buyer);
            }
        }
    }
}

/// An organisation by its address.
pub(super) fn party(role: PartyRole, address: &Element, issues: &mut Issues) -> Option<Party> {
    let name = address.text_at("OFFICIALNAME").map(clean)?;
    let nuts = address.child("NUTS").and_then(|nuts| nuts.attribute("CODE"));
    let place = Place {
        text: address.text_at("ADDRESS").map(clean),
        nuts: issues.nuts(nuts, &format!("{}/NUTS", address.name)),
        postal_code: address.text_at("POSTAL_CODE").map(clean),
        city: address.text_at("TOWN").map(clean),
        country: address.child("COUNTRY").and_then(|code| code.attribute("VALUE")).map(country),
        ..Place::default()
    };
    let identifier = address.text_at("NATIONALID").map(clean);
    Some(Party::new(role, name, identifier, place))
}

fn cpv<'e>(
    elements: impl Iterator<Item = &'e Element>,
    name: &'e str,
    path: &str,
    issues: &mut Issues,
) -> Vec<Cpv> {
    let codes = elements.flat_map(|element| element.all(name));
    let codes = codes.filter_map(|code| code.child("CPV_CODE")?.attribute("CODE"));
    issues.cpvs(codes, path)
}

/// A value with its currency, or the bounds beside it.
fn value(
    element: &Element,
    name: &str,
    prefix: &str,
    issues: &mut Issues,
) -> Option<EstimatedValue> {
    let amount = element.child(name);
    let range = element.child("VAL_RANGE_TOTAL");
    let currency = amount.or(range).and_then(|amount| amount.attribute("CURRENCY"));
    let low = range.and_then(|range| range.text_at("LOW"));
    let high = range.and_then(|range| range.text_at("HIGH"));
    let amount = amount.map(|amount| amount.text.as_str());
    issues.value(amount, low, high, currency, &format!("{prefix}{name}"))
}

/// What is reserved (III.1.5, III.2.1), for the whole notice, by the name of the ticked box.
fn reserved(notice: &mut Notice, form: &Element) {
    let Some(section) = form.child("LEFTI") else { return };
    for element in &section.children {
        let field = match element.name.as_str() {
            "RESTRICTED_SHELTERED_WORKSHOP"
            | "RESTRICTED_SHELTERED_PROGRAM"
            | "RESERVED_ORGANISATIONS_SERVICE_MISSION" => CodedField::TedReservation,
            "PARTICULAR_PROFESSION" => CodedField::ParticularProfession,
            _ => continue,
        };
        let path = format!("LEFTI/{}", element.name);
        notice.coded.push(Coded { field, value: element.name.clone(), path });
    }
}

fn lots(notice: &mut Notice, objects: &[&Element], issues: &mut Issues) {
    let described: Vec<(&Element, &Element)> = objects
        .iter()
        .flat_map(|object| object.all("OBJECT_DESCR").map(move |descr| (*object, descr)))
        .collect();
    let is_divided = described.len() > 1
        || objects.iter().any(|object| object.has("LOT_DIVISION"))
        || described
            .iter()
            .any(|(object, descr)| descr.has("LOT_NO") && !object.has("NO_LOT_DIVISION"));
    for (position, (object, descr)) in described.iter().enumerate() {
        let prefix = prefix(position, descr);
        let mut lot = Lot::new(LotKey::whole());
        if is_divided {
            number(&mut lot, position, descr.text_at("LOT_NO"));
        }
        let own = objects.len() > 1;
        lot.title = prose(descr, "TITLE").or_else(|| own.then(|| prose(object, "TITLE"))?);
        lot.description = prose(descr, "SHORT_DESCR");
        lot.nature = lot_nature(object, own);
        lot.cpv = cpv([*descr].into_iter(), "CPV_ADDITIONAL", &prefix, issues);
        if own {
            let main = cpv([*object].into_iter(), "CPV_MAIN", &prefix, issues);
            lot.cpv.retain(|code| !main.contains(code));
            lot.cpv.splice(..0, main);
        }
        lot.places = places(descr, &prefix, issues);
        lot.estimated_value = value(descr, "VAL_OBJECT", &prefix, issues);
        lot.duration_months = duration(descr);
        notice.lots.push(lot);
    }
    if let [only] = notice.lots.as_mut_slice()
        && only.key.is_whole()
    {
        notice.places.clone_from(&only.places);
        notice.duration_months = only.duration_months;
    }
}

/// Path of a lot's element: `OBJECT_CONTRACT/OBJECT_DESCR[2]/`.
pub(super) fn prefix(position: usize, descr: &Element) -> String {
    let item = descr.attribute("ITEM").map_or_else(|| (position + 1).to_string(), str::to_owned);
    format!("OBJECT_CONTRACT/OBJECT_DESCR[{item}]/")
}

fn lot_nature(object: &Element, own: bool) -> Option<ContractNature> {
    let kind = object.child("TYPE_CONTRACT")?.attribute("CTYPE")?;
    own.then(|| nature(kind)).flatten()
}

/// The number a lot is known by: what `LOT_NO` begins with (`Lot 2`, `1 - 1ère couronne nord`), or
/// all of it where that is no number; else its place.
fn number(lot: &mut Lot, position: usize, raw: Option<&str>) {
    let raw = raw.map(clean).filter(|raw| !raw.is_empty());
    let (number, basis) = match &raw {
        Some(raw) => (lot_number(raw), NumberBasis::Stated),
        None => ((position + 1).to_string(), NumberBasis::Position),
    };
    lot.key = LotKey::of(&number);
    lot.number = Some(number);
    lot.number_basis = Some(basis);
    lot.source_id = raw;
}

/// The head of a lot number, without words around it.
pub(super) fn lot_number(raw: &str) -> String {
    let lower = raw.to_lowercase();
    let bare = ["lot n°", "lot no", "lot", "n°"].iter().find_map(|word| lower.strip_prefix(word));
    let bare = bare.unwrap_or(&lower).trim_start();
    let head =
        bare.split([' ', '(', ':', '\n', ',', ';']).next().unwrap_or("").trim_end_matches('-');
    let is_number = head.starts_with(|c: char| c.is_ascii_digit());
    if is_number { head.to_uppercase() } else { raw.to_owned() }
}

fn places(descr: &Element, path: &str, issues: &mut Issues) -> Vec<Place> {
    let site = prose(descr, "MAIN_SITE");
    let mut places: Vec<Place> = descr
        .all("NUTS")
        .filter_map(|code| issues.nuts(code.attribute("CODE"), path))
        .map(|nuts| Place { nuts: Some(nuts), ..Place::default() })
        .collect();
    match places.first_mut() {
        Some(first) => first.text = site,
        None => places.extend(site.map(|text| Place { text: Some(text), ..Place::default() })),
    }
    places.into_iter().map(Place::enriched).filter(|place| !place.is_empty()).collect()
}

fn duration(descr: &Element) -> Option<u32> {
    let stated = descr.child("DURATION");
    stated
        .and_then(|duration| months(&duration.text, duration.attribute("TYPE").unwrap_or("MONTH")))
        .or_else(|| months_between(descr.text_at("DATE_START")?, descr.text_at("DATE_END")?))
}

/// What a corrigendum (F14) changes: the new deadline, where it codes one.
fn correct(notice: &mut Notice, form: &Element, issues: &mut Issues) {
    let changes: Vec<&Element> =
        form.child("CHANGES").map_or_else(Vec::new, |changes| changes.all("CHANGE").collect());
    let mut correction = Correction::default();
    for change in changes {
        let section = change.text_at("WHERE/SECTION").unwrap_or("");
        let Some(day) = change.text_at("NEW_VALUE/DATE") else { continue };
        // IV.2.2 is the time limit for tenders and requests to participate.
        if !section.starts_with("IV.2.2") {
            continue;
        }
        let stamp = match change.text_at("NEW_VALUE/TIME") {
            Some(time) => format!("{day}T{time:0>5}"),
            None => day.to_owned(),
        };
        let context = deadline_context(notice);
        correction.deadline = issues.deadline(Some(&stamp), context, "CHANGES/CHANGE/NEW_VALUE");
        correction.lots.extend(change.text_at("WHERE/LOT_NO").map(lot_number));
    }
    if correction.deadline.is_none() && form.text_at("CHANGES/CHANGE/NEW_VALUE/DATE").is_some() {
        let message = "a date is changed that is not known to be the deadline";
        issues.add(IssueKind::InvalidDate, "CHANGES/CHANGE", message);
    }
    let info = form.child("CHANGES").map(Element::prose).map(|text| clean(&text));
    correction.text = info.filter(|text| !text.is_empty());
    notice.correction = Some(correction);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_lots() {
        for (raw, expected) in [
            ("1", "1"),
            ("Lot 2", "2"),
            ("lot n°03", "03"),
            ("1 - 1ère couronne nord", "1"),
            ("1- Elaboration du PLUI", "1"),
            ("9 (lot technique M)", "9"),
            ("1: GROS ŒUVRE", "1"),
            ("1N", "1N"),
            ("AEP1601", "AEP1601"),
            ("Concession de service", "Concession de service"),
        ] {
            assert_eq!(lot_number(raw), expected, "{raw}");
        }
    }
}
