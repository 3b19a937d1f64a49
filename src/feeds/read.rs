//! Reading single values the same way in every decoder: what cannot be read becomes an issue, and
//! the notice goes on.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};

use crate::domain::coded::Coded;
use crate::domain::cpv::Cpv;
use crate::domain::deadline::{DeadlineContext, TenderDeadline};
use crate::domain::issue::{DecodeIssue, IssueKind};
use crate::domain::lot::{Lot, LotKey, NumberBasis};
use crate::domain::lot_reference::{LotSet, find_mentions};
use crate::domain::money::{EstimatedValue, Money};
use crate::domain::notice::{ContractNature, FormType, Notice, NoticeText};
use crate::domain::place::Nuts;

/// Collects the issues of one document while its values are read.
#[derive(Debug, Default)]
pub struct Issues(pub Vec<DecodeIssue>);

impl Issues {
    /// Adds an issue.
    pub fn add(&mut self, kind: IssueKind, path: &str, message: impl Into<String>) {
        self.0.push(DecodeIssue::new(kind, path, message));
    }

    /// A CPV code; an invalid one is an issue and left out.
    pub fn cpv(&mut self, raw: &str, path: &str) -> Option<Cpv> {
        match Cpv::parse(raw) {
            Ok(cpv) => Some(cpv),
            Err(error) => {
                self.add(IssueKind::InvalidCode, path, error.to_string());
                None
            }
        }
    }

    /// CPV codes in order, each once.
    pub fn cpvs<'a>(&mut self, raw: impl Iterator<Item = &'a str>, path: &str) -> Vec<Cpv> {
        let mut codes = Vec::new();
        for code in raw.filter_map(|raw| self.cpv(raw, path)) {
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
        codes
    }

    /// A NUTS code; an invalid one is an issue and left out.
    pub fn nuts(&mut self, raw: Option<&str>, path: &str) -> Option<Nuts> {
        let raw = raw.map(str::trim).filter(|raw| !raw.is_empty())?;
        let nuts = Nuts::parse(raw);
        if nuts.is_none() {
            self.add(IssueKind::InvalidCode, path, format!("`{raw}` is not a NUTS code"));
        }
        nuts
    }

    /// A deadline; an unreadable one is an issue and left out.
    pub fn deadline(
        &mut self,
        raw: Option<&str>,
        context: DeadlineContext,
        path: &str,
    ) -> Option<TenderDeadline> {
        let raw = raw.map(str::trim).filter(|raw| !raw.is_empty())?;
        match TenderDeadline::read(raw, context) {
            Ok(deadline) => Some(deadline),
            Err(error) => {
                self.add(IssueKind::InvalidDate, path, error.to_string());
                None
            }
        }
    }

    /// A day, of a date with or without offset and time; placeholder dates are left out.
    pub fn day(&mut self, raw: Option<&str>, path: &str) -> Option<NaiveDate> {
        let raw = raw.map(str::trim).filter(|raw| !raw.is_empty())?;
        let day = raw.get(..10).and_then(|day| NaiveDate::parse_from_str(day, "%Y-%m-%d").ok());
        if day.is_none() {
            self.add(IssueKind::InvalidDate, path, format!("`{raw}` is not a date"));
        }
        day.filter(|day| !is_placeholder(*day))
    }

    /// An estimated value; a doubtful one is kept raw and is an issue.
    pub fn value(
        &mut self,
        amount: Option<&str>,
        low: Option<&str>,
        high: Option<&str>,
        currency: Option<&str>,
        path: &str,
    ) -> Option<EstimatedValue> {
        let value = EstimatedValue::read(amount, low, high, currency);
        if let Some(EstimatedValue { raw: Some(raw), doubt: Some(doubt), .. }) = &value {
            self.add(IssueKind::InvalidAmount, path, format!("`{raw}` is not believed: {doubt:?}"));
        }
        value
    }

    /// An amount of an award; an unreadable one is an issue.
    pub fn money(
        &mut self,
        raw: Option<&str>,
        currency: Option<&str>,
        path: &str,
    ) -> Option<Money> {
        let value = self.value(raw, None, None, currency, path)?;
        value.amount
    }
}

/// Dates that platforms fill in when there is none: 1 January 1970 and 2000, and years before the
/// first electronic notices.
fn is_placeholder(day: NaiveDate) -> bool {
    day.year() <= 2000
}

/// Nature of a contract as eForms and BOAMP code it.
pub fn nature(code: &str) -> Option<ContractNature> {
    match code.to_ascii_lowercase().as_str() {
        "works" | "travaux" => Some(ContractNature::Works),
        "supplies" | "fournitures" | "fourniture" => Some(ContractNature::Supplies),
        "services" | "service" => Some(ContractNature::Services),
        _ => None,
    }
}

/// Months from a number and a unit, rounded up.
pub fn months(value: &str, unit: &str) -> Option<u32> {
    let number: f64 = value.trim().replace(',', ".").parse().ok()?;
    let months = match unit.to_ascii_uppercase().as_str() {
        "DAY" | "JOUR" => number / 30.4,
        "WEEK" => number / 4.345,
        "YEAR" => number * 12.0,
        _ => number,
    };
    // A contract of more than a century is a typing error.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range is checked to fit"
    )]
    (0.0..=1_200.0).contains(&months).then(|| months.ceil() as u32)
}

/// Months from a first day to a last one, both included, rounded up.
pub fn months_between(first: &str, last: &str) -> Option<u32> {
    let day = |raw: &str| NaiveDate::parse_from_str(raw.trim().get(..10)?, "%Y-%m-%d").ok();
    let (first, after) = (day(first)?, day(last)?.succ_opt()?);
    let whole = (after.year() - first.year()) * 12 + after.month0().cast_signed()
        - first.month0().cast_signed();
    let begun = i32::from(after.day() > first.day());
    // A contract of more than a century is a typing error.
    u32::try_from(whole + begun).ok().filter(|months| (1..=1_200).contains(months))
}

/// The number that a lot's own title or description begins with: `Lot n° 2 : peinture`.
pub fn number_in_title(text: &str) -> Option<String> {
    let mention = find_mentions(text).into_iter().next()?;
    match mention.lots {
        LotSet::Listed(lots) if mention.start == 0 && lots.len() == 1 => {
            Some(lots[0].as_str().to_owned()).filter(|number| !number.starts_with("LOT-"))
        }
        _ => None,
    }
}

/// Gives lots of a form without numbers a key and a number: the one their own words begin with,
/// if those are all different, else their place in the list.
pub fn number_lots(lots: &mut [Lot]) {
    let named: Vec<Option<String>> = lots
        .iter()
        .map(|lot| {
            let words = lot.title.as_deref().or(lot.description.as_deref());
            words.and_then(number_in_title)
        })
        .collect();
    let mut distinct: Vec<&String> = named.iter().flatten().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let all_named = distinct.len() == lots.len();
    for (position, lot) in lots.iter_mut().enumerate() {
        let (number, basis) = match &named[position] {
            Some(number) if all_named => (number.clone(), NumberBasis::Title),
            _ => ((position + 1).to_string(), NumberBasis::Position),
        };
        lot.key = LotKey::of(&number);
        lot.number = Some(number);
        lot.number_basis = Some(basis);
    }
}

/// The last step of every decoder: lots that say nothing go, with an issue; an undivided call has
/// its one lot; keys are unique; codes stand in the order of their paths, so that the same notice
/// read from XML and from JSON is the same.
pub fn settle(notice: &mut Notice, issues: &mut Issues) {
    let outcomes = &notice.outcomes;
    notice.lots.retain(|lot| {
        let speaks = says_something(lot) || outcomes.iter().any(|outcome| outcome.lot == lot.key);
        if !speaks {
            let message = format!("lot {} says nothing; it is left out", lot.key.as_str());
            issues.add(IssueKind::DefectiveLot, "lots", message);
        }
        speaks
    });
    let describes = matches!(notice.form_type, FormType::Competition | FormType::Planning);
    if describes && notice.lots.is_empty() {
        notice.lots.push(Lot::new(LotKey::whole()));
    }
    separate_keys(&mut notice.lots, issues);
    let by_path = |a: &Coded, b: &Coded| (&a.path, &a.value).cmp(&(&b.path, &b.value));
    notice.coded.sort_by(by_path);
    for lot in &mut notice.lots {
        lot.coded.sort_by(by_path);
    }
}

/// Whether there is anything to know of a lot but its place in a list.
fn says_something(lot: &Lot) -> bool {
    lot.key.is_whole()
        || lot.source_id.is_some()
        || lot.title.is_some()
        || lot.description.is_some()
        || !lot.texts.is_empty()
        || !lot.cpv.is_empty()
        || !lot.places.is_empty()
        || lot.estimated_value.is_some()
}

/// Makes lot keys unique: a second lot of the same number gets a suffix, so that no lot is lost.
fn separate_keys(lots: &mut [Lot], issues: &mut Issues) {
    let mut seen: HashMap<LotKey, usize> = HashMap::new();
    for lot in lots {
        let count = seen.entry(lot.key.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            let message = format!("lot number `{}` stands {count} times", lot.key.as_str());
            issues.add(IssueKind::DefectiveLot, "lots", message);
            lot.key = LotKey::of(&format!("{} bis {count}", lot.key.as_str()));
        }
    }
}

/// Makes paths unique within a notice and puts texts in the order of their paths, so that the same
/// notice read from XML and from JSON is the same.
pub fn settle_texts(texts: &mut Vec<NoticeText>) {
    texts.sort_by(|a, b| a.path.cmp(&b.path));
    let mut previous = String::new();
    let mut count = 1;
    for text in texts {
        if text.path == previous {
            count += 1;
            text.path = format!("{previous}[{count}]");
        } else {
            previous.clone_from(&text.path);
            count = 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::notice::TextRole;

    #[test]
    fn durations_are_whole_months() {
        for (value, unit, expected) in [
            ("48", "MONTH", Some(48)),
            ("1", "YEAR", Some(12)),
            ("45", "DAY", Some(2)),
            ("6,5", "MONTH", Some(7)),
            ("-1", "MONTH", None),
            ("x", "MONTH", None),
        ] {
            assert_eq!(months(value, unit), expected, "{value} {unit}");
        }
    }

    #[test]
    fn periods_are_whole_months() {
        for (first, last, expected) in [
            ("2025-01-01+01:00", "2025-12-31+01:00", Some(12)),
            ("2025-01-01", "2026-01-01", Some(13)),
            ("2024-02-15Z", "2024-03-10Z", Some(1)),
            ("2025-02-01", "2025-01-01", None),
            ("2025-02-01", "", None),
        ] {
            assert_eq!(months_between(first, last), expected, "{first} {last}");
        }
    }

    #[test]
    fn unnumbered_lots_take_the_number_of_their_words_or_their_place() {
        let lot = |words: &str| {
            let mut lot = Lot::new(LotKey::whole());
            lot.description = Some(words.into());
            lot
        };
        let numbers =
            |lots: &[Lot]| lots.iter().map(|lot| lot.key.as_str().to_owned()).collect::<Vec<_>>();
        let mut lots = [lot("Lot n° 2 : peinture"), lot("LOT 1 - sols")];
        number_lots(&mut lots);
        assert_eq!(numbers(&lots), ["2", "1"]);
        assert_eq!(lots[0].number_basis, Some(NumberBasis::Title));
        let mut lots = [lot("Peinture (voir lot 3)"), lot("Lot 1 : sols")];
        number_lots(&mut lots);
        assert_eq!(numbers(&lots), ["1", "2"]);
        assert_eq!(lots[0].number_basis, Some(NumberBasis::Position));
    }

    #[test]
    fn repeated_numbers_lose_no_lot() {
        let mut lots = [Lot::new(LotKey::of("1")), Lot::new(LotKey::of("01"))];
        let mut issues = Issues::default();
        separate_keys(&mut lots, &mut issues);
        assert_ne!(lots[0].key, lots[1].key);
        assert_eq!(issues.0.len(), 1);
    }

    #[test]
    fn repeated_paths_are_numbered() {
        let text = |path: &str, text: &str| NoticeText {
            path: path.into(),
            role: TextRole::Other,
            language: None,
            text: text.into(),
        };
        let mut texts = vec![text("b", "1"), text("a", "2"), text("b", "3")];
        settle_texts(&mut texts);
        let paths: Vec<_> = texts.iter().map(|text| text.path.as_str()).collect();
        assert_eq!(paths, ["a", "b", "b[2]"]);
        assert_eq!(texts[1].text, "1");
    }
}
