//! A signed contract (*marché* or *concession*) as the essential data of public procurement tell
//! it (DECP; articles L2196-2, R2196-1 and L3131-1 of the Code de la commande publique, arrêté du
//! 22 décembre 2022), and the documents it is folded from.
//!
//! No source has one document a contract: the consolidated table repeats it for each holder and
//! each modification, always with the full amount. So a [`ContractRecord`] is what one document
//! says, and a [`Contract`] is [`fold`]ed from all of them, in any order, like lots are.

mod fold;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::consideration::Considerations;
use super::cpv::Cpv;
use super::ids::{ContractId, OrganisationId};
use super::money::{AmountDoubt, Money};
use super::notice::ContractNature;
use super::place::Place;
use super::siret::Siret;
use super::text::fold_key;

pub use fold::{SeenRecord, fold};

/// What a contract is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ContractKind {
    /// A public contract (*marché public*).
    Market,
    /// A concession (*contrat de concession*, *délégation de service public*).
    Concession,
}

impl ContractKind {
    /// The name used in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Market => "MARKET",
            Self::Concession => "CONCESSION",
        }
    }
}

/// The shape a document of DECP has. The variants stand in order of trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ContractLayout {
    /// The official layout of 2022: one market with all its modifications.
    Official2022,
    /// The official layout of 2019.
    Official2019,
    /// The consolidated table: a row a holder and modification.
    Table,
    /// The Opendatasoft table of data.economie.gouv.fr: up to three holders in columns.
    Flat,
    /// A table with some of the columns only, without the number of the modification.
    Excerpt,
}

impl ContractLayout {
    /// The name used in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Official2022 => "OFFICIAL_2022",
            Self::Official2019 => "OFFICIAL_2019",
            Self::Table => "TABLE",
            Self::Flat => "FLAT",
            Self::Excerpt => "EXCERPT",
        }
    }
}

/// An amount of a contract, excluding tax, in euros: every layout has it without a currency.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ContractAmount {
    /// As published.
    pub raw: String,
    /// The amount, when it can be believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub money: Option<Money>,
    /// Why it cannot. Such an amount is shown and never added up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<AmountDoubt>,
}

impl ContractAmount {
    /// Reads an amount. Of 5,301 real ones the largest is 99,999,999,999,999: placeholders, absurd
    /// and negative amounts are kept raw and marked.
    pub fn read(raw: &str) -> Self {
        let raw = raw.trim();
        let money = cents(raw).map(Money::euros).or_else(|| Money::parse(raw, None));
        let doubt = match &money {
            Some(money) => money.doubt(),
            // Negative, or in scientific notation: `1e17`.
            None if raw.parse::<f64>().is_ok_and(f64::is_finite) => Some(AmountDoubt::Absurd),
            None => Some(AmountDoubt::NotANumber),
        };
        Self { raw: raw.to_owned(), money: money.filter(|_| doubt.is_none()), doubt }
    }
}

/// Cents of a decimal number as programs write it: `2400000.0000`, `57988.5`.
fn cents(raw: &str) -> Option<i64> {
    let (whole, fraction) = raw.split_once('.').unwrap_or((raw, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let digit = |at: usize| fraction.as_bytes().get(at).map_or(0, |byte| i64::from(byte - b'0'));
    let hundredths = digit(0) * 10 + digit(1) + i64::from(digit(2) >= 5);
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(hundredths)
}

/// A buyer, a holder or a subcontractor as DECP names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ContractParty {
    /// Identifier as published; leading zeros that a table lost are put back where the check digit
    /// proves them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// What kind of identifier it is: `SIRET`, `TVA`, `TAHITI`, `RIDET`, `FRWF`, `IREP`, `HORS-UE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    /// The SIRET, when the identifier is a valid one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub siret: Option<Siret>,
    /// Its name, where the layout has names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl ContractParty {
    /// A party with its identifier read.
    pub fn new(identifier: Option<String>, scheme: Option<String>, name: Option<String>) -> Self {
        let identifier = identifier.map(restored);
        let siret = identifier.as_deref().and_then(Siret::parse);
        Self { identifier, scheme, siret, name }
    }

    /// Whether nothing names it.
    pub fn is_empty(&self) -> bool {
        self.identifier.is_none() && self.name.is_none()
    }

    /// What tells it from others: its identifier, else its folded name.
    pub fn key(&self) -> String {
        match (&self.identifier, &self.name) {
            (Some(identifier), _) => identifier.to_ascii_uppercase(),
            (None, name) => format!("~{}", fold_key(name.as_deref().unwrap_or(""))),
        }
    }

    /// The organisation it is: the one that notices name by the same SIRET; without a valid SIRET,
    /// one known by the identifier of its own kind, or by the name.
    pub fn organisation_id(&self) -> OrganisationId {
        match (&self.siret, &self.identifier) {
            (Some(siret), _) => OrganisationId::of_siret(siret.as_str()),
            (None, Some(identifier)) => {
                OrganisationId::of_identifier(self.scheme.as_deref().unwrap_or(""), identifier)
            }
            (None, None) => {
                OrganisationId::of_name(&fold_key(self.name.as_deref().unwrap_or("")), "")
            }
        }
    }
}

/// Tables that took a SIRET for a number lost its leading zeros.
fn restored(identifier: String) -> String {
    let is_short = (10..14).contains(&identifier.len());
    if is_short && identifier.bytes().all(|byte| byte.is_ascii_digit()) {
        let padded = format!("{identifier:0>14}");
        if Siret::parse(&padded).is_some() {
            return padded;
        }
    }
    identifier
}

/// Where a contract is carried out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ContractPlace {
    /// Code as published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Kind of code as published: `Code postal`, `Code commune`, `Code département` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_type: Option<String>,
    /// The place it means, as far as the code tells.
    #[serde(default, skip_serializing_if = "Place::is_empty")]
    pub place: Place,
}

/// What may change from one modification to the next.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    /// Amount of the whole contract (*montant attribué*; of a concession, *valeur globale*). Shared
    /// by all holders: a group of five with 4 million has 4 million, not 20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<ContractAmount>,
    /// Duration in months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_months: Option<u32>,
    /// Holders (*titulaires*, *concessionnaires*), co-contractors one by one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holders: Vec<ContractParty>,
    /// Day of notification; of a concession, of signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notified_on: Option<NaiveDate>,
    /// Day the data were published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_on: Option<NaiveDate>,
}

/// A modification (*avenant*): only what it says or changes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ContractModification {
    /// Its number as published; in tables without one, its place in order of notification.
    pub number: u32,
    /// What it is about (`objetModification`, layout of 2019).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// What holds from it on, where it says so.
    pub terms: Terms,
}

/// An act of subcontracting (*acte de sous-traitance*), or a change to one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Subcontract {
    /// Its number.
    pub number: u32,
    /// Whether it changes an act instead of being one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_change: bool,
    /// The subcontractor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subcontractor: Option<ContractParty>,
    /// Duration in months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_months: Option<u32>,
    /// Its amount: a part of that of the contract, not more of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<ContractAmount>,
    /// How the price varies: `Ferme`, `Actualisable`, `Révisable`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_variation: Option<String>,
    /// Day of notification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notified_on: Option<NaiveDate>,
    /// Day the data were published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_on: Option<NaiveDate>,
}

/// What no modification changes, in the words of the source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Particulars {
    /// `nature`, for example `Marché`, `Marché de partenariat`, `Concession de service public`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nature: Option<String>,
    /// What is bought (`objet`); platforms cut it at 256 or 1,000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// Works, supplies or services (`type`, derived from the CPV by the consolidation).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<ContractNature>,
    /// CPV code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpv: Option<Cpv>,
    /// `procedure`, for example `Appel d'offres ouvert`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub procedure: Option<String>,
    /// `techniques`, for example `Accord-cadre`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub techniques: Vec<String>,
    /// `modalitesExecution`, for example `Bons de commande`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub execution_modes: Vec<String>,
    /// Place of performance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<ContractPlace>,
    /// `formePrix`: `Unitaire`, `Forfaitaire`, `Mixte`; 2019: `Ferme`, `Révisable` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_form: Option<String>,
    /// `typesPrix`, for example `Définitif révisable`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub price_types: Vec<String>,
    /// `offresRecues`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenders_received: Option<u32>,
    /// `ccag`: general conditions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub general_conditions: Option<String>,
    /// `idAccordCadre`: the framework agreement it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub framework: Option<String>,
    /// `typeGroupementOperateurs`: `Conjoint`, `Solidaire`, `Pas de groupement`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grouping: Option<String>,
    /// `sousTraitanceDeclaree`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subcontracting_declared: Option<bool>,
    /// `marcheInnovant`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_innovative: Option<bool>,
    /// `dateDebutExecution` of a concession.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_on: Option<NaiveDate>,
    /// `considerationsSociales`.
    pub social: Considerations,
    /// `considerationsEnvironnementales`.
    pub environmental: Considerations,
}

/// What one document says of a contract.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContractRecord {
    /// Shape of the document.
    pub layout: ContractLayout,
    /// What the contract is.
    pub kind: ContractKind,
    /// The buyer, or the one who acts for a group.
    pub buyer: ContractParty,
    /// The buyer's own identifier of the contract.
    pub number: String,
    /// What no modification changes.
    pub particulars: Particulars,
    /// Which modification the terms are those of; 0 is the contract as signed. Nothing where the
    /// layout does not say.
    pub version: Option<u32>,
    /// The terms.
    pub terms: Terms,
    /// Modifications it lists.
    pub modifications: Vec<ContractModification>,
    /// Acts of subcontracting, and changes to them.
    pub subcontracts: Vec<Subcontract>,
    /// The platform or file it came through.
    pub platform: Option<String>,
}

impl ContractRecord {
    /// The contract it speaks of.
    pub fn id(&self) -> ContractId {
        ContractId::of(&self.buyer.key(), &self.number)
    }
}

/// Values of a field that documents of the same modification do not agree on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The field, as the layouts call it.
    pub field: String,
    /// What the others say instead of the value shown.
    pub values: Vec<String>,
}

/// A contract as all its documents tell it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contract {
    /// Its id.
    pub id: ContractId,
    /// What it is.
    pub kind: ContractKind,
    /// The buyer.
    pub buyer: ContractParty,
    /// The buyer's own identifier of it.
    pub number: String,
    /// What no modification changes.
    pub particulars: Particulars,
    /// The terms as signed.
    pub signed: Terms,
    /// The terms as they stand after all modifications; the days are those of the signature.
    pub current: Terms,
    /// Modifications, oldest first.
    pub modifications: Vec<ContractModification>,
    /// Acts of subcontracting, and changes to them, by number.
    pub subcontracts: Vec<Subcontract>,
    /// What documents do not agree on.
    pub conflicts: Vec<Conflict>,
    /// Shapes of its documents.
    pub layouts: Vec<ContractLayout>,
    /// Platforms they came through.
    pub platforms: Vec<String>,
}

impl Contract {
    /// `uid` of the consolidated table: the buyer's SIRET and the identifier, written together.
    pub fn uid(&self) -> String {
        format!("{}{}", self.buyer.identifier.as_deref().unwrap_or(""), self.number)
    }

    /// The last day on which something of it was published.
    pub fn latest_publication(&self) -> Option<NaiveDate> {
        let days = self.modifications.iter().map(|modification| modification.terms.published_on);
        days.chain([self.signed.published_on]).flatten().max()
    }
}
