//! `evaluate`: the rules against labels.

use serde_json::{Value, json};

use crate::support::notices::corpus;
use crate::support::program::Place;

/// Two notices of the sample: lot 3 of the first is reserved, the second speaks of nothing.
const NOTICES: [&str; 2] = ["26-900001", "26-900002"];

/// A folder with the two notices, and labels.
fn place(lines: &[Value]) -> Place {
    let place = Place::new();
    std::fs::create_dir(place.path().join("notices")).expect("a folder");
    for id in NOTICES {
        let path = format!("{}/sample/boamp/{id}.json", env!("CARGO_MANIFEST_DIR"));
        place.write(&format!("notices/{id}.json"), std::fs::read(path).expect("a notice"));
    }
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    place.write("gold.jsonl", lines.join("\n"));
    place
}

const EVALUATE: [&str; 5] = ["evaluate", "--gold", "gold.jsonl", "--notices", "notices"];

fn evaluated(place: &Place, more: &[&str]) -> Value {
    let told = place.run(&[&EVALUATE, more, &["--json"]].concat()).good();
    serde_json::from_str(&told).expect("one JSON object")
}

fn of_kind<'a>(told: &'a Value, kind: &str) -> &'a Value {
    let rows = told["kinds"].as_array().expect("kinds");
    rows.iter().find(|row| row["kind"] == kind).unwrap_or(&Value::Null)
}

#[test]
fn a_wrong_lot_is_told_with_both_sides() {
    let label = json!({"lot": "1", "kind": "RES_EA_ESAT", "evidence": "réservé", "note": ""});
    let gold = json!({"id": "26-900001", "labels": [label]});
    let place = place(&[gold, json!({"id": "26-999999", "labels": []})]);
    let told = evaluated(&place, &[]);
    assert_eq!((&told["notices"], &told["withoutNotice"]), (&json!(1), &json!(["26-999999"])));
    assert_eq!(told["withoutLine"], json!(["26-900002"]));
    let row = of_kind(&told, "RES_EA_ESAT");
    assert_eq!((&row["notice"]["right"], &row["lot"]["right"]), (&json!(1), &json!(0)));
    let differences = told["differences"].as_array().expect("differences");
    let wrong = differences.iter().find(|one| one["kind"] == "RES_EA_ESAT").expect("told");
    assert_eq!(wrong["fault"], "OTHER_LOTS");
    assert_eq!(wrong["expected"]["lots"], json!(["1"]));
    assert_eq!(wrong["found"]["lots"], json!(["3"]));

    let text = place.run(&EVALUATE).good();
    for words in ["RES_EA_ESAT found on other lots", "expected, lots: 1", "found, lots: 3", "TOTAL"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn parts_share_the_notices_out() {
    let lines = NOTICES.map(|id| json!({"id": id, "labels": []}));
    let place = place(&lines);
    let count = |part: &str| {
        let ran = place.run(&[&EVALUATE[..], &["--json", "--part", part]].concat());
        let told: Value = serde_json::from_str(&ran.out).unwrap_or(json!({"notices": 0}));
        told["notices"].as_u64().expect("a count")
    };
    assert_eq!((1..=3).map(|k| count(&format!("{k}/3"))).sum::<u64>(), 2);
    let wrong = place.run(&[&EVALUATE[..], &["--part", "4/3"]].concat()).bad();
    assert!(wrong.contains("2/5 is the second of five"), "{wrong}");
}

#[test]
fn what_is_no_label_is_refused_with_its_line() {
    let place = place(&[json!({"id": "26-900001", "labels": []}), json!({"id": 3})]);
    assert!(place.run(&EVALUATE).bad().contains("line 2"));
    place.write("gold.jsonl", "");
    assert!(place.run(&EVALUATE).bad().contains("no notice"));
}

/// Labels of real notices, for regression: the rules were written with them at hand, so that they
/// prove nothing of other notices.
#[test]
fn labels_of_the_corpus_are_met() {
    let Some(corpus) = corpus() else { return };
    let place = Place::new();
    let folder = |name: &str| corpus.canonicalize().expect("a folder").join(name);
    let (gold, notices) = (folder("gold/ted_r209_labels.jsonl"), folder("ted_r209"));
    let (gold, notices) = (gold.to_str().expect("text"), notices.to_str().expect("text"));
    let told = place.run(&["evaluate", "--json", "--gold", gold, "--notices", notices]).good();
    let told: Value = serde_json::from_str(&told).expect("one JSON object");
    assert_eq!(told["notices"], 381);
    let total = of_kind(&told, "TOTAL");
    for level in ["notice", "lot"] {
        assert_eq!((&total[level]["extra"], &total[level]["missed"]), (&json!(0), &json!(0)));
        assert_eq!(total[level]["right"], 24);
    }
    // Five notices lack a label: two buy insertion, three have a criterion of responsibility.
    let lacking: Vec<&Value> =
        told["differences"].as_array().expect("differences").iter().collect();
    let told: Vec<&str> = lacking.iter().filter_map(|one| one["notice"].as_str()).collect();
    let known = ["70535-2018", "113623-2021", "147024-2018", "308400-2021", "658264-2021"];
    assert_eq!(told, known, "{lacking:?}");
}
