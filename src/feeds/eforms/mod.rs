//! eForms notices (UBL 2.3 with the eForms extensions, SDK 1.3 and later), as published by TED and
//! carried inside BOAMP records and the DILA flux.
//!
//! [`decode::EformsDecoder`] receives the elements of a notice and keeps what Passerelle needs in
//! the terms of the specification ([`model`]); [`map`] turns that into a
//! [`Notice`](crate::domain::notice::Notice). Fields are found by their path (`paths`) and
//! `@listName`, never by position; texts take their role from where they stand (`texts`).

pub mod decode;
mod fields;
pub mod map;
pub mod model;
mod outcomes;
mod paths;
mod texts;

/// Whether a name is the root element of an eForms notice.
pub fn is_root(name: &str) -> bool {
    matches!(
        name,
        "ContractNotice"
            | "ContractAwardNotice"
            | "PriorInformationNotice"
            | "BusinessRegistrationInformationNotice"
    )
}
