//! Input types, checked once into the types of the store.

pub mod assess;
pub mod contract_filter;
pub mod hours;
pub mod lot_filter;
pub mod lot_filter_json;
pub mod lot_order;
pub mod notice_filter;
