//! `assess`.

use async_graphql::{Object, Result};

use crate::domain::finding;
use crate::graphql::input::assess::AssessInput;
use crate::graphql::types::assessment::{AssessedLot, Assessment};
use crate::graphql::types::finding::{Contradiction, Eligibility, Finding};
use crate::rules;

/// Dry runs.
#[derive(Default)]
pub struct AssessQuery;

#[Object]
impl AssessQuery {
    /// What the rules say of an officer's own draft. Nothing is stored.
    /// Example: `assess(input: {text: "Le lot n° 2 est réservé aux entreprises adaptées."})`.
    #[graphql(complexity = "100 + child_complexity")]
    async fn assess(
        &self,
        #[graphql(desc = "The draft.")] input: AssessInput,
    ) -> Result<Assessment> {
        let notice = input.check()?.into_notice();
        // A long draft takes some milliseconds: off the threads that answer requests.
        let (notice, found) = tokio::task::spawn_blocking(move || {
            let found = rules::assess(&notice);
            (notice, found)
        })
        .await?;
        let lots = notice.lots.iter().zip(&found.lots).map(|(lot, assessed)| {
            let wide = found.wide_findings(Some(assessed));
            let all: Vec<&finding::Finding> = assessed.findings.iter().chain(wide).collect();
            AssessedLot {
                lot: lot.number.clone(),
                findings: assessed.findings.iter().map(Finding::from).collect(),
                contradictions: assessed.contradictions.iter().map(Contradiction::from).collect(),
                excepted: assessed.excepted.iter().map(|kind| (*kind).into()).collect(),
                eligible_for: rules::eligibility::eligibility(&all)
                    .iter()
                    .map(Eligibility::from)
                    .collect(),
            }
        });
        Ok(Assessment {
            lots: lots.collect(),
            findings: found.findings.iter().map(Finding::from).collect(),
            contradictions: found.contradictions.iter().map(Contradiction::from).collect(),
        })
    }
}
