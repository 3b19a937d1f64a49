//! Loaders: the rows that many rows of a page need, asked for in one statement.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::{DataLoader, Loader};

use crate::domain::ids::{LotId, NoticeId, OrganisationId, ProcedureId};
use crate::domain::issue::DecodeIssue;
use crate::domain::notice::NoticeSummary;
use crate::domain::organisation::Organisation;
use crate::domain::procedure::{AssessedNotice, LotState};
use crate::store::procedures::ProcedureSummary;
use crate::store::{self, Database, StoreError};

/// All loaders of one request. They batch and do not remember, so that a subscription that lives
/// for days never answers with old rows.
pub struct Loaders {
    /// Notices by id.
    pub notices: DataLoader<Rows<NoticeId>>,
    /// Whole notices by id.
    pub bodies: DataLoader<Rows<Body>>,
    /// Buyers of notices.
    pub buyers: DataLoader<Rows<BuyersOf>>,
    /// Organisations by id.
    pub organisations: DataLoader<Rows<OrganisationId>>,
    /// Procurements by id.
    pub procedures: DataLoader<Rows<ProcedureId>>,
    /// Lots by id.
    pub lots: DataLoader<Rows<LotId>>,
    /// Lots of procurements.
    pub lots_of: DataLoader<Rows<LotsOf>>,
    /// Notices of procurements.
    pub notices_of: DataLoader<Rows<NoticesOf>>,
    /// Decode issues of notices.
    pub issues: DataLoader<Rows<IssuesOf>>,
}

impl Loaders {
    /// Loaders of a new request.
    pub fn new(db: &Database) -> Self {
        Self {
            notices: Rows::loader(db),
            bodies: Rows::loader(db),
            buyers: Rows::loader(db),
            organisations: Rows::loader(db),
            procedures: Rows::loader(db),
            lots: Rows::loader(db),
            lots_of: Rows::loader(db),
            notices_of: Rows::loader(db),
            issues: Rows::loader(db),
        }
    }
}

/// Reads rows by keys of one kind.
pub struct Rows<K> {
    db: Database,
    key: std::marker::PhantomData<fn() -> K>,
}

impl<K: Send + Sync + std::hash::Hash + Eq + Clone + 'static> Rows<K>
where
    Self: Loader<K>,
{
    fn loader(db: &Database) -> DataLoader<Self> {
        let rows = Self { db: db.clone(), key: std::marker::PhantomData };
        DataLoader::new(rows, tokio::spawn)
    }
}

/// Asks for the whole of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Body(pub NoticeId);

/// Asks for the buyers of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BuyersOf(pub NoticeId);

/// Asks for the lots of a procurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LotsOf(pub ProcedureId);

/// Asks for the notices of a procurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NoticesOf(pub ProcedureId);

/// Asks for the decode issues of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IssuesOf(pub NoticeId);

type Failure = Arc<StoreError>;

impl Loader<NoticeId> for Rows<NoticeId> {
    type Value = NoticeSummary;
    type Error = Failure;

    async fn load(&self, keys: &[NoticeId]) -> Result<HashMap<NoticeId, Self::Value>, Failure> {
        Ok(store::notices::summaries(self.db.read(), keys).await?)
    }
}

impl Loader<Body> for Rows<Body> {
    type Value = Arc<AssessedNotice>;
    type Error = Failure;

    async fn load(&self, keys: &[Body]) -> Result<HashMap<Body, Self::Value>, Failure> {
        let ids: Vec<NoticeId> = keys.iter().map(|key| key.0).collect();
        let bodies = store::notices::bodies(self.db.read(), &ids).await?;
        Ok(bodies.into_iter().map(|body| (Body(body.notice.id()), Arc::new(body))).collect())
    }
}

impl Loader<BuyersOf> for Rows<BuyersOf> {
    type Value = Vec<OrganisationId>;
    type Error = Failure;

    async fn load(&self, keys: &[BuyersOf]) -> Result<HashMap<BuyersOf, Self::Value>, Failure> {
        let ids: Vec<NoticeId> = keys.iter().map(|key| key.0).collect();
        let buyers = store::notices::buyers_of(self.db.read(), &ids).await?;
        Ok(buyers.into_iter().map(|(notice, buyers)| (BuyersOf(notice), buyers)).collect())
    }
}

impl Loader<OrganisationId> for Rows<OrganisationId> {
    type Value = Organisation;
    type Error = Failure;

    async fn load(
        &self,
        keys: &[OrganisationId],
    ) -> Result<HashMap<OrganisationId, Self::Value>, Failure> {
        Ok(store::organisations::find(self.db.read(), keys).await?)
    }
}

impl Loader<ProcedureId> for Rows<ProcedureId> {
    type Value = ProcedureSummary;
    type Error = Failure;

    async fn load(
        &self,
        keys: &[ProcedureId],
    ) -> Result<HashMap<ProcedureId, Self::Value>, Failure> {
        Ok(store::procedures::find(self.db.read(), keys).await?)
    }
}

impl Loader<LotId> for Rows<LotId> {
    type Value = LotState;
    type Error = Failure;

    async fn load(&self, keys: &[LotId]) -> Result<HashMap<LotId, Self::Value>, Failure> {
        Ok(store::lots::find(self.db.read(), keys).await?)
    }
}

impl Loader<LotsOf> for Rows<LotsOf> {
    type Value = Vec<LotState>;
    type Error = Failure;

    async fn load(&self, keys: &[LotsOf]) -> Result<HashMap<LotsOf, Self::Value>, Failure> {
        let ids: Vec<ProcedureId> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<LotsOf, Vec<LotState>> = HashMap::new();
        for lot in store::lots::of_procedures(self.db.read(), &ids).await? {
            found.entry(LotsOf(lot.procedure)).or_default().push(lot);
        }
        Ok(found)
    }
}

impl Loader<NoticesOf> for Rows<NoticesOf> {
    type Value = Vec<NoticeSummary>;
    type Error = Failure;

    async fn load(&self, keys: &[NoticesOf]) -> Result<HashMap<NoticesOf, Self::Value>, Failure> {
        let ids: Vec<ProcedureId> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<NoticesOf, Vec<NoticeSummary>> = HashMap::new();
        for notice in store::notices::of_procedures(self.db.read(), &ids).await? {
            found.entry(NoticesOf(notice.procedure)).or_default().push(notice);
        }
        Ok(found)
    }
}

impl Loader<IssuesOf> for Rows<IssuesOf> {
    type Value = Vec<DecodeIssue>;
    type Error = Failure;

    async fn load(&self, keys: &[IssuesOf]) -> Result<HashMap<IssuesOf, Self::Value>, Failure> {
        let ids: Vec<NoticeId> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<IssuesOf, Vec<DecodeIssue>> = HashMap::new();
        for stored in store::documents::issues_of_notices(self.db.read(), &ids).await? {
            if let Some(notice) = stored.notice {
                found.entry(IssuesOf(notice)).or_default().push(stored.issue);
            }
        }
        Ok(found)
    }
}
