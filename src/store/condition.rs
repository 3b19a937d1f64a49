//! Conditions that lists of lots and of contracts have in common.

use sea_orm::{ColumnTrait, Condition};

use crate::domain::cpv::CpvPrefix;

/// A CPV code in any of these branches.
pub(super) fn in_branches(column: impl ColumnTrait, prefixes: &[CpvPrefix]) -> Condition {
    prefixes.iter().fold(Condition::any(), |any, prefix| {
        // A range instead of LIKE: both databases use their index for it.
        let branch = Condition::all().add(column.gte(prefix.as_str()));
        any.add(match prefix.next() {
            Some(next) => branch.add(column.lt(next)),
            None => branch,
        })
    })
}

/// An amount in cents between two bounds; unknown amounts are negative. Nothing without a bound.
pub(super) fn within(
    column: impl ColumnTrait,
    (from, to): (Option<i64>, Option<i64>),
    include_unknown: bool,
) -> Option<Condition> {
    if from.is_none() && to.is_none() {
        return None;
    }
    let within = Condition::all()
        .add(column.gte(0))
        .add_option(from.map(|least| column.gte(least)))
        .add_option(to.map(|most| column.lte(most)));
    let unknown = include_unknown.then(|| column.lt(0));
    Some(Condition::any().add(within).add_option(unknown))
}
