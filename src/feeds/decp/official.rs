//! The official layouts of 2019 and 2022: one market or concession with all its modifications and
//! acts of subcontracting. Lists nest as writers please: `[[{…}]]`, `{"titulaire": {…}}`, or the
//! words `typeIdentifiant` and `id` where a holder should be.

use serde_json::Value;

use super::row::{kind, particulars};
use super::values::Values;
use crate::domain::contract::{
    ContractKind, ContractLayout, ContractModification, ContractParty, ContractRecord, Subcontract,
    Terms,
};
use crate::domain::issue::IssueKind;
use crate::feeds::document::DecodedContract;

/// Fields that came with the layout of 2022.
const OF_2022: [&str; 6] = [
    "considerationsSociales",
    "techniques",
    "modalitesExecution",
    "ccag",
    "typesPrix",
    "offresRecues",
];

/// Decodes a market or a concession.
pub(super) fn decode(values: &Values, is_concession: bool) -> DecodedContract {
    let missing = |what: &str| {
        values.issue(IssueKind::MissingIdentifier, what, "absent");
        DecodedContract { record: None, issues: values.issues() }
    };
    let market_buyer = buyer(values, "acheteur");
    let granting = buyer(values, "autoriteConcedante");
    let Some(buyer) = market_buyer.clone().or(granting.clone()) else {
        return missing("acheteur/id");
    };
    let Some(number) = values.text(&["id"]) else { return missing("id") };
    let mut particulars = particulars(values);
    let place = values.value("lieuExecution").map(Values::of);
    particulars.place = place.and_then(|place| place.place("code", "typeCode", "nom"));
    let is_concession = is_concession || (market_buyer.is_none() && granting.is_some());
    let kind =
        if is_concession { ContractKind::Concession } else { kind(particulars.nature.as_deref()) };
    let has_new_fields = OF_2022.iter().any(|name| values.has(name)) || is_concession;
    let is_market = kind == ContractKind::Market;
    let record = ContractRecord {
        layout: if has_new_fields {
            ContractLayout::Official2022
        } else {
            ContractLayout::Official2019
        },
        kind,
        buyer,
        number,
        particulars,
        version: Some(0),
        terms: Terms {
            amount: values.amount(if is_market {
                &["montant"]
            } else {
                &["valeurGlobale", "montant"]
            }),
            duration_months: values.months(&["dureeMois"]),
            holders: holders(values),
            notified_on: values.day(if is_market {
                &["dateNotification"]
            } else {
                &["dateSignature", "dateNotification"]
            }),
            published_on: values.day(&["datePublicationDonnees"]),
        },
        modifications: modifications(values),
        subcontracts: subcontracts(values),
        platform: values.text(&["source"]),
    };
    DecodedContract { record: Some(record), issues: values.issues() }
}

fn buyer(values: &Values, name: &str) -> Option<ContractParty> {
    let dotted = format!("{name}.id");
    if values.has(&dotted) {
        return values.party(&[&dotted], None, &[]);
    }
    let inner = Values::of(values.value(name)?);
    let party = inner.party(&["id"], None, &["nom"]);
    values.adopt(&inner, name);
    party
}

fn holders(values: &Values) -> Vec<ContractParty> {
    let mut found: Vec<ContractParty> = Vec::new();
    for name in ["titulaires", "concessionnaires"] {
        let Some(value) = values.value(name) else { continue };
        for item in items(value, &["titulaire", "concessionnaire"], values, name) {
            let inner = Values::of(item);
            let scheme = inner.text(&["typeIdentifiant"]);
            let holder = inner.party(&["id"], scheme, &["denominationSociale", "nom"]);
            values.adopt(&inner, name);
            found.extend(holder.filter(|new| found.iter().all(|known| known.key() != new.key())));
        }
    }
    found
}

/// The objects of a list, taken out of what is wrapped round them. A word is no object.
fn items<'a>(value: &'a Value, wrappers: &[&str], values: &Values, path: &str) -> Vec<&'a Value> {
    match value {
        Value::Array(list) => {
            list.iter().flat_map(|item| items(item, wrappers, values, path)).collect()
        }
        Value::Object(fields) => match wrappers.iter().find_map(|name| fields.get(*name)) {
            Some(inner) => items(inner, wrappers, values, path),
            None => vec![value],
        },
        Value::String(text) if !text.trim().is_empty() && text != "nan" => {
            values.issue(IssueKind::InvalidIdentifier, path, format!("`{text}` stands alone"));
            Vec::new()
        }
        _ => Vec::new(),
    }
}

fn modifications(values: &Values) -> Vec<ContractModification> {
    let mut found: Vec<ContractModification> = Vec::new();
    let Some(value) = values.value("modifications") else { return found };
    for item in items(value, &["modification"], values, "modifications") {
        let inner = Values::of(item);
        let next = found.iter().map(|change| change.number).max().unwrap_or(0).saturating_add(1);
        let published = inner.count(&["id"]).filter(|number| *number > 0);
        let number = published
            .filter(|number| found.iter().all(|known| known.number != *number))
            .unwrap_or(next);
        if published.is_some_and(|published| published != number) {
            let message = "the number of another modification: the next one is taken";
            inner.issue(IssueKind::InvalidIdentifier, "id", message);
        }
        let terms = Terms {
            amount: inner.amount(&["montant", "valeurGlobale"]),
            duration_months: inner.months(&["dureeMois"]),
            holders: holders(&inner),
            notified_on: inner.day(&[
                "dateNotificationModification",
                "dateSignatureModification",
                "dateNotification",
            ]),
            published_on: inner
                .day(&["datePublicationDonneesModification", "datePublicationDonnees"]),
        };
        let object = inner.text(&["objetModification"]);
        values.adopt(&inner, "modifications");
        found.push(ContractModification { number, object, terms });
    }
    found
}

fn subcontracts(values: &Values) -> Vec<Subcontract> {
    let mut found = Vec::new();
    for (name, wrapper, is_change) in [
        ("actesSousTraitance", "acteSousTraitance", false),
        ("modificationsActesSousTraitance", "modificationActeSousTraitance", true),
    ] {
        let Some(value) = values.value(name) else { continue };
        for item in items(value, &[wrapper], values, name) {
            let inner = Values::of(item);
            let named = inner.value("sousTraitant").map(Values::of);
            let subcontractor = named.and_then(|named| {
                let scheme = named.text(&["typeIdentifiant"]);
                let party = named.party(&["id"], scheme, &["denominationSociale"]);
                inner.adopt(&named, "sousTraitant");
                party
            });
            found.push(Subcontract {
                number: inner.count(&["id"]).unwrap_or(0),
                is_change,
                subcontractor,
                duration_months: inner.months(&["dureeMois"]),
                amount: inner.amount(&["montant"]),
                price_variation: inner.text(&["variationPrix"]),
                notified_on: inner
                    .day(&["dateNotification", "dateNotificationModificationSousTraitance"]),
                published_on: inner.day(&[
                    "datePublicationDonnees",
                    "datePublicationDonneesModificationActeSousTraitance",
                ]),
            });
            values.adopt(&inner, name);
        }
    }
    found
}
