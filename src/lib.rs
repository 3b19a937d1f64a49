//! Passerelle: which open public contracts the social and solidarity economy can answer, and the
//! words that prove it.
pub mod domain;
pub mod feeds;
pub mod rules;
