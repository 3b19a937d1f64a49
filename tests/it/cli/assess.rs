//! `assess`: findings for files and plain text.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::notices::{corpus, files, fixture};
use crate::support::program::Place;

fn sample(id: &str) -> String {
    format!("{}/sample/boamp/{id}.json", env!("CARGO_MANIFEST_DIR"))
}

fn shown(path: &Path) -> &str {
    path.to_str().expect("text")
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("one JSON object a line")).collect()
}

/// Every finding has its shape, and its proof.
fn check_findings(holder: &Value) -> usize {
    let findings = holder["findings"].as_array().expect("findings");
    for finding in findings {
        for field in ["kind", "confidence", "rule"] {
            assert!(finding[field].as_str().is_some_and(|text| !text.is_empty()), "{finding}");
        }
        let evidence = finding["evidence"].as_array().expect("evidence");
        assert!(!evidence.is_empty(), "{finding}");
        for one in evidence {
            assert!(
                one["field"].is_string()
                    && one["quote"].as_str().is_some_and(|quote| !quote.is_empty()),
                "{one}"
            );
            assert_eq!(one["start"].is_number(), one["end"].is_number(), "{one}");
        }
    }
    assert!(holder["contradictions"].is_array());
    findings.len()
}

fn check_notice(notice: &Value) -> usize {
    assert!(notice["issues"].is_array(), "{notice}");
    let lots = notice["lots"].as_array().expect("lots");
    assert!(lots.iter().all(|lot| lot["lot"].is_string()), "{notice}");
    check_findings(notice) + lots.iter().map(check_findings).sum::<usize>()
}

#[test]
fn a_notice_is_told_lot_by_lot_with_its_words() {
    let place = Place::new();
    let path = sample("26-900001");
    let told = place.run(&["assess", &path]).good();
    assert!(told.starts_with(&format!("BOAMP 26-900001 ({path})\n")), "{told}");
    for words in ["  lot LOT-0003 : RESERVED_EA_ESAT", "« ", " »", "L2113-12", "confiance "] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let json = lines(&place.run(&["assess", "--json", &path]).good());
    assert_eq!(
        (json.len(), &json[0]["source"], &json[0]["sourceId"]),
        (1, &"BOAMP".into(), &"26-900001".into())
    );
    assert!(check_notice(&json[0]) > 0);
    let third =
        json[0]["lots"].as_array().expect("lots").iter().find(|lot| lot["lot"] == "LOT-0003");
    let finding = &third.expect("a lot")["findings"][0];
    assert_eq!(
        (&finding["kind"], &finding["article"]),
        (&"RESERVED_EA_ESAT".into(), &"L2113-12".into())
    );
    // What is quoted stands in the notice.
    let quote = finding["evidence"][0]["quote"].as_str().expect("a quote");
    assert!(told.contains(&quote.replace('\n', " ")), "{quote}: {told}");
    // By standard input it is the same.
    let bytes = std::fs::read(&path).expect("a file");
    let piped = lines(&place.run_with(&["assess", "--json", "-"], &bytes).good());
    assert_eq!((&piped[0]["lots"], &piped[0]["file"]), (&json[0]["lots"], &"-".into()));
    assert_eq!(std::fs::read_dir(place.path()).expect("a folder").count(), 0, "nothing is stored");
}

#[test]
fn a_folder_is_told_notice_by_notice() {
    let place = Place::new();
    let folder = format!("{}/sample/boamp", env!("CARGO_MANIFEST_DIR"));
    let json = lines(&place.run(&["assess", "--json", &folder]).good());
    assert_eq!(json.len(), files(Path::new(&folder)).len());
    assert!(json.iter().map(check_notice).sum::<usize>() > 60);
    let xml = fixture("dila_xml/26-900003.xml");
    let both = lines(&place.run(&["assess", "--json", shown(&xml), &sample("26-900003")]).good());
    assert_eq!(both[0]["lots"], both[1]["lots"], "the same notice in two shapes");
}

#[test]
fn plain_text_is_a_draft() {
    let place = Place::new();
    let text = "Le lot n° 2 est réservé aux entreprises adaptées (art. L. 2113-12).\nLe lot 1 comporte une clause d'insertion de 300 heures.";
    let told = place.run_with(&["assess", "-"], text.as_bytes()).good();
    assert!(
        told.contains("lot 1 : EXECUTION_CLAUSE") && told.contains("lot 2 : RESERVED_EA_ESAT"),
        "{told}"
    );
    assert!(told.contains("« ") && told.contains("clause d'insertion"), "{told}");
    let path = place.write("clause.txt", text);
    let json = lines(&place.run(&["assess", "--json", shown(&path)]).good());
    assert_eq!((json.len(), check_notice(&json[0])), (1, 2));
    let silent =
        place.run_with(&["assess", "-"], "Fourniture de gommes et de crayons.".as_bytes()).good();
    assert!(silent.contains("aucun constat"), "{silent}");
}

#[test]
fn a_draft_is_told_what_the_law_asks_of_it() {
    let place = Place::new();
    let text = "Le lot 1 comporte une clause d'insertion de 300 heures. Lot 2 : vitrerie.";
    let path = place.write("draft.txt", text);
    let flags = [
        ["--estimated-value", "312 000,50"],
        ["--buyer-kind", "OTHER_AUTHORITY"],
        ["--nature", "SERVICES"],
        ["--consultation-start", "2026-09-01"],
        ["--cpv", "90911200-8,90911300"],
        ["--yearly-spend", "50000000"],
        ["--is-defence", "false"],
    ];
    let with = |more: &[&str]| {
        let own = ["assess", shown(&path)];
        let all: Vec<&str> =
            own.iter().chain(flags.iter().flatten()).chain(more).copied().collect();
        place.run(&all)
    };
    let told = with(&[]).good();
    for words in [
        "lot 1 : conformité, art. L2112-2-1, respecté.",
        "lot 2 : conformité, art. L2112-2-1, non respecté.",
        "connu : valeur estimée de l'ensemble : 312 000,50 € HT ; seuil : 216 000 € HT",
        "à faire : Prévoir une condition d'exécution",
        "ensemble : conformité, art. L2111-3, sans objet.",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let json = lines(&with(&["--json"]).good());
    let of = |holder: &Value, rule: &str| {
        let answers = holder["compliance"].as_array().expect("answers");
        answers.iter().find(|answer| answer["rule"] == rule).expect("an answer")["verdict"].clone()
    };
    assert_eq!(of(&json[0]["lots"][0], "law.l2112-2-1"), "MET");
    assert_eq!(of(&json[0]["lots"][1], "law.l2112-2-1"), "NOT_MET");
    assert_eq!(of(&json[0], "law.l2113-10"), "MET");
    let concession = lines(&with(&["--json", "--is-concession", "true"]).good());
    assert_eq!(of(&concession[0]["lots"][1], "law.l3114-2-1"), "DOES_NOT_APPLY");
    for (flag, value) in [
        ("--buyer-kind", "CITY"),
        ("--nature", "WORK"),
        ("--estimated-value", "much"),
        ("--consultation-start", "tomorrow"),
        ("--cpv", "9091"),
        ("--is-divided", "perhaps"),
    ] {
        let said = place.run(&["assess", shown(&path), flag, value]).bad();
        assert!(said.contains(flag) && said.contains(value), "{flag}: {said}");
    }
}

#[test]
fn what_cannot_be_read_is_said_with_what_to_do() {
    let place = Place::new();
    let empty = place.write("empty.json", "");
    let blank = place.write("blank.txt", " \n\n");
    let junk = place.write("junk.bin", [0x7f, b'E', b'L', b'F', 0, 0xff, 0xfe, 0x80, 0, 1]);
    let nul = place.write("nul.txt", "abc\0\0def");
    let latin = place.write("latin1.txt", b"Lot r\xe9serv\xe9 aux entreprises adapt\xe9es");
    let cut = fixture("broken/cut.json");
    let other = place.write("other.json", "{\"a\": 1}");
    let folder = place.path().join("hollow");
    std::fs::create_dir(&folder).expect("a folder");
    for (path, says) in [
        (Path::new("missing.json"), "there is no file missing.json"),
        (Path::new("/proc/self/mem"), "cannot read /proc/self/mem"),
        (&folder, "no file"),
        (&empty, "empty"),
        (&blank, "empty"),
        (&junk, "UTF-8"),
        (&nul, "not text"),
        (&latin, "UTF-8"),
        (&cut, "JSON"),
        (&other, "plain text"),
    ] {
        let ran = place.run(&["assess", shown(path)]);
        let all = format!("{}{}", ran.out, ran.err);
        let said = ran.bad();
        assert!(all.contains(says), "{}: {all}", path.display());
        assert!(said.contains(shown(path)), "it names {}: {said}", path.display());
    }
    let ran = place.run_with(&["assess", "-"], b"");
    assert!(ran.bad().contains("empty"));
    // What can be read is told all the same, and scripts see that something was wrong.
    let ran = place.run(&["assess", "--json", shown(&junk), &sample("26-900001"), shown(&empty)]);
    let told = lines(&ran.out);
    assert!(told.iter().any(|notice| notice["sourceId"] == "26-900001"), "{ran:?}");
    let said = ran.bad();
    assert!(said.contains("junk.bin") && said.contains("empty.json"), "{said}");
}

#[test]
fn real_notices_of_every_shape_are_read() {
    let Some(corpus) = corpus() else { return };
    let boamp: PathBuf = corpus.join("boamp");
    let place = Place::new();
    let assess = |path: &Path| lines(&place.run(&["assess", "--json", shown(path)]).good());
    let records = assess(&boamp.join("records"));
    assert_eq!(records.len(), files(&boamp.join("records")).len());
    let page = assess(&boamp.join("boamp_v21_records_page.json"));
    assert!(page.len() > 1, "{} records", page.len());
    let dila = assess(&boamp.join("dila_xml"));
    assert_eq!(dila.len(), files(&boamp.join("dila_xml")).len());
    let legacy = assess(&boamp.join("legacy_xml_v230"));
    let mut count = 0;
    for notice in records.iter().chain(&page).chain(&dila).chain(&legacy) {
        assert_eq!(notice["source"], "BOAMP", "{notice}");
        count += check_notice(notice);
    }
    assert!(count >= 5, "{count} findings");
    let told = place.run(&["assess", shown(&boamp.join("records"))]).good();
    assert!(told.contains("« "), "{told}");
}
