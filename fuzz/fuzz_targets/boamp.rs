//! Records of the BOAMP API, and XML of the DILA flux and of older years.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passerelle::feeds::boamp::decode;

fuzz_target!(|text: &str| {
    let decoded = if text.trim_start().starts_with('<') {
        decode::xml(text)
    } else {
        decode::record(text.as_bytes())
    };
    assert!(decoded.notice.is_some() || !decoded.issues.is_empty());
});
