//! `lot` and `lots`.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};

use super::{clock, db, loaded, loaders, services, stored};
use crate::domain::lot::LotKey;
use crate::domain::procedure::LotState;
use crate::graphql::cursor::{List, PageArguments};
use crate::graphql::error::{Code, bad_argument, user};
use crate::graphql::input::lot_filter::LotFilterInput;
use crate::graphql::input::lot_order::LotOrder;
use crate::graphql::node_id::NodeId;
use crate::graphql::types::connection::{LotConnection, LotPage};
use crate::graphql::types::lot::Lot;
use crate::store;

/// Lots.
#[derive(Default)]
pub struct LotQuery;

#[Object]
impl LotQuery {
    /// One lot: by global id, or by its notice and its number there. Nothing when it is not known.
    /// Example: `lot(sourceId: "26-22597", lot: "5") { title findings { kind } }`.
    async fn lot(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global id.")] id: Option<ID>,
        #[graphql(desc = "Identifier of a notice of the lot, for example BOAMP's `26-22597`.")]
        source_id: Option<String>,
        #[graphql(
            desc = "Number or identifier of the lot in that notice, for example `5` or `LOT-0005`; not needed when the notice has one lot."
        )]
        lot: Option<String>,
    ) -> Result<Option<Lot>> {
        match (id, source_id) {
            (Some(id), None) => match NodeId::parse(&id)? {
                NodeId::Lot(id) => {
                    Ok(loaded(ctx, loaders(ctx).lots.load(id).await)?.map(Lot::from))
                }
                _ => Err(user(Code::BadId, "`id` is not the id of a lot")),
            },
            (None, Some(source_id)) => by_number(ctx, &source_id, lot.as_deref()).await,
            _ => Err(bad_argument("give `id`, or `sourceId` with `lot`")),
        }
    }

    /// Lots that fit a filter, page by page. Example: lots in cleaning in Hérault with an execution
    /// clause: `lots(filter: {cpv: ["9091"], departments: ["34"], kinds: [EXECUTION_CLAUSE]})`. All
    /// of them as one file, with the same filter: `/export/lots.csv?filter={…}`, `lots.parquet`, and
    /// their procurements in OCDS as `records.json` or `releases.json`.
    #[graphql(complexity = "first.or(last).unwrap_or(20).max(1) as usize * child_complexity")]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn lots(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only lots that fit; all lots without it.")] filter: Option<
            LotFilterInput,
        >,
        #[graphql(desc = "Order; the newest publication first by default.")] order_by: Option<
            LotOrder,
        >,
        #[graphql(desc = "Lots from the beginning, 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only lots after this cursor.")] after: Option<String>,
        #[graphql(desc = "Lots from the end.")] last: Option<i32>,
        #[graphql(desc = "Only lots before this cursor.")] before: Option<String>,
    ) -> Result<LotConnection> {
        let page = PageArguments { first, after, last, before };
        let filter = filter.unwrap_or_default().check(clock(ctx).now())?;
        lots_page(ctx, LotPage { filter, order: order_by.unwrap_or_default().into(), page }).await
    }
}

async fn by_number(
    ctx: &Context<'_>,
    source_id: &str,
    number: Option<&str>,
) -> Result<Option<Lot>> {
    let notices = store::notices::find_by_source_id(db(ctx).read(), None, source_id.trim()).await;
    let notices = stored(ctx, notices)?;
    let mut lots: Vec<Arc<LotState>> = Vec::new();
    for notice in notices {
        let of_procedure = loaders(ctx).lots_of.load(notice.procedure).await;
        let of_procedure = loaded(ctx, of_procedure)?;
        lots.extend(store::lots::of_notice(of_procedure.unwrap_or_default(), notice.id));
    }
    let Some(number) = number else {
        return match lots.len() {
            0 | 1 => Ok(lots.pop().map(Lot::from)),
            many => Err(bad_argument(format!(
                "the notice {source_id} has {many} lots; say which with `lot`"
            ))),
        };
    };
    let wanted = LotKey::of(number);
    let by_key = |lot: &&Arc<LotState>| lot.key == wanted;
    let by_number = |lot: &&Arc<LotState>| {
        lot.number.as_deref().is_some_and(|number| LotKey::of(number) == wanted)
    };
    let found = lots.iter().find(by_key).or_else(|| lots.iter().find(by_number));
    Ok(found.cloned().map(Lot::from))
}

/// A page of lots as a connection.
pub(crate) async fn lots_page(ctx: &Context<'_>, wanted: LotPage) -> Result<LotConnection> {
    let LotPage { filter, order, page } = wanted;
    let list = List { name: format!("lots:{order:?}"), by: order.sorted_by() };
    let request = page.check(&list, services(ctx).limits.page_size)?;
    let page = store::lots::page(db(ctx).read(), &filter, order, &request).await;
    let page = stored(ctx, page)?;
    Ok(LotConnection::new(&list, page, filter, |lot| order.sort_key(lot)))
}
