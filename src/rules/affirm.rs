//! Lots that a sentence affirms after it has denied something of others: *le lot 1 ne comporte pas de
//! clause, le lot 2 oui*; *la clause n'est pas applicable au lot 1, mais s'applique au lot 2*; *le lot
//! 1 n'est pas réservé ; le lot 2 l'est*.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::lots::Reader;
use super::mention::Mention;
use super::pattern;

/// What a lot answers: `lot 2 : oui`, `le lot 2, lui, l'est`.
static ANSWERED: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(concat!(
        r"^ ?(?:\([^()]{0,80}\) ?)?[:,-]? ?",
        r"(?:(?:lui|eux|quant a (?:lui|eux)|en revanche|par contre)\b ?,? ?){0,2}",
        r"(?:(?:oui|(?:l|le) (?:est|sont|sera|seront)|",
        r"en (?:comporte|prevoi|contien|a|ont|fait l objet)(?:t|nent|ent|nt)?)\b|",
        r"(?:y )?(?:est|sont) (?:concernee?s?|soumis) ?(?:[,.)]|$))",
    ))
});

/// What leads to a lot: `mais s'applique au lot 2`, `qui est prévue pour le lot 2`.
static LED_TO: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(concat!(
        r"(?:\b(?:s appliqu|applicable|concern|vise|impose|prevu|obligatoire|vaut)[a-z]*",
        r"(?: (?:uniquement|seulement|exclusivement|toutefois|bien))?(?: (?:pour|sur|dans|a|au|aux))?|",
        r"\bmais(?: (?:uniquement|seulement|bien))?(?: (?:pour|sur|dans|au|aux)))(?: les?)? ?$",
    ))
});

/// What begins another statement.
static TURNS: LazyLock<Regex> =
    LazyLock::new(|| pattern::compile(r"[,;\n]|\b(?:mais|et|qui|elles?|ils?|toutefois)\b"));

static DENIES: LazyLock<Regex> =
    LazyLock::new(|| pattern::compile(r"\b(?:ne|n|pas|aucune?s?|non|sans|ni)\b"));

/// The lots that a sentence, or the one after it, affirms after the byte `from`.
pub(crate) fn affirmed<'a>(
    reader: Reader<'a>,
    sentence: &Range<usize>,
    from: usize,
) -> Vec<&'a Mention> {
    let text = reader.folded.as_str();
    let next = (sentence.end + 1).min(text.len());
    let end = reader.folded.sentence_at(next).end;
    let after = reader.within(&(from..end)).into_iter();
    let is_affirmed = |mention: &&Mention| {
        let own = reader.folded.sentence_at(mention.span.start);
        let before = &text[own.start.max(from)..mention.span.start];
        let after = &text[mention.span.end..own.end.max(mention.span.end)];
        let turn = TURNS.find_iter(before.as_bytes()).last().map_or(0, |turn| turn.start());
        let answers = ANSWERED.find(after.as_bytes()).is_some_and(|answer| {
            !DENIES.is_match(&after.as_bytes()[answer.end()..after.len().min(answer.end() + 12)])
        });
        let led =
            LED_TO.is_match(before.as_bytes()) && !DENIES.is_match(&before.as_bytes()[turn..]);
        !mention.lots.is_empty() && !mention.refused && (answers || led)
    };
    after.filter(is_affirmed).collect()
}
