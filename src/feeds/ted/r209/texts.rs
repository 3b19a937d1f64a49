//! The texts of a form, with the part each plays by where it stands.

use super::forms::prefix;
use crate::domain::notice::{Notice, NoticeText, TextRole};
use crate::domain::text::clean;
use crate::feeds::tree::Element;

/// Elements that hold addresses, persons or machine values.
const NOT_TEXTS: [&str; 11] = [
    "MEMBER_NAME",
    "PARTICIPANT_NAME",
    "CONTRACTOR",
    "CONTRACTORS",
    "WINNER",
    "WINNERS",
    "REFERENCE_NUMBER",
    "LOT_NO",
    "CONTRACT_NO",
    "URL_DOCUMENT",
    "NOTICE_NUMBER_OJ",
];

/// Collects the texts of a form: those of `OBJECT_DESCR` for its lot, the others for the notice.
pub(super) fn collect(notice: &mut Notice, form: &Element, language: Option<&str>) {
    let mut found = Vec::new();
    let mut path = String::new();
    for child in form.children.iter().filter(|child| child.name != "OBJECT_CONTRACT") {
        walk(child, &mut path, language, &mut found);
    }
    let mut position = 0;
    for object in form.all("OBJECT_CONTRACT") {
        for child in &object.children {
            if child.name != "OBJECT_DESCR" {
                path.push_str("OBJECT_CONTRACT");
                walk(child, &mut path, language, &mut found);
                path.clear();
                continue;
            }
            let mut of_lot = Vec::new();
            path.push_str(prefix(position, child).trim_end_matches('/'));
            for inside in &child.children {
                walk(inside, &mut path, language, &mut of_lot);
            }
            path.clear();
            match notice.lots.get_mut(position) {
                Some(lot) => lot.texts.append(&mut of_lot),
                None => found.append(&mut of_lot),
            }
            position += 1;
        }
    }
    notice.texts.append(&mut found);
}

fn walk(element: &Element, path: &mut String, language: Option<&str>, found: &mut Vec<NoticeText>) {
    let name = element.name.as_str();
    if NOT_TEXTS.contains(&name) || name.starts_with("ADDRESS") || name.contains("CONTACT_DATA") {
        return;
    }
    let mark = path.len();
    if !path.is_empty() {
        path.push('/');
    }
    path.push_str(name);
    let is_paragraphs = element.children.iter().any(|child| child.name == "P");
    let is_leaf =
        element.children.iter().all(|child| matches!(child.name.as_str(), "FT" | "#text"));
    if is_paragraphs || (is_leaf && is_words(name, &element.text)) {
        let text = clean(&element.prose());
        if !text.is_empty() {
            let role = role(path);
            let language = language.map(str::to_owned);
            found.push(NoticeText { path: path.clone(), role, language, text });
        }
    } else {
        for child in &element.children {
            walk(child, path, language, found);
        }
    }
    path.truncate(mark);
}

/// Whether a lone value is a text: several words, or the name of a criterion.
fn is_words(name: &str, text: &str) -> bool {
    name == "AC_CRITERION" || text.contains(char::is_whitespace)
}

fn role(path: &str) -> TextRole {
    let name = path.rsplit('/').next().unwrap_or(path);
    let of_lot = path.contains("OBJECT_DESCR");
    match name {
        "PERFORMANCE_CONDITIONS" | "EXISTENCE_OTHER_PARTICULAR_CONDITIONS" => {
            return TextRole::ExecutionConditions;
        }
        "REFERENCE_TO_LAW" => return TextRole::LegalReference,
        "INFO_ADD" | "ADDITIONAL_INFORMATION" => return TextRole::AdditionalInformation,
        "CRITERIA_CANDIDATE" => return TextRole::Suitability,
        "CRITERIA_EVALUATION" => return TextRole::AwardCriteria,
        "TITLE_CONTRACT" => return TextRole::Title,
        "SHORT_CONTRACT_DESCRIPTION" => return TextRole::Description,
        _ => {}
    }
    let under = |section: &str| path.split('/').any(|part| part.starts_with(section));
    if under("REVIEW_PROCEDURE") || under("PROCEDURES_FOR_APPEAL") {
        TextRole::Review
    } else if under("CHANGES") {
        TextRole::Correction
    } else if under("MODIFICATIONS_CONTRACT") {
        TextRole::Other
    } else if under("AWARD_CONTRACT") || under("AWARD_OF_CONTRACT") || under("RESULTS") {
        TextRole::Result
    } else if under("LEFTI") {
        TextRole::Suitability
    } else if under("AC") && (of_lot || under("AWARD_CRITERIA")) {
        TextRole::AwardCriteria
    } else if under("OBJECT_CONTRACT") && name == "TITLE" {
        TextRole::Title
    } else if under("OBJECT_CONTRACT") && name == "SHORT_DESCR" {
        TextRole::Description
    } else if under("PROCEDURE") {
        TextRole::Procedure
    } else {
        TextRole::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_takes_its_role_from_its_place() {
        for (path, expected) in [
            ("LEFTI/PERFORMANCE_CONDITIONS", TextRole::ExecutionConditions),
            ("LEFTI/SUITABILITY", TextRole::Suitability),
            ("OBJECT_CONTRACT/TITLE", TextRole::Title),
            ("OBJECT_CONTRACT/OBJECT_DESCR[2]/SHORT_DESCR", TextRole::Description),
            ("OBJECT_CONTRACT/OBJECT_DESCR[2]/AC/AC_QUALITY/AC_CRITERION", TextRole::AwardCriteria),
            ("AWARD_CONTRACT/TITLE", TextRole::Result),
            ("PROCEDURE/CRITERIA_EVALUATION", TextRole::AwardCriteria),
            ("COMPLEMENTARY_INFO/REVIEW_PROCEDURE", TextRole::Review),
            ("COMPLEMENTARY_INFO/INFO_ADD", TextRole::AdditionalInformation),
        ] {
            assert_eq!(role(path), expected, "{path}");
        }
    }
}
