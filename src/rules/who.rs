//! Who a market is reserved to, and which lots: the words after (or before) a reservation are
//! dealt out between the lots that the sentence names.
//!
//! *Le lot 1 est réservé aux SIAE et le lot 2 aux entreprises adaptées* reserves two lots to two
//! sorts of organisation with one verb; *sont réservés aux EA les lots 1 et 2* puts the lots last.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::articles::Citation;
use super::lexicon::WORDS;
use super::mention::Mention;
use super::pattern;
use crate::domain::finding::FindingKind;

/// A sort of organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// *Entreprise adaptée* or ESAT.
    Disability,
    /// SIAE.
    Insertion,
    /// Social and solidarity economy.
    Social,
    /// Production in prison.
    Prison,
    /// The words of the European form, which name nobody in French law.
    Form,
}

static WHO: LazyLock<[(Who, Regex); 7]> = LazyLock::new(|| {
    [
        (Who::Form, "{form_words}"),
        (Who::Disability, "{ea}"),
        (Who::Disability, "{esat}"),
        (Who::Disability, "{stpa}"),
        (Who::Insertion, "{siae}"),
        (Who::Social, "{ess}"),
        (Who::Prison, "{prison}"),
    ]
    .map(|(who, class)| (who, WORDS.compile(class)))
});

/// Organisations named in a sentence, in order. Spans are bytes of the sentence.
pub(crate) fn named(sentence: &str) -> Vec<(Range<usize>, Who)> {
    let mut found: Vec<(Range<usize>, Who)> = WHO
        .iter()
        .flat_map(|(who, regex)| {
            regex.find_iter(sentence.as_bytes()).map(|found| (found.range(), *who))
        })
        .collect();
    found.sort_by_key(|(span, _)| span.start);
    found
}

/// A reservation of some lots to some organisations.
#[derive(Debug)]
pub(crate) struct Share<'m> {
    /// The lots, where the sentence names any for these organisations.
    pub(crate) mentions: Vec<&'m Mention>,
    /// The organisations; none when only an article, or nothing, tells.
    pub(crate) who: Vec<Who>,
}

/// Deals out what follows a reservation. `before` is the mention that governs it from before;
/// `events` are the mentions and organisations in reach, in order; `joined` tells whether the
/// second of two mentions goes on the first (`le lot 1 et le lot 2`), and whether a mention
/// follows organisations directly (`aux EA : lots 1 et 2`).
pub(crate) fn deal<'m>(
    before: Vec<&'m Mention>,
    who: &[(Range<usize>, Who)],
    mentions: &[&'m Mention],
    is_linked: impl Fn(usize, usize) -> bool,
) -> Vec<Share<'m>> {
    enum Event<'m> {
        Who(Who),
        Lots(&'m Mention),
    }
    let mut events: Vec<(Range<usize>, Event<'m>)> = Vec::new();
    events.extend(who.iter().map(|(span, who)| (span.clone(), Event::Who(*who))));
    events.extend(mentions.iter().map(|mention| (mention.span.clone(), Event::Lots(mention))));
    events.sort_by_key(|(span, _)| span.start);
    let lots_first = !before.is_empty() || matches!(events.first(), Some((_, Event::Lots(_))));
    let mut shares = vec![Share { mentions: before, who: Vec::new() }];
    let mut last_end = 0;
    for (span, event) in events {
        let share = shares.len() - 1;
        match event {
            Event::Who(who) if !lots_first && !shares[share].mentions.is_empty() => {
                shares.push(Share { mentions: Vec::new(), who: vec![who] });
            }
            Event::Who(who) => shares[share].who.push(who),
            Event::Lots(mention) if lots_first => {
                let linked = is_linked(last_end, span.start);
                if shares[share].who.is_empty() && (linked || shares[share].mentions.is_empty()) {
                    shares[share].mentions.push(mention);
                } else {
                    shares.push(Share { mentions: vec![mention], who: Vec::new() });
                }
            }
            Event::Lots(mention) => {
                // Lots after the organisations belong to them only when they follow directly.
                if is_linked(last_end, span.start) {
                    shares[share].mentions.push(mention);
                }
            }
        }
        last_end = span.end;
    }
    let named: bool = shares.iter().any(|share| !share.who.is_empty());
    if named {
        shares.retain(|share| !share.who.is_empty());
    } else {
        shares.truncate(1);
    }
    shares
}

static IN_TURN: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(r"\brespectivement\b|\ble premier\b.*\ble (?:second|deuxieme)\b")
});

/// Whether a sentence takes lots and what it says of them in turn: *respectivement*.
pub(crate) fn says_in_turn(sentence: &str) -> bool {
    IN_TURN.is_match(sentence.as_bytes())
}

/// *Les lots 1 et 2 sont réservés respectivement aux ESAT et aux SIAE*: each lot with its own
/// organisation.
pub(crate) fn in_turn(shares: &[Share<'_>], sentence: &str) -> Option<Vec<(usize, Who)>> {
    let [share] = shares else { return None };
    let lots: Vec<usize> = share.mentions.iter().flat_map(|m| &m.lots).copied().collect();
    let mut who = share.who.clone();
    who.dedup();
    let matched = who.len() > 1 && who.len() == lots.len() && says_in_turn(sentence);
    matched.then(|| lots.into_iter().zip(who).collect())
}

/// The kinds of reservation that organisations and articles make together. Usually one; prison
/// beside others makes two, which the law forbids.
pub(crate) fn kinds(who: &[Who], cited: &[&Citation]) -> Vec<FindingKind> {
    use FindingKind::{
        ReservedEaEsat, ReservedEaEsatSiae, ReservedEss, ReservedPrison, ReservedSiae,
        ReservedUnspecified,
    };
    let named = |one: Who| who.contains(&one);
    let mut kinds = Vec::new();
    match (named(Who::Disability), named(Who::Insertion)) {
        _ if named(Who::Form) => kinds.push(ReservedUnspecified),
        (true, true) => kinds.push(ReservedEaEsatSiae),
        (true, false) => kinds.push(ReservedEaEsat),
        (false, true) => kinds.push(ReservedSiae),
        // `l'économie sociale et solidaire (EA, ESAT, SIAE)` is narrower than it sounds, so the
        // social economy counts only when nothing narrower is named.
        (false, false) if named(Who::Social) => kinds.push(ReservedEss),
        (false, false) => {}
    }
    if named(Who::Prison) {
        kinds.push(ReservedPrison);
    }
    if !kinds.is_empty() {
        return kinds;
    }
    let mut told: Vec<FindingKind> = cited
        .iter()
        .filter(|citation| !citation.is_ranged())
        .filter_map(|citation| citation.sole_kind())
        .filter(|kind| kind.is_reservation())
        .collect();
    told.sort_unstable();
    told.dedup();
    match told.as_slice() {
        [] => vec![ReservedUnspecified],
        [kind] => vec![*kind],
        told if told
            .iter()
            .all(|kind| matches!(kind, ReservedEaEsat | ReservedSiae | ReservedEaEsatSiae)) =>
        {
            vec![ReservedEaEsatSiae]
        }
        // L2113-12 and L2113-15 in one breath say nothing certain.
        _ => vec![ReservedUnspecified],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn organisations_are_named_in_many_ways() {
        for (text, expected) in [
            ("aux entreprises adaptees et aux esat", vec![Who::Disability, Who::Disability]),
            ("etablissement ou service d aide (esat) par le travail", vec![Who::Disability]),
            ("au secteur du travail protege", vec![Who::Disability]),
            ("a des structures d insertion", vec![Who::Insertion]),
            ("aux ateliers et chantiers d insertion", vec![Who::Insertion, Who::Insertion]),
            ("entreprises de l economie sociale et solidaire", vec![Who::Social]),
            ("en etablissement penitentiaire", vec![Who::Prison]),
            ("aux architectes", vec![]),
        ] {
            let mut who: Vec<Who> = named(text).into_iter().map(|(_, who)| who).collect();
            who.dedup();
            let mut expected = expected;
            expected.dedup();
            assert_eq!(who, expected, "{text}");
        }
    }

    #[test]
    fn kinds_follow_the_words_then_the_articles() {
        use FindingKind::*;
        let cited = super::super::articles::citations("articles l 2113-12 et l 2113-13");
        let cited: Vec<&Citation> = cited.iter().collect();
        assert_eq!(kinds(&[], &cited), [ReservedEaEsatSiae]);
        assert_eq!(kinds(&[Who::Insertion], &cited), [ReservedSiae]);
        assert_eq!(kinds(&[], &[]), [ReservedUnspecified]);
        assert_eq!(kinds(&[Who::Form, Who::Disability], &[]), [ReservedUnspecified]);
        assert_eq!(kinds(&[Who::Prison, Who::Disability], &[]), [ReservedEaEsat, ReservedPrison]);
        assert_eq!(kinds(&[Who::Social, Who::Insertion], &[]), [ReservedSiae]);
    }
}
