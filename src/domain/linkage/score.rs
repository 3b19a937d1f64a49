//! Signals: what agrees between two documents, what disagrees, and what each is worth.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::super::cpv::Cpv;
use super::super::money::Money;
use super::words;

/// What a signal looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SignalKind {
    /// Number in the Official Journal S.
    PublicationNumber,
    /// The buyer's own reference (BT-22), or one that the contract's number holds.
    Reference,
    /// Words of the titles.
    Title,
    /// Words of the title of the lot.
    LotTitle,
    /// Number of the lot.
    LotNumber,
    /// The lots of both.
    Lots,
    /// Years in the titles.
    Year,
    /// CPV codes.
    Cpv,
    /// Works, supplies or services.
    Nature,
    /// Amounts.
    Amount,
    /// Days of publication, decision or notification.
    Date,
    /// Last day to answer.
    Deadline,
    /// The buyer's establishment.
    Buyer,
    /// Who won, and who holds the contract.
    Holder,
    /// Another answer is nearly as good.
    Ambiguous,
}

impl SignalKind {
    /// The name used in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PublicationNumber => "PUBLICATION_NUMBER",
            Self::Reference => "REFERENCE",
            Self::Title => "TITLE",
            Self::LotTitle => "LOT_TITLE",
            Self::LotNumber => "LOT_NUMBER",
            Self::Lots => "LOTS",
            Self::Year => "YEAR",
            Self::Cpv => "CPV",
            Self::Nature => "NATURE",
            Self::Amount => "AMOUNT",
            Self::Date => "DATE",
            Self::Deadline => "DEADLINE",
            Self::Buyer => "BUYER",
            Self::Holder => "HOLDER",
            Self::Ambiguous => "AMBIGUOUS",
        }
    }
}

/// One thing that speaks for a link (points above zero) or against it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signal {
    /// What was looked at.
    pub kind: SignalKind,
    /// Points out of 100, below zero when it speaks against the link.
    pub points: i16,
    /// What was seen, for a person.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// Signals being gathered.
#[derive(Debug, Default)]
pub(super) struct Signals(pub(super) Vec<Signal>);

impl Signals {
    pub(super) fn add(&mut self, kind: SignalKind, points: i16, detail: impl Into<String>) {
        if points != 0 {
            self.0.push(Signal { kind, points, detail: detail.into() });
        }
    }

    /// Their sum. It goes beyond 100, so that of two good answers the better one is known.
    pub(super) fn sum(&self) -> i16 {
        self.0.iter().map(|signal| signal.points).sum()
    }

    /// Their sum, 0 to 100.
    pub(super) fn score(&self) -> u8 {
        u8::try_from(self.sum().clamp(0, 100)).unwrap_or(0)
    }

    /// Doubts an answer, however much else speaks for it.
    pub(super) fn doubt(&mut self, kind: SignalKind, detail: impl Into<String>) {
        let most = i16::from(super::SURE) - 1 - self.sum();
        self.add(kind, most.min(-25), detail);
    }

    /// Compares codes: the nearest pair counts. Buyers choose among neighbours, so a group in
    /// common says something, and another division much against.
    pub(super) fn cpv(&mut self, a: &[Cpv], b: &[Cpv], equal: i16) {
        let shared = |a: &Cpv, b: &Cpv| {
            let pairs = a.as_str().bytes().zip(b.as_str().bytes());
            pairs.take_while(|(a, b)| a == b).count()
        };
        let pairs = a.iter().flat_map(|a| b.iter().map(move |b| (shared(a, b), a, b)));
        let Some((digits, one, other)) = pairs.max_by_key(|(digits, ..)| *digits) else { return };
        let points = match digits {
            8.. => equal,
            3.. => equal / 2,
            2 => equal / 5,
            _ => -2 * equal,
        };
        self.add(SignalKind::Cpv, points, format!("{} / {}", one.as_str(), other.as_str()));
    }

    /// Compares amounts in one currency: by how many times one is the other.
    pub(super) fn amounts(&mut self, a: &Money, b: &Money, bands: &[(i64, i16)], beyond: i16) {
        if a.currency != b.currency || a.cents.min(b.cents) <= 0 {
            return;
        }
        let (low, high) = (a.cents.min(b.cents), a.cents.max(b.cents));
        // In hundredths: 100 is the same amount.
        let times = i64::try_from(i128::from(high) * 100 / i128::from(low)).unwrap_or(i64::MAX);
        let band = bands.iter().find(|(most, _)| times <= *most);
        let points = band.map_or(beyond, |(_, points)| *points);
        self.add(SignalKind::Amount, points, format!("{a} / {b}"));
    }

    /// Years that both titles name and that have none in common.
    pub(super) fn years(&mut self, a: &[String], b: &[String]) {
        self.apart(
            SignalKind::Year,
            &words::years(a).collect::<Vec<_>>(),
            &words::years(b).collect::<Vec<_>>(),
        );
    }

    /// Other numbers that both titles name and that have none in common.
    pub(super) fn numbers(&mut self, a: &[String], b: &[String]) {
        self.apart(
            SignalKind::Title,
            &words::numbers(a).collect::<Vec<_>>(),
            &words::numbers(b).collect::<Vec<_>>(),
        );
    }

    fn apart(&mut self, kind: SignalKind, one: &[&str], other: &[&str]) {
        if !one.is_empty() && !other.is_empty() && !one.iter().any(|word| other.contains(word)) {
            self.add(kind, -30, format!("{} / {}", one.join(", "), other.join(", ")));
        }
    }
}

/// Days from one day to another.
pub(super) fn days(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Option<i64> {
    Some((to? - from?).num_days())
}
