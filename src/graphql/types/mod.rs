//! Output types, one file a thing.

pub mod assessment;
pub mod code;
pub mod comparable_hours;
pub mod compliance;
pub mod connection;
pub mod contract;
pub mod correction;
pub mod coverage;
pub mod deadline;
pub mod enums;
pub mod event;
pub mod feed;
pub mod finding;
pub mod hours;
pub mod link;
pub mod lot;
pub mod money;
pub mod node;
pub mod notice;
pub mod organisation;
pub mod place;
pub mod procedure;
pub mod quantity;
pub mod rule;
pub mod scalars;
pub mod timeline;
