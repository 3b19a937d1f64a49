//! Everything that has a global id.

use async_graphql::{ID, Interface};

use super::contract::Contract;
use super::lot::Lot;
use super::notice::Notice;
use super::organisation::Organisation;
use super::procedure::Procedure;

/// A thing with a global id, that `node` and `nodes` find again.
#[expect(clippy::large_enum_variant, reason = "a few of them live for one answer")]
#[derive(Interface, Clone, Debug)]
#[graphql(field(name = "id", ty = "ID", desc = "Global id: stable, the same on every server."))]
pub enum Node {
    /// A lot.
    Lot(Lot),
    /// A notice.
    Notice(Notice),
    /// A procurement.
    Procedure(Procedure),
    /// An organisation.
    Organisation(Organisation),
    /// A contract.
    Contract(Contract),
}
