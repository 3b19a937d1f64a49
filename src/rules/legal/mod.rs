//! Rules of law that tell what does not fit together: ticks, texts, articles, lots. One a file.

pub(crate) mod article_miscited;
pub(crate) mod forbidden_combination;
pub(crate) mod over_ticked;
pub(crate) mod social_economy;
pub(crate) mod text_without_tick;
pub(crate) mod tick_denied;
pub(crate) mod tick_of_another_kind;
pub(crate) mod tick_without_text;

use crate::domain::finding::FindingKind;

/// A reservation in French words, for messages.
pub(crate) const fn in_words(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::ReservedEaEsat => "aux entreprises adaptées et aux ESAT",
        FindingKind::ReservedSiae => "aux structures d'insertion par l'activité économique",
        FindingKind::ReservedEaEsatSiae => {
            "aux entreprises adaptées, aux ESAT et aux structures d'insertion par l'activité économique"
        }
        FindingKind::ReservedEss => "aux entreprises de l'économie sociale et solidaire",
        FindingKind::ReservedPrison => "à la production en établissement pénitentiaire",
        FindingKind::ReservedUnspecified => "sans dire à qui",
        FindingKind::ExecutionClause => "à une clause sociale d'exécution",
        FindingKind::AwardCriterion => "à un critère social",
        FindingKind::InsertionService => "à un service d'insertion",
    }
}

#[cfg(test)]
pub(crate) mod cases {
    //! Hand-made notices for the legal rules.

    use crate::domain::coded::{Coded, CodedField};
    use crate::domain::finding::{Assessment, ContradictionKind};
    use crate::domain::lot::{Lot, LotKey};
    use crate::domain::notice::{FormType, Notice, NoticeText, TextRole};
    use crate::domain::source::Source;

    /// A notice with `lots` numbered lots.
    pub(crate) fn notice(lots: usize) -> Notice {
        let mut notice = Notice::new(Source::Ted, "1", FormType::Competition);
        notice.published_on = "2024-05-02".parse().ok();
        for number in 1..=lots {
            let mut lot = Lot::new(LotKey::of(&format!("LOT-{number:04}")));
            lot.source_id = Some(format!("LOT-{number:04}"));
            lot.number = Some(number.to_string());
            notice.lots.push(lot);
        }
        if lots == 0 {
            notice.lots.push(Lot::new(LotKey::whole()));
        }
        notice
    }

    /// Adds a text of the whole notice.
    pub(crate) fn say(mut notice: Notice, role: TextRole, text: &str) -> Notice {
        let path = format!("text[{}]", notice.texts.len() + 1);
        notice.texts.push(NoticeText { path, role, language: None, text: text.to_owned() });
        notice
    }

    /// Codes a field of the whole notice.
    pub(crate) fn code(mut notice: Notice, field: CodedField, value: &str) -> Notice {
        let path = format!("code[{}]", notice.coded.len() + 1);
        notice.coded.push(Coded { field, value: value.to_owned(), path });
        notice
    }

    /// Codes a field of a lot, counted from 1.
    pub(crate) fn code_lot(
        mut notice: Notice,
        lot: usize,
        field: CodedField,
        value: &str,
    ) -> Notice {
        let path = format!("lot[{lot}]/code");
        notice.lots[lot - 1].coded.push(Coded { field, value: value.to_owned(), path });
        notice
    }

    /// Contradictions: of the notice as 0, of its lots from 1.
    pub(crate) fn contradictions(assessment: &Assessment) -> Vec<(usize, ContradictionKind)> {
        let own = assessment.contradictions.iter().map(|found| (0, found.kind));
        let lots =
            assessment.lots.iter().enumerate().flat_map(|(at, lot)| {
                lot.contradictions.iter().map(move |found| (at + 1, found.kind))
            });
        own.chain(lots).collect()
    }
}
