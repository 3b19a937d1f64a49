//! Contracts: decoded from every layout, folded in any order, listed, fetched.

mod corpus;
mod decoding;

mod feed;
mod graphql;
mod store;
