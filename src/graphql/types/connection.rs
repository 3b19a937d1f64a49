//! What connections have beyond Relay's fields: the count, computed only when it is asked for.

use async_graphql::{Context, Object, Result};

use crate::graphql::cursor::PageArguments;
use crate::graphql::queries::{db, stored};
use crate::store;
use crate::store::lot_filter::LotFilter;
use crate::store::lots::LotOrder;
use crate::store::notices::NoticeFilter;
use crate::store::organisations::OrganisationFilter;
use crate::store::page::Count;

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

macro_rules! counted {
    ($(#[$doc:meta])* $name:ident, $filter:ty, $count:path) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name(pub $filter);

        #[Object]
        impl $name {
            /// How many there are in all, whatever the page: exact up to 100,000.
            #[graphql(complexity = 50)]
            async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
                let counted = $count(db(ctx).read(), &self.0).await;
                Ok(shown(stored(ctx, counted)?))
            }

            /// Whether `totalCount` is exact; otherwise there are at least as many.
            #[graphql(complexity = 50)]
            async fn total_count_is_exact(&self, ctx: &Context<'_>) -> Result<bool> {
                let counted = $count(db(ctx).read(), &self.0).await;
                Ok(stored(ctx, counted)?.is_exact)
            }
        }
    };
}

counted!(
    /// Counts the lots of a filter.
    CountedLots, LotFilter, store::lots::count
);
counted!(
    /// Counts the notices of a filter.
    CountedNotices, NoticeFilter, store::notices::count
);
counted!(
    /// Counts the organisations of a filter.
    CountedOrganisations, OrganisationFilter, store::organisations::count
);
