//! What people say of findings.

use async_graphql::{Context, Object, Result, SimpleObject};

use super::enums::{CorrectionVerdict, FindingKind, MemberRole};
use super::rule::Rule;
use super::scalars::DateTime;
use crate::domain::ids::LotId;
use crate::domain::member::Member;
use crate::domain::{correction, finding};
use crate::graphql::queries::{loaded, loaders};
use crate::store::corrections::CorrectionCounts;

/// Who says something: the organisation and the part. Names of persons are not shown.
#[derive(SimpleObject, Clone, Debug)]
pub struct CorrectionAuthor {
    /// Name of the organisation.
    pub organisation: String,
    /// SIRET of the organisation.
    pub siret: Option<String>,
    /// What the person does there.
    pub role: MemberRole,
}

impl From<&Member> for CorrectionAuthor {
    fn from(member: &Member) -> Self {
        Self {
            organisation: member.organisation.clone(),
            siret: member.siret.as_ref().map(|siret| siret.as_str().to_owned()),
            role: member.role.into(),
        }
    }
}

/// How many statements of people stand about findings of one kind.
#[derive(SimpleObject, Clone, Debug)]
pub struct CorrectionCount {
    /// The kind of finding.
    pub kind: FindingKind,
    /// Said to be right.
    pub right: i32,
    /// Said to be wrong.
    pub wrong: i32,
    /// Said to be missing.
    pub missing: i32,
}

impl CorrectionCount {
    pub(super) fn of(kind: finding::FindingKind, counts: &CorrectionCounts) -> Self {
        let count = |count: u64| i32::try_from(count).unwrap_or(i32::MAX);
        let CorrectionCounts { right, wrong, missing } = *counts;
        Self {
            kind: kind.into(),
            right: count(right),
            wrong: count(wrong),
            missing: count(missing),
        }
    }
}

/// What a person says of a kind of finding of a lot. It stands beside the finding and never changes
/// it.
#[derive(Clone, Debug)]
pub struct Correction(correction::Correction);

impl From<correction::Correction> for Correction {
    fn from(said: correction::Correction) -> Self {
        Self(said)
    }
}

impl Correction {
    /// What people say of a lot, the oldest first.
    pub(super) async fn of_lot(ctx: &Context<'_>, lot: LotId) -> Result<Vec<Self>> {
        let said = loaded(ctx, loaders(ctx).corrections_of.load(lot).await)?;
        Ok(said.unwrap_or_default().into_iter().map(Self).collect())
    }

    /// Whether it speaks of this kind of finding.
    pub(super) fn is_of(&self, kind: FindingKind) -> bool {
        FindingKind::from(self.0.kind) == kind
    }
}

/// What a person says of a kind of finding of a lot. It stands beside the finding and never changes
/// it.
#[Object]
impl Correction {
    /// The kind of finding spoken of.
    async fn kind(&self) -> FindingKind {
        self.0.kind.into()
    }

    /// What is said of it.
    async fn verdict(&self) -> CorrectionVerdict {
        self.0.verdict.into()
    }

    /// Why; nothing when a right finding was given no reason.
    async fn reason(&self) -> Option<&str> {
        Some(self.0.reason.as_str()).filter(|reason| !reason.is_empty())
    }

    /// Words of the notice or of its documents that the person points to.
    async fn quote(&self) -> Option<&str> {
        self.0.quote.as_deref()
    }

    /// The rule that had made the finding; nothing for a missing one.
    async fn rule(&self) -> Option<Rule> {
        self.0.rule.as_deref().map(Rule::of)
    }

    /// Edition of the rules when it was said: a later one may have mended it.
    async fn rules_version(&self) -> &str {
        &self.0.rules_version
    }

    /// Who says it.
    async fn author(&self) -> CorrectionAuthor {
        CorrectionAuthor::from(&self.0.member)
    }

    /// When it was said.
    async fn made_at(&self) -> DateTime {
        self.0.made_at.into()
    }
}
