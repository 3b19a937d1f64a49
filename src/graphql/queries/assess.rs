//! `assess`.

use async_graphql::{Object, Result};

use crate::domain::compliance;
use crate::domain::finding::{self, LotAssessment};
use crate::domain::lot::Lot;
use crate::graphql::input::assess::{AssessInput, CheckedDraft};
use crate::graphql::types::assessment::{AssessedLot, Assessment};
use crate::graphql::types::compliance::ComplianceAnswer;
use crate::graphql::types::finding::{Contradiction, Eligibility, Finding};
use crate::rules;
use crate::rules::compliance::NoticeCompliance;

/// Dry runs.
#[derive(Default)]
pub struct AssessQuery;

#[Object]
impl AssessQuery {
    /// What the rules say of an officer's own draft: whom it is reserved to, what it misses, what
    /// contradicts, and what the law asks of it. Nothing is stored.
    /// Example: `assess(input: {text: "Le lot n° 2 est réservé aux entreprises adaptées."})`.
    #[graphql(complexity = "150 + child_complexity")]
    async fn assess(
        &self,
        #[graphql(desc = "The draft.")] input: AssessInput,
    ) -> Result<Assessment> {
        let CheckedDraft { draft, told } = input.check()?;
        // A long draft takes some milliseconds: off the threads that answer requests.
        let (notice, found, asked) = tokio::task::spawn_blocking(move || {
            let notice = draft.into_notice();
            let found = rules::assess(&notice);
            let asked = rules::compliance::of_notice(&notice, &found, &told);
            (notice, found, asked)
        })
        .await?;
        let NoticeCompliance { whole, lots: of_lots } = asked;
        let lots = notice.lots.iter().zip(&found.lots).zip(of_lots);
        Ok(Assessment {
            lots: lots.map(|((lot, own), asked)| assessed(lot, own, asked, &found)).collect(),
            findings: found.findings.iter().map(Finding::from).collect(),
            contradictions: found.contradictions.iter().map(Contradiction::from).collect(),
            compliance: whole.into_iter().map(ComplianceAnswer::from).collect(),
        })
    }
}

/// What was said of one lot; findings of the whole draft count for who may answer it.
fn assessed(
    lot: &Lot,
    own: &LotAssessment,
    asked: Vec<compliance::ComplianceAnswer>,
    whole: &finding::Assessment,
) -> AssessedLot {
    let wide = whole.wide_findings(Some(own));
    let all: Vec<&finding::Finding> = own.findings.iter().chain(wide).collect();
    let eligible_for = rules::eligibility::eligibility(&all);
    AssessedLot {
        lot: lot.number.clone(),
        findings: own.findings.iter().map(Finding::from).collect(),
        contradictions: own.contradictions.iter().map(Contradiction::from).collect(),
        excepted: own.excepted.iter().map(|kind| (*kind).into()).collect(),
        eligible_for: eligible_for.iter().map(Eligibility::from).collect(),
        compliance: asked.into_iter().map(ComplianceAnswer::from).collect(),
    }
}
