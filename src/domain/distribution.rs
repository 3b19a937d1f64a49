//! How values are spread.

/// The least, the quartiles and the greatest of some values, each one of them (nearest rank).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Distribution {
    /// How many values.
    pub count: usize,
    /// The least.
    pub least: i64,
    /// A quarter of them is not greater.
    pub lower_quartile: i64,
    /// Half of them is not greater.
    pub median: i64,
    /// Three quarters of them are not greater.
    pub upper_quartile: i64,
    /// The greatest.
    pub greatest: i64,
}

impl Distribution {
    /// The spread of values; nothing when there is none.
    pub fn of(mut values: Vec<i64>) -> Option<Self> {
        values.sort_unstable();
        let (least, greatest) = (*values.first()?, *values.last()?);
        let count = values.len();
        let at = |quarters: usize| values[(count * quarters).div_ceil(4).max(1) - 1];
        let [lower_quartile, median, upper_quartile] = [1, 2, 3].map(at);
        Some(Self { count, least, lower_quartile, median, upper_quartile, greatest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_are_values_that_were_met() {
        let of = |values: &[i64]| {
            let found = Distribution::of(values.to_vec()).expect("values");
            assert_eq!(found.count, values.len());
            let Distribution { least, lower_quartile, median, upper_quartile, greatest, .. } =
                found;
            [least, lower_quartile, median, upper_quartile, greatest]
        };
        assert_eq!(of(&[7]), [7; 5]);
        assert_eq!(of(&[9, 1]), [1, 1, 1, 9, 9]);
        assert_eq!(of(&[4, 2, 3, 1]), [1, 1, 2, 3, 4]);
        assert_eq!(of(&[5, 1, 4, 2, 3]), [1, 2, 3, 4, 5]);
        assert_eq!(Distribution::of(Vec::new()), None);
    }
}
