//! Constructed notices, and the examples that every entry of the lexicon carries.

mod examples;
mod lots;
mod proofs;
mod readings;
mod several_lots;
mod spelling;
mod values;
mod wording;

use crate::domain::finding::{Assessment, Confidence, FindingKind};
use crate::domain::notice::{Notice, TextRole};
use crate::rules::assess;
pub(crate) use crate::rules::legal::cases::{code, code_lot, notice, say};

/// What is found, as lines: `notice RESERVED_SIAE HIGH`, `3 EXECUTION_CLAUSE MEDIUM`.
fn lines(assessment: &Assessment) -> Vec<String> {
    let line = |place: &str, kind: FindingKind, confidence: Confidence| {
        format!("{place} {} {}", kind.as_str(), confidence.as_str())
    };
    let mut lines: Vec<String> = assessment
        .findings
        .iter()
        .map(|found| line("notice", found.kind, found.confidence))
        .collect();
    for (position, lot) in assessment.lots.iter().enumerate() {
        let place = (position + 1).to_string();
        lines.extend(lot.findings.iter().map(|found| line(&place, found.kind, found.confidence)));
    }
    lines
}

/// What is found in one text of a notice of six lots.
fn read(role: TextRole, text: &str) -> Vec<String> {
    lines(&assess(&say(notice(6), role, text)))
}

/// A text in a lot's own place, the lot counted from 1.
fn say_in_lot(mut notice: Notice, lot: usize, role: TextRole, text: &str) -> Notice {
    let path = format!("lot[{lot}]/text[{}]", notice.lots[lot - 1].texts.len() + 1);
    let text =
        crate::domain::notice::NoticeText { path, role, language: None, text: text.to_owned() };
    notice.lots[lot - 1].texts.push(text);
    notice
}
