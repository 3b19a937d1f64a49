//! APProch (`projets-dachats-publics` of data.economie.gouv.fr): purchases that buyers plan, the
//! earliest signal there is. A project becomes a notice of form *planning* with one lot. Its
//! contact (`responsable`) is a person: the feed does not ask for it, the decoder does not take it.

pub mod decode;
pub mod feed;
