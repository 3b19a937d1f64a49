//! Common Procurement Vocabulary (CPV 2008, regulation (EC) 213/2008).

use std::fmt;

use serde::{Deserialize, Serialize};

/// A CPV code of eight digits (BT-262, BT-263), without its check digit.
///
/// Whether the code is in the official list is a question for [`super::codes`]; a code of the
/// right shape that is not in the list is kept, because buyers publish such codes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cpv(String);

/// The text is not shaped like a CPV code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidCpv(pub String);

impl fmt::Display for InvalidCpv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a CPV code: eight digits are expected, for example 90911200", self.0)
    }
}

impl std::error::Error for InvalidCpv {}

impl Cpv {
    /// Reads a code with or without its check digit (`45000000` or `45000000-7`).
    ///
    /// # Errors
    /// When the text does not start with exactly eight digits.
    pub fn parse(text: &str) -> Result<Self, InvalidCpv> {
        let text = text.trim();
        let digits = text.split_once('-').map_or(text, |(digits, _)| digits).trim();
        if digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(digits.to_owned()))
        } else {
            Err(InvalidCpv(text.to_owned()))
        }
    }

    /// The eight digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first two digits, for example `90` (sewage, refuse, cleaning, environment).
    pub fn division(&self) -> &str {
        &self.0[..2]
    }
}

impl fmt::Display for Cpv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Cpv {
    type Error = InvalidCpv;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Cpv> for String {
    fn from(cpv: Cpv) -> Self {
        cpv.0
    }
}

/// A branch of the CPV tree: two to eight digits. `9091` holds `90910000`, `90911200` and so on.
/// Trailing zeros say "the whole branch", so `90910000` and `9091` are the same branch.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CpvPrefix(String);

impl CpvPrefix {
    /// Reads a prefix or a whole code, with or without check digit.
    ///
    /// # Errors
    /// When the text is not two to eight digits.
    pub fn parse(text: &str) -> Result<Self, InvalidCpv> {
        let text = text.trim();
        let digits = text.split_once('-').map_or(text, |(digits, _)| digits);
        let valid = (2..=8).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        if !valid {
            return Err(InvalidCpv(text.to_owned()));
        }
        let significant = digits.trim_end_matches('0');
        Ok(Self(digits[..significant.len().max(2)].to_owned()))
    }

    /// The significant digits, at least two.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first digits that follow this branch (`9092` for `9091`), or nothing after the last one.
    pub fn next(&self) -> Option<String> {
        let number = self.0.parse::<u32>().ok()?.checked_add(1)?;
        let next = format!("{number:0width$}", width = self.0.len());
        (next.len() == self.0.len()).then_some(next)
    }

    /// Whether `cpv` stands in this branch.
    pub fn holds(&self, cpv: &Cpv) -> bool {
        cpv.0.starts_with(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_lose_their_check_digit_and_nothing_else() {
        assert_eq!(Cpv::parse(" 45000000-7 ").map(String::from), Ok("45000000".into()));
        for wrong in ["", "4500000", "450000000", "4500000a", "é5000000"] {
            assert!(Cpv::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_prefix_holds_its_branch() {
        let cleaning = CpvPrefix::parse("90910000").expect("a valid prefix");
        assert_eq!(cleaning.as_str(), "9091");
        assert!(cleaning.holds(&Cpv::parse("90911200").expect("valid")));
        assert!(!cleaning.holds(&Cpv::parse("90900000").expect("valid")));
        assert_eq!(CpvPrefix::parse("30").map(|p| p.0), Ok("30".into()));
        assert_eq!(CpvPrefix::parse("30000000").map(|p| p.0), Ok("30".into()));
        assert!(CpvPrefix::parse("3").is_err());
        assert_eq!(cleaning.next(), Some("9092".into()));
        assert_eq!(CpvPrefix::parse("09").map(|p| p.next()), Ok(Some("10".into())));
        assert_eq!(CpvPrefix::parse("99").map(|p| p.next()), Ok(None));
    }
}
