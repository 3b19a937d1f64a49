//! The field's vocabulary: what a notice, a lot, a buyer, a deadline, a finding are.
//!
//! Pure: no I/O, no async, nothing of ours outside this room. Values are parsed once at the edge
//! into these types, and what could not be parsed is kept raw and marked rather than dropped.
//!
//! Reading order: [`source`] and [`ids`], the small values ([`cpv`], [`money`], [`siret`],
//! [`place`], [`deadline`]), then [`notice`] and [`lot`] (one document as published),
//! [`finding`] (what the rules say of it), [`procedure`] (what holds now, folded from all
//! documents of a procurement) and [`event`] (what changed). [`contract`] is what was signed.

pub mod award;
pub mod coded;
pub mod codes;
pub mod compliance;
pub mod consideration;
pub mod contract;
pub mod correction;
pub mod coverage;
pub mod cpv;
pub mod deadline;
pub mod distribution;
pub mod draft;
pub mod event;
pub mod finding;
pub mod finding_change;
pub mod gazetteer;
pub mod ids;
pub mod issue;
pub mod legal_basis;
pub mod linkage;
pub mod lot;
pub mod lot_reference;
pub mod member;
pub mod money;
pub mod notice;
pub mod organisation;
pub mod place;
pub mod procedure;
pub mod quantity;
pub mod siret;
pub mod source;
pub mod supplier;
pub mod text;
pub mod timeline;
