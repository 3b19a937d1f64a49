//! `now`, `rules`, `feeds` and `dataQuality`.

use async_graphql::{Context, Object, Result};

use super::clock;
use crate::domain::source::FEEDS;
use crate::graphql::types::feed::{DataQuality, Feed};
use crate::graphql::types::rule::Rule;
use crate::graphql::types::scalars::DateTime;
use crate::rules;

/// The clock, the rule book and the feeds.
#[derive(Default)]
pub struct ReferenceQuery;

#[Object]
impl ReferenceQuery {
    /// The server's clock: what `isOpen` and the state of a lot go by. The demonstration lives on one
    /// fixed day, whatever day it is started.
    async fn now(&self, ctx: &Context<'_>) -> DateTime {
        clock(ctx).now().into()
    }

    /// The rule book: every rule with its article and validity.
    #[graphql(complexity = "20 * child_complexity")]
    async fn rules(&self) -> Result<Vec<Rule>> {
        Ok(rules::book().iter().map(Rule::from).collect())
    }

    /// The sources that are pulled: how fresh, their last runs, what could not be read.
    async fn feeds(&self) -> Result<Vec<Feed>> {
        Ok(FEEDS.into_iter().map(Feed::from).collect())
    }

    /// What is known of what is stored, and what is not: defects, links, fields that are filled.
    async fn data_quality(&self) -> DataQuality {
        DataQuality
    }
}
