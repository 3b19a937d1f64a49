//! Organisations.

use async_graphql::{ComplexObject, Context, ID, Result, SimpleObject};

use super::connection::{ContractConnection, LotConnection, LotPage};
use super::place::Place;
use crate::domain::ids::OrganisationId;
use crate::domain::organisation;
use crate::graphql::cursor::PageArguments;
use crate::graphql::input::contract_filter::{ContractFilterInput, ContractOrder};
use crate::graphql::input::lot_filter::LotFilterInput;
use crate::graphql::input::lot_order::LotOrder;
use crate::graphql::node_id::NodeId;
use crate::graphql::queries::contracts::contracts_page;
use crate::graphql::queries::{clock, loaded, lots::lots_page};

/// A buyer or a supplier, named as in the latest notice that names it.
#[derive(SimpleObject, Clone, Debug)]
#[graphql(complex)]
pub struct Organisation {
    /// Official name (BT-500).
    pub name: String,
    /// SIRET, when the notices give a valid one.
    pub siret: Option<String>,
    /// The first nine digits of the SIRET.
    pub siren: Option<String>,
    /// Its address.
    pub place: Place,
    /// Legal type of a buyer as eForms codes it (BT-11), for example `la` (local authority).
    pub legal_type: Option<String>,
    #[graphql(skip)]
    key: OrganisationId,
}

#[ComplexObject]
impl Organisation {
    /// Global id: stable, the same on every server.
    pub async fn id(&self) -> ID {
        NodeId::Organisation(self.key).to_id()
    }

    /// Lots it buys.
    #[graphql(complexity = "first.or(last).unwrap_or(20).max(1) as usize * child_complexity")]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn lots(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only lots that fit.")] filter: Option<LotFilterInput>,
        #[graphql(desc = "Order; the newest publication first by default.")] order_by: Option<
            LotOrder,
        >,
        #[graphql(desc = "Lots from the beginning, 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only lots after this cursor.")] after: Option<String>,
        #[graphql(desc = "Lots from the end.")] last: Option<i32>,
        #[graphql(desc = "Only lots before this cursor.")] before: Option<String>,
    ) -> Result<LotConnection> {
        let page = PageArguments { first, after, last, before };
        let mut filter = filter.unwrap_or_default().check(clock(ctx).now())?;
        filter.buyers = vec![self.key];
        lots_page(ctx, LotPage { filter, order: order_by.unwrap_or_default().into(), page }).await
    }

    /// Contracts it bought, holds or works for.
    #[graphql(complexity = "first.or(last).unwrap_or(20).max(1) as usize * child_complexity")]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn contracts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only contracts that fit.")] filter: Option<ContractFilterInput>,
        #[graphql(desc = "Order; the latest notification first by default.")] order_by: Option<
            ContractOrder,
        >,
        #[graphql(desc = "Contracts from the beginning, 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only contracts after this cursor.")] after: Option<String>,
        #[graphql(desc = "Contracts from the end.")] last: Option<i32>,
        #[graphql(desc = "Only contracts before this cursor.")] before: Option<String>,
    ) -> Result<ContractConnection> {
        let page = PageArguments { first, after, last, before };
        let mut filter = filter.unwrap_or_default().check()?;
        filter.organisations = vec![self.key];
        contracts_page(ctx, filter, order_by.unwrap_or_default(), page).await
    }
}

impl From<organisation::Organisation> for Organisation {
    fn from(organisation: organisation::Organisation) -> Self {
        Self {
            siret: organisation.siret.as_ref().map(|siret| siret.as_str().to_owned()),
            siren: organisation.siret.as_ref().map(|siret| siret.siren().to_owned()),
            place: Place::from(&organisation.place),
            name: organisation.name,
            legal_type: organisation.legal_type,
            key: organisation.id,
        }
    }
}

impl Organisation {
    /// Organisations by id, in the order asked for.
    pub(crate) async fn load_many(ctx: &Context<'_>, ids: &[OrganisationId]) -> Result<Vec<Self>> {
        let loaders = crate::graphql::queries::loaders(ctx);
        let found = loaded(ctx, loaders.organisations.load_many(ids).await)?;
        Ok(found.into_iter().map(Self::from).collect())
    }

    /// An organisation by id.
    pub(crate) async fn load(ctx: &Context<'_>, id: OrganisationId) -> Result<Option<Self>> {
        Ok(Self::load_many(ctx, &[id]).await?.pop())
    }
}
