//! The words that French readers of the files see for codes.

use crate::domain::compliance::ComplianceVerdict;
use crate::domain::deadline::DeadlineCertainty;
use crate::domain::finding::{Confidence, FindingKind};
use crate::domain::notice::ContractNature;
use crate::domain::place::PlaceBasis;
use crate::domain::procedure::LotStatus;
use crate::domain::quantity::{Measure, Public, Quantity};
use crate::domain::supplier::SupplierKind;

/// A kind of finding.
pub const fn kind(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::ReservedEaEsat => "réservé aux EA et aux ESAT",
        FindingKind::ReservedSiae => "réservé aux SIAE",
        FindingKind::ReservedEaEsatSiae => "réservé aux EA, aux ESAT et aux SIAE",
        FindingKind::ReservedEss => "réservé aux entreprises de l'ESS",
        FindingKind::ReservedPrison => "réservé au travail en détention",
        FindingKind::ReservedUnspecified => "réservé, sans dire à qui",
        FindingKind::ExecutionClause => "clause sociale d'exécution",
        FindingKind::AwardCriterion => "critère social d'attribution",
        FindingKind::InsertionService => "prestation d'insertion",
    }
}

/// How far a finding can be relied on.
pub const fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Low => "faible",
        Confidence::Medium => "moyenne",
        Confidence::High => "élevée",
    }
}

/// A value with its unit: `1429,5 heures d'insertion`.
pub fn quantity(quantity: &Quantity) -> String {
    let unit = match quantity.measure {
        Measure::Hours => " heures d'insertion",
        Measure::HoursPerYear => " heures d'insertion par an",
        Measure::LabourShare => " % du travail",
        Measure::AmountShare => " % du montant",
        Measure::Share => " %",
        Measure::Weight => " % de la note",
        Measure::Points => " points",
        Measure::Jobs => " personnes ou contrats",
    };
    let (whole, rest) = (quantity.hundredths / 100, quantity.hundredths % 100);
    let decimals = if rest == 0 { String::new() } else { format!(",{rest:02}") };
    format!("{whole}{}{unit}", decimals.trim_end_matches('0'))
}

/// The people a clause is for.
pub const fn public(public: Public) -> &'static str {
    match public {
        Public::LongTermUnemployed => "demandeurs d'emploi de longue durée",
        Public::Unemployed => "demandeurs d'emploi",
        Public::MinimumIncome => "bénéficiaires de minima sociaux",
        Public::Disabled => "travailleurs handicapés",
        Public::Young => "jeunes",
        Public::Senior => "plus de 50 ans",
        Public::PriorityDistrict => "habitants des quartiers prioritaires",
        Public::InsertionPath => "personnes en parcours d'insertion",
        Public::Refugee => "réfugiés",
        Public::Justice => "personnes sous main de justice",
        Public::LowSkilled => "personnes peu qualifiées",
    }
}

/// How a case stands before a rule of law.
pub const fn compliance(verdict: ComplianceVerdict) -> &'static str {
    match verdict {
        ComplianceVerdict::DoesNotApply => "sans objet",
        ComplianceVerdict::Met => "respecté",
        ComplianceVerdict::NotMet => "non respecté",
        ComplianceVerdict::ToCheck => "à vérifier",
        ComplianceVerdict::Unknown => "inconnu",
    }
}

/// What a lot is.
pub(super) const fn status(status: LotStatus) -> &'static str {
    match status {
        LotStatus::Planned => "annoncé",
        LotStatus::Open => "ouvert",
        LotStatus::Closed => "clos",
        LotStatus::Cancelled => "abandonné",
        LotStatus::Awarded => "attribué",
        LotStatus::Unsuccessful => "infructueux",
    }
}

/// What is bought.
pub(super) const fn nature(nature: ContractNature) -> &'static str {
    match nature {
        ContractNature::Works => "travaux",
        ContractNature::Supplies => "fournitures",
        ContractNature::Services => "services",
    }
}

/// What a place says.
pub(super) const fn basis(basis: PlaceBasis) -> &'static str {
    match basis {
        PlaceBasis::Lot | PlaceBasis::Procedure => "exécution",
        PlaceBasis::Publication => "publication",
        PlaceBasis::Buyer => "acheteur",
    }
}

/// How sure a deadline is.
pub(super) const fn certainty(certainty: DeadlineCertainty) -> &'static str {
    match certainty {
        DeadlineCertainty::Stated => "publiée",
        DeadlineCertainty::Assumed => "heure de Paris supposée",
        DeadlineCertainty::Doubtful => "à vérifier",
    }
}

/// A kind of supplier, by the acronym of the law.
pub const fn supplier(kind: SupplierKind) -> &'static str {
    match kind {
        SupplierKind::Ei => "EI",
        SupplierKind::Aci => "ACI",
        SupplierKind::Ai => "AI",
        SupplierKind::Etti => "ETTI",
        SupplierKind::Eiti => "EITI",
        SupplierKind::Ea => "EA",
        SupplierKind::Eatt => "EATT",
        SupplierKind::Esat => "ESAT",
        SupplierKind::Geiq => "GEIQ",
        SupplierKind::Ess => "ESS",
        SupplierKind::Any => "toute entreprise",
    }
}
