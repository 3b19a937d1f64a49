//! `assess`.

use async_graphql::{Object, Result};

use crate::domain::finding;
use crate::graphql::input::assess::{AssessInput, CheckedDraft};
use crate::graphql::types::assessment::{AssessedLot, Assessment};
use crate::graphql::types::compliance::ComplianceAnswer;
use crate::graphql::types::finding::{Contradiction, Eligibility, Finding};
use crate::rules;

/// Dry runs.
#[derive(Default)]
pub struct AssessQuery;

#[Object]
impl AssessQuery {
    /// What the rules say of an officer's own draft: whom it is reserved to, what it misses, what
    /// contradicts, and what the law asks of it. Nothing is stored.
    /// Example: `assess(input: {text: "Le lot n° 2 est réservé aux entreprises adaptées."})`.
    #[graphql(complexity = "100 + child_complexity")]
    async fn assess(
        &self,
        #[graphql(desc = "The draft.")] input: AssessInput,
    ) -> Result<Assessment> {
        let CheckedDraft { draft, told } = input.check()?;
        // A long draft takes some milliseconds: off the threads that answer requests.
        let (notice, found, mut asked) = tokio::task::spawn_blocking(move || {
            let notice = draft.into_notice();
            let found = rules::assess(&notice);
            let asked = rules::compliance::of_notice(&notice, &found, &told);
            (notice, found, asked)
        })
        .await?;
        let of_lots = std::mem::take(&mut asked.lots);
        let lots =
            notice.lots.iter().zip(&found.lots).zip(of_lots).map(|((lot, assessed), asked)| {
                let wide = found.wide_findings(Some(assessed));
                let all: Vec<&finding::Finding> = assessed.findings.iter().chain(wide).collect();
                AssessedLot {
                    lot: lot.number.clone(),
                    findings: assessed.findings.iter().map(Finding::from).collect(),
                    contradictions: assessed
                        .contradictions
                        .iter()
                        .map(Contradiction::from)
                        .collect(),
                    excepted: assessed.excepted.iter().map(|kind| (*kind).into()).collect(),
                    eligible_for: rules::eligibility::eligibility(&all)
                        .iter()
                        .map(Eligibility::from)
                        .collect(),
                    compliance: asked.into_iter().map(ComplianceAnswer::from).collect(),
                }
            });
        Ok(Assessment {
            lots: lots.collect(),
            findings: found.findings.iter().map(Finding::from).collect(),
            contradictions: found.contradictions.iter().map(Contradiction::from).collect(),
            compliance: asked.whole.into_iter().map(ComplianceAnswer::from).collect(),
        })
    }
}
