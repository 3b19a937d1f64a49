//! The server as the world sees it: real requests to the program's own routes on a free port.

mod graphql;
mod health;
mod pages;
mod stopping;
mod websocket;
