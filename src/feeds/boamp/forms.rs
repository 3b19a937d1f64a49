//! What the national forms have in common: texts with their role, addresses, parties.

use crate::domain::deadline::DeadlineContext;
use crate::domain::lot::{Lot, LotKey};
use crate::domain::notice::{Notice, NoticeText, TextRole};
use crate::domain::organisation::{Party, PartyRole};
use crate::domain::place::Place;
use crate::domain::text::clean;
use crate::feeds::read::settle_texts;
use crate::feeds::tree::Element;

/// The form below a root: what kind of notice it is, and its content.
pub fn form(root: &Element) -> Option<(&'static str, &Element)> {
    let names = ["initial", "attribution", "rectificatif", "annulation"];
    names.into_iter().find_map(|name| Some((name, root.child(name)?)))
}

/// Gives the role of a text by its path below the form, or nothing for what is not a text or
/// names a person.
pub type Roles = fn(&str) -> Option<TextRole>;

/// Elements that hold addresses, persons or machine values, in any form.
const NOT_TEXTS: [&str; 17] = [
    // It is in its element's own text already.
    "#text",
    "organisme",
    "communication",
    "coord",
    "adr",
    "voie",
    "adresseContact",
    "correspondantPRM",
    "avisInitial",
    "codeCPV",
    "CPV",
    "titulaire",
    "PersonnePhysique",
    "instanceChargeeRecours",
    "adressesComplt",
    "envoi",
    "IDENTITE",
];

/// Collects the texts below an element. Leaves of an unforeseen name are texts too when they hold
/// several words: a clause may stand anywhere.
pub fn texts(root: &Element, prefix: &str, roles: Roles) -> Vec<NoticeText> {
    let mut found = Vec::new();
    let mut path = String::new();
    collect(root, prefix, &mut path, roles, &mut found);
    settle_texts(&mut found);
    found
}

fn collect(
    element: &Element,
    prefix: &str,
    path: &mut String,
    roles: Roles,
    found: &mut Vec<NoticeText>,
) {
    for child in &element.children {
        if NOT_TEXTS.contains(&child.name.as_str()) {
            continue;
        }
        let mark = path.len();
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(&child.name);
        let several_words = child.text.contains(char::is_whitespace);
        let role = roles(path).or_else(|| several_words.then_some(TextRole::Other));
        if let Some(role) = role {
            let text = clean(&child.text);
            if !text.is_empty() {
                let path = format!("{prefix}{path}");
                found.push(NoticeText { path, role, language: None, text });
            }
        }
        collect(child, prefix, path, roles, found);
        path.truncate(mark);
    }
}

/// An address such as `adr/{voie, cp, ville}`, or an element that has `cp` and `ville` itself.
pub fn address(element: &Element) -> Place {
    let adr = element.child("adr").unwrap_or(element);
    let place = Place {
        postal_code: adr.text_at("cp").map(clean),
        city: adr.text_at("ville").map(clean),
        ..Place::default()
    };
    place.enriched()
}

/// The buyer of a MAPA, DSP or DIVERS notice: they give no SIRET.
pub fn buyer(organisme: &Element, fallback: Option<&str>) -> Option<Party> {
    let name = organisme
        .text_at("acheteurPublic")
        .or_else(|| organisme.text_at("PersonneMorale"))
        .or_else(|| organisme.text_at("nomOfficiel"))
        .map(clean)
        .or_else(|| fallback.map(str::to_owned))?;
    let identifier = organisme.text_at("codeIdentificationNational").map(clean);
    Some(Party::new(PartyRole::Buyer, name, identifier, address(organisme)))
}

/// What the notice tells about its deadline.
pub fn deadline_context(notice: &Notice) -> DeadlineContext {
    let overseas = |place: &Place| {
        place.department.as_ref().is_some_and(crate::domain::place::Department::is_overseas)
    };
    DeadlineContext {
        published_on: notice.published_on,
        overseas_buyer: notice.buyers().any(|buyer| overseas(&buyer.place))
            || (!notice.departments.is_empty()
                && notice.departments.iter().all(crate::domain::place::Department::is_overseas)),
        foreign_buyer: false,
    }
}

/// The one lot of an undivided procurement.
pub fn whole_lot() -> Lot {
    Lot::new(LotKey::whole())
}
