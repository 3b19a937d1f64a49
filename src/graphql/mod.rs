//! The GraphQL schema: types written by hand over the domain, never derived from tables.
//!
//! A resolver checks its arguments, calls one function of the store, and maps the answer. Rows of
//! other tables come through [`loaders`], which are made new for each request, so that a page costs
//! the same number of statements however long it is. Descriptions are the manual of the API.

pub mod cursor;
pub mod error;
pub mod input;
pub mod loaders;
pub mod node_id;
pub mod queries;
pub mod schema;
pub mod subscriptions;
pub mod types;

pub use schema::{GraphqlAnswer, GraphqlRequest, Limits, Runner, Services, sdl};

/// The one websocket protocol that is spoken: the legacy one skipped hooks in several libraries.
pub const WEBSOCKET_PROTOCOL: async_graphql::http::WebSocketProtocols =
    async_graphql::http::WebSocketProtocols::GraphQLWS;
