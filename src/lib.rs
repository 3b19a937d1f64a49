//! Passerelle: which open public contracts the social and solidarity economy can answer, and the
//! words that prove it.
//!
//! One notice walks through the house in this order: [`feeds`] fetch bytes and decode them into
//! the [`domain`]; [`rules`] say what they find in it, with proof; a use case ([`usecases`])
//! folds all notices of a procurement into lots as they stand, and writes them to the [`store`]
//! with one event for each change; [`graphql`] reads lots and follows events; [`export`] makes files
//! of them; [`http`] serves it.
//! [`jobs`] pull feeds at their times, [`app`] puts everything together, [`cli`] is the door.
//!
//! `docs/ARCHITECTURE.md` says which room may use which; a test holds it.

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod export;
pub mod feeds;
pub mod graphql;
pub mod http;
pub mod jobs;
pub mod net;
pub mod rules;
pub mod store;
pub mod telemetry;
pub mod usecases;
