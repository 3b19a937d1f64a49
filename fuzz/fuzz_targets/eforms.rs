//! Native eForms notices.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passerelle::feeds::eforms::map::native;

fuzz_target!(|text: &str| {
    let decoded = native(text);
    assert!(decoded.notice.is_some() || !decoded.issues.is_empty());
});
