//! How much of what is counted is known at all.

use async_graphql::{Context, Enum, Result, SimpleObject};

use crate::domain::coverage::{self, ContractField, Coverage, LotField};
use crate::domain::source::Source;
use crate::graphql::queries::{db, stored};
use crate::store;

/// What a field is counted over.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "coverage::CoverageBase")]
pub enum CoverageBase {
    /// All lots.
    Lots,
    /// Lots that are or were called for competition.
    CalledLots,
    /// Lots with a winner.
    AwardedLots,
    /// Contracts.
    Contracts,
}

/// A field of lots or contracts.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoverageField {
    /// Title of the lot, or of the undivided procurement.
    Title,
    /// Description.
    Description,
    /// A CPV code. BOAMP's MAPA notices have none.
    Cpv,
    /// A place of performance; the place of publication or of the buyer is not one.
    PlaceOfPerformance,
    /// Works, supplies or services.
    Nature,
    /// An estimated value that can be believed.
    EstimatedValue,
    /// A deadline with its instant.
    Deadline,
    /// Duration of the contract.
    Duration,
    /// Who won.
    Winner,
    /// A winner, of a contract a holder, with a valid SIRET.
    WinnerSiret,
    /// Value of the award, of a contract its amount, that can be believed.
    Amount,
    /// Day of the decision, of a contract day of notification.
    DecisionDay,
    /// How many tenders were received.
    TendersReceived,
    /// A contract surely signed for the lot.
    SignedContract,
    /// Social considerations, "none" included: the field exists since 2024.
    SocialConsiderations,
}

impl From<LotField> for CoverageField {
    fn from(field: LotField) -> Self {
        match field {
            LotField::Title => Self::Title,
            LotField::Description => Self::Description,
            LotField::Cpv => Self::Cpv,
            LotField::PlaceOfPerformance => Self::PlaceOfPerformance,
            LotField::Nature => Self::Nature,
            LotField::EstimatedValue => Self::EstimatedValue,
            LotField::Deadline => Self::Deadline,
            LotField::Duration => Self::Duration,
            LotField::Winner => Self::Winner,
            LotField::WinnerSiret => Self::WinnerSiret,
            LotField::AwardAmount => Self::Amount,
            LotField::DecisionDay => Self::DecisionDay,
            LotField::TendersReceived => Self::TendersReceived,
            LotField::SignedContract => Self::SignedContract,
        }
    }
}

impl From<ContractField> for CoverageField {
    fn from(field: ContractField) -> Self {
        match field {
            ContractField::Object => Self::Title,
            ContractField::ContractCpv => Self::Cpv,
            ContractField::ContractPlace => Self::PlaceOfPerformance,
            ContractField::Amount => Self::Amount,
            ContractField::ContractDuration => Self::Duration,
            ContractField::NotificationDay => Self::DecisionDay,
            ContractField::HolderSiret => Self::WinnerSiret,
            ContractField::OffersReceived => Self::TendersReceived,
            ContractField::SocialConsiderations => Self::SocialConsiderations,
        }
    }
}

/// Of how many lots or contracts a field is filled.
#[derive(SimpleObject, Clone, Debug)]
pub struct FieldCoverage {
    /// The field.
    pub field: CoverageField,
    /// What it is counted over.
    pub of: CoverageBase,
    /// Those that have it.
    pub filled: i32,
    /// Those that may have it.
    pub total: i32,
    /// The share, 0 to 1; nothing of nothing.
    pub share: Option<f64>,
}

impl FieldCoverage {
    fn new(field: CoverageField, of: coverage::CoverageBase, counted: Coverage) -> Self {
        let number = |count: u64| i32::try_from(count).unwrap_or(i32::MAX);
        Self {
            field,
            of: of.into(),
            filled: number(counted.filled),
            total: number(counted.total),
            share: counted.share(),
        }
    }
}

/// The fields of a source: of its contracts for DECP, else of its lots.
pub(super) async fn of_source(ctx: &Context<'_>, source: Source) -> Result<Vec<FieldCoverage>> {
    if source == Source::Decp {
        let filled = stored(ctx, store::contracts::filled(db(ctx).read()).await)?;
        let counted = ContractField::ALL.iter().map(|field| {
            let counted = Coverage::of_contracts(*field, &filled);
            FieldCoverage::new((*field).into(), field.base(), counted)
        });
        return Ok(counted.collect());
    }
    let filled = stored(ctx, store::lots::filled(db(ctx).read(), source).await)?;
    let counted = LotField::ALL.iter().map(|field| {
        let counted = Coverage::of_lots(*field, &filled);
        FieldCoverage::new((*field).into(), field.base(), counted)
    });
    Ok(counted.collect())
}
