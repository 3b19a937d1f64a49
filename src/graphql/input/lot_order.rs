//! Orders of lists of lots.

use async_graphql::Enum;

use crate::store::lots;

/// Order of a list of lots.
#[derive(Enum, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[graphql(remote = "lots::LotOrder")]
pub enum LotOrder {
    /// Newest publication first.
    #[default]
    PublishedDescending,
    /// Oldest publication first.
    PublishedAscending,
    /// The next deadline first.
    DeadlineAscending,
    /// The last deadline first.
    DeadlineDescending,
    /// The largest estimated value first; unknown ones last.
    AmountDescending,
    /// The smallest estimated value first; unknown ones first.
    AmountAscending,
}
