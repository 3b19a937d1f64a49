//! What texts say to the compliance rules, read once: the texts of the whole notice are shared by
//! all of its lots.

use super::words;
use crate::domain::notice::{NoticeText, TextRole};
use crate::domain::text::fold_key;

/// What some texts say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Speech<'a> {
    /// They speak of contracts of defence or security.
    pub(crate) speaks_of_defence: bool,
    /// They name article L2113-15.
    pub(crate) cites_social_economy: bool,
    /// They name article L2113-16.
    pub(crate) cites_its_duration: bool,
    /// A sentence that states a green condition of execution.
    pub(crate) green_condition: Option<String>,
    /// The texts of the award criteria.
    pub(crate) criteria: Vec<&'a str>,
}

impl<'a> Speech<'a> {
    /// Reads texts.
    pub(crate) fn read(texts: impl Iterator<Item = &'a NoticeText>) -> Self {
        let mut speech = Self::default();
        for text in texts {
            speech.hear(text);
        }
        speech
    }

    fn hear(&mut self, text: &'a NoticeText) {
        let folded = format!(" {} ", fold_key(&text.text));
        self.speaks_of_defence |=
            folded.contains(" de defense ou de securite ") || cites(&folded, "l", "1113 1");
        self.cites_social_economy |= cites(&folded, "l", "2113 15");
        self.cites_its_duration |= cites(&folded, "l", "2113 16");
        if text.role == TextRole::AwardCriteria {
            self.criteria.push(&text.text);
        } else if self.green_condition.is_none() && folded.contains(" environnement") {
            self.green_condition = match text.role {
                TextRole::ExecutionConditions => words::green(&text.text),
                _ => words::green_condition(&text.text),
            };
        }
    }
}

/// Whether a folded text names an article: `L. 2113-15`, `L2113-15`, *articles L. 2113-15 et
/// 2113-16*.
fn cites(folded: &str, letter: &str, number: &str) -> bool {
    folded.contains(&format!(" {number} ")) || folded.contains(&format!(" {letter}{number} "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(role: TextRole, text: &str) -> NoticeText {
        NoticeText { path: "text".into(), role, language: None, text: text.into() }
    }

    #[test]
    fn articles_are_known_in_every_spelling() {
        for (words, fifteen, sixteen) in [
            ("articles L. 2113-15 et L. 2113-16", true, true),
            ("articles L2113-15 et 2113-16 du code", true, true),
            ("article L.2113-15", true, false),
            ("articles L. 2113-12 à L. 2113-14", false, false),
        ] {
            let texts = [text(TextRole::Other, words)];
            let speech = Speech::read(texts.iter());
            assert_eq!(speech.cites_social_economy, fifteen, "{words}");
            assert_eq!(speech.cites_its_duration, sixteen, "{words}");
        }
    }

    #[test]
    fn texts_are_heard_by_the_part_they_play() {
        let texts = [
            text(TextRole::AwardCriteria, "Prix : 100 %"),
            text(TextRole::Description, "Étude de l'environnement du site"),
            text(TextRole::ExecutionConditions, "Le titulaire respecte l'environnement."),
            text(TextRole::LegalReference, "Marché de défense ou de sécurité (art. L. 1113-1)"),
        ];
        let speech = Speech::read(texts.iter());
        assert_eq!(speech.criteria, ["Prix : 100 %"]);
        assert_eq!(
            speech.green_condition.as_deref(),
            Some("Le titulaire respecte l'environnement")
        );
        assert!(speech.speaks_of_defence);
        assert!(!Speech::read(texts[..3].iter()).speaks_of_defence);
    }
}
