//! Events of the log.

use async_graphql::{Context, ID, Object, Result};
use uuid::Uuid;

use super::enums::LotEventKind;
use super::lot::{FieldChange, Lot};
use super::notice::Notice;
use super::scalars::DateTime;
use crate::domain::event;
use crate::domain::procedure::LotState;
use crate::graphql::cursor;
use crate::graphql::node_id::NodeId;

/// Something that happened to a lot.
#[derive(Clone, Debug)]
pub struct LotEvent {
    event: event::LotEvent,
    epoch: Uuid,
    lot: Option<Lot>,
}

impl LotEvent {
    /// An event with its lot as it stands now.
    pub(crate) fn new(event: event::LotEvent, epoch: Uuid, lot: Option<LotState>) -> Self {
        Self { event, epoch, lot: lot.map(Lot::from) }
    }
}

/// Something that happened to a lot.
#[Object]
impl LotEvent {
    /// Give it back as `after` to go on after this event: nothing is lost, nothing comes twice.
    async fn cursor(&self) -> String {
        cursor::of_event(self.epoch, self.event.position)
    }

    /// Its place in the log: 1, 2, 3 … without a gap. A filter leaves places out.
    async fn position(&self) -> String {
        self.event.position.to_string()
    }

    /// What happened.
    async fn kind(&self) -> LotEventKind {
        self.event.event.kind.into()
    }

    /// When it was recorded here.
    async fn recorded_at(&self) -> DateTime {
        self.event.recorded_at.into()
    }

    /// Global id of the lot.
    async fn lot_id(&self) -> ID {
        NodeId::Lot(self.event.event.lot).to_id()
    }

    /// The lot as it stands now; nothing when it was removed.
    async fn lot(&self) -> Option<Lot> {
        self.lot.clone()
    }

    /// The notice that caused the event.
    async fn notice(&self, ctx: &Context<'_>) -> Result<Option<Notice>> {
        Notice::load(ctx, self.event.event.notice).await
    }

    /// The fields that changed; empty for a lot that is new here.
    async fn changes(&self) -> Vec<FieldChange> {
        self.event.event.changes.iter().map(FieldChange::from).collect()
    }
}
