//! Amounts as far as they are known.

use super::french::euros;
use crate::domain::money::EstimatedValue;

/// Between which amounts a value lies, in euro cents excluding tax.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// It is at least this.
    pub(crate) low: Option<i64>,
    /// It is at most this.
    pub(crate) high: Option<i64>,
}

/// How a value stands to a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Equal to it or above.
    Reached,
    /// Below it.
    Below,
    /// It cannot be told.
    Open,
}

impl Bounds {
    /// A value that is known to the cent.
    pub(crate) const fn exactly(cents: i64) -> Self {
        Self { low: Some(cents), high: Some(cents) }
    }

    /// What a notice says of a value, when it says it in euros. Of a framework agreement of which
    /// the maximum alone is given it is the maximum that counts (art. R2121-8).
    pub(crate) fn of(value: Option<&EstimatedValue>) -> Self {
        let Some(value) = value else { return Self::default() };
        let euros = |money: &Option<crate::domain::money::Money>| {
            money.as_ref().filter(|money| money.currency == "EUR").map(|money| money.cents)
        };
        match (euros(&value.amount), euros(&value.low), euros(&value.high)) {
            (Some(amount), _, Some(high)) => {
                Self { low: Some(amount.min(high)), high: Some(amount.max(high)) }
            }
            (Some(amount), _, None) => Self::exactly(amount),
            (None, Some(low), high) => Self { low: Some(low), high },
            (None, None, Some(high)) => Self::exactly(high),
            (None, None, None) => Self::default(),
        }
    }

    /// The sum of several lots: a lot without a value leaves open how much more there is.
    pub(crate) fn sum(lots: impl Iterator<Item = Self>) -> Self {
        let zero = Self::exactly(0);
        let sum = lots.fold(zero, |sum, lot| Self {
            low: Some(sum.low.unwrap_or(0).saturating_add(lot.low.unwrap_or(0))),
            high: sum.high.zip(lot.high).map(|(sum, lot)| sum.saturating_add(lot)),
        });
        Self { low: sum.low.filter(|low| *low > 0), high: sum.high.filter(|high| *high > 0) }
    }

    /// Both of two statements of one value: as far apart as they are.
    pub(crate) fn or(self, other: Self) -> Self {
        match (self.is_known(), other.is_known()) {
            (false, _) => other,
            (_, false) => self,
            _ => Self {
                low: self.low.into_iter().chain(other.low).min(),
                high: self.high.into_iter().chain(other.high).max(),
            },
        }
    }

    /// Whether anything is known.
    pub(crate) const fn is_known(self) -> bool {
        self.low.is_some() || self.high.is_some()
    }

    /// How it stands to thresholds of which one holds, it is not known which.
    pub(crate) fn reach(self, thresholds: &[i64]) -> Reach {
        let (least, most) = (thresholds.iter().min(), thresholds.iter().max());
        match (self.low, self.high, least, most) {
            (Some(low), _, _, Some(most)) if low >= *most => Reach::Reached,
            (_, Some(high), Some(least), _) if high < *least => Reach::Below,
            _ => Reach::Open,
        }
    }

    /// In French: `312 000 € HT`, `entre … et …`.
    pub(crate) fn in_words(self) -> Option<String> {
        Some(match (self.low, self.high) {
            (Some(low), Some(high)) if low == high => euros(low),
            (Some(low), Some(high)) => format!("entre {} et {}", euros(low), euros(high)),
            (Some(low), None) => format!("au moins {}", euros(low)),
            (None, Some(high)) => format!("au plus {}", euros(high)),
            (None, None) => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Money;

    const fn between(low: i64, high: i64) -> Bounds {
        Bounds { low: Some(low), high: Some(high) }
    }

    #[test]
    fn a_threshold_exactly_reached_is_reached() {
        for (bounds, thresholds, expected) in [
            (Bounds::exactly(216), &[216][..], Reach::Reached),
            (Bounds::exactly(215), &[216], Reach::Below),
            (Bounds::exactly(180), &[140, 216], Reach::Open),
            (Bounds::exactly(216), &[140, 216], Reach::Reached),
            (Bounds::exactly(139), &[140, 216], Reach::Below),
            (between(100, 300), &[216], Reach::Open),
            (Bounds { low: Some(300), high: None }, &[216], Reach::Reached),
            (Bounds { low: Some(100), high: None }, &[216], Reach::Open),
            (Bounds::default(), &[216], Reach::Open),
            (Bounds::exactly(1), &[], Reach::Open),
        ] {
            assert_eq!(bounds.reach(thresholds), expected, "{bounds:?} {thresholds:?}");
        }
    }

    #[test]
    fn what_a_notice_says_of_a_value() {
        let value = |amount: Option<i64>, low: Option<i64>, high: Option<i64>| EstimatedValue {
            amount: amount.map(Money::euros),
            low: low.map(Money::euros),
            high: high.map(Money::euros),
            ..EstimatedValue::default()
        };
        for (amount, low, high, expected) in [
            (Some(5), None, None, Bounds::exactly(5)),
            (Some(5), None, Some(9), between(5, 9)),
            (None, Some(3), Some(9), between(3, 9)),
            (None, None, Some(9), Bounds::exactly(9)),
            (None, Some(3), None, Bounds { low: Some(3), high: None }),
            (None, None, None, Bounds::default()),
        ] {
            assert_eq!(Bounds::of(Some(&value(amount, low, high))), expected);
        }
        let dollars = Money { cents: 5, currency: "USD".into() };
        let foreign = EstimatedValue { amount: Some(dollars), ..EstimatedValue::default() };
        assert_eq!(Bounds::of(Some(&foreign)), Bounds::default());
    }

    #[test]
    fn lots_add_up_as_far_as_they_are_known() {
        let sum = |lots: &[Bounds]| Bounds::sum(lots.iter().copied());
        assert_eq!(sum(&[Bounds::exactly(3), Bounds::exactly(4)]), Bounds::exactly(7));
        let open = sum(&[Bounds::exactly(3), Bounds::default()]);
        assert_eq!(open, Bounds { low: Some(3), high: None });
        assert_eq!(sum(&[Bounds::default()]), Bounds::default());
        assert_eq!(sum(&[]), Bounds::default());
        assert_eq!(Bounds::exactly(3).or(Bounds::exactly(7)), between(3, 7));
        assert_eq!(Bounds::default().or(open), open);
    }

    #[test]
    fn in_french() {
        assert_eq!(Bounds::exactly(100_000).in_words().as_deref(), Some("1 000 € HT"));
        assert_eq!(between(100, 200).in_words().as_deref(), Some("entre 1 € HT et 2 € HT"));
        assert_eq!(Bounds::default().in_words(), None);
    }
}
