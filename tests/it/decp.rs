//! Contracts: decoded from every layout, folded in any order, listed, fetched.

mod corpus;
pub mod decoding;

mod feed;
mod graphql;
mod store;
