//! The last time to receive tenders or requests to participate (BT-131), and how sure we are.
//!
//! Sources write it in six shapes: naive local time, with milliseconds, with `Z`, with an offset,
//! as a date alone, or not at all. Publishers stamp `+01:00` in summer; FNS and MAPA notices give
//! local time without zone. A French deadline is Paris time unless the notice proves otherwise,
//! so a stamp that disagrees with Europe/Paris is read as local time and the doubt is stated.

use std::fmt;

use chrono::{DateTime, Datelike, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, NaiveTime};
use chrono::{Offset, TimeZone, Utc};
use chrono_tz::Europe::Paris;
use serde::{Deserialize, Serialize};

/// How the instant was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DeadlineCertainty {
    /// The notice states the zone and it agrees with Europe/Paris, or the buyer is abroad.
    Stated,
    /// The notice states no zone; Paris time is the rule of the form (FNS, MAPA, DSP).
    Assumed,
    /// Something speaks against the instant: see the doubts.
    Doubtful,
}

/// One reason to check a deadline in the documents of the consultation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DeadlineDoubt {
    /// The stated offset is not that of Paris on that day; read as Paris local time.
    OffsetDisagreesWithParis,
    /// The buyer is overseas: the hour may be local there, hours before or after Paris.
    OverseasBuyer,
    /// A date without an hour: taken as the end of that day.
    NoTime,
    /// A year that cannot be meant (7017, 2099): no instant is derived.
    ImplausibleYear,
    /// An hour that does not exist or exists twice on that day in Paris: the earlier one is taken.
    ClockChange,
    /// Read from the free text of a correction.
    FromFreeText,
    /// A later correction speaks of the deadline in words that could not be read.
    CorrectionUnread,
    /// Two fields of the same notice give different deadlines; the earlier one is taken.
    FieldsDisagree,
}

impl DeadlineDoubt {
    /// What the doubt means, in French, for a person.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::OffsetDisagreesWithParis => {
                "Le décalage horaire publié n'est pas celui de Paris à cette date : l'heure est lue comme une heure de Paris."
            }
            Self::OverseasBuyer => {
                "Acheteur d'outre-mer : l'heure peut être locale. Vérifiez le règlement de la consultation."
            }
            Self::NoTime => "Date publiée sans heure : fin de journée retenue.",
            Self::ImplausibleYear => "Année invraisemblable : aucune date n'est retenue.",
            Self::ClockChange => "Heure ambiguë (changement d'heure) : la plus proche est retenue.",
            Self::FromFreeText => "Date lue dans le texte libre d'un avis rectificatif.",
            Self::CorrectionUnread => {
                "Un avis rectificatif parle de la date limite en des termes qui n'ont pas pu être lus : vérifiez-le."
            }
            Self::FieldsDisagree => {
                "Deux champs de l'avis donnent des dates différentes : la plus proche est retenue."
            }
        }
    }
}

/// A deadline with its zone or the lack of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TenderDeadline {
    /// The instant, or nothing when the published value cannot be meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<Utc>>,
    /// The hour on the wall in the buyer's zone, as published.
    pub local: NaiveDateTime,
    /// The zone the local hour is read in: `Europe/Paris`, or an offset such as `+04:00`.
    pub zone: String,
    /// How sure the instant is.
    pub certainty: DeadlineCertainty,
    /// Why it is not surer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<DeadlineDoubt>,
    /// The published text.
    pub raw: String,
}

/// What the rest of the notice tells about its deadline.
#[derive(Clone, Copy, Debug, Default)]
pub struct DeadlineContext {
    /// Publication date: bounds the years that can be meant.
    pub published_on: Option<NaiveDate>,
    /// Whether the buyer sits in an overseas department or collectivity.
    pub overseas_buyer: bool,
    /// Whether the buyer sits outside France: its stated offset is then taken as it is.
    pub foreign_buyer: bool,
}

/// The text is not a date in any shape known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadableDeadline(pub String);

impl fmt::Display for UnreadableDeadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a date and time", self.0)
    }
}

impl std::error::Error for UnreadableDeadline {}

/// A dynamic purchasing system may stay open for fifteen years; no notice stays open for longer.
const LONGEST_OPEN_YEARS: i32 = 16;
/// Placeholder dates of platforms (`1970-01-01`, `2000-01-01`) lie before the first BOAMP notices.
const FIRST_YEAR: i32 = 2005;

impl TenderDeadline {
    /// Reads a deadline in any of the shapes of the sources.
    ///
    /// # Errors
    /// When the text holds no date; the caller keeps it as a decode issue.
    pub fn read(raw: &str, context: DeadlineContext) -> Result<Self, UnreadableDeadline> {
        let unreadable = || UnreadableDeadline(raw.to_owned());
        let Stamp { date, time, offset } = Stamp::read(raw.trim()).ok_or_else(unreadable)?;
        let mut doubts = Vec::new();
        let local = date.and_time(time.unwrap_or_else(|| {
            doubts.push(DeadlineDoubt::NoTime);
            NaiveTime::from_hms_opt(23, 59, 59).unwrap_or_default()
        }));
        Ok(Self::settle(local, offset, context, doubts, raw))
    }

    /// A deadline given as a Paris date and hour, for example read in the text of a correction.
    pub fn in_paris(
        local: NaiveDateTime,
        context: DeadlineContext,
        doubts: Vec<DeadlineDoubt>,
        raw: &str,
    ) -> Self {
        Self::settle(local, None, context, doubts, raw)
    }

    fn settle(
        local: NaiveDateTime,
        offset: Option<FixedOffset>,
        context: DeadlineContext,
        mut doubts: Vec<DeadlineDoubt>,
        raw: &str,
    ) -> Self {
        let mut zone = "Europe/Paris".to_owned();
        let in_paris = match Paris.from_local_datetime(&local) {
            LocalResult::Single(at) => at,
            LocalResult::Ambiguous(earlier, _) => {
                doubts.push(DeadlineDoubt::ClockChange);
                earlier
            }
            LocalResult::None => {
                // A skipped hour (02:00 to 03:00 in March): the instant the hour before it ends.
                doubts.push(DeadlineDoubt::ClockChange);
                Utc.from_utc_datetime(&(local - chrono::TimeDelta::hours(1))).with_timezone(&Paris)
            }
        };
        let mut at = in_paris.with_timezone(&Utc);
        if let Some(offset) = offset {
            let stated = offset.from_local_datetime(&local).single();
            let agrees = stated.is_some_and(|stated| stated.with_timezone(&Utc) == at);
            let own_zone =
                context.foreign_buyer || (context.overseas_buyer && !is_metropolitan(offset));
            if own_zone {
                if let Some(stated) = stated {
                    at = stated.with_timezone(&Utc);
                    zone = offset.to_string();
                }
            } else if !agrees {
                doubts.push(DeadlineDoubt::OffsetDisagreesWithParis);
            }
        }
        if context.overseas_buyer && zone == "Europe/Paris" {
            doubts.push(DeadlineDoubt::OverseasBuyer);
        }
        let first = context.published_on.map_or(FIRST_YEAR, |date| date.year());
        let last = context.published_on.map_or(2099, |date| date.year() + LONGEST_OPEN_YEARS);
        let plausible = (first..=last).contains(&local.year()) && local.year() != 2099;
        if !plausible {
            doubts.push(DeadlineDoubt::ImplausibleYear);
        }
        doubts.sort_unstable();
        doubts.dedup();
        let certainty = if !doubts.is_empty() {
            DeadlineCertainty::Doubtful
        } else if offset.is_some() {
            DeadlineCertainty::Stated
        } else {
            DeadlineCertainty::Assumed
        };
        Self { at: plausible.then_some(at), local, zone, certainty, doubts, raw: raw.to_owned() }
    }

    /// The same deadline with one more doubt.
    #[must_use]
    pub fn doubted(mut self, doubt: DeadlineDoubt) -> Self {
        if !self.doubts.contains(&doubt) {
            self.doubts.push(doubt);
            self.doubts.sort_unstable();
        }
        self.certainty = DeadlineCertainty::Doubtful;
        self
    }
}

/// The offsets of metropolitan France and UTC, which platforms stamp on overseas notices too.
fn is_metropolitan(offset: FixedOffset) -> bool {
    matches!(offset.fix().local_minus_utc(), 0 | 3_600 | 7_200)
}

/// A date with the parts of a time that the text gives.
struct Stamp {
    date: NaiveDate,
    time: Option<NaiveTime>,
    offset: Option<FixedOffset>,
}

impl Stamp {
    fn read(text: &str) -> Option<Self> {
        let (date, rest) = text.split_at_checked(10)?;
        let date = NaiveDate::parse_from_str(date, "%Y-%m-%d").ok()?;
        // eForms dates carry an offset and no time: `2026-09-09+02:00`, `2000-01-01Z`.
        let Some(rest) = rest.strip_prefix(['T', ' ']) else {
            return read_offset(rest).map(|offset| Self { date, time: None, offset });
        };
        let end = rest.find(['Z', '+', '-']).unwrap_or(rest.len());
        let (time, offset) = rest.split_at(end);
        let time = ["%H:%M:%S%.f", "%H:%M"]
            .iter()
            .find_map(|format| NaiveTime::parse_from_str(time.trim(), format).ok())?;
        Some(Self { date, time: Some(time), offset: read_offset(offset)? })
    }
}

/// The outer `None` is a syntax error, the inner one the absence of an offset.
#[expect(clippy::option_option, reason = "absence and error are different answers")]
fn read_offset(text: &str) -> Option<Option<FixedOffset>> {
    match text {
        "" => Some(None),
        "Z" | "z" => Some(FixedOffset::east_opt(0)),
        _ => text.parse::<FixedOffset>().ok().map(Some),
    }
}

/// The end of a day in Paris: what "until that date" means in a notice.
pub fn end_of_day_in_paris(date: NaiveDate) -> DateTime<Utc> {
    let last_second = date.and_hms_opt(23, 59, 59).unwrap_or_default();
    Paris
        .from_local_datetime(&last_second)
        .latest()
        .map_or_else(|| Utc.from_utc_datetime(&last_second), |at| at.with_timezone(&Utc))
}

/// The first instant of a day in Paris.
pub fn start_of_day_in_paris(date: NaiveDate) -> DateTime<Utc> {
    let midnight = date.and_time(NaiveTime::MIN);
    Paris
        .from_local_datetime(&midnight)
        .earliest()
        .map_or_else(|| Utc.from_utc_datetime(&midnight), |at| at.with_timezone(&Utc))
}

/// The day it is in Paris at an instant: publication days are Paris days.
pub fn paris_day(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&Paris).date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str) -> TenderDeadline {
        let context = DeadlineContext {
            published_on: NaiveDate::from_ymd_opt(2026, 3, 6),
            ..DeadlineContext::default()
        };
        TenderDeadline::read(raw, context).expect("a readable deadline")
    }

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    #[test]
    fn the_six_shapes() {
        use DeadlineCertainty::{Assumed, Doubtful, Stated};
        for (raw, at, certainty) in [
            ("2026-09-22T16:00:00", utc("2026-09-22T14:00:00Z"), Assumed),
            ("2026-10-12T17:00:00.000", utc("2026-10-12T15:00:00Z"), Assumed),
            ("2026-12-22T16:00:00", utc("2026-12-22T15:00:00Z"), Assumed),
            ("2026-09-30T11:00:00+02:00", utc("2026-09-30T09:00:00Z"), Stated),
            ("2026-10-08", utc("2026-10-08T21:59:59Z"), Doubtful),
            ("2026-10-08T12:00", utc("2026-10-08T10:00:00Z"), Assumed),
        ] {
            let deadline = read(raw);
            assert_eq!((deadline.at, deadline.certainty), (Some(at), certainty), "{raw}");
        }
    }

    #[test]
    fn a_winter_offset_in_summer_is_read_as_paris_time_and_said() {
        // BOAMP 26-22597: 14:00 on 10 April stamped +01:00, shown as 14 h by boamp.fr.
        let deadline = read("2026-04-10T14:00:00+01:00");
        assert_eq!(deadline.at, Some(utc("2026-04-10T12:00:00Z")));
        assert_eq!(deadline.doubts, [DeadlineDoubt::OffsetDisagreesWithParis]);
        assert_eq!(deadline.certainty, DeadlineCertainty::Doubtful);
        assert_eq!(deadline.zone, "Europe/Paris");
    }

    #[test]
    fn years_that_cannot_be_meant_give_no_instant() {
        for raw in ["7017-01-01T12:00:00", "2924-05-05T12:00:00", "2099-12-31T12:00:00"] {
            let deadline = read(raw);
            assert_eq!(deadline.at, None, "{raw}");
            assert_eq!(deadline.doubts, [DeadlineDoubt::ImplausibleYear], "{raw}");
        }
        assert!(read("2040-01-01T12:00:00").at.is_some(), "a dynamic purchasing system");
    }

    #[test]
    fn overseas_hours_are_doubted_unless_their_zone_is_stated() {
        let context = DeadlineContext { overseas_buyer: true, ..DeadlineContext::default() };
        let naive = TenderDeadline::read("2026-09-22T16:00:00", context).expect("readable");
        assert_eq!(naive.doubts, [DeadlineDoubt::OverseasBuyer]);
        let stated = TenderDeadline::read("2026-09-22T16:00:00+04:00", context).expect("readable");
        assert_eq!(stated.at, Some(utc("2026-09-22T12:00:00Z")));
        assert_eq!(stated.zone, "+04:00");
        assert_eq!(stated.certainty, DeadlineCertainty::Stated);
    }

    #[test]
    fn hours_of_the_clock_change() {
        let skipped = read("2026-03-29T02:30:00");
        assert_eq!(skipped.at, Some(utc("2026-03-29T01:30:00Z")));
        assert_eq!(skipped.doubts, [DeadlineDoubt::ClockChange]);
        let twice = read("2026-10-25T02:30:00");
        assert_eq!(twice.at, Some(utc("2026-10-25T00:30:00Z")));
    }

    #[test]
    fn not_dates() {
        for raw in ["", "demain", "2026-13-01", "2026-10-08T", "2026-10-08T25:00", "12/10/2026"] {
            let read = TenderDeadline::read(raw, DeadlineContext::default());
            assert!(read.is_err(), "{raw}");
        }
    }
}
