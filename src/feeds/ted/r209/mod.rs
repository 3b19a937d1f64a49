//! TED XML R2.0.9, the forms of 2014 (F01 to F25, MOVE), as TED published them from 2016 to
//! November 2023; and the four forms of the defence directive, which kept the shape of R2.0.8.
//!
//! One element of `FORM_SECTION` with `CATEGORY="ORIGINAL"` is the notice; where there are several
//! languages, each is one. What the law calls reserved (III.1.5) stands at notice level only and
//! is kept so: which lot is meant, only the text says.

mod defence;
mod forms;
mod outcomes;
mod texts;

use super::codes::language;
use crate::domain::deadline::DeadlineContext;
use crate::domain::issue::IssueKind;
use crate::domain::legal_basis::LegalBasis;
use crate::domain::notice::{ContractNature, FormType, LinkBasis, Notice, NoticeLink};
use crate::domain::place::{Department, Place};
use crate::domain::source::Source;
use crate::feeds::document::Decoded;
use crate::feeds::eforms::map::notice_name;
use crate::feeds::markup::{MarkupError, read_xml};
use crate::feeds::read::{Issues, settle, settle_texts};
use crate::feeds::tree::{Element, TreeBuilder};

/// Whether a name is the root element of such a notice.
pub fn is_root(name: &str) -> bool {
    name == "TED_EXPORT"
}

/// Decodes one notice.
pub fn decode(text: &str) -> Decoded {
    let mut builder = TreeBuilder::default();
    match read_xml(text, &mut builder) {
        Ok(()) => {}
        Err(MarkupError::Malformed(what)) => return Decoded::failed(IssueKind::Unreadable, what),
        Err(MarkupError::Refused(what)) => return Decoded::failed(IssueKind::Refused, what),
    }
    let tree = builder.finish();
    let Some(root) = tree.child("TED_EXPORT") else {
        return Decoded::failed(IssueKind::UnknownShape, "the root element is not <TED_EXPORT>");
    };
    let Some(number) = root.attribute("DOC_ID").filter(|number| !number.trim().is_empty()) else {
        return Decoded::failed(IssueKind::MissingIdentifier, "there is no DOC_ID");
    };
    let mut issues = Issues::default();
    let notice = read(root, &notice_name(number), &mut issues);
    Decoded { notice: Some(notice), issues: issues.0 }
}

fn read(root: &Element, number: &str, issues: &mut Issues) -> Notice {
    let mut notice = Notice::new(Source::Ted, number, FormType::Other);
    notice.publication_number = Some(number.to_owned());
    notice.url = Some(format!("https://ted.europa.eu/fr/notice/-/detail/{number}"));
    let coded = root.child("CODED_DATA_SECTION").cloned().unwrap_or_default();
    notice.published_on = coded
        .text_at("REF_OJS/DATE_PUB")
        .and_then(|day| issues.day(Some(&dashed(day)), "REF_OJS/DATE_PUB"));
    let codes = coded.child("CODIF_DATA").cloned().unwrap_or_default();
    let code_of = |name: &str| codes.child(name).and_then(|code| code.attribute("CODE"));
    let forms = originals(root);
    if let Some(form) = forms.first() {
        notice.notice_type = Some(form.name.clone());
        notice.form_type = form_type(&form.name, code_of("TD_DOCUMENT_TYPE"));
        notice.nature = code_of("NC_CONTRACT_NATURE").and_then(nature);
        notice.legal_basis = legal_basis(form);
        if defence::is_form(&form.name) {
            defence::fill(&mut notice, form, issues);
        } else {
            forms::fill(&mut notice, form, issues);
        }
    } else {
        issues.add(IssueKind::UnknownShape, "FORM_SECTION", "there is no form in its own language");
    }
    for form in &forms {
        let spoken = form.attribute("LG").map(language);
        texts::collect(&mut notice, form, spoken.as_deref());
    }
    settle_texts(&mut notice.texts);
    for lot in &mut notice.lots {
        settle_texts(&mut lot.texts);
    }
    link(&mut notice, &coded, forms.first().copied());
    settle(&mut notice, issues);
    notice
}

/// The forms as the buyer wrote them, French first.
fn originals(root: &Element) -> Vec<&Element> {
    let sections = root.all("FORM_SECTION").flat_map(|section| &section.children);
    let mut forms: Vec<&Element> =
        sections.filter(|form| form.attribute("CATEGORY") == Some("ORIGINAL")).collect();
    forms.sort_by_key(|form| form.attribute("LG") != Some("FR"));
    forms
}

/// The directive a form names; the forms of the defence directive name none.
fn legal_basis(form: &Element) -> Option<LegalBasis> {
    if defence::is_form(&form.name) {
        return Some(LegalBasis::Defence);
    }
    form.child("LEGAL_BASIS")?.attribute("VALUE").and_then(LegalBasis::parse)
}

/// What a form does, by the code of its document type; the form decides where the code is unsure.
fn form_type(form: &str, document_type: Option<&str>) -> FormType {
    if form.starts_with("F14") {
        return FormType::Correction;
    }
    match document_type.unwrap_or("") {
        "3" | "A" | "C" | "D" | "H" | "M" | "O" => FormType::Competition,
        "0" | "P" => FormType::Planning,
        "7" | "J" | "R" => FormType::Result,
        "V" => FormType::DirectAwardPrenotification,
        "K" => FormType::ContractModification,
        _ => FormType::Other,
    }
}

fn nature(code: &str) -> Option<ContractNature> {
    match code {
        "1" => Some(ContractNature::Works),
        "2" => Some(ContractNature::Supplies),
        "4" => Some(ContractNature::Services),
        _ => None,
    }
}

/// `20200102` as `2020-01-02`.
fn dashed(day: &str) -> String {
    match (day.get(..4), day.get(4..6), day.get(6..8)) {
        (Some(year), Some(month), Some(day)) => format!("{year}-{month}-{day}"),
        _ => day.to_owned(),
    }
}

/// Earlier notices it names: `2019/S 190-461577` is `461577-2019`.
fn link(notice: &mut Notice, coded: &Element, form: Option<&Element>) {
    let of_form = form.and_then(|form| form.text_at("PROCEDURE/NOTICE_NUMBER_OJ"));
    let of_correction = form.and_then(|form| form.text_at("COMPLEMENTARY_INFO/NOTICE_NUMBER_OJ"));
    let data = coded.child("NOTICE_DATA").into_iter();
    let of_data =
        data.flat_map(|data| data.all("REF_NOTICE").flat_map(|one| one.all("NO_DOC_OJS")));
    let basis = match notice.form_type {
        FormType::ContractModification => LinkBasis::ModifiedNotice,
        FormType::Correction => LinkBasis::AvisInitial,
        _ => LinkBasis::PreviousNotice,
    };
    let named = of_form.into_iter().chain(of_correction);
    for raw in named.chain(of_data.map(|number| number.text.as_str())) {
        let Some(source_id) = journal_number(raw) else { continue };
        let link = NoticeLink { basis, source: Source::Ted, source_id };
        if !notice.links.contains(&link) && link.source_id != notice.source_id {
            notice.links.push(link);
        }
    }
}

fn journal_number(raw: &str) -> Option<String> {
    let (year, rest) = raw.trim().split_once("/S")?;
    let (_, number) = rest.rsplit_once('-')?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    (is_number(year) && is_number(number)).then(|| notice_name(&format!("{number}-{year}")))
}

/// What the notice tells about its deadline.
fn deadline_context(notice: &Notice) -> DeadlineContext {
    let is_overseas =
        |place: &Place| place.department.as_ref().is_some_and(Department::is_overseas);
    let is_foreign = |place: &Place| place.country.as_deref().is_some_and(|c| c != "FRA");
    DeadlineContext {
        published_on: notice.published_on,
        overseas_buyer: notice.buyers().any(|buyer| is_overseas(&buyer.place)),
        foreign_buyer: notice.buyers().any(|buyer| is_foreign(&buyer.place)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_the_journal() {
        for (raw, expected) in [
            ("2019/S 190-461577", Some("461577-2019")),
            ("2021/S 001-000817", Some("817-2021")),
            ("2019/S 190", None),
            ("", None),
        ] {
            assert_eq!(journal_number(raw).as_deref(), expected, "{raw}");
        }
    }
}
