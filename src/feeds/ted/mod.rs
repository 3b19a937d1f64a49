//! TED: *Tenders Electronic Daily*, the supplement of the Official Journal of the European Union.
//!
//! Notices since November 2023 are eForms ([`eforms`](super::eforms)); older ones are XML R2.0.9
//! ([`r209`]). Days are listed by the Search API ([`search`]) and each notice is read whole
//! ([`feed`]).

pub mod codes;
pub mod feed;
pub mod r209;
pub mod search;
