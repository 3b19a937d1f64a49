//! TED XML R2.0.9.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passerelle::feeds::ted::r209;

fuzz_target!(|text: &str| {
    let decoded = r209::decode(text);
    assert!(decoded.notice.is_some() || !decoded.issues.is_empty());
});
