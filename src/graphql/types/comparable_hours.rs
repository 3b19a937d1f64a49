//! Hours of insertion that lots ask for, to compare with.

use async_graphql::{Context, Result, SimpleObject};

use crate::domain::distribution::Distribution;
use crate::graphql::input::lot_filter::LotFilterInput;
use crate::graphql::queries::{clock, db, stored};
use crate::store;
use crate::store::hours::StatedHours;

/// Most lots compared: the newest.
const MOST: u64 = 10_000;

/// How hours are spread over lots: each value is that of a lot.
#[derive(SimpleObject, Clone, Debug)]
pub struct HoursSpread {
    /// How many lots.
    pub lots: i32,
    /// The least.
    pub least: f64,
    /// A quarter of the lots ask for no more.
    pub lower_quartile: f64,
    /// Half of the lots ask for no more.
    pub median: f64,
    /// Three quarters of the lots ask for no more.
    pub upper_quartile: f64,
    /// The greatest.
    pub greatest: f64,
}

impl HoursSpread {
    #[expect(clippy::cast_precision_loss, reason = "hundredths of hours are far below 2^52")]
    fn of(hundredths: Vec<i64>) -> Option<Self> {
        let found = Distribution::of(hundredths)?;
        let hours = |hundredths: i64| hundredths as f64 / 100.0;
        Some(Self {
            lots: i32::try_from(found.count).unwrap_or(i32::MAX),
            least: hours(found.least),
            lower_quartile: hours(found.lower_quartile),
            median: hours(found.median),
            upper_quartile: hours(found.upper_quartile),
            greatest: hours(found.greatest),
        })
    }
}

/// Hours that comparable lots ask for, as their clauses say: those of the newest 10,000 lots that
/// give some. Hours asked of a divided procurement as a whole are left out.
#[derive(SimpleObject, Clone, Debug)]
pub struct ComparableHours {
    /// Hours of a lot over the whole contract; nothing when no lot of the filter gives hours.
    pub per_lot: Option<HoursSpread>,
    /// Hours for each €100,000 of the estimated value excluding tax, over the lots that give both.
    pub per_hundred_thousand_euros: Option<HoursSpread>,
}

/// Euro cents of €100,000.
const HUNDRED_THOUSAND: i128 = 10_000_000;

impl ComparableHours {
    pub(super) async fn load(ctx: &Context<'_>, filter: LotFilterInput) -> Result<Self> {
        let filter = filter.check(clock(ctx).now())?;
        let met = stored(ctx, store::hours::stated(db(ctx).read(), &filter, MOST).await)?;
        let ratio = |met: &StatedHours| {
            let cents = i128::from(met.amount_cents?);
            i64::try_from(i128::from(met.hundredths) * HUNDRED_THOUSAND / cents).ok()
        };
        Ok(Self {
            per_hundred_thousand_euros: HoursSpread::of(met.iter().filter_map(ratio).collect()),
            per_lot: HoursSpread::of(met.iter().map(|met| met.hundredths).collect()),
        })
    }
}
