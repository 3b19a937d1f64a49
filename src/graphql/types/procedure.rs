//! Procurements.

use async_graphql::{ComplexObject, Context, ID, Result, SimpleObject};

use super::link::SignedContract;
use super::lot::Lot;
use super::notice::Notice;
use super::timeline::{self, TimelineStep};
use crate::domain::ids::ProcedureId;
use crate::graphql::node_id::NodeId;
use crate::graphql::queries::{loaded, loaders};
use crate::store::procedures::ProcedureSummary;

/// A procurement over all its notices: call, corrections, award.
#[derive(SimpleObject, Clone, Debug)]
#[graphql(complex)]
pub struct Procedure {
    /// Procedure identifier of eForms (BT-04), the same on BOAMP and TED.
    pub folder: Option<String>,
    /// Title.
    pub title: Option<String>,
    #[graphql(skip)]
    key: ProcedureId,
}

#[ComplexObject]
impl Procedure {
    /// Global id: stable, the same on every server.
    pub async fn id(&self) -> ID {
        NodeId::Procedure(self.key).to_id()
    }

    /// Its lots as they stand now.
    // A hundred at times. Lots of lots of lots would be a million.
    #[graphql(complexity = "30 * child_complexity")]
    async fn lots(&self, ctx: &Context<'_>) -> Result<Vec<Lot>> {
        let lots = loaded(ctx, loaders(ctx).lots_of.load(self.key).await)?.unwrap_or_default();
        Ok(lots.into_iter().map(Lot::from).collect())
    }

    /// Its notices, oldest first.
    #[graphql(complexity = "5 * child_complexity")]
    async fn notices(&self, ctx: &Context<'_>) -> Result<Vec<Notice>> {
        let found = loaded(ctx, loaders(ctx).notices_of.load(self.key).await)?.unwrap_or_default();
        Ok(found.into_iter().map(Notice::from).collect())
    }

    /// Contracts signed for it (DECP), doubtful ones included: see `link { confidence }`.
    #[graphql(complexity = "5 * child_complexity")]
    async fn contracts(&self, ctx: &Context<'_>) -> Result<Vec<SignedContract>> {
        let links = loaded(ctx, loaders(ctx).contracts_of.load(self.key).await)?;
        Ok(links.unwrap_or_default().into_iter().map(SignedContract::from).collect())
    }

    /// Its life over all sources, oldest first: plan, call, corrections, result, contracts and
    /// their modifications, each step with what joins it to the others.
    // It reads whole notices.
    #[graphql(complexity = "50 + 10 * child_complexity")]
    async fn timeline(&self, ctx: &Context<'_>) -> Result<Vec<TimelineStep>> {
        timeline::load(ctx, self.key).await
    }
}

impl From<ProcedureSummary> for Procedure {
    fn from(procedure: ProcedureSummary) -> Self {
        Self {
            folder: procedure.folder.map(|folder| folder.hyphenated().to_string()),
            title: procedure.title,
            key: procedure.id,
        }
    }
}

impl Procedure {
    /// A procurement by id.
    pub(crate) async fn load(ctx: &Context<'_>, id: ProcedureId) -> Result<Option<Self>> {
        let found = loaded(ctx, loaders(ctx).procedures.load(id).await)?;
        Ok(found.map(Self::from))
    }
}
