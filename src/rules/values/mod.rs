//! Values in the sentence of a claim: how much it asks for, of which lots, and for whom.

mod measure;
mod number;
mod publics;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::lots::Reader;
use super::mention::Mention;
use super::pattern;
use super::scan;
use crate::domain::finding::FindingKind;
use crate::domain::quantity::{Measure, Public};
use measure::Value;

/// A value of a claim. Ranges are bytes of the folded text.
#[derive(Clone, Debug)]
pub(crate) struct Amount {
    pub(crate) measure: Measure,
    pub(crate) hundredths: i64,
    /// The number with what it counts.
    pub(crate) span: Range<usize>,
    /// The lots it is given for; nothing for those of the claim.
    pub(crate) lots: Option<BTreeSet<usize>>,
}

/// What leads from a value to the lot it is for: `300 heures d'insertion pour le lot 1`.
static FOR_LOT: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(concat!(
        r"^(?: ?(?:de|d|du|des|insertion|sociale|professionnelle|travail|heures?|main|oeuvre|minimum|au moins|total|",
        r"montant|par an|annuelles?|la|l|le))* ?(?:\(|\b(?:pour|sur|au|aux|dans|concernant)\b)(?: (?:titulaires? )?(?:du|des|les?|la))? ?$",
    ))
});

/// What joins the lots of a list.
static AND: LazyLock<Regex> =
    LazyLock::new(|| pattern::compile(r"^ ?(?:,|et|ou|, et|&|/)? ?(?:pour )?(?:les? |au |aux )?$"));

/// The values that a text gives for a claim of this kind whose words stand at `words`.
pub(crate) fn amounts(
    reader: &Reader<'_>,
    range: &Range<usize>,
    words: &Range<usize>,
    kind: FindingKind,
) -> Vec<Amount> {
    let mentions = reader.within(range);
    let named = mentions.iter().map(|mention| {
        mention.span.start - range.start..mention.span.end.min(range.end) - range.start
    });
    let text = scan::masked(&reader.folded.as_str()[range.clone()], named);
    let values = match kind {
        FindingKind::ExecutionClause => measure::of_clause(&text),
        FindingKind::AwardCriterion => {
            let words =
                words.start.saturating_sub(range.start)..words.end.saturating_sub(range.start);
            measure::of_criterion(&text, &words).into_iter().collect()
        }
        _ => Vec::new(),
    };
    let amount = |value: Value| {
        let span = value.span.start + range.start..value.span.end + range.start;
        let lots = lots(&text, range.start, &mentions, &value);
        Amount { measure: value.measure, hundredths: value.hundredths, span, lots }
    };
    values.into_iter().map(amount).collect()
}

/// The lots that a value is given for: those it leads to, else the last ones named before it.
fn lots(text: &str, start: usize, mentions: &[&Mention], value: &Value) -> Option<BTreeSet<usize>> {
    let at = |mention: &Mention| mention.span.start - start;
    let end = |mention: &Mention| (mention.span.end - start).min(text.len());
    let next = mentions.iter().position(|mention| at(mention) >= value.span.end);
    let led =
        next.filter(|next| FOR_LOT.is_match(&text.as_bytes()[value.span.end..at(mentions[*next])]));
    let joined = |one: &Mention, two: &Mention| {
        let (from, to) = (end(one), at(two));
        from <= to && AND.is_match(&text.as_bytes()[from..to])
    };
    let near = || mentions.iter().rposition(|mention| end(mention) <= value.span.start);
    let (mut first, mut last) = led.or_else(near).map(|at| (at, at))?;
    while led.is_none() && first > 0 && joined(mentions[first - 1], mentions[first]) {
        first -= 1;
    }
    while led.is_some() && last + 1 < mentions.len() && joined(mentions[last], mentions[last + 1]) {
        last += 1;
    }
    let meant = &mentions[first..=last];
    let lots: BTreeSet<usize> = meant.iter().flat_map(|mention| &mention.lots).copied().collect();
    (!lots.is_empty() && !meant.iter().any(|mention| mention.all)).then_some(lots)
}

/// The people that a sentence names.
pub(crate) fn publics(sentence: &str, kind: FindingKind) -> Vec<Public> {
    if kind.is_reservation() { Vec::new() } else { publics::publics(sentence) }
}
