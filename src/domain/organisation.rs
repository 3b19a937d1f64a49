//! Organisations and the roles they play in a notice (BT-500, BT-501).

use serde::{Deserialize, Serialize};

use super::ids::OrganisationId;
use super::place::Place;
use super::siret::Siret;
use super::text::fold_key;

/// The role of an organisation in a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum PartyRole {
    /// The contracting authority or entity (*acheteur*).
    Buyer,
    /// The winner of a contract (*titulaire*).
    Supplier,
}

/// An organisation as one notice names it. Contact persons, telephones and e-mail addresses are
/// not taken: they are personal data that nothing here needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Party {
    /// What it does in the notice.
    pub role: PartyRole,
    /// Official name (BT-500).
    pub name: String,
    /// National identifier as published (BT-501): a SIRET, a SIREN, or anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_identifier: Option<String>,
    /// The SIRET, when the identifier is a valid one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub siret: Option<Siret>,
    /// Its address.
    #[serde(default, skip_serializing_if = "Place::is_empty")]
    pub place: Place,
    /// Legal type of a buyer (BT-11), as coded by the source, for example `la` or `body-pl`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_type: Option<String>,
}

impl Party {
    /// A party with its identifier read.
    pub fn new(
        role: PartyRole,
        name: String,
        raw_identifier: Option<String>,
        place: Place,
    ) -> Self {
        let siret = raw_identifier.as_deref().and_then(Siret::parse);
        Self { role, name, raw_identifier, siret, place: place.enriched(), legal_type: None }
    }

    /// The organisation this party is: its SIRET where valid, else its folded name and postal code.
    pub fn organisation_id(&self) -> OrganisationId {
        match &self.siret {
            Some(siret) => OrganisationId::of_siret(siret.as_str()),
            None => OrganisationId::of_name(
                &fold_key(&self.name),
                self.place.postal_code.as_deref().unwrap_or(""),
            ),
        }
    }
}

/// An organisation as the store knows it, from the latest notice that names it.
#[derive(Clone, Debug, PartialEq)]
pub struct Organisation {
    /// Its identifier.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// Its SIRET, when it gave a valid one.
    pub siret: Option<Siret>,
    /// Its address.
    pub place: Place,
    /// Legal type of a buyer (BT-11).
    pub legal_type: Option<String>,
}
