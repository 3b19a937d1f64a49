//! The integration tests: one binary, real servers, every store test on SQLite and on PostgreSQL.
#![expect(clippy::disallowed_methods, reason = "tests ask the machine for time and chance")]
#![expect(unreachable_pub, reason = "a binary of its own")]

mod approch;
mod cli;
mod compliance;
mod corpus;
mod corrections;
mod decoding;
mod decp;
mod expected;
mod export;
mod faults;
mod graphql;
mod house;
mod http;
mod ingest;
mod jobs;
mod kill;
mod linkage;
mod owed;
mod properties;
mod quality;
mod replay;
mod schema;
mod second_source;
mod store;
mod subscriptions;
mod support;
mod ted;
