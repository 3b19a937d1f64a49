//! How much of what a dashboard counts is known at all: for each field, of how many lots or
//! contracts it is filled. A share that leaves out what is not filled says nothing of it.

use super::award::OutcomeKind;
use super::consideration::Filled;
use super::contract::Contract;
use super::place::PlaceBasis;
use super::procedure::{LotStage, LotState};

/// What a field is counted over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
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

macro_rules! fields {
    ($(#[$doc:meta])* $name:ident: $($(#[$field_doc:meta])* $field:ident = $base:ident),+ $(,)?) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$field_doc])* $field),+
        }

        impl $name {
            /// All fields.
            pub const ALL: &[Self] = &[$(Self::$field),+];

            /// What it is counted over.
            pub const fn base(self) -> CoverageBase {
                match self { $(Self::$field => CoverageBase::$base),+ }
            }

            /// The bit it has in the store.
            pub const fn bit(self) -> i32 {
                1 << self as i32
            }
        }
    };
}

fields! {
    /// Fields of lots.
    LotField:
    /// Title of the lot, or of the undivided procurement.
    Title = Lots,
    /// Description.
    Description = Lots,
    /// A CPV code, the lot's own or the procurement's.
    Cpv = Lots,
    /// A place of performance; the place of publication or of the buyer is not one.
    PlaceOfPerformance = Lots,
    /// Works, supplies or services.
    Nature = Lots,
    /// An estimated value that can be believed.
    EstimatedValue = CalledLots,
    /// A deadline with its instant.
    Deadline = CalledLots,
    /// Duration of the contract.
    Duration = CalledLots,
    /// Who won.
    Winner = AwardedLots,
    /// A winner with a valid SIRET.
    WinnerSiret = AwardedLots,
    /// Value of the award.
    AwardAmount = AwardedLots,
    /// Day of the decision.
    DecisionDay = AwardedLots,
    /// How many tenders were received.
    TendersReceived = AwardedLots,
    /// A contract surely signed for it.
    SignedContract = AwardedLots,
}

fields! {
    /// Fields of contracts.
    ContractField:
    /// What is bought.
    Object = Contracts,
    /// CPV code.
    ContractCpv = Contracts,
    /// A place that a department is known of.
    ContractPlace = Contracts,
    /// An amount that can be believed.
    Amount = Contracts,
    /// Duration.
    ContractDuration = Contracts,
    /// Day of notification.
    NotificationDay = Contracts,
    /// A holder with a valid SIRET.
    HolderSiret = Contracts,
    /// How many tenders were received.
    OffersReceived = Contracts,
    /// Social considerations, "none" included.
    SocialConsiderations = Contracts,
}

/// The fields of a lot that are filled, as bits.
pub fn of_lot(lot: &LotState) -> i32 {
    let outcomes = || lot.awards.iter().map(|award| &award.outcome);
    let mut suppliers = outcomes().flat_map(|outcome| &outcome.suppliers);
    let is_performed = |basis: PlaceBasis| matches!(basis, PlaceBasis::Lot | PlaceBasis::Procedure);
    let has = |field| match field {
        LotField::Title => lot.title.is_some(),
        LotField::Description => lot.description.is_some(),
        LotField::Cpv => !lot.cpv.is_empty(),
        LotField::PlaceOfPerformance => lot.places.iter().any(|place| is_performed(place.basis)),
        LotField::Nature => lot.nature.is_some(),
        LotField::EstimatedValue => {
            lot.estimated_value.as_ref().is_some_and(|value| value.figure().is_some())
        }
        LotField::Deadline => lot.deadline.as_ref().is_some_and(|deadline| deadline.at.is_some()),
        LotField::Duration => lot.duration_months.is_some(),
        LotField::Winner => suppliers.next().is_some() || !lot.contracts.is_empty(),
        LotField::WinnerSiret => outcomes()
            .flat_map(|outcome| &outcome.suppliers)
            .any(|supplier| supplier.siret.is_some()),
        LotField::AwardAmount => outcomes().any(|outcome| outcome.amount.is_some()),
        LotField::DecisionDay => outcomes().any(|outcome| outcome.decided_on.is_some()),
        LotField::TendersReceived => outcomes().any(|outcome| outcome.tenders_received.is_some()),
        LotField::SignedContract => !lot.contracts.is_empty(),
    };
    bits(LotField::ALL, LotField::bit, has)
}

/// The fields of a contract that are filled, as bits.
pub fn of_contract(contract: &Contract) -> i32 {
    let (particulars, terms) = (&contract.particulars, &contract.current);
    let place = particulars.place.as_ref().map(|located| &located.place);
    let has = |field| match field {
        ContractField::Object => particulars.object.is_some(),
        ContractField::ContractCpv => particulars.cpv.is_some(),
        ContractField::ContractPlace => place.is_some_and(|place| place.department.is_some()),
        ContractField::Amount => terms.amount.as_ref().is_some_and(|amount| amount.money.is_some()),
        ContractField::ContractDuration => terms.duration_months.is_some(),
        ContractField::NotificationDay => terms.notified_on.is_some(),
        ContractField::HolderSiret => terms.holders.iter().any(|holder| holder.siret.is_some()),
        ContractField::OffersReceived => particulars.tenders_received.is_some(),
        ContractField::SocialConsiderations => particulars.social.filled != Filled::NotFilled,
    };
    bits(ContractField::ALL, ContractField::bit, has)
}

fn bits<F: Copy>(all: &[F], bit: fn(F) -> i32, mut has: impl FnMut(F) -> bool) -> i32 {
    all.iter().filter(|field| has(**field)).map(|field| bit(*field)).sum()
}

/// Lots of one kind with the same fields filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilledLots {
    /// How far they have come.
    pub stage: LotStage,
    /// How they ended.
    pub outcome: Option<OutcomeKind>,
    /// The fields, as bits.
    pub filled: i32,
    /// How many there are.
    pub count: u64,
}

/// Of how many things a field is filled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Those that have it.
    pub filled: u64,
    /// Those that may have it.
    pub total: u64,
}

impl Coverage {
    /// Of how many lots a field is filled.
    pub fn of_lots(field: LotField, lots: &[FilledLots]) -> Self {
        let is_in_base = |lots: &&FilledLots| match field.base() {
            CoverageBase::CalledLots => lots.stage == LotStage::Called,
            CoverageBase::AwardedLots => lots.outcome == Some(OutcomeKind::Awarded),
            CoverageBase::Lots | CoverageBase::Contracts => true,
        };
        let counted = lots.iter().filter(is_in_base).map(|lots| (lots.filled, lots.count));
        Self::counted(field.bit(), counted)
    }

    /// Of how many contracts a field is filled; they come as bits with how many have them.
    pub fn of_contracts(field: ContractField, contracts: &[(i32, u64)]) -> Self {
        Self::counted(field.bit(), contracts.iter().copied())
    }

    fn counted(bit: i32, counted: impl Iterator<Item = (i32, u64)>) -> Self {
        let mut coverage = Self::default();
        for (filled, count) in counted {
            coverage.total += count;
            if filled & bit != 0 {
                coverage.filled += count;
            }
        }
        coverage
    }

    /// The share, 0 to 1; nothing of nothing.
    pub fn share(self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^52")]
        let share = self.filled as f64 / self.total as f64;
        (self.total > 0).then_some(share)
    }
}
