//! TED: what its notices hold, checked against a second, plain reading of the same XML, and the feed
//! against a server that misbehaves.
#![expect(clippy::print_stderr, reason = "a test says that it checked nothing")]

mod decoding;
mod eforms;
mod feed;
mod hostile;
mod r209;
