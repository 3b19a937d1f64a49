//! A buyer's own draft as a notice: assessed like a published one, never stored.

use super::lot::{Lot, LotKey, NumberBasis};
use super::lot_reference::{LotSet, find_mentions};
use super::money::{EstimatedValue, Money};
use super::notice::{Family, FormType, Notice, NoticeText, TextRole};
use super::source::Source;
use super::text::{clean, fold_key};

/// One lot of a draft.
#[derive(Clone, Debug, Default)]
pub struct DraftLot {
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: Option<String>,
    /// Its texts.
    pub text: Option<String>,
    /// Its estimated value in euro cents, excluding tax.
    pub estimated_value: Option<i64>,
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
    /// Whether it is a concession, which the law reserves otherwise than a market; read from the
    /// words when nothing is said.
    pub is_concession: Option<bool>,
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
        if self.is_concession.unwrap_or_else(|| self.speaks_of_a_concession()) {
            notice.family = Some(Family::Dsp);
        }
        notice.title = self.title.as_deref().map(clean);
        notice.texts.extend(text("title", TextRole::Title, self.title.as_deref()));
        notice.texts.extend(text("text", role, self.text.as_deref()));
        notice.lots = self.lots.iter().map(|lot| of_draft(lot, role)).collect();
        if notice.lots.is_empty() {
            notice.lots = lots_named(self.text.as_deref().unwrap_or(""));
        }
        notice
    }

    /// Whether its words make it a concession: it cites the articles on reserved concessions, or
    /// names a concession as its object, and no market.
    fn speaks_of_a_concession(&self) -> bool {
        let own = [&self.title, &self.text].into_iter();
        let lots = self.lots.iter().flat_map(|lot| [&lot.title, &lot.text]);
        let text: Vec<String> = own.chain(lots).flatten().map(|text| fold_key(text)).collect();
        let text = format!(" {} ", text.join(" "));
        let any = |words: &[&str]| words.iter().any(|words| text.contains(words));
        any(&CONCESSION) && !any(&MARKET)
    }
}

/// Words of a draft that is a concession, as [`fold_key`] writes them.
const CONCESSION: [&str; 12] = [
    " l 3113 1 ",
    " l3113 1 ",
    " l 3113 2 ",
    " l3113 2 ",
    " l 3113 3 ",
    " l3113 3 ",
    " la concession ",
    " presente concession ",
    " contrat de concession ",
    " concession de ",
    " concession est ",
    " delegation de service public ",
];

/// Words of a draft that is a market, whatever concession it speaks of.
const MARKET: [&str; 9] = [
    " le marche ",
    " ce marche ",
    " du marche ",
    " present marche ",
    " marche public ",
    " accord cadre ",
    " l 2113 ",
    " l2113 ",
    " l 2112 ",
];

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
    lot.estimated_value = draft.estimated_value.map(|cents| EstimatedValue {
        amount: Some(Money::euros(cents)),
        ..EstimatedValue::default()
    });
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

    #[test]
    fn a_concession_is_said_or_read() {
        for (text, said, expected) in [
            ("La concession est réservée aux EA (article L. 3113-1).", None, true),
            ("Contrat réservé aux SIAE, article L.3113-2.", None, true),
            ("Délégation de service public : gestion de la crèche.", None, true),
            ("La concession est réservée aux EA.", Some(false), false),
            ("Contrat réservé aux EA et aux SIAE.", Some(true), true),
            ("Contrat réservé aux EA et aux SIAE.", None, false),
            ("Le marché porte sur l'audit de la concession de chauffage.", None, false),
            ("Marché réservé aux concessionnaires.", None, false),
        ] {
            let draft = Draft { is_concession: said, ..Draft::of_text(text) };
            let family = draft.into_notice().family;
            assert_eq!(family == Some(Family::Dsp), expected, "{text} {said:?}");
        }
    }
}
