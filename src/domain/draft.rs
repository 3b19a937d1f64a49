//! A buyer's own draft as a notice: assessed like a published one, never stored.

use super::lot::{Lot, LotKey, NumberBasis};
use super::lot_reference::{LotSet, find_mentions};
use super::notice::{FormType, Notice, NoticeText, TextRole};
use super::source::Source;
use super::text::clean;

/// One lot of a draft.
#[derive(Clone, Debug, Default)]
pub struct DraftLot {
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: Option<String>,
    /// Its texts.
    pub text: Option<String>,
}

/// A draft: a notice, a clause, a whole CCAP.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Title of the procurement.
    pub title: Option<String>,
    /// The text.
    pub text: Option<String>,
    /// The part the text plays; conditions of execution when nothing is said, because that is
    /// where a clause belongs.
    pub role: Option<TextRole>,
    /// Lots with texts of their own.
    pub lots: Vec<DraftLot>,
}

impl Draft {
    /// A draft of one text.
    pub fn of_text(text: &str) -> Self {
        Self { text: Some(text.to_owned()), ..Self::default() }
    }

    /// The draft as a notice. Without lots of its own it has those that its text names: otherwise
    /// a sentence about lot 2 would be about everything.
    pub fn into_notice(self) -> Notice {
        let role = self.role.unwrap_or(TextRole::ExecutionConditions);
        let mut notice = Notice::new(Source::Draft, "draft", FormType::Competition);
        notice.title = self.title.as_deref().map(clean);
        notice.texts.extend(text("title", TextRole::Title, self.title.as_deref()));
        notice.texts.extend(text("text", role, self.text.as_deref()));
        notice.lots = self.lots.iter().map(|lot| of_draft(lot, role)).collect();
        if notice.lots.is_empty() {
            notice.lots = lots_named(self.text.as_deref().unwrap_or(""));
        }
        notice
    }
}

fn numbered(key: LotKey, number: &str) -> Lot {
    let mut lot = Lot::new(key);
    lot.source_id = Some(number.to_owned());
    lot.number = Some(number.to_owned());
    lot.number_basis = Some(NumberBasis::Stated);
    lot
}

fn of_draft(draft: &DraftLot, role: TextRole) -> Lot {
    let mut lot = numbered(LotKey::of(&draft.number), &draft.number);
    lot.title = draft.title.as_deref().map(clean);
    let path = |name: &str| format!("lots[{}]/{name}", draft.number);
    lot.texts.extend(text(&path("title"), TextRole::Title, draft.title.as_deref()));
    lot.texts.extend(text(&path("text"), role, draft.text.as_deref()));
    lot
}

fn text(path: &str, role: TextRole, text: Option<&str>) -> Option<NoticeText> {
    let text = clean(text?);
    (!text.is_empty()).then(|| NoticeText { path: path.to_owned(), role, language: None, text })
}

fn lots_named(text: &str) -> Vec<Lot> {
    let mut lots: Vec<Lot> = Vec::new();
    for mention in find_mentions(text) {
        let LotSet::Listed(keys) = mention.lots else { continue };
        for key in keys {
            if lots.iter().all(|lot| lot.key != key) {
                let number = key.as_str().to_owned();
                lots.push(numbered(key, &number));
            }
        }
    }
    lots.sort_by(|a, b| a.key.cmp(&b.key));
    lots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_the_lots_it_names() {
        let notice = Draft::of_text("Le lot n° 2 est réservé. Les lots 1 et 2 …").into_notice();
        let numbers: Vec<_> = notice.lots.iter().filter_map(|lot| lot.number.clone()).collect();
        assert_eq!(numbers, ["1", "2"]);
        assert!(Draft::of_text("Clause d'insertion.").into_notice().lots.is_empty());
    }
}
