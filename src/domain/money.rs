//! Amounts: whole cents and a currency, and what a source says of a lot's value.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An amount of money in cents, excluding tax unless the field says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Hundredths of the currency's unit. May be zero, never negative.
    pub cents: i64,
    /// ISO 4217 code in capitals, for example `EUR`.
    pub currency: String,
}

impl Money {
    /// An amount in euros from cents.
    pub fn euros(cents: i64) -> Self {
        Self { cents, currency: "EUR".to_owned() }
    }

    /// Reads an amount as publishers write it: `2980000.00`, `20 000`, `15636,5`, `1.234.567,89`.
    /// No floating point is involved. `None` when the text is not an amount or is out of range.
    pub fn parse(text: &str, currency: Option<&str>) -> Option<Self> {
        let cents = parse_cents(text)?;
        let currency = currency
            .map(str::trim)
            .filter(|code| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_alphabetic()))
            .map_or_else(|| "EUR".to_owned(), str::to_ascii_uppercase);
        Some(Self { cents, currency })
    }

    /// Why an amount of this size should not be counted on.
    pub fn doubt(&self) -> Option<AmountDoubt> {
        match self.cents {
            ..=100 => Some(AmountDoubt::Placeholder),
            cents if cents > BELIEVED => Some(AmountDoubt::Absurd),
            _ => None,
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02} {}", self.cents / 100, self.cents % 100, self.currency)
    }
}

fn parse_cents(text: &str) -> Option<i64> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let compact = compact.trim_start_matches('€').trim_end_matches(['€', '.']);
    let valid = !compact.is_empty()
        && compact.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b',');
    if !valid || !compact.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    // The last mark is the decimal one, unless it stands several times or before exactly three
    // digits after a comma-free thousand (`1.234.567`, `20.000`): then it groups thousands.
    let (whole, fraction) = match compact.rfind(['.', ',']) {
        None => (compact, ""),
        Some(at) => {
            let mark = &compact[at..=at];
            let fraction = &compact[at + 1..];
            let repeated = compact.matches(mark).count() > 1;
            if repeated || (fraction.len() == 3 && at <= 3 && !compact.starts_with('0')) {
                (compact, "")
            } else {
                (&compact[..at], fraction)
            }
        }
    };
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    let fraction: String = fraction.chars().filter(char::is_ascii_digit).collect();
    let hundredths = match fraction.len() {
        0 => 0,
        1 => fraction.parse::<i64>().ok()? * 10,
        _ => fraction[..2].parse::<i64>().ok()?,
    };
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(hundredths)
}

/// Why an estimated value should not be counted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AmountDoubt {
    /// Zero or one unit: platforms fill the field with it when the buyer gives no value.
    Placeholder,
    /// More than ten thousand million, or less than nothing: a typing error wherever it was seen.
    Absurd,
    /// Not a number; only the raw text is kept.
    NotANumber,
}

/// The value of a lot or a procurement as the notice estimates it (BT-27), excluding tax.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EstimatedValue {
    /// The single estimated value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// The lower bound of a range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<Money>,
    /// The upper bound of a range, or the maximum of a framework agreement (BT-271).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<Money>,
    /// The first doubtful amount met, as published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
    /// Why `raw` was not taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<AmountDoubt>,
}

/// Largest amount believed: ten thousand million units, in cents.
const BELIEVED: i64 = 10_000_000_000 * 100;

impl EstimatedValue {
    /// Reads the three amounts a notice may give. Doubtful ones are left out of the amounts and
    /// kept in [`Self::raw`]. `None` when the notice gives nothing at all.
    pub fn read(
        amount: Option<&str>,
        low: Option<&str>,
        high: Option<&str>,
        currency: Option<&str>,
    ) -> Option<Self> {
        let mut value = Self::default();
        value.amount = value.take(amount, currency);
        value.low = value.take(low, currency);
        value.high = value.take(high, currency);
        (value != Self::default()).then_some(value)
    }

    fn take(&mut self, raw: Option<&str>, currency: Option<&str>) -> Option<Money> {
        let raw = raw.map(str::trim).filter(|raw| !raw.is_empty())?;
        let money = Money::parse(raw, currency);
        let doubt = match &money {
            None => AmountDoubt::NotANumber,
            Some(believed) => match believed.doubt() {
                Some(doubt) => doubt,
                None => return money,
            },
        };
        if self.doubt.is_none() {
            self.raw = Some(raw.to_owned());
            self.doubt = Some(doubt);
        }
        None
    }

    /// The one figure to sort and filter by: the amount, else the upper bound, else the lower.
    pub fn figure(&self) -> Option<&Money> {
        self.amount.as_ref().or(self.high.as_ref()).or(self.low.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_publishers_write_them() {
        for (text, cents) in [
            ("2980000.00", Some(298_000_000)),
            ("20 000", Some(2_000_000)),
            ("20\u{202f}000 €", Some(2_000_000)),
            ("15636,5", Some(1_563_650)),
            ("1.234.567,89", Some(123_456_789)),
            ("1,234,567", Some(123_456_700)),
            ("20.000", Some(2_000_000)),
            ("0.125", Some(12)),
            ("213400.41", Some(21_340_041)),
            ("4.", Some(400)),
            ("", None),
            ("NC", None),
            ("-5", None),
            (".5", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(parse_cents(text), cents, "{text}");
        }
    }

    #[test]
    fn placeholders_and_absurd_amounts_are_kept_raw() {
        let value = EstimatedValue::read(None, None, Some("0.00"), Some("EUR"));
        assert_eq!(
            value,
            Some(EstimatedValue {
                raw: Some("0.00".into()),
                doubt: Some(AmountDoubt::Placeholder),
                ..EstimatedValue::default()
            })
        );
        let value = EstimatedValue::read(Some("900000000000000"), None, None, None);
        assert_eq!(value.and_then(|value| value.doubt), Some(AmountDoubt::Absurd));
        assert_eq!(EstimatedValue::read(None, Some(" "), None, None), None);
    }

    #[test]
    fn the_figure_prefers_the_amount_then_the_upper_bound() {
        let value = EstimatedValue::read(None, Some("90000"), Some("180000"), Some("eur"))
            .expect("a range was given");
        assert_eq!(value.figure(), Some(&Money::euros(18_000_000)));
    }
}
