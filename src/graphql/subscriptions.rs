//! `lotEvents`: replayed from the log after a cursor, then live.
//!
//! The horizon only wakes; what is sent is always read from the log. There is no moment at which
//! replay hands over to live, so nothing is lost between them and nothing comes twice. A slow
//! reader lags behind in the log, not in memory.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use async_graphql::{Context, Result, Subscription};
use futures_util::stream::{self, Stream};
use tokio::sync::watch;

use super::cursor::event_position;
use super::error::{RequestId, internal};
use super::input::lot_filter::LotFilterInput;
use super::queries::{services, stored};
use super::schema::Services;
use super::types::event::LotEvent;
use crate::domain::event;
use crate::domain::ids::LotId;
use crate::domain::procedure::LotState;
use crate::store::lot_filter::LotFilter;
use crate::store::{self, StoreError};

/// All subscriptions.
#[derive(Default)]
pub struct Subscription_;

/// Events read from the log at once.
const BATCH: u64 = 200;
/// Another process writes to the same database without waking this one: look for its events.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// What is told as it happens, over a websocket (`graphql-transport-ws`).
#[Subscription(name = "Subscription")]
impl Subscription_ {
    /// What happens to lots: opened, changed, corrected, cancelled, awarded. Without `after` it
    /// tells what comes from now on; with the cursor of the last event received it goes on after
    /// it, however long ago that was. The filter looks at lots as they stand when the event is
    /// sent; removals pass only when there is no filter.
    /// Example: `lotEvents(filter: {departments: ["34"], eligibleFor: [EI]}) { cursor kind lot { title } }`.
    async fn lot_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only events of lots that fit.")] filter: Option<LotFilterInput>,
        #[graphql(desc = "Cursor of the last event received.")] after: Option<String>,
    ) -> Result<impl Stream<Item = Result<LotEvent>> + use<>> {
        let services = services(ctx).clone();
        // Watch first, read then: an event between the two wakes at once.
        let horizon = services.horizon.watch();
        let is_open = filter.as_ref().is_some_and(|f| f.is_open && f.open_at.is_none());
        let filter = filter.map(|filter| filter.check(services.clock.now())).transpose()?;
        let head = stored(ctx, store::events::head(services.db.read()).await)?;
        let position = match after {
            Some(after) => event_position(&after, head.epoch, head.position)?,
            None => head.position,
        };
        let reader = Reader {
            services,
            horizon,
            filter,
            is_open,
            epoch: head.epoch,
            position,
            ready: VecDeque::new(),
        };
        let request = ctx.data_opt::<RequestId>().copied();
        Ok(stream::unfold(Some(reader), move |reader| async move {
            let mut reader = reader?;
            match reader.next().await {
                Ok(event) => Some((Ok(event), Some(reader))),
                // The stream ends with its error; the client resumes with its last cursor.
                Err(error) => Some((Err(internal(&error, request.as_ref())), None)),
            }
        }))
    }
}

/// Reads the log for one subscriber.
struct Reader {
    services: Services,
    horizon: watch::Receiver<i64>,
    filter: Option<LotFilter>,
    /// Whether a lot must be open when its event is sent.
    is_open: bool,
    epoch: uuid::Uuid,
    position: i64,
    ready: VecDeque<LotEvent>,
}

impl Reader {
    async fn next(&mut self) -> Result<LotEvent, StoreError> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Ok(event);
            }
            self.horizon.mark_unchanged();
            if !self.read().await? {
                let looked = self.services.clock.sleep(LOOK_EVERY);
                tokio::select! {
                    _ = self.horizon.changed() => {}
                    () = looked => {}
                }
            }
        }
    }

    /// Reads on. Says whether there was anything to read.
    async fn read(&mut self) -> Result<bool, StoreError> {
        let conn = self.services.db.read();
        let events = store::events::after(conn, self.position, BATCH).await?;
        let Some(last) = events.last() else { return Ok(false) };
        self.position = last.position;
        let mut ids: Vec<LotId> = events.iter().map(|event| event.event.lot).collect();
        ids.sort_unstable();
        ids.dedup();
        let lots: HashMap<LotId, LotState> = match &self.filter {
            Some(filter) => {
                let mut filter = LotFilter { ids, ..filter.clone() };
                if self.is_open {
                    filter.open_at = Some(self.services.clock.now());
                }
                let most = store::page::PageRequest::first(BATCH);
                let order = store::lots::LotOrder::default();
                let page = store::lots::page(conn, &filter, order, &most).await?;
                page.items.into_iter().map(|lot| (lot.id, lot)).collect()
            }
            None => store::lots::find(conn, &ids).await?,
        };
        let passes =
            |event: &event::LotEvent| self.filter.is_none() || lots.contains_key(&event.event.lot);
        self.ready.extend(events.into_iter().filter(passes).map(|event| {
            let lot = lots.get(&event.event.lot).cloned();
            LotEvent::new(event, self.epoch, lot)
        }));
        Ok(true)
    }
}
