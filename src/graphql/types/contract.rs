//! Signed contracts (DECP).

use async_graphql::{ComplexObject, Context, Enum, ID, Result, SimpleObject};

use super::code::Code;
use super::enums::{AmountDoubt, ContractNature};
use super::link::SignedContract;
use super::money::Money;
use super::organisation::Organisation;
use super::place::Place;
use super::scalars::Date;
use crate::domain::consideration;
use crate::domain::contract;
use crate::domain::ids::OrganisationId;
use crate::graphql::node_id::NodeId;
use crate::graphql::queries::{loaded, loaders};

/// What a contract is.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "contract::ContractKind")]
pub enum ContractKind {
    /// A public contract (marché public).
    Market,
    /// A concession, a delegation of public service.
    Concession,
}

/// Whether a field of considerations is filled, and what it says at all.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "consideration::Filled")]
pub enum Filled {
    /// Nothing is said. The field exists since 2024 only; leave these out of shares.
    NotFilled,
    /// There is none ("Pas de considération sociale", "Sans objet").
    None,
    /// There are some: see `kinds`.
    Stated,
    /// Something is said that is not in the official list: see `raw`.
    Unread,
}

/// What a consideration is.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "consideration::ConsiderationKind")]
pub enum ConsiderationKind {
    /// A condition of execution, for example insertion hours.
    Clause,
    /// An award criterion.
    Criterion,
    /// A reserved contract.
    Reserved,
}

/// A field of considerations, read and as published.
#[derive(SimpleObject, Clone, Debug)]
pub struct Considerations {
    /// Whether it is filled.
    pub filled: Filled,
    /// What is stated, each once.
    pub kinds: Vec<ConsiderationKind>,
    /// As published, for example `Critère social, Clause sociale`.
    pub raw: Option<String>,
}

impl From<&consideration::Considerations> for Considerations {
    fn from(read: &consideration::Considerations) -> Self {
        Self {
            filled: read.filled.into(),
            kinds: read.kinds.iter().map(|kind| (*kind).into()).collect(),
            raw: read.raw.clone(),
        }
    }
}

/// An amount of a contract, excluding tax. Shared by all holders: never add it up by holder.
#[derive(SimpleObject, Clone, Debug)]
pub struct ContractAmount {
    /// The amount; nothing when it cannot be believed.
    pub money: Option<Money>,
    /// As published.
    pub raw: String,
    /// Why it is not believed.
    pub doubt: Option<AmountDoubt>,
}

impl From<&contract::ContractAmount> for ContractAmount {
    fn from(amount: &contract::ContractAmount) -> Self {
        Self {
            money: amount.money.as_ref().map(Money::from),
            raw: amount.raw.clone(),
            doubt: amount.doubt.map(AmountDoubt::from),
        }
    }
}

/// A buyer, holder or subcontractor as the contract's data name it.
#[derive(SimpleObject, Clone, Debug)]
#[graphql(complex)]
pub struct ContractParty {
    /// Name, where the data have names.
    pub name: Option<String>,
    /// Identifier as published, for example a SIRET or a VAT number.
    pub identifier: Option<String>,
    /// Kind of identifier: `SIRET`, `TVA`, `TAHITI`, `RIDET`, `FRWF`, `IREP`, `HORS-UE`.
    pub scheme: Option<String>,
    /// SIRET, when the identifier is a valid one.
    pub siret: Option<String>,
    #[graphql(skip)]
    key: OrganisationId,
}

#[ComplexObject]
impl ContractParty {
    /// Global id of the organisation: what `ContractFilter.holders` takes, whether or not a notice
    /// names it too.
    async fn organisation_id(&self) -> ID {
        NodeId::Organisation(self.key).to_id()
    }

    /// The organisation, when a notice names it too.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        Organisation::load(ctx, self.key).await
    }
}

impl From<&contract::ContractParty> for ContractParty {
    fn from(party: &contract::ContractParty) -> Self {
        Self {
            name: party.name.clone(),
            identifier: party.identifier.clone(),
            scheme: party.scheme.clone(),
            siret: party.siret.as_ref().map(|siret| siret.as_str().to_owned()),
            key: party.organisation_id(),
        }
    }
}

/// What may change from one modification to the next.
#[derive(SimpleObject, Clone, Debug)]
pub struct ContractTerms {
    /// Amount of the whole contract, excluding tax; of a concession, its overall value.
    pub amount: Option<ContractAmount>,
    /// Duration in months.
    pub duration_months: Option<u32>,
    /// Holders (titulaires), co-contractors one by one.
    pub holders: Vec<ContractParty>,
    /// Day of notification; of a concession, of signature.
    pub notified_on: Option<Date>,
    /// Day the data were published.
    pub published_on: Option<Date>,
}

impl From<&contract::Terms> for ContractTerms {
    fn from(terms: &contract::Terms) -> Self {
        Self {
            amount: terms.amount.as_ref().map(ContractAmount::from),
            duration_months: terms.duration_months,
            holders: terms.holders.iter().map(ContractParty::from).collect(),
            notified_on: terms.notified_on.map(Date),
            published_on: terms.published_on.map(Date),
        }
    }
}

/// A modification (avenant).
#[derive(SimpleObject, Clone, Debug)]
pub struct ContractModification {
    /// Its number as published; in tables without one, its place in order of notification.
    pub number: u32,
    /// What it is about, where the data say so.
    pub object: Option<String>,
    /// What it says or changes; what it leaves as it was is empty.
    pub terms: ContractTerms,
}

/// An act of subcontracting, or a change to one.
#[derive(SimpleObject, Clone, Debug)]
pub struct Subcontract {
    /// Number of the act.
    pub number: u32,
    /// Whether it changes the act of this number.
    pub is_change: bool,
    /// The subcontractor.
    pub subcontractor: Option<ContractParty>,
    /// Duration in months.
    pub duration_months: Option<u32>,
    /// Its amount: a part of the contract's, not more of it.
    pub amount: Option<ContractAmount>,
    /// How its price varies, for example `Révisable`.
    pub price_variation: Option<String>,
    /// Day of notification.
    pub notified_on: Option<Date>,
    /// Day the data were published.
    pub published_on: Option<Date>,
}

impl From<&contract::Subcontract> for Subcontract {
    fn from(act: &contract::Subcontract) -> Self {
        Self {
            number: act.number,
            is_change: act.is_change,
            subcontractor: act.subcontractor.as_ref().map(ContractParty::from),
            duration_months: act.duration_months,
            amount: act.amount.as_ref().map(ContractAmount::from),
            price_variation: act.price_variation.clone(),
            notified_on: act.notified_on.map(Date),
            published_on: act.published_on.map(Date),
        }
    }
}

/// Values that documents of one contract do not agree on.
#[derive(SimpleObject, Clone, Debug)]
pub struct ContractConflict {
    /// The field as the data call it, for example `montant`.
    pub field: String,
    /// What other documents say instead of the value shown.
    pub values: Vec<String>,
}

/// A signed contract, folded from all data published about it (DECP): one contract a lot. The data
/// name neither notice nor lot; `signedFor` says what the evidence does.
#[derive(Clone, Debug)]
pub struct Contract(pub(crate) contract::Contract);

impl From<contract::Contract> for Contract {
    fn from(contract: contract::Contract) -> Self {
        Self(contract)
    }
}

/// A signed contract, folded from all data published about it (DECP): one contract a lot. The data
/// name neither notice nor lot; `signedFor` says what the evidence does.
#[async_graphql::Object]
impl Contract {
    /// Global id: stable, the same on every server.
    pub async fn id(&self) -> ID {
        NodeId::Contract(self.0.id).to_id()
    }

    /// SIRET of the buyer and identifier, written together, for example `213401722017872026-C3`.
    async fn uid(&self) -> String {
        self.0.uid()
    }

    /// The buyer's own identifier of the contract.
    async fn number(&self) -> &str {
        &self.0.number
    }

    /// Market or concession.
    async fn kind(&self) -> ContractKind {
        self.0.kind.into()
    }

    /// Nature as published, for example `Marché de partenariat`.
    async fn nature(&self) -> Option<&str> {
        self.0.particulars.nature.as_deref()
    }

    /// What is bought, as published; platforms cut it at 256 or 1,000 characters.
    async fn object(&self) -> Option<&str> {
        self.0.particulars.object.as_deref()
    }

    /// Works, supplies or services, where the data say so.
    async fn category(&self) -> Option<ContractNature> {
        self.0.particulars.category.map(ContractNature::from)
    }

    /// CPV code.
    async fn cpv(&self) -> Option<Code> {
        self.0.particulars.cpv.as_ref().map(Code::from)
    }

    /// Procedure as published, for example `Appel d'offres ouvert`.
    async fn procedure(&self) -> Option<&str> {
        self.0.particulars.procedure.as_deref()
    }

    /// Techniques as published, for example `Accord-cadre`.
    async fn techniques(&self) -> &[String] {
        &self.0.particulars.techniques
    }

    /// Ways of execution as published, for example `Bons de commande`.
    async fn execution_modes(&self) -> &[String] {
        &self.0.particulars.execution_modes
    }

    /// Place of performance, as far as its code tells.
    async fn place_of_performance(&self) -> Option<Place> {
        self.0.particulars.place.as_ref().map(|located| Place::from(&located.place))
    }

    /// Code of the place as published, with its kind: `Code postal 34000`.
    async fn place_code(&self) -> Option<String> {
        let place = self.0.particulars.place.as_ref()?;
        let parts = [place.code_type.as_deref(), place.code.as_deref()];
        Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
    }

    /// Form of the price as published: `Unitaire`, `Forfaitaire`, `Mixte` and older words.
    async fn price_form(&self) -> Option<&str> {
        self.0.particulars.price_form.as_deref()
    }

    /// Types of price as published, for example `Définitif révisable`.
    async fn price_types(&self) -> &[String] {
        &self.0.particulars.price_types
    }

    /// Tenders received, irregular ones included.
    async fn tenders_received(&self) -> Option<u32> {
        self.0.particulars.tenders_received
    }

    /// Identifier of the framework agreement it belongs to, among the buyer's own.
    async fn framework(&self) -> Option<&str> {
        self.0.particulars.framework.as_deref()
    }

    /// General conditions (CCAG) as published.
    async fn general_conditions(&self) -> Option<&str> {
        self.0.particulars.general_conditions.as_deref()
    }

    /// How the holders stand together, as published: `Conjoint`, `Solidaire`, `Pas de groupement`.
    async fn grouping(&self) -> Option<&str> {
        self.0.particulars.grouping.as_deref()
    }

    /// Whether subcontracting was declared at notification.
    async fn subcontracting_declared(&self) -> Option<bool> {
        self.0.particulars.subcontracting_declared
    }

    /// Whether works, supplies or services are innovative.
    async fn is_innovative(&self) -> Option<bool> {
        self.0.particulars.is_innovative
    }

    /// First day of execution of a concession.
    async fn starts_on(&self) -> Option<Date> {
        self.0.particulars.starts_on.map(Date)
    }

    /// Social considerations: clause, criterion, reserved; none and not filled are apart.
    async fn social_considerations(&self) -> Considerations {
        Considerations::from(&self.0.particulars.social)
    }

    /// Environmental considerations.
    async fn environmental_considerations(&self) -> Considerations {
        Considerations::from(&self.0.particulars.environmental)
    }

    /// The buyer, or the one who acts for a group.
    async fn buyer(&self) -> ContractParty {
        ContractParty::from(&self.0.buyer)
    }

    /// The terms as they stand after all modifications; the days are those of the signature.
    async fn current(&self) -> ContractTerms {
        ContractTerms::from(&self.0.current)
    }

    /// The terms as signed; empty where only modifications were published.
    async fn signed(&self) -> ContractTerms {
        ContractTerms::from(&self.0.signed)
    }

    /// Modifications, oldest first.
    #[graphql(complexity = "3 * child_complexity")]
    async fn modifications(&self) -> Vec<ContractModification> {
        let changes = self.0.modifications.iter().map(|change| ContractModification {
            number: change.number,
            object: change.object.clone(),
            terms: ContractTerms::from(&change.terms),
        });
        changes.collect()
    }

    /// Acts of subcontracting, and changes to them, by number.
    #[graphql(complexity = "3 * child_complexity")]
    async fn subcontracts(&self) -> Vec<Subcontract> {
        self.0.subcontracts.iter().map(Subcontract::from).collect()
    }

    /// The procurement, where possible the lot, that it was signed for: found by evidence, because
    /// the data name neither. Nothing where the evidence is too weak.
    async fn signed_for(&self, ctx: &Context<'_>) -> Result<Option<SignedContract>> {
        let link = loaded(ctx, loaders(ctx).contract_links.load(self.0.id).await)?;
        Ok(link.map(SignedContract::from))
    }

    /// What its documents do not agree on.
    async fn conflicts(&self) -> Vec<ContractConflict> {
        let conflicts = self.0.conflicts.iter().map(|conflict| ContractConflict {
            field: conflict.field.clone(),
            values: conflict.values.clone(),
        });
        conflicts.collect()
    }

    /// Shapes of its documents: `OFFICIAL_2022`, `OFFICIAL_2019`, `TABLE`, `FLAT`, `EXCERPT`.
    async fn layouts(&self) -> Vec<&'static str> {
        self.0.layouts.iter().map(|layout| layout.as_str()).collect()
    }

    /// Platforms its data came through, as published.
    async fn platforms(&self) -> &[String] {
        &self.0.platforms
    }
}
