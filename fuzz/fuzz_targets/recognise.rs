//! Any file given to `ingest` or `assess`.
#![no_main]

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use passerelle::feeds::recognise;

fuzz_target!(|bytes: &[u8]| {
    for document in recognise::split(bytes, "fuzz", DateTime::UNIX_EPOCH) {
        let _ = recognise::decode(&document);
    }
});
