//! A draft to assess.

use async_graphql::{InputObject, Result};

use super::lot_filter::cents;
use crate::domain::compliance::Told;
use crate::domain::cpv::Cpv;
use crate::domain::draft::{Draft, DraftLot};
use crate::graphql::error::{Code, bad_argument, user};
use crate::graphql::types::enums::{BuyerKind, ContractNature, TextRole};
use crate::graphql::types::scalars::Date;

/// One lot of a draft.
#[derive(InputObject, Clone, Debug)]
pub struct AssessLotInput {
    /// Its number, for example `2`.
    pub number: String,
    /// Its title.
    pub title: Option<String>,
    /// Its texts: description, conditions of execution, criteria.
    pub text: Option<String>,
    /// Its estimated value in euros, excluding tax.
    pub estimated_value: Option<f64>,
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
    /// Estimated value of the whole procurement in euros, excluding tax, all lots, options and
    /// renewals included (art. R2121-1). By default the sum of the lots.
    /// Example: `estimatedValue: 312000`.
    pub estimated_value: Option<f64>,
    /// Who buys: it decides the thresholds.
    pub buyer_kind: Option<BuyerKind>,
    /// Works, supplies or services.
    pub nature: Option<ContractNature>,
    /// First day of the consultation: the day on which the notice is sent.
    /// Example: `consultationStart: "2026-09-01"`.
    pub consultation_start: Option<Date>,
    /// Duration in months, renewals included.
    pub duration_months: Option<u32>,
    /// CPV codes of the procurement, eight digits each. Example: `cpv: ["90911200"]`.
    #[graphql(default)]
    pub cpv: Vec<String>,
    /// Whether it is divided into lots. By default yes when there are several lots.
    pub is_divided: Option<bool>,
    /// What the buyer spends in a calendar year on its markets, in euros excluding tax.
    pub yearly_spend: Option<f64>,
    /// Whether it is a contract of defence or security (art. L1113-1).
    pub is_defence: Option<bool>,
}

/// A draft with what is told beside its text.
#[derive(Clone, Debug)]
pub struct CheckedDraft {
    /// The draft.
    pub draft: Draft,
    /// What is told beside it.
    pub told: Told,
}

/// Longest draft.
const LONGEST: usize = 200_000;

impl AssessInput {
    /// The draft, and what is told beside it.
    ///
    /// # Errors
    /// When there is no text, or too much, or a value that has no sense.
    pub fn check(self) -> Result<CheckedDraft> {
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
        let told = Told {
            estimated_value: cents("estimatedValue", self.estimated_value)?,
            buyer: self.buyer_kind.map(Into::into),
            nature: self.nature.map(Into::into),
            consultation_start: self.consultation_start.map(|day| day.0),
            duration_months: self.duration_months,
            cpv: self.cpv.iter().map(|code| cpv(code)).collect::<Result<_>>()?,
            is_divided: self.is_divided,
            yearly_spend: cents("yearlySpend", self.yearly_spend)?,
            is_defence: self.is_defence,
        };
        let draft = Draft {
            title: self.title,
            text: self.text,
            role: self.role.map(Into::into),
            is_concession: self.is_concession,
            lots: self.lots.into_iter().map(AssessLotInput::check).collect::<Result<_>>()?,
        };
        Ok(CheckedDraft { draft, told })
    }
}

impl AssessLotInput {
    fn check(self) -> Result<DraftLot> {
        Ok(DraftLot {
            estimated_value: cents("lots.estimatedValue", self.estimated_value)?,
            number: self.number,
            title: self.title,
            text: self.text,
        })
    }
}

/// A CPV code.
pub(super) fn cpv(code: &str) -> Result<Cpv> {
    Cpv::parse(code).map_err(|error| user(Code::UnknownCode, error.to_string()))
}
