//! Documents of one purchase that no identifier joins: constructed timelines over all sources, and
//! real documents, where a sure link would be a wrong one.

mod corpus;
mod stale;
mod timeline;
