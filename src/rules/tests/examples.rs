//! Every entry of the lexicon finds its examples and leaves its near misses alone.

use super::{notice, say};
use crate::domain::notice::TextRole;
use crate::rules::lexicon::LEXICON;
use crate::rules::{Outcome, assess, explain, find_rule};

/// Whether the entry makes a finding, by itself or by a clearer entry that says the same.
fn is_kept(rule: &str, role: TextRole, text: &str) -> bool {
    explain(&say(notice(0), role, text)).iter().any(|found| match &found.outcome {
        _ if found.rule != rule => false,
        Outcome::Kept { .. } => true,
        Outcome::Outranked { by } => {
            find_rule(by).map(|info| info.kind) == find_rule(rule).map(|info| info.kind)
        }
        _ => false,
    })
}

#[test]
fn entries_find_their_examples_and_nothing_near() {
    let mut wrong = Vec::new();
    for entry in &LEXICON.entries {
        let role = entry.examples.role;
        assert!(!entry.examples.hits.is_empty() && !entry.examples.misses.is_empty());
        for text in &entry.examples.hits {
            if !is_kept(&entry.id, role, text) {
                wrong.push(format!("{} does not find « {text} »", entry.id));
            }
        }
        for text in &entry.examples.misses {
            if is_kept(&entry.id, role, text) {
                wrong.push(format!("{} finds « {text} »", entry.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn traps_cancel_their_words_and_nothing_else() {
    let mut wrong = Vec::new();
    for trap in &LEXICON.traps {
        let role = trap.examples.role;
        for text in &trap.examples.hits {
            let found = assess(&say(notice(0), role, text));
            if !found.findings.is_empty() {
                wrong.push(format!("{} lets « {text} » through: {:?}", trap.id, found.findings));
            }
        }
        for text in &trap.examples.misses {
            if assess(&say(notice(0), role, text)).findings.is_empty() {
                wrong.push(format!("{} cancels « {text} »", trap.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
