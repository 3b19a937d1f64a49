//! Connections: a page of a list, with its cursors, and the count, computed only when it is asked
//! for.

use async_graphql::connection::PageInfo;
use async_graphql::{Context, Object, Result, SimpleObject};

use super::contract::Contract;
use super::lot::Lot;
use super::notice::Notice;
use super::organisation::Organisation;
use crate::graphql::cursor::{List, PageArguments, of_row};
use crate::graphql::queries::{db, stored};
use crate::store;
use crate::store::contract_filter::ContractFilter;
use crate::store::lot_filter::LotFilter;
use crate::store::lots::LotOrder;
use crate::store::notice_filter::NoticeFilter;
use crate::store::organisations::OrganisationFilter;
use crate::store::page::{Count, Page, SortKey};

/// A page of lots that was asked for.
#[derive(Debug)]
pub struct LotPage {
    /// Which lots.
    pub filter: LotFilter,
    /// In which order.
    pub order: LotOrder,
    /// Which part.
    pub page: PageArguments,
}

fn shown(count: Count) -> i32 {
    i32::try_from(count.value).unwrap_or(i32::MAX)
}

macro_rules! connection {
    ($connection:literal $name:ident, $edge_text:literal $edge:ident, $node:ty, $filter:ty, $count:path) => {
        #[doc = $edge_text]
        #[derive(SimpleObject, Clone, Debug)]
        pub struct $edge {
            /// Give it back as `after` or `before` to go on from here.
            pub cursor: String,
            /// What stands here.
            pub node: $node,
        }

        #[doc = $connection]
        #[derive(Clone, Debug)]
        pub struct $name {
            edges: Vec<$edge>,
            has_next: bool,
            has_previous: bool,
            filter: $filter,
        }

        impl $name {
            /// A page with the cursors of its rows.
            pub fn new<T>(
                list: &List,
                page: Page<T>,
                filter: $filter,
                sort_key: impl Fn(&T) -> SortKey,
            ) -> Self
            where
                $node: From<T>,
            {
                let edges = page.items.into_iter().map(|row| {
                    let cursor = of_row(list, sort_key(&row));
                    $edge { cursor, node: row.into() }
                });
                Self {
                    edges: edges.collect(),
                    has_next: page.has_next,
                    has_previous: page.has_previous,
                    filter,
                }
            }
        }

        #[doc = $connection]
        #[Object]
        impl $name {
            /// The rows of the page with their cursors.
            async fn edges(&self) -> &[$edge] {
                &self.edges
            }

            /// The rows of the page.
            async fn nodes(&self) -> Vec<$node> {
                self.edges.iter().map(|edge| edge.node.clone()).collect()
            }

            /// Where the page stands in the list.
            async fn page_info(&self) -> PageInfo {
                PageInfo {
                    has_previous_page: self.has_previous,
                    has_next_page: self.has_next,
                    start_cursor: self.edges.first().map(|edge| edge.cursor.clone()),
                    end_cursor: self.edges.last().map(|edge| edge.cursor.clone()),
                }
            }

            /// How many there are in all, whatever the page: exact up to 100,000.
            #[graphql(complexity = 50)]
            async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
                let counted = $count(db(ctx).read(), &self.filter).await;
                Ok(shown(stored(ctx, counted)?))
            }

            /// Whether `totalCount` is exact; otherwise there are at least as many.
            #[graphql(complexity = 50)]
            async fn total_count_is_exact(&self, ctx: &Context<'_>) -> Result<bool> {
                let counted = $count(db(ctx).read(), &self.filter).await;
                Ok(stored(ctx, counted)?.is_exact)
            }
        }
    };
}

connection!(
    "A page of lots." LotConnection,
    "A lot at its place in a list." LotEdge,
    Lot, LotFilter, store::lots::count
);
connection!(
    "A page of notices." NoticeConnection,
    "A notice at its place in a list." NoticeEdge,
    Notice, NoticeFilter, store::notices::count
);
connection!(
    "A page of organisations." OrganisationConnection,
    "An organisation at its place in a list." OrganisationEdge,
    Organisation, OrganisationFilter, store::organisations::count
);
connection!(
    "A page of contracts." ContractConnection,
    "A contract at its place in a list." ContractEdge,
    Contract, ContractFilter, store::contracts::count
);
