//! Root fields, and what every resolver needs of its context.

pub mod assess;
pub mod codes;
pub mod contracts;
pub mod hours;
pub mod lots;
pub mod nodes;
pub mod notices;
pub mod reference;

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, MergedObject, Result};
use tokio::sync::OnceCell;

use super::error::{RequestId, internal};
use super::loaders::Loaders;
use super::schema::Services;
use crate::clock::Clock;
use crate::domain::member::Member;
use crate::store::corrections::CorrectionCounts;
use crate::store::{self, Database, StoreError};

/// All root fields.
#[derive(MergedObject, Default)]
pub struct Query(
    nodes::NodeQuery,
    lots::LotQuery,
    notices::NoticeQuery,
    assess::AssessQuery,
    hours::HoursQuery,
    contracts::ContractQuery,
    codes::CodeQuery,
    reference::ReferenceQuery,
);

/// What one request keeps for its resolvers: made new for each request.
pub struct RequestState {
    /// Loaders of rows.
    pub loaders: Loaders,
    /// Who asks, when a key came with the request.
    pub caller: Option<Member>,
    rule_counts: OnceCell<Arc<HashMap<String, u64>>>,
    corrections: OnceCell<Arc<HashMap<String, CorrectionCounts>>>,
}

impl RequestState {
    /// State of a new request.
    pub fn new(db: &Database, caller: Option<Member>) -> Self {
        Self {
            loaders: Loaders::new(db),
            caller,
            rule_counts: OnceCell::new(),
            corrections: OnceCell::new(),
        }
    }
}

/// The services of the program.
pub(crate) fn services<'c>(ctx: &Context<'c>) -> &'c Services {
    ctx.data_unchecked::<Services>()
}

/// The database.
pub(crate) fn db<'c>(ctx: &Context<'c>) -> &'c Database {
    &services(ctx).db
}

/// The clock.
pub(crate) fn clock<'c>(ctx: &Context<'c>) -> &'c dyn Clock {
    services(ctx).clock.as_ref()
}

/// The loaders of this request.
pub(crate) fn loaders<'c>(ctx: &Context<'c>) -> &'c Loaders {
    &ctx.data_unchecked::<RequestState>().loaders
}

/// An answer of the store, its failure logged and hidden.
pub(crate) fn stored<T>(ctx: &Context<'_>, answer: Result<T, StoreError>) -> Result<T> {
    answer.map_err(|error| internal(&error, ctx.data_opt::<RequestId>()))
}

/// An answer of a loader, its failure logged and hidden.
pub(crate) fn loaded<T>(ctx: &Context<'_>, answer: Result<T, Arc<StoreError>>) -> Result<T> {
    answer.map_err(|error| internal(&error, ctx.data_opt::<RequestId>()))
}

/// How many lots each rule fired on, asked for once a request.
pub(crate) async fn rule_counts(ctx: &Context<'_>) -> Result<Arc<HashMap<String, u64>>> {
    let state = ctx.data_unchecked::<RequestState>();
    let counted = state
        .rule_counts
        .get_or_try_init(|| async {
            store::lots::count_by_rule(db(ctx).read()).await.map(Arc::new)
        })
        .await;
    Ok(stored(ctx, counted)?.clone())
}

/// How often people agreed and disagreed with a rule; counted once a request for all rules.
pub(crate) async fn correction_counts(ctx: &Context<'_>, rule: &str) -> Result<CorrectionCounts> {
    let state = ctx.data_unchecked::<RequestState>();
    let counted = state
        .corrections
        .get_or_try_init(|| async {
            store::corrections::count_by_rule(db(ctx).read()).await.map(Arc::new)
        })
        .await;
    Ok(stored(ctx, counted)?.get(rule).copied().unwrap_or_default())
}
