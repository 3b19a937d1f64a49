//! `contract` and `contracts`.

use async_graphql::{Context, ID, Object, Result};

use super::{db, loaded, loaders, services, stored};
use crate::graphql::cursor::{List, PageArguments};
use crate::graphql::error::{Code, bad_argument, user};
use crate::graphql::input::contract_filter::{ContractFilterInput, ContractOrder};
use crate::graphql::node_id::NodeId;
use crate::graphql::types::connection::ContractConnection;
use crate::graphql::types::contract::Contract;
use crate::store;
use crate::store::contract_filter::ContractFilter;

/// Contracts.
#[derive(Default)]
pub struct ContractQuery;

#[Object]
impl ContractQuery {
    /// One contract: by global id, or by `uid`. Nothing when it is not known.
    /// Example: `contract(uid: "213401722017872026-C3") { object current { holders { name } } }`.
    async fn contract(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global id.")] id: Option<ID>,
        #[graphql(
            desc = "SIRET of the buyer and identifier, written together; the `_` and CPV code that the consolidated table adds may follow."
        )]
        uid: Option<String>,
    ) -> Result<Option<Contract>> {
        match (id, uid) {
            (Some(id), None) => match NodeId::parse(&id)? {
                NodeId::Contract(id) => {
                    Ok(loaded(ctx, loaders(ctx).contracts.load(id).await)?.map(Contract::from))
                }
                _ => Err(user(Code::BadId, "`id` is not the id of a contract")),
            },
            (None, Some(uid)) => {
                let uid = uid.trim();
                let mut found =
                    stored(ctx, store::contracts::find_by_uid(db(ctx).read(), uid).await)?;
                if let (true, Some(bare)) = (found.is_empty(), without_cpv(uid)) {
                    found = stored(ctx, store::contracts::find_by_uid(db(ctx).read(), bare).await)?;
                }
                Ok(found.pop().map(Contract::from))
            }
            _ => Err(bad_argument("give `id` or `uid`")),
        }
    }

    /// Contracts that fit a filter, page by page. Example: who holds cleaning contracts with a
    /// social clause in Hérault:
    /// `contracts(filter: {cpv: ["9091"], departments: ["34"], social: [CLAUSE]})`.
    #[graphql(complexity = "first.or(last).unwrap_or(20).max(1) as usize * child_complexity")]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn contracts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only contracts that fit; all without it.")] filter: Option<
            ContractFilterInput,
        >,
        #[graphql(desc = "Order; the latest notification first by default.")] order_by: Option<
            ContractOrder,
        >,
        #[graphql(desc = "Contracts from the beginning, 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only contracts after this cursor.")] after: Option<String>,
        #[graphql(desc = "Contracts from the end.")] last: Option<i32>,
        #[graphql(desc = "Only contracts before this cursor.")] before: Option<String>,
    ) -> Result<ContractConnection> {
        let page = PageArguments { first, after, last, before };
        let filter = filter.unwrap_or_default().check()?;
        contracts_page(ctx, filter, order_by.unwrap_or_default(), page).await
    }
}

/// A `uid` without the CPV code that newer editions of the consolidated table add.
fn without_cpv(uid: &str) -> Option<&str> {
    let (bare, code) = uid.rsplit_once('_')?;
    (code.len() == 8 && code.bytes().all(|byte| byte.is_ascii_digit())).then_some(bare)
}

/// A page of contracts as a connection.
pub(crate) async fn contracts_page(
    ctx: &Context<'_>,
    filter: ContractFilter,
    order: ContractOrder,
    page: PageArguments,
) -> Result<ContractConnection> {
    let order: store::contracts::ContractOrder = order.into();
    let list = List { name: format!("contracts:{order:?}"), by: order.sorted_by() };
    let request = page.check(&list, services(ctx).limits.page_size)?;
    let page = store::contracts::page(db(ctx).read(), &filter, order, &request).await;
    let page = stored(ctx, page)?;
    Ok(ContractConnection::new(&list, page, filter, |contract| order.sort_key(contract)))
}
