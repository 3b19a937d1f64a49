//! A draft to assess.

use async_graphql::{InputObject, Result};

use crate::domain::draft::{Draft, DraftLot};
use crate::graphql::error::bad_argument;
use crate::graphql::types::enums::TextRole;

/// One lot of a draft.
#[derive(InputObject, Clone, Debug)]
pub struct AssessLotInput {
    /// Its number, for example `2`.
    pub number: String,
    /// Its title.
    pub title: Option<String>,
    /// Its texts: description, conditions of execution, criteria.
    pub text: Option<String>,
}

/// An officer's own draft: a notice, a clause, a whole CCAP. Nothing of it is stored.
#[derive(InputObject, Clone, Debug)]
pub struct AssessInput {
    /// The text, at most 200,000 characters with that of the lots. Sentences that name lots
    /// (`le lot n° 2 est réservé…`) are understood.
    pub text: Option<String>,
    /// The part the text plays in the notice; conditions of execution by default, where a clause
    /// belongs.
    pub role: Option<TextRole>,
    /// Title of the procurement.
    pub title: Option<String>,
    /// Whether it is a concession (a *délégation de service public* is one), which may be reserved
    /// to one sort of organisation only (art. L3113-3). By default it is read from the words: the
    /// articles L3113-1 to L3113-3, or a concession as the object.
    /// Example: `isConcession: true`.
    pub is_concession: Option<bool>,
    /// Lots with texts of their own; by default those that the text names.
    #[graphql(default)]
    pub lots: Vec<AssessLotInput>,
}

/// Longest draft.
const LONGEST: usize = 200_000;

impl AssessInput {
    /// The draft.
    ///
    /// # Errors
    /// When there is no text, or too much.
    pub fn check(self) -> Result<Draft> {
        let texts = self.lots.iter().flat_map(|lot| [&lot.title, &lot.text]);
        let texts = texts.chain([&self.text, &self.title]).flatten();
        let length: usize = texts.map(|text| text.chars().count()).sum();
        if length == 0 {
            return Err(bad_argument("give `text`, or lots with a text"));
        }
        if length > LONGEST {
            let message = format!("the draft has {length} characters; at most {LONGEST} are read");
            return Err(bad_argument(message));
        }
        let lots = self.lots.into_iter().map(|lot| DraftLot {
            number: lot.number,
            title: lot.title,
            text: lot.text,
        });
        Ok(Draft {
            title: self.title,
            text: self.text,
            role: self.role.map(Into::into),
            is_concession: self.is_concession,
            lots: lots.collect(),
        })
    }
}
