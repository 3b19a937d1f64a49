//! Loaders: the rows that many rows of a page need, asked for in one statement.
//!
//! The resolvers of one answer run in one task, each in its turn. The first one that wants a row
//! leaves its key and lets all others have their turn, in which they leave theirs; then it asks for
//! all of them. So the number of statements depends on the shape of a query alone, not on the size
//! of the page nor on how busy the machine is: see docs/adr/0006-loaders.md.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use crate::domain::contract::Contract;
use crate::domain::correction::Correction;
use crate::domain::ids::{ContractId, LotId, NoticeId, OrganisationId, ProcedureId};
use crate::domain::issue::DecodeIssue;
use crate::domain::linkage::{LinkedContract, LinkedNotice};
use crate::domain::notice::NoticeSummary;
use crate::domain::organisation::Organisation;
use crate::domain::procedure::{AssessedNotice, LotState};
use crate::store::procedures::ProcedureSummary;
use crate::store::{self, Database, StoreError};

/// All loaders of one request. They batch and do not remember, so that a subscription that lives
/// for days never answers with old rows.
#[derive(Debug)]
pub struct Loaders {
    /// Notices.
    pub notices: Loader<NoticeId, NoticeSummary>,
    /// Whole notices.
    pub bodies: Loader<NoticeId, Arc<AssessedNotice>>,
    /// Buyers of notices, the first named first.
    pub buyers: Loader<NoticeId, Vec<OrganisationId>>,
    /// Decode issues of notices.
    pub issues: Loader<NoticeId, Vec<DecodeIssue>>,
    /// Organisations.
    pub organisations: Loader<OrganisationId, Organisation>,
    /// Procurements.
    pub procedures: Loader<ProcedureId, ProcedureSummary>,
    /// Lots of procurements.
    pub lots_of: Loader<ProcedureId, Vec<Arc<LotState>>>,
    /// Notices of procurements, oldest first.
    pub notices_of: Loader<ProcedureId, Vec<NoticeSummary>>,
    /// Lots.
    pub lots: Loader<LotId, LotState>,
    /// Contracts.
    pub contracts: Loader<ContractId, Contract>,
    /// What contracts were signed for.
    pub contract_links: Loader<ContractId, LinkedContract>,
    /// Contracts of procurements, doubtful ones included.
    pub contracts_of: Loader<ProcedureId, Vec<LinkedContract>>,
    /// Links from and to notices that evidence makes.
    pub notice_links: Loader<NoticeId, Vec<LinkedNotice>>,
    /// What people say of lots.
    pub corrections_of: Loader<LotId, Vec<Correction>>,
}

impl Loaders {
    /// Loaders of a new request.
    pub fn new(db: &Database) -> Self {
        Self {
            notices: Loader::new(db, async |db, keys| {
                store::notices::summaries(db.read(), &keys).await
            }),
            bodies: Loader::new(db, async |db, keys| {
                let bodies = store::notices::bodies(db.read(), &keys).await?;
                Ok(bodies.into_iter().map(|body| (body.notice.id(), Arc::new(body))).collect())
            }),
            buyers: Loader::new(db, async |db, keys| {
                store::notices::buyers_of(db.read(), &keys).await
            }),
            issues: Loader::new(db, async |db, keys| {
                let issues = store::documents::issues_of_notices(db.read(), &keys).await?;
                let of_notice = issues.into_iter().filter_map(|found| Some((found.notice?, found)));
                Ok(grouped(of_notice.map(|(notice, found)| (notice, found.issue))))
            }),
            organisations: Loader::new(db, async |db, keys| {
                store::organisations::find(db.read(), &keys).await
            }),
            procedures: Loader::new(db, async |db, keys| {
                store::procedures::find(db.read(), &keys).await
            }),
            lots_of: Loader::new(db, async |db, keys| {
                let lots = store::lots::of_procedures(db.read(), &keys).await?;
                Ok(grouped(lots.into_iter().map(|lot| (lot.procedure, Arc::new(lot)))))
            }),
            notices_of: Loader::new(db, async |db, keys| {
                let notices = store::notices::of_procedures(db.read(), &keys).await?;
                Ok(grouped(notices.into_iter().map(|notice| (notice.procedure, notice))))
            }),
            lots: Loader::new(db, async |db, keys| store::lots::find(db.read(), &keys).await),
            contracts: Loader::new(db, async |db, keys| {
                store::contracts::find(db.read(), &keys).await
            }),
            contract_links: Loader::new(db, async |db, keys| {
                let links = store::links::of_contracts(db.read(), &keys, &[]).await?;
                Ok(links.into_iter().map(|link| (link.contract, link)).collect())
            }),
            contracts_of: Loader::new(db, async |db, keys| {
                let links = store::links::of_contracts(db.read(), &[], &keys).await?;
                Ok(grouped(links.into_iter().map(|link| (link.procedure, link))))
            }),
            notice_links: Loader::new(db, async |db, keys| {
                let links = store::links::of_notices(db.read(), &keys).await?;
                let ends =
                    links.into_iter().flat_map(|link| [(link.from, link.clone()), (link.to, link)]);
                Ok(grouped(ends))
            }),
            corrections_of: Loader::new(db, async |db, keys| {
                let said = store::corrections::of_lots(db.read(), &keys).await?;
                Ok(grouped(said.into_iter().map(|said| (said.lot, said))))
            }),
        }
    }
}

fn grouped<K: Hash + Eq, V>(rows: impl Iterator<Item = (K, V)>) -> HashMap<K, Vec<V>> {
    let mut groups: HashMap<K, Vec<V>> = HashMap::new();
    for (key, row) in rows {
        groups.entry(key).or_default().push(row);
    }
    groups
}

/// Turns of the task without a new key, after which every resolver that can go on has. Long lists
/// take their turn in parts.
const QUIET_TURNS: u32 = 2;

/// Held by the resolver that will ask. Given up before it did, it sends those who wait back.
struct Turn<'l, K, V>(&'l Loader<K, V>);

impl<K, V> Drop for Turn<'_, K, V> {
    fn drop(&mut self) {
        *self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner) = Waiting::default();
    }
}

type Rows<K, V> = HashMap<K, V>;
type Failure = Arc<StoreError>;
type Answer<K, V> = Result<Arc<Rows<K, V>>, Failure>;
type Query<K, V> =
    dyn Fn(Vec<K>) -> BoxFuture<'static, Result<Rows<K, V>, StoreError>> + Send + Sync;

/// Finds rows by key.
pub struct Loader<K, V> {
    query: Box<Query<K, V>>,
    waiting: Mutex<Waiting<K, V>>,
}

/// What resolvers left since rows were last asked for.
struct Waiting<K, V> {
    keys: Vec<K>,
    resolvers: Vec<oneshot::Sender<Answer<K, V>>>,
}

impl<K, V> Default for Waiting<K, V> {
    fn default() -> Self {
        Self { keys: Vec::new(), resolvers: Vec::new() }
    }
}

impl<K: fmt::Debug, V> fmt::Debug for Loader<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loader").finish_non_exhaustive()
    }
}

impl<K, V> Loader<K, V>
where
    K: Copy + Ord + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    fn new<F>(db: &Database, query: impl Fn(Database, Vec<K>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Rows<K, V>, StoreError>> + Send + 'static,
    {
        let db = db.clone();
        let query = Box::new(move |keys| query(db.clone(), keys).boxed());
        Self { query, waiting: Mutex::default() }
    }

    /// The row of a key; nothing when there is none.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn load(&self, key: K) -> Result<Option<V>, Failure> {
        Ok(self.wait(&[key]).await?.get(&key).cloned())
    }

    /// The rows of some keys, in their order; a key without a row is left out.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn load_many(&self, keys: &[K]) -> Result<Vec<V>, Failure> {
        let rows = self.wait(keys).await?;
        Ok(keys.iter().filter_map(|key| rows.get(key).cloned()).collect())
    }

    async fn wait(&self, keys: &[K]) -> Answer<K, V> {
        loop {
            let (is_first, answer) = self.leave(keys);
            if is_first {
                self.ask().await;
            }
            // Not counted against the task's share: a hundred resolvers get their answer in one
            // turn, so that what they want next is asked for together too.
            if let Ok(rows) = tokio::task::unconstrained(answer).await {
                return rows;
            }
            // The resolver that asked was given up, because of an error beside it: begin again.
        }
    }

    /// Gives every other resolver that can go on its turn, then asks for what they left.
    async fn ask(&self) {
        let turn = Turn(self);
        let count = || self.waiting.lock().unwrap_or_else(PoisonError::into_inner).resolvers.len();
        let (mut quiet, mut before) = (0, count());
        while quiet < QUIET_TURNS {
            // On a worker of the runtime this comes back after the whole task had its turn.
            tokio::task::yield_now().await;
            let now = count();
            quiet = if now == before { quiet + 1 } else { 0 };
            before = now;
        }
        let left =
            std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        std::mem::forget(turn);
        let mut keys = left.keys;
        keys.sort_unstable();
        keys.dedup();
        let rows = (self.query)(keys).await.map(Arc::new).map_err(Arc::new);
        for resolver in left.resolvers {
            // A resolver that is gone wants nothing.
            let _ = resolver.send(rows.clone());
        }
    }

    /// Leaves keys. Says whether they are the first.
    fn leave(&self, keys: &[K]) -> (bool, oneshot::Receiver<Answer<K, V>>) {
        let (resolver, answer) = oneshot::channel();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = waiting.resolvers.is_empty();
        waiting.keys.extend_from_slice(keys);
        waiting.resolvers.push(resolver);
        (is_first, answer)
    }
}
