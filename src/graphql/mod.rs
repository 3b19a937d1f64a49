//! The GraphQL schema: types written by hand over the domain, never derived from tables.
//!
//! A resolver checks its arguments, calls one function of the store, and maps the answer. Rows of
//! other tables come through [`loaders`], which are made new for each request, so that a page costs
//! the same number of statements however long it is. Descriptions are the manual of the API.

pub mod cursor;
mod document;
pub mod error;
pub mod input;
pub mod loaders;
pub mod mutations;
pub mod node_id;
pub mod queries;
pub mod schema;
pub mod subscriptions;
pub mod types;
pub mod websocket;

pub use input::lot_filter_json::read_lot_filter;
pub use schema::{GraphqlAnswer, GraphqlRequest, Limits, Outcome, Runner, Services, sdl};
