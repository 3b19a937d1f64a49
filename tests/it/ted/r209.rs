//! TED XML R2.0.9: every form of the corpus against a plain reading by `roxmltree`.

use std::collections::BTreeMap;

use passerelle::domain::award::OutcomeKind;
use passerelle::domain::coded::CodedField;
use passerelle::domain::issue::IssueKind;
use passerelle::domain::legal_basis::LegalBasis;
use passerelle::domain::notice::{FormType, Notice};
use passerelle::feeds::document::Format;
use passerelle::feeds::recognise;
use roxmltree::{Document, Node};

use crate::support::notices::{at, corpus, documents, files};

/// Every notice of the corpus, with the form in its own language, French first.
fn each_notice(mut check: impl FnMut(&str, &Notice, Node<'_, '_>)) -> usize {
    let Some(corpus) = corpus() else {
        eprintln!("no corpus on this machine: nothing was checked");
        return 0;
    };
    let paths = files(&corpus.join("ted_r209"));
    let mut count = 0;
    for path in paths.iter().filter(|path| path.extension().is_some_and(|end| end == "xml")) {
        let text = std::fs::read_to_string(path).expect("a readable file");
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let document = Document::parse(&text).expect("well-formed");
        let read = documents(path, at("2026-11-23T08:00:00Z"));
        assert_eq!(read[0].format, Format::TedXml, "{name}");
        let decoded = recognise::decode(&read[0]);
        let notice = decoded.notice.unwrap_or_else(|| panic!("{name}: {:?}", decoded.issues));
        let known = |kind| {
            matches!(
                kind,
                IssueKind::DefectiveLot | IssueKind::InvalidAmount | IssueKind::InvalidCode
            )
        };
        assert!(
            decoded.issues.iter().all(|issue| known(issue.kind)),
            "{name}: {:?}",
            decoded.issues
        );
        let forms =
            document.descendants().filter(|node| node.attribute("CATEGORY") == Some("ORIGINAL"));
        let mut forms: Vec<_> = forms.collect();
        forms.sort_by_key(|form| form.attribute("LG") != Some("FR"));
        check(&name, &notice, forms[0]);
        count += 1;
    }
    count
}

fn all<'a>(node: Node<'a, 'a>, name: &'a str) -> impl Iterator<Item = Node<'a, 'a>> {
    node.descendants().filter(move |inside| inside.tag_name().name() == name)
}

/// The words of an element and of those inside it, without any white space.
fn letters(text: &str) -> String {
    passerelle::domain::text::clean(text).chars().filter(|c| !c.is_whitespace()).collect()
}

fn words(node: Node<'_, '_>) -> String {
    letters(
        &node
            .descendants()
            .filter_map(|inside| inside.text().filter(|_| inside.is_text()))
            .collect::<String>(),
    )
}

#[test]
fn every_form_decodes_and_no_lot_is_lost() {
    let mut forms: BTreeMap<String, usize> = BTreeMap::new();
    let count = each_notice(|name, notice, form| {
        *forms.entry(form.tag_name().name().to_owned()).or_default() += 1;
        let lots = all(form, "OBJECT_DESCR").count();
        // The forms of the defence directive have no such element.
        let lots = if form.tag_name().name().ends_with("_DEFENCE") { 1 } else { lots };
        assert_eq!(notice.lots.len(), lots, "{name}");
        assert!(notice.title.is_some() && notice.published_on.is_some(), "{name}");
        assert!(notice.buyers().count() > 0 && !notice.cpv.is_empty(), "{name}");
        assert_eq!(notice.publication_number.as_deref(), Some(name.trim_start_matches('0')));
        if matches!(notice.form_type, FormType::Result | FormType::DirectAwardPrenotification) {
            assert!(!notice.outcomes.is_empty(), "{name}");
        }
    });
    assert!(count == 0 || (count == 384 && forms.len() == 21), "{count}: {forms:?}");
}

#[test]
fn boxes_of_section_iii_stay_with_the_notice() {
    let mut ticks = 0;
    let count = each_notice(|name, notice, form| {
        let mut expected: Vec<&str> = form
            .descendants()
            .map(|node| node.tag_name().name())
            .filter(|tag| {
                tag.starts_with("RESTRICTED_SHELTERED") || tag.starts_with("RESERVED_ORG")
            })
            .collect();
        expected.sort_unstable();
        let of_notice =
            notice.coded.iter().filter(|coded| coded.field == CodedField::TedReservation);
        let mut found: Vec<&str> = of_notice.map(|coded| coded.value.as_str()).collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{name}");
        assert!(notice.lots.iter().all(|lot| lot.coded.is_empty()), "{name}");
        ticks += found.len();
    });
    assert!(count == 0 || ticks == 13, "{ticks} ticks");
}

#[test]
fn the_directive_is_that_of_the_form() {
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    each_notice(|name, notice, form| {
        let stated = all(form, "LEGAL_BASIS").find_map(|node| node.attribute("VALUE"));
        let stated = stated.and_then(LegalBasis::parse);
        let is_defence = form.tag_name().name().ends_with("_DEFENCE");
        let expected = if is_defence { Some(LegalBasis::Defence) } else { stated };
        assert_eq!(notice.legal_basis, expected, "{name}");
        *named.entry(format!("{:?}", notice.legal_basis)).or_default() += 1;
    });
    assert!(named.is_empty() || named.len() == 5, "{named:?}");
}

#[test]
fn no_word_of_a_lot_is_lost() {
    each_notice(|name, notice, form| {
        for (position, descr) in all(form, "OBJECT_DESCR").enumerate() {
            let lot = &notice.lots[position];
            for text in ["TITLE", "SHORT_DESCR", "INFO_ADD", "AC_CRITERION"] {
                for node in all(descr, text) {
                    let expected = words(node);
                    let kept = lot.texts.iter().any(|text| letters(&text.text) == expected);
                    assert!(kept || expected.is_empty(), "{name}: {text} {expected}");
                }
            }
            let nuts: Vec<_> =
                all(descr, "NUTS").filter_map(|node| node.attribute("CODE")).collect();
            let found: Vec<_> = lot.places.iter().filter_map(|place| place.nuts.as_ref()).collect();
            let valid = nuts.iter().filter(|code| **code != "00");
            assert_eq!(
                found.iter().map(|n| n.as_str()).collect::<Vec<_>>(),
                valid.copied().collect::<Vec<_>>(),
                "{name}"
            );
        }
        for section in ["LEFTI", "COMPLEMENTARY_INFO"] {
            for node in all(form, section).flat_map(|section| all(section, "P")) {
                let in_address =
                    node.ancestors().any(|above| above.tag_name().name().starts_with("ADDRESS"));
                let expected = words(node);
                let kept = notice.texts.iter().any(|text| letters(&text.text).contains(&expected));
                assert!(kept || in_address, "{name}: {expected}");
            }
        }
    });
}

#[test]
fn deadlines_winners_and_values_are_those_of_the_xml() {
    let (mut deadlines, mut awards) = (0, 0);
    let count = each_notice(|name, notice, form| {
        let text = |tag| all(form, tag).next().and_then(|node| node.text()).map(str::trim);
        if let (Some(day), Some(time)) =
            (text("DATE_RECEIPT_TENDERS"), text("TIME_RECEIPT_TENDERS"))
        {
            let deadline =
                notice.deadline.as_ref().unwrap_or_else(|| panic!("{name}: no deadline"));
            assert_eq!(deadline.local.to_string(), format!("{day} {time:0>5}:00"), "{name}");
            deadlines += 1;
        }
        let awarded = all(form, "AWARDED_CONTRACT").count();
        let kept = notice.outcomes.iter().filter(|outcome| outcome.kind == OutcomeKind::Awarded);
        if awarded > 0 && all(form, "MODIFICATIONS_CONTRACT").next().is_none() {
            assert_eq!(kept.clone().count(), awarded, "{name}");
        }
        for (outcome, award) in kept.zip(all(form, "AWARDED_CONTRACT")) {
            let names: Vec<String> =
                all(award, "OFFICIALNAME").filter_map(|n| n.text()).map(letters).collect();
            assert!(
                outcome.suppliers.iter().all(|one| names.contains(&letters(&one.name))),
                "{name}"
            );
            assert_eq!(outcome.suppliers.is_empty(), names.is_empty(), "{name}");
            if let (Some(amount), Some(node)) = (&outcome.amount, all(award, "VAL_TOTAL").next()) {
                let raw: f64 = node.text().unwrap_or("").trim().parse().expect("a number");
                #[expect(clippy::cast_precision_loss, reason = "amounts of the corpus are small")]
                let cents = amount.cents as f64;
                assert!((cents / 100.0 - raw).abs() < 0.01, "{name}: {raw}");
                awards += 1;
            }
        }
    });
    assert!(count == 0 || (deadlines > 170 && awards > 90), "{deadlines} {awards}");
}
