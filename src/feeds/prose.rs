//! Dates, results and cancellations that French notices give in free text only.
//!
//! A correction of the national forms carries no coded deadline: "est reportée au mardi
//! 22 septembre 2026 avant 12h00" is all there is. What is read here is always marked as read
//! from free text, and what cannot be read is said rather than guessed.

use std::sync::LazyLock;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use regex::Regex;

use crate::domain::award::{Outcome, OutcomeKind};
use crate::domain::deadline::{DeadlineContext, DeadlineDoubt, TenderDeadline};
use crate::domain::lot::LotKey;
use crate::domain::lot_reference::{LotMention, LotSet, find_mentions};
use crate::domain::money::Money;
use crate::domain::organisation::{Party, PartyRole};
use crate::domain::place::Place;
use crate::domain::siret::Siret;
use crate::domain::text::fold_char;

/// What a correction says of the deadline.
#[derive(Clone, Debug, PartialEq)]
pub enum DeadlineMove {
    /// Nothing.
    Silent,
    /// The new deadline.
    To(TenderDeadline),
    /// Something, but no new date could be told from the old one.
    Unread,
}

/// Lower case without accents, spaces squeezed: the form all patterns here are written in.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(fold_char) {
        if c != ' ' || !folded.ends_with(' ') {
            folded.push(c);
        }
    }
    folded
}

fn pattern(source: &str) -> Regex {
    #[expect(clippy::expect_used, reason = "constant patterns, compiled by every test run")]
    Regex::new(source).expect("a valid pattern")
}

static DATE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x)
        \b(?: (?<day>\d{1,2})\s?(?:er)?\s
              (?<month>janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)
              \s(?<year>\d{4})
          |   (?<d>\d{1,2})[/.-](?<m>\d{1,2})[/.-](?<y>\d{4}) )\b
        (?: [\s,\-;:(]* (?:(?:a|avant|pour|jusqu'a|au\splus\stard\sa|heure\slimite)\s?[:]?\s*)?
            (?: (?<hour>\d{1,2})\s?(?:h(?:eures?)?|:)\s?(?<minute>\d{2})?\b | (?<noon>midi)\b ) )?",
    )
});

/// Words that tell a sentence speaks of the deadline to answer.
static ABOUT_DEADLINE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"date(?:s)?(?: et heure(?:s)?)? limite|limite de (?:remise|reception|depot)|remise des (?:offres|plis|candidatures)|reception des (?:offres|plis|candidatures)|depot des (?:offres|plis|candidatures)|delai de (?:remise|reception)|date de remise",
    )
});

/// Words before a date that is no longer the right one.
static OLD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"au lieu|et non|initial|prevue?s? (?:le|au|pour)|precedemment|remplace|supprimer|en lieu et place|etait|publiee? le|envoyee? le|annule et",
    )
});

/// Words before the new date.
static NEW: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"report|repouss|prolong|prorog|decal|recul|fixe|desormais|dorenavant|nouvelle|lire|ajouter|est le|jusqu'au|modifie|porte|avance|sera le|devient",
    )
});

/// Words that tell a sentence only says that nothing changes.
static UNCHANGED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"inchange|sans changement|pas (?:modifiee?s?|concernee?s?|affectee?s?|impactee?s?)|demeure|restent? (?:fixe|valable|identique|le |la |a )|maintenue?s?\b|se poursui",
    )
});

static NOT_DEADLINE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"visite|question|demande(?:s)? de renseignement|demarrage|debut"));

/// One date of a text, with the byte range of its words in the folded text.
struct Dated {
    start: usize,
    end: usize,
    day: NaiveDate,
    time: Option<NaiveTime>,
}

fn dates(folded: &str) -> Vec<Dated> {
    const MONTHS: [&str; 12] = [
        "janvier",
        "fevrier",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "aout",
        "septembre",
        "octobre",
        "novembre",
        "decembre",
    ];
    DATE.captures_iter(folded)
        .filter_map(|found| {
            let number = |name: &str| found.name(name).and_then(|part| part.as_str().parse().ok());
            let month = match found.name("month") {
                Some(name) => MONTHS.iter().zip(1..).find(|(month, _)| **month == name.as_str())?.1,
                None => number("m")?,
            };
            let day: u32 = number("day").or_else(|| number("d"))?;
            let year: u32 = number("year").or_else(|| number("y"))?;
            let day = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
            let time = match (number("hour"), found.name("noon")) {
                (Some(hour), _) => NaiveTime::from_hms_opt(hour, number("minute").unwrap_or(0), 0),
                (None, Some(_)) => NaiveTime::from_hms_opt(12, 0, 0),
                (None, None) => None,
            };
            let whole = found.get(0)?;
            Some(Dated { start: whole.start(), end: whole.end(), day, time })
        })
        .collect()
}

/// Reads the new deadline in the words of a correction.
pub fn new_deadline(text: &str, context: DeadlineContext) -> DeadlineMove {
    let folded = fold(text);
    let mut about = sentences(&folded).filter(|sentence| ABOUT_DEADLINE.is_match(sentence));
    if about.all(|sentence| UNCHANGED.is_match(sentence)) {
        return DeadlineMove::Silent;
    }
    let dates = dates(&folded);
    let mut new = Vec::new();
    let mut undecided = Vec::new();
    let mut old = 0;
    let mut from = 0;
    for date in &dates {
        let before = &folded[from..date.start];
        from = date.end;
        // The sentence the date stands in, as far as it lies after the former date.
        let sentence = sentences(before).last().unwrap_or(before);
        if NOT_DEADLINE.is_match(sentence) && !ABOUT_DEADLINE.is_match(sentence) {
            continue;
        }
        if OLD.is_match(sentence) {
            old += 1;
        } else if NEW.is_match(sentence) {
            new.push(date);
        } else {
            undecided.push(date);
        }
    }
    let chosen = match (new.as_slice(), undecided.as_slice()) {
        ([first, rest @ ..], _) if rest.iter().all(|date| same(date, first)) => Some(*first),
        ([], [only]) if old > 0 || dates.len() == 1 => Some(*only),
        _ => None,
    };
    let Some(date) = chosen else { return DeadlineMove::Unread };
    let mut doubts = vec![DeadlineDoubt::FromFreeText];
    let time = date.time.unwrap_or_else(|| {
        doubts.push(DeadlineDoubt::NoTime);
        NaiveTime::from_hms_opt(23, 59, 59).unwrap_or_default()
    });
    let local: NaiveDateTime = date.day.and_time(time);
    let words = folded[date.start..date.end].trim_end_matches([' ', ',', '-', '(', ':', ';']);
    DeadlineMove::To(TenderDeadline::in_paris(local, context, doubts, words))
}

fn same(a: &Dated, b: &Dated) -> bool {
    a.day == b.day && (a.time == b.time || a.time.is_none())
}

/// The sentences of a text. A point inside a date or a number ends none.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    static END: LazyLock<Regex> = LazyLock::new(|| pattern(r"[.;!?]\s|\n"));
    END.split(text)
}

/// Numbers of the lots whose deadline a correction moves; none when it moves all.
pub fn lots_moved(text: &str) -> Vec<String> {
    named_lots(text, |folded| ABOUT_DEADLINE.is_match(folded) || DATE.is_match(folded))
}

/// Numbers of the lots that a text gives up; none when it gives up all.
pub fn lots_given_up(text: &str) -> Vec<String> {
    named_lots(text, |folded| UNSUCCESSFUL.is_match(folded) || ABANDONED.is_match(folded))
}

/// Numbers of the lots that a correction speaks of; none when it speaks of all or of none.
pub fn lots_spoken_of(text: &str) -> Vec<String> {
    named_lots(text, |_| true)
}

/// Lots named in the sentences that are meant, except those that only say where a document belongs
/// (`le bordereau des prix du lot 2`) or what stays as it is.
fn named_lots(text: &str, is_meant: impl Fn(&str) -> bool) -> Vec<String> {
    static PIECE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?:bordereau|prix|cctp|ccap|dpgf|dqe|bpu|cahier|annexe|plans?|pieces?|acte d'engagement|memoire|cadre)\b[^,:]{0,30}$",
        )
    });
    // `Le lot 2 est relancé ; il est déclaré sans suite`: the sentence before says who.
    static PRONOUN: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"^\W*(?:ils?|elles?|ce lot|ces lots|ce dernier|ces derniers|celui-ci|ceux-ci)\b")
    });
    let mut named: Vec<String> = Vec::new();
    let mut before: Option<&str> = None;
    for sentence in sentences(text) {
        let folded = fold(sentence);
        let subject = before.replace(sentence).filter(|_| PRONOUN.is_match(&folded));
        if !is_meant(&folded) || UNCHANGED.is_match(&folded) {
            continue;
        }
        let mut mentions = find_mentions(sentence);
        let sentence = match subject {
            Some(subject) if mentions.is_empty() => {
                mentions = find_mentions(subject);
                subject
            }
            _ => sentence,
        };
        for mention in mentions {
            let before: String = sentence.chars().take(mention.start).collect();
            let in_brackets = before.matches('(').count() > before.matches(')').count();
            if in_brackets || PIECE.is_match(&fold(&before)) {
                continue;
            }
            match mention.lots {
                LotSet::All => return Vec::new(),
                LotSet::Listed(lots) => {
                    named.extend(lots.iter().map(|lot| lot.as_str().to_owned()));
                }
            }
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    named.retain(|lot| seen.insert(lot.clone()));
    named
}

static UNSUCCESSFUL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"infructueu|aucune offre|absence d'offre|pas d'offre"));
static ABANDONED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"sans suite|non attribue|abandonn|est annulee?|annulation|procedure annulee")
});
static AWARDED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"attribu|titulaire|montant|notifi|siret|entreprise|\b\d{14}\b"));

/// How a part of a text says a lot ended.
pub fn outcome_kind(text: &str) -> Option<OutcomeKind> {
    let folded = fold(text);
    if UNSUCCESSFUL.is_match(&folded) {
        Some(OutcomeKind::Unsuccessful)
    } else if ABANDONED.is_match(&folded) {
        Some(OutcomeKind::Cancelled)
    } else if AWARDED.is_match(&folded) {
        Some(OutcomeKind::Awarded)
    } else {
        None
    }
}

/// Reads the results of a text such as FNSimple's `attributionMarche`: one part for each lot it
/// names at the head of a part, or the whole text.
pub fn outcomes(text: &str) -> Vec<Outcome> {
    let heads: Vec<LotMention> =
        find_mentions(text).into_iter().filter(|mention| is_head(text, mention)).collect();
    if heads.is_empty() {
        return outcome(LotKey::whole(), text).into_iter().collect();
    }
    let chars: Vec<char> = text.chars().collect();
    let mut outcomes: Vec<Outcome> = Vec::new();
    for (position, head) in heads.iter().enumerate() {
        let end = heads.get(position + 1).map_or(chars.len(), |next| next.start);
        let part: String = chars[head.start..end].iter().collect();
        let lots = match &head.lots {
            LotSet::All => vec![LotKey::whole()],
            LotSet::Listed(lots) => lots.clone(),
        };
        for lot in lots {
            if outcomes.iter().all(|known| known.lot != lot) {
                outcomes.extend(outcome(lot, &part));
            }
        }
    }
    outcomes
}

/// A lot heads a part when the part names it and goes on with a mark: `Lot 1 : …`, `Lot 2 - …`.
fn is_head(text: &str, mention: &LotMention) -> bool {
    let mut after = text.chars().skip(mention.end).skip_while(|c| c.is_whitespace());
    let mark = after.next().is_none_or(|c| matches!(c, ':' | '-' | '–' | '(' | '=' | '"' | '«'));
    let before: String = text.chars().take(mention.start).collect();
    let starts = before.trim_end().is_empty()
        || before.trim_end().ends_with(['.', ';', ':', '-', '\n', ')'])
        || before.trim_end_matches(' ').ends_with('\n')
        || before.ends_with("  ");
    mark || starts
}

static SUPPLIER_WITH_SIRET: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:^|[-–:;,\n]\s)\s*(?<name>[^-–:;\n()]{2,80}?)\s*\(\s*(?:SIRET\s*:?\s*)?(?<siret>\d{14})\s*\)",
    )
});
static HOLDER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:titulaire|attributaire|attribué à|attribue a)\s*:?\s*(?<name>[^\n:;()]{2,80}?)\s*(?:[-–;(\n]|,\s|\.\s|$)",
    )
});
static AMOUNT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)montant[^:\n\d]{0,60}:?\s*(?<amount>\d[\d\s\u{a0}\u{202f}.,]*)\s*(?:€|euros?|EUR)",
    )
});
static RECEIVED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:nombre (?:total )?(?:d'|d’)?offres(?: total)? reçues|offres reçues)\s*:?\s*(?<count>\d{1,4})",
    )
});

fn outcome(lot: LotKey, part: &str) -> Option<Outcome> {
    let kind = outcome_kind(part)?;
    let mut outcome = Outcome::new(lot, kind);
    outcome.text = Some(part.trim().to_owned());
    outcome.tenders_received =
        RECEIVED.captures(part).and_then(|found| found["count"].parse().ok());
    if kind == OutcomeKind::Awarded {
        outcome.suppliers = suppliers(part);
        let amount = AMOUNT.captures(part).and_then(|found| {
            Money::parse(found["amount"].trim_end_matches(['.', ',', ' ']), None)
        });
        outcome.amount = amount.filter(|amount| amount.cents > 100);
        let folded = fold(part);
        let decided = dates(&folded).into_iter().find(|date| {
            let before = &folded[..date.start];
            ["attribution", "notifie", "notification", "attribue"]
                .iter()
                .any(|word| before.rfind(word).is_some_and(|at| date.start - at < 40))
        });
        outcome.decided_on = decided.map(|date| date.day);
    }
    Some(outcome)
}

/// A name without what introduces it (`Attribué à`) and without the address behind it.
fn company_name(text: &str) -> &str {
    static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"(?i)^.*(?:attribuée?s? à|attribuee?s? a|titulaires?|attributaires?)\s*:?\s*")
    });
    static AFTER: LazyLock<Regex> = LazyLock::new(|| pattern(r"\s*[,–-]\s*\d{5}\s\p{Lu}.*$"));
    let from = BEFORE.find(text).map_or(0, |found| found.end());
    let name = &text[from..];
    let to = AFTER.find(name).map_or(name.len(), |found| found.start());
    name[..to].trim().trim_start_matches(['-', '–', ' '])
}

fn suppliers(part: &str) -> Vec<Party> {
    let party = |name: &str, siret: Option<&str>| {
        let name = company_name(name).to_owned();
        Party::new(PartyRole::Supplier, name, siret.map(str::to_owned), Place::default())
    };
    let mut suppliers: Vec<Party> = SUPPLIER_WITH_SIRET
        .captures_iter(part)
        .filter(|found| Siret::parse(&found["siret"]).is_some())
        .map(|found| party(&found["name"], Some(&found["siret"])))
        .collect();
    if suppliers.is_empty()
        && let Some(found) = HOLDER.captures(part)
    {
        let name = &found["name"];
        // `attribué à 1 entreprise(s)` is not a name.
        if !name.trim_start().starts_with(|c: char| c.is_ascii_digit()) {
            suppliers.push(party(name, None));
        }
    }
    suppliers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(text: &str) -> Option<String> {
        match new_deadline(text, DeadlineContext::default()) {
            DeadlineMove::To(deadline) => Some(deadline.local.format("%Y-%m-%d %H:%M").to_string()),
            DeadlineMove::Unread => Some("unread".into()),
            DeadlineMove::Silent => None,
        }
    }

    #[test]
    fn new_deadlines_as_corrections_word_them() {
        for (text, expected) in [
            (
                "La date limite de réception des offres prévue le mardi 15 septembre 2026 avant 12h00, est reportée au mardi 22 septembre 2026 avant 12h00.",
                Some("2026-09-22 12:00"),
            ),
            (
                "La date limite de réception des offres est fixée au lundi 05 octobre 2026 - 12 h 00 et non au jeudi 1er octobre 2026 - 12 h 00.",
                Some("2026-10-05 12:00"),
            ),
            (
                "Date limite de remise des offres : au lieu de : 05/10/2026 à 12:00, lire : 12/10/2026 à 16:30",
                Some("2026-10-12 16:30"),
            ),
            (
                "La date limite de remise des plis initialement fixée au 5 octobre 2026 à 12h est repoussée au 9 octobre 2026 à midi",
                Some("2026-10-09 12:00"),
            ),
            ("Date et heure limites : 12/10/2026 16h00", Some("2026-10-12 16:00")),
            (
                "Le délai de remise des offres est prolongé jusqu'au 3 novembre 2026.",
                Some("2026-11-03 23:59"),
            ),
            ("La date limite de remise des offres est reportée d'une semaine.", Some("unread")),
            ("Le règlement de la consultation est modifié.", None),
            ("Une visite est organisée le 25/11/2026. Les dates limites restent inchangées.", None),
            (
                "Il convient d'ajouter une clause. La date limite de remise des offres est inchangée.",
                None,
            ),
            ("Une visite est ajoutée le 3 novembre 2026 à 10h.", None),
            (
                "Une visite est prévue le 3 novembre 2026. La date limite de remise des offres est reportée au 20 novembre 2026 à 12 heures.",
                Some("2026-11-20 12:00"),
            ),
            (
                "date limite de réception des offres supprimer : 01.10.2026 12h00 ajouter : 08.10.2026 12h00",
                Some("2026-10-08 12:00"),
            ),
            ("Remise des offres : 5 octobre 2026 ou 6 octobre 2026", Some("unread")),
        ] {
            assert_eq!(moved(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn results_lot_by_lot() {
        let text = "Lot 1 : Réhabilitation Attribution : attribué à 1 entreprise(s)  - GRAND OUVRAGE (18009202500121) Notifié le 05/06/2026 Montant : 213400.41 euros  Lot 2 : Berges. Lot déclaré infructueux. Lot 3 : classé sans suite";
        let found = outcomes(text);
        let shape: Vec<_> = found.iter().map(|o| (o.lot.as_str(), o.kind)).collect();
        assert_eq!(
            shape,
            [
                ("1", OutcomeKind::Awarded),
                ("2", OutcomeKind::Unsuccessful),
                ("3", OutcomeKind::Cancelled)
            ]
        );
        assert_eq!(found[0].amount, Some(Money::euros(21_340_041)));
        assert_eq!(found[0].suppliers[0].name, "GRAND OUVRAGE");
        assert_eq!(found[0].decided_on, NaiveDate::from_ymd_opt(2026, 6, 5));
    }

    #[test]
    fn a_result_without_lots_concerns_the_whole() {
        let found = outcomes(
            "Titulaire: Atelier du Lez - 34000 MONTPELLIER\nMontant du marché: 82 600 Euros HT\nDate d'attribution: 10/04/2026\nNombre total offres reçues: 12",
        );
        assert_eq!(found.len(), 1);
        assert!(found[0].lot.is_whole());
        assert_eq!(found[0].suppliers[0].name, "Atelier du Lez");
        assert_eq!(found[0].amount, Some(Money::euros(8_260_000)));
        assert_eq!(found[0].tenders_received, Some(12));
        assert!(outcomes("Voir le profil d'acheteur.").is_empty());
    }

    #[test]
    fn lots_named_by_a_cancellation() {
        assert_eq!(lots_given_up("Le lot N°3 est déclaré sans suite"), ["3"]);
        assert_eq!(
            lots_given_up(
                "Le lot N°2 de la consultation est déclaré sans suite. Les lots 1 et 3 ne sont pas concernés."
            ),
            ["2"]
        );
        assert_eq!(
            lots_given_up(
                "Le lot 2 est relancé dans une nouvelle consultation de 3 lots ; il est déclaré sans suite."
            ),
            ["2"]
        );
        assert!(lots_given_up("La procédure est abandonnée pour tous les lots").is_empty());
    }

    #[test]
    fn lots_named_by_a_correction() {
        for (text, lots) in [
            (
                "Pour le lot n° 3 uniquement (vitrerie), la date limite de réception des offres est repoussée au 11 décembre 2026 à 12h00. Le reste est sans changement.",
                &["3"][..],
            ),
            (
                "Suite à une modification du DCE (bordereau des prix du lot 2), il faut lire « Date limite de réception des offres : 30/11/2026 » au lieu de « 19/10/2026 ».",
                &[],
            ),
            (
                "Le CCTP du lot 4 est modifié. La date limite de remise des offres est reportée au 30/11/2026.",
                &[],
            ),
            ("Lots 1 et 2 : remise des plis le 30/11/2026 à 12h00", &["1", "2"]),
        ] {
            assert_eq!(lots_moved(text), lots, "{text}");
        }
    }

    #[test]
    fn names_of_companies_stand_alone() {
        for (text, name) in [
            (
                "secteur centre. Attribué à Oc Espaces Verts SCOP, 34970 Lattes",
                "Oc Espaces Verts SCOP",
            ),
            ("Titulaire : Atelier du Lez - 34000 MONTPELLIER", "Atelier du Lez"),
            ("GRAND OUVRAGE", "GRAND OUVRAGE"),
            ("Garage 75015 Pneus", "Garage 75015 Pneus"),
        ] {
            assert_eq!(company_name(text), name);
        }
    }
}
