//! BOAMP: *Bulletin officiel des annonces des marchés publics*, published by DILA.
//!
//! The API (Opendatasoft Explore v2.1) is read first, the DILA flux of XML files second; both carry
//! the same notices and decode to the same [`Notice`](crate::domain::notice::Notice). A notice
//! has two parts, `GESTION` ([`gestion`]) and `DONNEES` ([`donnees`]), and one of five shapes:
//! eForms, [`fns`], [`mapa`], [`dsp`] (with DIVERS) and [`legacy`].

pub mod api;
pub mod decode;
pub mod donnees;
pub mod dsp;
pub mod feed;
pub mod flat;
pub mod flux;
pub mod fns;
pub mod forms;
pub mod gestion;
pub mod legacy;
pub mod mapa;

use crate::domain::award::{Outcome, OutcomeKind};
use crate::domain::lot::{Lot, LotKey, NumberBasis};
use crate::domain::organisation::{Party, PartyRole};
use crate::domain::place::Place;

/// An award known only by the names of its holders.
fn holders_outcome(holders: &[String]) -> Outcome {
    let mut outcome = Outcome::new(LotKey::whole(), OutcomeKind::Awarded);
    for name in holders {
        let party = Party::new(PartyRole::Supplier, name.clone(), None, Place::default());
        if !outcome.suppliers.contains(&party) {
            outcome.suppliers.push(party);
        }
    }
    outcome
}

/// The lots an award notice speaks of, when it does not describe them: one for each lot it
/// decides on, or the whole.
fn lots_of_outcomes(outcomes: &[Outcome]) -> Vec<Lot> {
    let mut lots: Vec<Lot> = Vec::new();
    for outcome in outcomes.iter().filter(|outcome| !outcome.lot.is_whole()) {
        if lots.iter().all(|lot| lot.key != outcome.lot) {
            let mut lot = Lot::new(outcome.lot.clone());
            lot.source_id = Some(outcome.lot.as_str().to_owned());
            lot.number = Some(outcome.lot.as_str().to_owned());
            lot.number_basis = Some(NumberBasis::Stated);
            lots.push(lot);
        }
    }
    if lots.is_empty() {
        lots.push(forms::whole_lot());
    }
    lots
}
