//! What the rules say of a draft.

use async_graphql::SimpleObject;

use super::compliance::ComplianceAnswer;
use super::enums::FindingKind;
use super::finding::{Contradiction, Eligibility, Finding};

/// What the rules say of one lot of a draft.
#[derive(SimpleObject, Clone, Debug)]
pub struct AssessedLot {
    /// Its number, as the draft gives it.
    pub lot: Option<String>,
    /// What concerns this lot by name or by place.
    pub findings: Vec<Finding>,
    /// What does not fit in this lot.
    pub contradictions: Vec<Contradiction>,
    /// What the text says of the whole draft and takes back for this lot: *tous les lots comportent
    /// une clause d'insertion, sauf le lot 3*.
    pub excepted: Vec<FindingKind>,
    /// Who may answer it, whole-draft findings included.
    pub eligible_for: Vec<Eligibility>,
    /// What the law asks of it, and whether it is met.
    pub compliance: Vec<ComplianceAnswer>,
}

/// What the rules say of a draft. Nothing of it is stored.
#[derive(SimpleObject, Clone, Debug)]
pub struct Assessment {
    /// The lots of the draft: those given, or those its text names.
    pub lots: Vec<AssessedLot>,
    /// What concerns the whole draft without naming a lot.
    pub findings: Vec<Finding>,
    /// What does not fit in the whole draft.
    pub contradictions: Vec<Contradiction>,
    /// What the law asks of the whole procurement, and whether it is met; of a draft without lots,
    /// what it asks of the contract as well.
    pub compliance: Vec<ComplianceAnswer>,
}
