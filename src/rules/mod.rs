//! The eligibility engine: what a notice says to the social and solidarity economy, and the words
//! that prove it.
//!
//! [`assess`] is pure: the same notice always gives the same findings, lot by lot. It reads a
//! notice in this order, and [`explain()`] tells what happened at each step:
//!
//! 1. `coded`: the boxes of the forms (BT-71, BT-736, FNS, old TED flags …);
//! 2. `fold`: each text is folded to plain lower case, with its way back, and cut into sentences;
//!    `parts`: a sentence that turns from some lots to others is cut there;
//! 3. `needles`: which phrases a sentence can hold; `scan`: its traps are masked, then those are tried
//!    (`lexicon`, `pattern`: phrases, classes of words and traps are data, in `lexicon/*.toml`);
//! 4. `turn`: denials, exceptions and suppositions around each phrase; `affirm`: what is denied of
//!    one lot and affirmed of another;
//! 5. `lots` and `who`: which lots a sentence speaks of, and whom it reserves them to;
//! 6. `values`: hours, shares, weights and people of a statement, lot by lot; `articles`: which articles
//!    it cites, and whether they can support it;
//! 7. `weigh`: texts and boxes against each other; `legal`: what does not fit together.
//!
//! [`eligibility`] then says what the law lets each kind of supplier do, [`compliance`] what it asks
//! of the buyer, and [`hours`] how many hours of insertion a contract can bear; [`evaluate`] scores the
//! findings against the labels of people.

mod affirm;
mod articles;
mod book;
mod claim;
mod coded;
pub mod compliance;
mod deal;
mod digest;
pub mod eligibility;
mod entry;
pub mod evaluate;
mod explain;
mod fold;
pub mod hours;
mod legal;
mod lexicon;
mod lots;
mod mention;
mod needles;
mod parts;
mod pattern;
mod prefer;
mod quote;
mod rule;
mod scan;
mod texts;
mod turn;
mod typo;
mod values;
mod weigh;
mod who;

#[cfg(test)]
mod tests;

pub use book::{RULES_VERSION, book, book_markdown, find_rule};
pub use explain::{Candidate, Outcome};
pub use rule::{Origin, RuleInfo};
pub use texts::{LegalText, text_of};

use crate::domain::finding::Assessment;
use crate::domain::notice::Notice;
use claim::Reading;
use mention::LotIndex;
use rule::Rule;

/// The rules written in code: coded fields, then rules of law. A new one is a file and a line.
pub(crate) static RULES: &[&dyn Rule] = &[
    &coded::bt71::ReservedParticipation,
    &coded::bt736::ReservedExecution,
    &coded::bt775::SocialObjective,
    &coded::fns::FnsReservation,
    &coded::dsp::DspReservation,
    &coded::legacy::LegacyReservation,
    &coded::ted::TedReservation,
    &coded::approch::ApprochProject,
    &coded::silent::Silent,
    &legal::tick_without_text::TickWithoutText,
    &legal::over_ticked::OverTicked,
    &legal::text_without_tick::TextWithoutTick,
    &legal::tick_of_another_kind::TickOfAnotherKind,
    &legal::tick_denied::TickDenied,
    &legal::article_miscited::ArticleMiscited,
    &legal::forbidden_combination::ForbiddenCombination,
    &legal::social_economy::SocialEconomy,
];

/// What the rules say of a notice: one entry for each of its lots, in the same order, and what
/// concerns it as a whole. Pure.
pub fn assess(notice: &Notice) -> Assessment {
    hear(notice).0
}

/// Every phrase and coded value that could have made a finding, with what became of it.
pub fn explain(notice: &Notice) -> Vec<Candidate> {
    hear(notice).1
}

fn hear(notice: &Notice) -> (Assessment, Vec<Candidate>) {
    let index = LotIndex::new(notice);
    let mut reading = Reading::default();
    for text in &notice.texts {
        reading.read(text, None, &index);
    }
    for (position, lot) in notice.lots.iter().enumerate() {
        for text in &lot.texts {
            reading.read(text, Some(position), &index);
        }
    }
    weigh::weigh(notice, reading)
}
