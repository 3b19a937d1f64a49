//! Findings, evidence, contradictions, eligibility.

use async_graphql::{ComplexObject, Context, Result, SimpleObject};

use super::correction::Correction;
use super::enums::{Confidence, ContradictionKind, FindingKind, FindingScope};
use super::enums::{SupplierKind, Verdict};
use super::notice::Notice;
use super::quantity::{Public, Quantity, shown};
use super::rule::{LegalReference, Rule};
use crate::domain::ids::{LotId, NoticeId};
use crate::domain::procedure::LotFinding;
use crate::domain::quantity::Measure;
use crate::domain::{finding, supplier};

/// The words or the code that prove a finding.
#[derive(SimpleObject, Clone, Debug)]
pub struct Evidence {
    /// Path of the field in the notice, for example
    /// `cac:ProcurementProjectLot[LOT-0005]/cac:ProcurementProject/cbc:Description`. Its text is
    /// among `Notice.texts`.
    pub field: String,
    /// The exact words, or the coded value.
    pub quote: String,
    /// First character of the quote in the field's text, counted in Unicode characters from 0;
    /// nothing for a coded value.
    pub start: Option<i32>,
    /// The character after the last one of the quote.
    pub end: Option<i32>,
}

impl From<&finding::Evidence> for Evidence {
    fn from(evidence: &finding::Evidence) -> Self {
        let place = |at: Option<u32>| at.and_then(|at| i32::try_from(at).ok());
        Self {
            field: evidence.field.clone(),
            quote: evidence.quote.clone(),
            start: place(evidence.start),
            end: place(evidence.end),
        }
    }
}

/// What a rule says of a lot, with its proof.
#[derive(SimpleObject, Clone, Debug)]
#[graphql(complex)]
pub struct Finding {
    /// What was found.
    pub kind: FindingKind,
    /// How far it can be relied on.
    pub confidence: Confidence,
    /// Whether it names the lot or concerns the whole procurement; nothing in a dry run.
    pub scope: Option<FindingScope>,
    /// The article of law it rests on.
    pub article: Option<LegalReference>,
    /// The proof: never empty.
    pub evidence: Vec<Evidence>,
    /// The values that its sentences give for this lot: hours, shares, weights, people. Penalties,
    /// prices and ratios are none.
    pub quantities: Vec<Quantity>,
    /// Hours of insertion, where the sentences give one number of hours and no other.
    pub hours: Option<f64>,
    /// The share of the work that is kept for insertion, in percent, where one is given.
    pub share: Option<f64>,
    /// The weight of the criterion in percent, where one is given.
    pub weight: Option<f64>,
    /// The people that its sentences name; empty for reservations, whose kind says it.
    pub publics: Vec<Public>,
    #[graphql(skip)]
    pub(super) rule_id: String,
    #[graphql(skip)]
    notice_id: Option<NoticeId>,
    #[graphql(skip)]
    lot_id: Option<LotId>,
}

#[ComplexObject]
impl Finding {
    /// The rule that found it.
    async fn rule(&self) -> Rule {
        Rule::of(&self.rule_id)
    }

    /// The notice its evidence stands in; nothing in a dry run.
    async fn notice(&self, ctx: &Context<'_>) -> Result<Option<Notice>> {
        match self.notice_id {
            Some(id) => Notice::load(ctx, id).await,
            None => Ok(None),
        }
    }

    /// What people say of it, the oldest first (`correctFinding`); nothing in a dry run. What they
    /// miss is in `Lot.corrections`.
    #[graphql(complexity = "2 * child_complexity")]
    async fn corrections(&self, ctx: &Context<'_>) -> Result<Vec<Correction>> {
        let Some(lot) = self.lot_id else { return Ok(Vec::new()) };
        let said = Correction::of_lot(ctx, lot).await?;
        Ok(said.into_iter().filter(|said| said.is_of(self.kind)).collect())
    }
}

impl From<&finding::Finding> for Finding {
    fn from(found: &finding::Finding) -> Self {
        Self {
            kind: found.kind.into(),
            confidence: found.confidence.into(),
            scope: None,
            article: found.article.as_deref().map(LegalReference::of),
            evidence: found.evidence.iter().map(Evidence::from).collect(),
            quantities: found.quantities.iter().map(Quantity::from).collect(),
            hours: found.value(Measure::Hours).map(shown),
            share: found.value(Measure::LabourShare).map(shown),
            weight: found.value(Measure::Weight).map(shown),
            publics: found.publics.iter().map(|public| (*public).into()).collect(),
            rule_id: found.rule.clone(),
            notice_id: None,
            lot_id: None,
        }
    }
}

impl Finding {
    /// A finding of a stored lot.
    pub(super) fn of_lot(found: &LotFinding, lot: LotId) -> Self {
        Self {
            scope: Some(found.scope.into()),
            notice_id: Some(found.notice),
            lot_id: Some(lot),
            ..Self::from(&found.finding)
        }
    }
}

/// Two statements of a notice that do not fit together.
#[derive(SimpleObject, Clone, Debug)]
pub struct Contradiction {
    /// What does not fit.
    pub kind: ContradictionKind,
    /// What was met and what to correct, in French, for a person.
    pub message: String,
    /// Both sides.
    pub evidence: Vec<Evidence>,
}

impl From<&finding::Contradiction> for Contradiction {
    fn from(contradiction: &finding::Contradiction) -> Self {
        Self {
            kind: contradiction.kind.into(),
            message: contradiction.message.clone(),
            evidence: contradiction.evidence.iter().map(Evidence::from).collect(),
        }
    }
}

/// What the law lets one kind of supplier do with a lot.
#[derive(SimpleObject, Clone, Debug)]
pub struct Eligibility {
    /// The kind of supplier.
    pub supplier: SupplierKind,
    /// What it may do.
    pub verdict: Verdict,
    /// Why, in French.
    pub reason: String,
    /// The article the verdict rests on.
    pub article: Option<LegalReference>,
}

impl From<&supplier::Eligibility> for Eligibility {
    fn from(eligibility: &supplier::Eligibility) -> Self {
        Self {
            supplier: eligibility.supplier.into(),
            verdict: eligibility.verdict.into(),
            reason: eligibility.reason.clone(),
            article: eligibility.article.as_deref().map(LegalReference::of),
        }
    }
}
