//! Who answers: kinds of supplier, and whether the law lets them bid for a lot.

use serde::{Deserialize, Serialize};

/// A kind of supplier of the social and solidarity economy, or any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum SupplierKind {
    /// Entreprise d'insertion (SIAE, art. L5132-5 c. trav.).
    Ei,
    /// Atelier et chantier d'insertion (SIAE, art. L5132-15 c. trav.).
    Aci,
    /// Association intermédiaire (SIAE, art. L5132-7 c. trav.): puts people at disposal.
    Ai,
    /// Entreprise de travail temporaire d'insertion (SIAE, art. L5132-6 c. trav.).
    Etti,
    /// Entreprise d'insertion par le travail indépendant (SIAE, art. L5132-6-1 c. trav.).
    Eiti,
    /// Entreprise adaptée (art. L5213-13 c. trav.).
    Ea,
    /// Entreprise adaptée de travail temporaire.
    Eatt,
    /// Établissement et service d'accompagnement par le travail (art. L344-2 CASF).
    Esat,
    /// Groupement d'employeurs pour l'insertion et la qualification: not a SIAE.
    Geiq,
    /// Another firm of the social and solidarity economy (law 2014-856, art. 1).
    Ess,
    /// Any other firm.
    Any,
}

impl SupplierKind {
    /// All kinds.
    pub const ALL: [Self; 11] = [
        Self::Ei,
        Self::Aci,
        Self::Ai,
        Self::Etti,
        Self::Eiti,
        Self::Ea,
        Self::Eatt,
        Self::Esat,
        Self::Geiq,
        Self::Ess,
        Self::Any,
    ];

    /// Whether it is a *structure d'insertion par l'activité économique* (art. L5132-4 c. trav.).
    pub const fn is_siae(self) -> bool {
        matches!(self, Self::Ei | Self::Aci | Self::Ai | Self::Etti | Self::Eiti)
    }

    /// The bit of this kind in a set of kinds, as the store keeps them.
    pub const fn bit(self) -> i32 {
        1 << (self as i32)
    }
}

/// What the law lets a supplier do with a lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Verdict {
    /// It may bid.
    MayBid,
    /// It may not bid, or bids against all, but can supply the hours of the insertion clause.
    MaySupplyHours,
    /// The lot is reserved to others.
    MayNot,
    /// The notice or the law leaves it open.
    Unknown,
}

/// The verdict for one kind of supplier, with its reason in French.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Eligibility {
    /// Who.
    pub supplier: SupplierKind,
    /// What it may do.
    pub verdict: Verdict,
    /// Why, in French.
    pub reason: String,
    /// The article the verdict rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
}
