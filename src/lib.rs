//! Passerelle: which open public contracts the social and solidarity economy can answer, and the
//! words that prove it.
pub mod clock;
pub mod config;
pub mod domain;
pub mod feeds;
pub mod net;
pub mod rules;
pub mod store;
pub mod usecases;
