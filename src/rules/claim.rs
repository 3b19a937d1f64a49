//! What the texts of a notice say, before it is weighed against what its codes say.

use std::collections::BTreeSet;
use std::ops::Range;

use super::affirm;
use super::articles::{self, Citation};
use super::deal::{hand_out_articles, in_turn, kinds_in_turn};
use super::entry::{Entry, Says, Strength};
use super::explain::{Candidate, Outcome};
use super::fold::Folded;
use super::lots::{Reader, Scope, says_whole};
use super::mention::{LotIndex, Mention};
use super::quote;
use super::scan::{self, Fate, Hit, Sentence};
use super::values::{self, Amount};
use super::who::{self, Who};
use crate::domain::finding::{Confidence, Evidence, FindingKind};
use crate::domain::notice::{NoticeText, TextRole};
use crate::domain::quantity::{Public, Quantity};

/// A statement of a text.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    /// The entry that found it.
    pub(crate) rule: &'static str,
    /// What is stated.
    pub(crate) kind: FindingKind,
    /// How clear it is.
    pub(crate) confidence: Confidence,
    /// How clear the words of its entry are.
    pub(crate) strength: Strength,
    /// The articles its sentence cites for it.
    pub(crate) cited: Vec<Citation>,
    /// Its words.
    pub(crate) evidence: Evidence,
    /// The values its sentence gives, each with the lots it is given for; nothing for those of the
    /// claim.
    pub(crate) quantities: Vec<(Option<BTreeSet<usize>>, Quantity)>,
    /// The people its sentence names.
    pub(crate) publics: Vec<Public>,
    /// What it is about.
    pub(crate) scope: Scope,
    /// It stands in a lot's own text.
    pub(crate) own: bool,
    /// Its sentence says that it is about the whole market.
    pub(crate) whole: bool,
    /// Where its candidate stands in the account given by `explain`.
    pub(crate) candidate: usize,
}

/// A text that denies a reservation.
#[derive(Clone, Debug)]
pub(crate) struct Denial {
    /// Its words.
    pub(crate) evidence: Evidence,
    /// What it is about.
    pub(crate) scope: Scope,
}

/// What was read in all texts.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) claims: Vec<Claim>,
    pub(crate) denials: Vec<Denial>,
    pub(crate) candidates: Vec<Candidate>,
}

impl Reading {
    /// Reads a text. `own` is the lot whose text it is.
    pub(crate) fn read(&mut self, text: &NoticeText, own: Option<usize>, index: &LotIndex) {
        // A text of appeals never states a clause, and other languages repeat the French.
        let french = text.language.as_deref().is_none_or(is_french);
        if text.role == TextRole::Review || !french {
            return;
        }
        let folded = Folded::new(&text.text);
        let sentences = scan::sentences(&folded, text.role);
        if sentences.is_empty() {
            return;
        }
        let mentions = index.mentions(&text.text, &folded);
        let original: Vec<char> = text.text.chars().collect();
        let reader = Reader { index, folded: &folded, mentions: &mentions, own };
        let mut page = Page { text, original, reader, before: None };
        for parts in sentences.chunk_by(|one, two| one.whole == two.whole) {
            let first = self.claims.len();
            for part in parts {
                page.read(part, self);
            }
            hand_out_articles(&mut self.claims[first..]);
        }
    }
}

fn is_french(language: &str) -> bool {
    ["fra", "fre", "fr"].iter().any(|code| language.eq_ignore_ascii_case(code))
}

/// A text being read.
struct Page<'a> {
    text: &'a NoticeText,
    original: Vec<char>,
    reader: Reader<'a>,
    /// The last sentence that named lots: where it ended, what it said, of which lots.
    before: Option<(usize, FindingKind, Scope)>,
}

/// A statement about to become a claim.
struct Statement<'s> {
    sentence: &'s Sentence,
    hit: &'s Hit,
    kind: FindingKind,
    scope: Scope,
    /// Its sentence names the lots.
    names_lots: bool,
    cited: Vec<Citation>,
}

impl Page<'_> {
    fn read(&mut self, sentence: &Sentence, reading: &mut Reading) {
        let cited = self.citations(&sentence.range);
        let kinds = kinds_in_turn(sentence);
        for (position, hit) in sentence.hits.iter().enumerate() {
            match (&hit.fate, hit.entry.says) {
                (Fate::Stands { excepted }, Says::Reserved) => {
                    self.reservation(sentence, position, *excepted, &cited, reading);
                }
                (Fate::Stands { excepted }, Says::Kind(kind)) => {
                    let mut governing = self.governing(sentence, hit);
                    let words = &self.reader.folded.as_str()[sentence.range.clone()];
                    let opens = governing
                        .last()
                        .map_or(words.ends_with(':'), |last| last.span.start >= hit.head);
                    if opens && self.reader.own.is_none() {
                        let range = &sentence.range;
                        governing.extend(self.reader.listed_after(range, &self.original, true));
                    }
                    let names_lots = !governing.is_empty();
                    if names_lots && governing.iter().all(|mention| mention.refused) {
                        self.refuse(sentence, hit, Some(kind), &governing, reading);
                        continue;
                    }
                    let mut scope = self.scope(sentence, hit, &governing, *excepted, kind);
                    if let Some(lots) = in_turn(&governing, &kinds, sentence) {
                        let own = kinds.iter().position(|one| *one == kind);
                        scope = own.map_or(scope, |own| Scope::lots([lots[own]]));
                    }
                    let of_kind = |citation: &&Citation| citation.supports(kind);
                    let cited = cited.iter().filter(of_kind).cloned().collect();
                    let statement = Statement { sentence, hit, kind, scope, names_lots, cited };
                    self.claim(statement, reading);
                }
                (fate, says) => {
                    if matches!((fate, says), (Fate::Denied(_), Says::Reserved)) {
                        let governing = self.governing(sentence, hit);
                        let scope = self.reader.scope(&sentence.range, &governing, hit.head, false);
                        let evidence = self.evidence(&sentence.whole, &hit.span);
                        reading.denials.push(Denial { evidence, scope });
                    }
                    let outcome = self.lost(fate);
                    reading.candidates.push(self.candidate(sentence, hit, says.kind(), outcome));
                    if matches!(fate, Fate::Denied(_)) {
                        self.affirm(sentence, hit, &cited, reading);
                    }
                }
            }
        }
    }

    fn governing(&self, sentence: &Sentence, hit: &Hit) -> Vec<&Mention> {
        self.reader.governing(&sentence.range, &hit.span, hit.head)
    }

    /// Accounts for a phrase to which every lot it names says no.
    fn refuse(
        &self,
        sentence: &Sentence,
        hit: &Hit,
        kind: Option<FindingKind>,
        mentions: &[&Mention],
        reading: &mut Reading,
    ) {
        let first = mentions.first().map_or(hit.head, |mention| mention.span.start);
        let end = (first + REFUSAL).min(sentence.range.end).max(first);
        let outcome = self.lost(&Fate::Denied(first..end));
        reading.candidates.push(self.candidate(sentence, hit, kind, outcome));
    }

    /// Claims a denied phrase of the lots that the sentence affirms it of after all.
    fn affirm(
        &mut self,
        sentence: &Sentence,
        hit: &Hit,
        cited: &[Citation],
        reading: &mut Reading,
    ) {
        let mentions = affirm::affirmed(self.reader, &sentence.whole, hit.span.end);
        let (Some(first), Some(last)) = (mentions.first(), mentions.last()) else { return };
        let lots: BTreeSet<usize> = mentions.iter().flat_map(|m| &m.lots).copied().collect();
        let end = self.reader.folded.sentence_at(last.span.start).end;
        let kinds = match hit.entry.says {
            Says::Kind(kind) => vec![kind],
            Says::Reserved => {
                let words = |from: usize| &self.reader.folded.as_str()[from..end];
                let mut named = who::named(words(first.span.end));
                if named.is_empty() {
                    named = who::named(words(sentence.whole.start));
                }
                let named: Vec<Who> = named.into_iter().map(|(_, who)| who).collect();
                who::kinds(&named, &cited.iter().collect::<Vec<_>>())
            }
        };
        let mut told = sentence.clone();
        told.whole.end = end;
        let mut words = hit.clone();
        words.span.end = last.span.end;
        for kind in kinds {
            let scope = Scope::lots(lots.clone());
            let cited = cited.iter().filter(|citation| citation.supports(kind)).cloned().collect();
            let (sentence, hit) = (&told, &words);
            self.claim(Statement { sentence, hit, kind, scope, names_lots: true, cited }, reading);
        }
    }

    /// The articles that words cite, in bytes of the text.
    fn citations(&self, words: &Range<usize>) -> Vec<Citation> {
        let start = words.start;
        let mut cited = articles::citations(&self.reader.folded.as_str()[words.clone()]);
        for citation in &mut cited {
            citation.span = citation.span.start + start..citation.span.end + start;
        }
        cited
    }

    /// Deals out a reservation between the lots and organisations of its sentence.
    fn reservation(
        &mut self,
        sentence: &Sentence,
        position: usize,
        excepted: bool,
        cited: &[Citation],
        reading: &mut Reading,
    ) {
        let hit = &sentence.hits[position];
        let reader = self.reader;
        let start = sentence.range.start;
        let named = who::named(&sentence.masked).into_iter();
        let named: Vec<(Range<usize>, Who)> =
            named.map(|(span, who)| (span.start + start..span.end + start, who)).collect();
        let mut reach = reach(sentence, position);
        if let Some(bracket) = reader.bracket(&sentence.range, hit.head)
            && named.iter().any(|(span, _)| hit.head < span.start && span.start < bracket.end)
        {
            reach.end = reach.end.min(bracket.end);
        }
        let within = |(span, _): &&(Range<usize>, Who)| reach.contains(&span.start);
        let whos: Vec<_> = named.iter().filter(within).cloned().collect();
        let mut before = reader.governing(&sentence.range, &(hit.span.start..hit.head), hit.head);
        before.retain(|mention| mention.span.start < hit.head);
        let mut after = reader.within(&reach);
        after.retain(|mention| mention.span.start >= hit.head && !mention.excepted);
        let answers = |mention: &&Mention| reader.is_answer(mention) && !reader.is_amount(mention);
        let (answers, after): (Vec<&Mention>, Vec<&Mention>) = after.into_iter().partition(answers);
        let linked = |from, to| reader.is_linked(from, to);
        let is_whole = sentence.range == sentence.whole;
        let around = if is_whole { Vec::new() } else { self.citations(&sentence.whole) };
        let mut shares = who::deal(before, &whos, &after, linked);
        let shares_in_turn = who::in_turn(&shares, &sentence.masked);
        if let Some(turns) = shares_in_turn {
            let cited: Vec<&Citation> = cited.iter().filter(|c| c.article.reserves()).collect();
            for (lot, who) in turns {
                for kind in who::kinds(&[who], &[]) {
                    let scope = Scope::lots([lot]);
                    let cited =
                        cited.iter().copied().filter(|c| c.supports(kind)).cloned().collect();
                    let statement =
                        Statement { sentence, hit, kind, scope, names_lots: true, cited };
                    self.claim(statement, reading);
                }
            }
            return;
        }
        if let Some(share) = shares.last_mut() {
            share.mentions.extend(answers);
        }
        let alone = shares.len() == 1;
        for share in &mut shares {
            if share.who.is_empty() && share.mentions.is_empty() {
                share.mentions = reader.governing(&sentence.range, &hit.span, hit.head);
            }
            let opens = share
                .mentions
                .last()
                .map_or(reader.own.is_none(), |last| last.span.start >= hit.head);
            if alone && opens {
                share.mentions.extend(reader.listed_after(&sentence.range, &self.original, false));
            }
            // An article stands for the share whose lots it follows; one share takes them all.
            let near: Vec<&Citation> = cited
                .iter()
                .filter(|citation| citation.article.reserves())
                .filter(|citation| alone || is_of_share(&share.mentions, &after, citation))
                .collect();
            let near = if near.is_empty() && share.who.is_empty() && !excepted && !is_whole {
                // `En application de l'article L. 2113-12, le lot 1 est réservé et le lot 2 est …`
                around.iter().filter(|citation| citation.article.reserves()).collect()
            } else {
                near
            };
            if alone && share.who.is_empty() && near.is_empty() && !excepted {
                // `Justifier de la qualité d'entreprise adaptée (marché réservé)`: named before.
                share.who = named.iter().map(|(_, who)| *who).collect();
            }
            if hit.entry.needs_article && near.is_empty() {
                continue;
            }
            let refused = |mention: &&Mention| mention.refused;
            if !share.mentions.is_empty() && share.mentions.iter().all(refused) {
                self.refuse(sentence, hit, None, &share.mentions, reading);
                continue;
            }
            let cited: Vec<Citation> = near.iter().copied().cloned().collect();
            for kind in who::kinds(&share.who, &near) {
                let scope = self.scope(sentence, hit, &share.mentions, excepted, kind);
                let names_lots = !share.mentions.is_empty();
                let cited = cited.clone();
                self.claim(Statement { sentence, hit, kind, scope, names_lots, cited }, reading);
            }
        }
    }

    /// What a statement is about: what its sentence names, or the lots of the sentence that it
    /// goes on.
    fn scope(
        &self,
        sentence: &Sentence,
        hit: &Hit,
        mentions: &[&Mention],
        excepted: bool,
        kind: FindingKind,
    ) -> Scope {
        let scope = self.reader.scope(&sentence.range, mentions, hit.head, excepted);
        let Some((end, said, lots)) = &self.before else { return scope };
        let open =
            scope.lots.is_none() && scope.but.is_empty() && mentions.is_empty() && *said == kind;
        let next = *end + 1 >= sentence.range.start && !says_whole(&sentence.masked);
        if open && (next || self.reader.goes_on(&sentence.range)) { lots.clone() } else { scope }
    }

    fn claim(&mut self, statement: Statement<'_>, reading: &mut Reading) {
        let Statement { sentence, hit, kind, scope, names_lots, cited } = statement;
        let confidence = confidence(hit, kind, self.text.role, &scope, !cited.is_empty());
        if scope.lots.is_some() && (names_lots || self.reader.goes_on(&sentence.range)) {
            self.before = Some((sentence.range.end, kind, scope.clone()));
        }
        let evidence = self.evidence(&sentence.whole, &hit.span);
        let outcome = Outcome::Kept { confidence, lots: scope.lots.clone().map(Vec::from_iter) };
        reading.claims.push(Claim {
            rule: &hit.entry.id,
            kind,
            confidence,
            strength: hit.entry.strength,
            cited,
            evidence,
            quantities: self.quantities(sentence, hit, kind),
            publics: values::publics(&self.reader.folded.as_str()[sentence.range.clone()], kind),
            own: self.reader.own.is_some(),
            whole: says_whole(&sentence.masked),
            scope,
            candidate: reading.candidates.len(),
        });
        reading.candidates.push(self.candidate(sentence, hit, Some(kind), outcome));
    }

    /// The values that a sentence, and the items of a list it opens, give for a statement.
    fn quantities(
        &self,
        sentence: &Sentence,
        hit: &Hit,
        kind: FindingKind,
    ) -> Vec<(Option<BTreeSet<usize>>, Quantity)> {
        let words = hit.head..hit.span.end;
        let mut amounts = values::amounts(&self.reader, &sentence.range, &words, kind);
        if kind == FindingKind::ExecutionClause && self.reader.own.is_none() {
            for mention in self.reader.listed_after(&sentence.range, &self.original, true) {
                let item = self.reader.folded.sentence_at(mention.span.start);
                amounts.extend(values::amounts(&self.reader, &item, &words, kind));
            }
        }
        let quantity = |amount: Amount| {
            let Amount { measure, hundredths, span, lots } = amount;
            let words = self.reader.folded.original(&span);
            (
                lots,
                Quantity {
                    measure,
                    hundredths,
                    evidence: quote::exact(self.text, &self.original, words),
                },
            )
        };
        amounts.into_iter().map(quantity).collect()
    }

    fn evidence(&self, sentence: &Range<usize>, span: &Range<usize>) -> Evidence {
        let folded = self.reader.folded;
        let words = folded.original(span);
        let mut sentence = folded.original(sentence);
        if self.original.get(sentence.end) == Some(&'.') {
            sentence.end += 1;
        }
        quote::evidence(self.text, &self.original, &sentence, &words)
    }

    fn candidate(
        &self,
        sentence: &Sentence,
        hit: &Hit,
        kind: Option<FindingKind>,
        outcome: Outcome,
    ) -> Candidate {
        let evidence = self.evidence(&sentence.whole, &hit.span);
        Candidate { rule: hit.entry.id.clone(), kind, evidence, outcome }
    }

    /// How a phrase that does not stand was lost.
    fn lost(&self, fate: &Fate) -> Outcome {
        let words = |range: &Range<usize>| {
            let range = self.reader.folded.original(range);
            self.original[range].iter().collect::<String>()
        };
        match fate {
            Fate::Trapped(trap) => Outcome::Trapped { trap: trap.id.clone() },
            Fate::Denied(range) => Outcome::Denied { words: words(range) },
            Fate::Supposed(range) => Outcome::Supposed { words: words(range) },
            Fate::Outranked(entry) => Outcome::Outranked { by: entry.id.clone() },
            Fate::OutOfPlace | Fate::Stands { .. } => Outcome::OutOfPlace { role: self.text.role },
        }
    }
}

/// Longest refusal quoted, in characters.
const REFUSAL: usize = 20;

/// Whether an article stands after the mentions of a share and before those of the next.
fn is_of_share(own: &[&Mention], all: &[&Mention], citation: &Citation) -> bool {
    let Some(last) = own.last() else { return true };
    let after = citation.span.start >= last.span.start;
    let next = all.iter().find(|mention| mention.span.start > last.span.start);
    after && next.is_none_or(|next| citation.span.start < next.span.start)
}

/// The words in which a reservation names whom it is for: from its telling word to the next
/// reservation of the sentence. A phrase without such a word names them itself.
fn reach(sentence: &Sentence, position: usize) -> Range<usize> {
    let hit = &sentence.hits[position];
    let whole_span = hit.head >= hit.span.end || hit.entry.names_before;
    let start = if whole_span { hit.span.start } else { hit.head };
    let next = sentence
        .hits
        .iter()
        .filter(|other| other.entry.says == Says::Reserved && other.stands())
        .map(|other| other.span.start.max(hit.span.end))
        .filter(|start| *start > hit.head && *start > hit.span.end)
        .min();
    start..next.unwrap_or(sentence.range.end)
}

/// How far a statement can be relied on, by its words, its place and what it leaves open.
fn confidence(
    hit: &Hit,
    kind: FindingKind,
    role: TextRole,
    scope: &Scope,
    cites: bool,
) -> Confidence {
    let entry: &Entry = hit.entry;
    let reservation = kind.is_reservation();
    let mut confidence = entry.strength.confidence();
    if reservation && entry.strength == Strength::Fair && cites {
        confidence = Confidence::High;
    }
    let left_open = scope.vague || kind == FindingKind::ReservedUnspecified;
    let elsewhere =
        !reservation && matches!(role, TextRole::Suitability | TextRole::Result | TextRole::Other);
    if left_open || elsewhere {
        confidence = confidence.min(Confidence::Medium);
    }
    if hit.weakened || (hit.permitted && !reservation) {
        confidence = Confidence::Low;
    }
    confidence
}
