//! Organisations of a procurement (`parties`) and references to them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::ids;
use crate::domain::contract::{Contract, ContractParty};
use crate::domain::notice::Notice;
use crate::domain::organisation::{Party as Named, PartyRole};
use crate::domain::place::Place;
use crate::domain::siret::Siret;
use crate::export::row::city;

/// An organisation with what it does in the procurement.
#[derive(Serialize)]
pub(super) struct Party {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    identifier: Option<Identifier>,
    #[serde(rename = "additionalIdentifiers", skip_serializing_if = "Vec::is_empty")]
    additional_identifiers: Vec<Identifier>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<AddressJson>,
    roles: Vec<&'static str>,
}

/// A number in a register.
#[derive(Serialize)]
struct Identifier {
    scheme: &'static str,
    id: String,
}

/// An organisation that `parties` describes.
#[derive(Clone, Serialize)]
pub(super) struct Reference {
    id: String,
    name: String,
}

/// An address, of an organisation or of where a lot is carried out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AddressJson {
    #[serde(skip_serializing_if = "Option::is_none")]
    street_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locality: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    postal_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country_name: Option<String>,
}

impl AddressJson {
    /// The address of a place; nothing where it tells none.
    pub(super) fn of(place: &Place) -> Option<Self> {
        if place.is_empty() {
            return None;
        }
        let nuts = place.nuts.as_ref().map(|nuts| nuts.as_str().to_owned());
        let department = place.department.as_ref();
        let locality = city(place);
        Some(Self {
            // Free text that could not be taken apart.
            street_address: place.text.clone().filter(|_| locality.is_none()),
            locality,
            region: department.map(|code| code.name().to_owned()).or(nuts),
            postal_code: place.postal_code.clone(),
            country_name: match (place.country.as_deref(), department) {
                (Some("FRA"), _) | (None, Some(_)) => Some("France".to_owned()),
                (country, _) => country.map(str::to_owned),
            },
        })
    }
}

impl Reference {
    pub(super) fn of(party: &Named) -> Self {
        Self { id: ids::party(party), name: party.name.clone() }
    }

    pub(super) fn of_holder(holder: &ContractParty) -> Self {
        Self { id: ids::holder(holder), name: holder_name(holder) }
    }
}

/// Adds the holders of contracts to organisations that notices name.
pub(super) fn add_holders<'c>(
    parties: &mut Vec<Party>,
    contracts: impl IntoIterator<Item = &'c Contract>,
) {
    for holder in contracts.into_iter().flat_map(|contract| &contract.current.holders) {
        let id = ids::holder(holder);
        match parties.iter_mut().find(|known| known.id == id) {
            Some(known) if known.roles.contains(&"supplier") => {}
            Some(known) => known.roles.push("supplier"),
            None => parties.push(Party {
                identifier: siren(holder.siret.as_ref()),
                additional_identifiers: siret(holder.siret.as_ref()),
                address: None,
                roles: vec!["supplier"],
                name: holder_name(holder),
                id,
            }),
        }
    }
}

/// A name, where the data have only a number.
fn holder_name(holder: &ContractParty) -> String {
    holder.name.clone().or_else(|| holder.identifier.clone()).unwrap_or_default()
}

/// SIREN is the number of a legal person, which OCDS asks for; org-id.guide lists it as FR-RCS.
fn siren(siret: Option<&Siret>) -> Option<Identifier> {
    siret.map(|siret| Identifier { scheme: "FR-RCS", id: siret.siren().to_owned() })
}

/// The establishment stands beside its legal person under a name of ours.
fn siret(siret: Option<&Siret>) -> Vec<Identifier> {
    siret
        .map(|siret| Identifier { scheme: "FR-SIRET", id: siret.to_string() })
        .into_iter()
        .collect()
}

/// The organisations that notices name, the latest notice last: it says how they are called.
pub(super) fn parties<'n>(notices: impl IntoIterator<Item = &'n Notice>) -> Vec<Party> {
    let mut named: BTreeMap<String, Party> = BTreeMap::new();
    for notice in notices {
        let winners = notice.outcomes.iter().flat_map(|outcome| &outcome.suppliers);
        for one in notice.parties.iter().chain(winners) {
            let mut party = party(one);
            if let Some(known) = named.remove(&party.id) {
                party.roles.extend(known.roles);
                party.roles.sort_unstable();
                party.roles.dedup();
                party.address = party.address.or(known.address);
            }
            named.insert(party.id.clone(), party);
        }
    }
    named.into_values().collect()
}

fn party(named: &Named) -> Party {
    let roles = match named.role {
        PartyRole::Buyer => vec!["buyer", "procuringEntity"],
        PartyRole::Supplier => vec!["supplier"],
    };
    Party {
        id: ids::party(named),
        name: named.name.clone(),
        identifier: siren(named.siret.as_ref()),
        additional_identifiers: siret(named.siret.as_ref()),
        address: AddressJson::of(&named.place),
        roles,
    }
}
