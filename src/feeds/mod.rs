//! Sources of notices.
pub mod boamp;
pub mod document;
pub mod eforms;
pub mod markup;
pub mod prose;
pub mod read;
pub mod recognise;
pub mod tree;
