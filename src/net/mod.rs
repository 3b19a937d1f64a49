//! Guarded HTTP clients. [`feed`] reads sources that we chose ourselves.

pub mod feed;
