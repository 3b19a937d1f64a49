//! `node` and `nodes`.

use async_graphql::{Context, ID, Object, Result};

use super::{loaded, loaders};
use crate::graphql::error::bad_argument;
use crate::graphql::node_id::NodeId;
use crate::graphql::schema::Services;
use crate::graphql::types::contract::Contract;
use crate::graphql::types::lot::Lot;
use crate::graphql::types::node::Node;
use crate::graphql::types::notice::Notice;
use crate::graphql::types::organisation::Organisation;
use crate::graphql::types::procedure::Procedure;

/// Things by global id.
#[derive(Default)]
pub struct NodeQuery;

async fn find(ctx: &Context<'_>, id: NodeId) -> Result<Option<Node>> {
    Ok(match id {
        NodeId::Lot(id) => {
            loaded(ctx, loaders(ctx).lots.load(id).await)?.map(|lot| Node::Lot(Lot::from(lot)))
        }
        NodeId::Notice(id) => Notice::load(ctx, id).await?.map(Node::Notice),
        NodeId::Procedure(id) => Procedure::load(ctx, id).await?.map(Node::Procedure),
        NodeId::Contract(id) => {
            let found = loaded(ctx, loaders(ctx).contracts.load(id).await)?;
            found.map(|contract| Node::Contract(Contract::from(contract)))
        }
        NodeId::Organisation(id) => Organisation::load(ctx, id).await?.map(Node::Organisation),
    })
}

#[Object]
impl NodeQuery {
    /// A thing by its global id; nothing when there is no such thing.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global id, for example of a lot.")] id: ID,
    ) -> Result<Option<Node>> {
        find(ctx, NodeId::parse(&id)?).await
    }

    /// Things by their global ids, in the same order; nothing in the place of those unknown.
    #[graphql(complexity = "ids.len() * child_complexity")]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global ids, at most as many as the largest page.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        let most = ctx.data_unchecked::<Services>().limits.page_size;
        if ids.len() > most {
            return Err(bad_argument(format!(
                "`ids` has {} ids; at most {most} at once",
                ids.len()
            )));
        }
        let ids = ids.iter().map(|id| NodeId::parse(id)).collect::<Result<Vec<_>>>()?;
        let found = ids.into_iter().map(|id| find(ctx, id));
        futures_util::future::try_join_all(found).await
    }
}
