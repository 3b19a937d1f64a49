//! Cut and damaged notices: a decoder says what is wrong and never panics. Bounded here; the fuzz
//! targets in `fuzz/` go on without end.

use passerelle::feeds::document::{Format, RawDocument};
use passerelle::feeds::recognise;

use crate::support::notices::{at, corpus, documents, files, fixture};
use crate::support::random::Random;

/// Decodes bytes as what they are, and as everything else they might be taken for.
fn survive(bytes: Vec<u8>, format: Format) {
    let mut document = RawDocument {
        format,
        bytes,
        received_at: at("2026-11-23T08:00:00Z"),
        origin: "damaged".to_owned(),
    };
    let decoded = recognise::decode(&document);
    assert!(decoded.notice.is_some() || !decoded.issues.is_empty());
    for format in Format::ALL {
        document.format = format;
        recognise::decode(&document);
    }
}

/// One byte made something else; markup, digits and signs more often than chance would.
fn damaged(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    const LIKELY: &[u8] = b"<>&\"'/=:;-+0912T \n\0\xff\xc3\x80";
    let mut bytes = bytes.to_vec();
    let place = random.below(bytes.len());
    let byte = random.below(256);
    bytes[place] = match LIKELY.get(byte / 4) {
        Some(likely) => *likely,
        None => u8::try_from(byte).unwrap_or(0),
    };
    bytes
}

#[test]
fn nothing_panics_on_any_prefix_of_a_fixture() {
    for path in files(&fixture("ted")) {
        let document = documents(&path, at("2026-11-23T08:00:00Z")).remove(0);
        for end in (0..document.bytes.len()).step_by(13) {
            let bytes = document.bytes[..end].to_vec();
            let cut = RawDocument { bytes, ..document.clone() };
            let decoded = recognise::decode(&cut);
            assert!(decoded.notice.is_none() && decoded.issues.len() == 1, "{end}");
        }
    }
}

#[test]
fn nothing_panics_on_a_damaged_byte_of_a_fixture() {
    let mut random = Random(29);
    for path in files(&fixture("ted")) {
        let document = documents(&path, at("2026-11-23T08:00:00Z")).remove(0);
        for _ in 0..150 {
            survive(damaged(&document.bytes, &mut random), document.format);
        }
    }
}

#[test]
fn nothing_panics_on_cut_and_damaged_notices_of_the_corpus() {
    let Some(corpus) = corpus() else {
        eprintln!("no corpus on this machine: nothing was checked");
        return;
    };
    let mut random = Random(31);
    for folder in ["eforms_real", "eforms_sdk", "ted_r209"] {
        let paths = files(&corpus.join(folder));
        let xml = paths.iter().filter(|path| path.extension().is_some_and(|end| end == "xml"));
        for path in xml.filter(|path| !path.ends_with("cn_24_maximal_100_lots.xml")) {
            let document = documents(path, at("2026-11-23T08:00:00Z")).remove(0);
            let bytes = &document.bytes;
            let cut = bytes[..random.below(bytes.len())].to_vec();
            for bytes in [cut, damaged(bytes, &mut random), damaged(bytes, &mut random)] {
                let damaged = RawDocument { bytes, ..document.clone() };
                let decoded = recognise::decode(&damaged);
                assert!(decoded.notice.is_some() || !decoded.issues.is_empty());
            }
        }
    }
}
