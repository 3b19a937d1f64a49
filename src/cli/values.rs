//! Values that several commands read.

use crate::domain::money::Money;
use crate::rules::hours::BasisPoints;

/// An amount in euros, as cents.
pub(super) fn euros(text: &str) -> Result<i64, String> {
    let money = Money::parse(text, None).map(|money| money.cents);
    money.ok_or_else(|| "an amount in euros is expected, for example 312000".to_owned())
}

/// A share in per cent, to a hundredth of one: `5`, `7.5`, `7,5 %`.
pub(super) fn per_cent(text: &str) -> Result<BasisPoints, String> {
    let number = text.trim_end_matches(['%', ' ']);
    let hundredths = Money::parse(number, None).map(|number| number.cents);
    let share = hundredths.and_then(|share| BasisPoints::try_from(share).ok());
    share.ok_or_else(|| "a share in per cent is expected, for example 5 or 7.5".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_shares_are_exact() {
        assert_eq!(euros("312 000,50"), Ok(31_200_050));
        assert!(euros("beaucoup").is_err());
        for (text, expected) in [("5", 500), ("7.5", 750), ("7,25 %", 725), ("100%", 10_000)] {
            assert_eq!(per_cent(text), Ok(expected), "{text}");
        }
        assert!(per_cent("-5").is_err());
    }
}
