//! What changes no finding: capitals, accents, apostrophes, white space, the order of texts.

use std::sync::LazyLock;

use super::wording::{Sentence, all};
use super::{lines, notice, say};
use crate::domain::notice::{Notice, TextRole};
use crate::rules::assess;

const LOTS: usize = 6;

fn read(role: TextRole, text: &str) -> Vec<String> {
    lines(&assess(&say(notice(LOTS), role, text)))
}

/// Every sentence with what it says.
static SENTENCES: LazyLock<Vec<(Sentence, Vec<String>)>> = LazyLock::new(|| {
    let read = |sentence: Sentence| {
        let said = read(sentence.role, sentence.text);
        (sentence, said)
    };
    all().map(read).collect()
});

/// Fails with every sentence that says something else when it is spelt otherwise.
fn assert_same(spell: impl Fn(&str) -> String) {
    let mut wrong = Vec::new();
    for (sentence, said) in SENTENCES.iter() {
        let spelt = spell(sentence.text);
        let other = read(sentence.role, &spelt);
        if *said != other {
            wrong.push(format!("« {spelt} »: {other:?}, not {said:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn capitals_change_nothing() {
    assert_same(str::to_uppercase);
}

#[test]
fn accents_change_nothing() {
    assert_same(|text| {
        let plain = |c| match c {
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'à' | 'â' => 'a',
            'î' | 'ï' => 'i',
            'ô' => 'o',
            'ù' | 'û' | 'ü' => 'u',
            'ç' => 'c',
            'É' | 'È' => 'E',
            'À' => 'A',
            c => c,
        };
        text.chars().map(plain).collect()
    });
}

#[test]
fn apostrophes_change_nothing() {
    for apostrophe in ["’", "`", "´", "\u{92}", " "] {
        assert_same(|text| text.replace(['\'', '’'], apostrophe));
    }
}

#[test]
fn white_space_changes_nothing() {
    assert_same(|text| format!("  {} ", text.replace(' ', " \u{a0} ")));
    assert_same(|text| text.replace(' ', "\t"));
}

/// A notice with the texts of several sentences.
fn of(texts: &[(TextRole, &str)]) -> Notice {
    texts.iter().fold(notice(LOTS), |told, (role, text)| say(told, *role, text))
}

#[test]
fn the_order_of_texts_changes_nothing() {
    let sentences: Vec<(TextRole, &str)> = all().map(|one| (one.role, one.text)).collect();
    for texts in sentences.chunks(4) {
        let mut turned = texts.to_vec();
        turned.reverse();
        assert_eq!(lines(&assess(&of(texts))), lines(&assess(&of(&turned))), "{texts:?}");
    }
}
