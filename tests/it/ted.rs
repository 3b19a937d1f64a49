//! TED: what its notices hold, checked against a second, plain reading of the same XML, and the feed
//! against a server that misbehaves.

mod decoding;
mod eforms;
mod feed;
mod hostile;
mod r209;
