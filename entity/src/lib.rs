//! SeaORM models of Passerelle: one table a file, no logic, no GraphQL.

pub mod contract;
pub mod contract_link;
pub mod contract_party;
pub mod decode_issue;
pub mod document;
pub mod document_body;
pub mod event;
pub mod event_head;
pub mod feed_day;
pub mod feed_resource;
pub mod feed_run;
pub mod feed_start;
pub mod job_tick;
pub mod link_due;
pub mod lot;
pub mod lot_buyer;
pub mod lot_cpv;
pub mod lot_finding;
pub mod lot_place;
pub mod lot_text;
pub mod notice;
pub mod notice_body;
pub mod notice_link;
pub mod notice_party;
pub mod organisation;
pub mod procedure;
