//! The rules, one or a small family a file. A rule of markets that has its twin for concessions
//! stands beside it.

pub(super) mod award_criteria;
pub(super) mod division;
pub(super) mod essential_data;
pub(super) mod execution_conditions;
pub(super) mod scheme;
pub(super) mod social_conditions;
pub(super) mod social_economy;
pub(super) mod stated_reservation;
