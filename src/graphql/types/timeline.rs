//! The life of a procurement over all sources.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Enum, Result, SimpleObject};

use super::contract::Contract;
use super::enums::Source;
use super::link::Link;
use super::lot::Lot;
use super::notice::Notice;
use super::scalars::Date;
use crate::domain::ids::{ContractId, LotId, NoticeId, ProcedureId};
use crate::domain::linkage::{LinkKind, LinkedContract, LinkedNotice, SURE};
use crate::domain::procedure::AssessedNotice;
use crate::domain::timeline::{self, Step};
use crate::graphql::queries::{loaded, loaders};

/// What a step of a procurement is.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "timeline::StepKind")]
pub enum TimelineStepKind {
    /// A purchase to come: prior information, a plan of APProch.
    Planned,
    /// A call for competition.
    Called,
    /// A correction or change notice.
    Corrected,
    /// Given up, wholly or in part.
    Cancelled,
    /// A result: awarded, without suitable tender, given up.
    Concluded,
    /// A contract signed.
    Contracted,
    /// A contract in force modified.
    Modified,
    /// Another notice.
    Other,
}

/// One step in the life of a procurement.
#[derive(SimpleObject, Clone, Debug)]
#[graphql(complex)]
pub struct TimelineStep {
    /// Day of publication, of a contract day of notification.
    pub on: Option<Date>,
    /// What it is.
    pub kind: TimelineStepKind,
    /// Sources that tell of it: the same notice may stand in BOAMP and in TED.
    pub sources: Vec<Source>,
    /// Number of the modification of the contract.
    pub modification: Option<u32>,
    /// What joins it to the procurement; nothing for the notice that the others are joined to.
    pub link: Option<Link>,
    #[graphql(skip)]
    notices: Vec<NoticeId>,
    #[graphql(skip)]
    contract: Option<ContractId>,
    #[graphql(skip)]
    lot: Option<LotId>,
}

#[ComplexObject]
impl TimelineStep {
    /// The notice, once for each source that carries it, the first published first.
    #[graphql(complexity = "2 * child_complexity")]
    async fn notices(&self, ctx: &Context<'_>) -> Result<Vec<Notice>> {
        let found = loaded(ctx, loaders(ctx).notices.load_many(&self.notices).await)?;
        Ok(found.into_iter().map(Notice::from).collect())
    }

    /// The contract.
    async fn contract(&self, ctx: &Context<'_>) -> Result<Option<Contract>> {
        let Some(contract) = self.contract else { return Ok(None) };
        Ok(loaded(ctx, loaders(ctx).contracts.load(contract).await)?.map(Contract::from))
    }

    /// The lot that the contract was signed for.
    async fn lot(&self, ctx: &Context<'_>) -> Result<Option<Lot>> {
        let Some(lot) = self.lot else { return Ok(None) };
        Ok(loaded(ctx, loaders(ctx).lots.load(lot).await)?.map(Lot::from))
    }
}

/// The steps of a procurement: four statements, however many it has.
pub(super) async fn load(ctx: &Context<'_>, id: ProcedureId) -> Result<Vec<TimelineStep>> {
    let loaders = loaders(ctx);
    let own = loaded(ctx, loaders.notices_of.load(id).await)?.unwrap_or_default();
    let own: Vec<NoticeId> = own.into_iter().map(|notice| notice.id).collect();
    let links = loaded(ctx, loaders.notice_links.load_many(&own).await)?;
    let mut links: Vec<LinkedNotice> = links.into_iter().flatten().collect();
    links.sort_by_key(|link| (link.from, link.to));
    links.dedup();
    links.retain(|link| link.score >= SURE);
    let announced = links.iter().filter(|link| link.kind == LinkKind::Announces);
    let plans: BTreeSet<NoticeId> =
        announced.map(|link| link.from).filter(|from| !own.contains(from)).collect();
    let plans: Vec<NoticeId> = plans.into_iter().collect();
    let all: Vec<NoticeId> = own.iter().chain(&plans).copied().collect();
    let bodies = loaded(ctx, loaders.bodies.load_many(&all).await)?;
    let of_contracts = loaded(ctx, loaders.contracts_of.load(id).await)?.unwrap_or_default();
    let sure = of_contracts.into_iter().filter(|link| link.score >= SURE);
    let of_contracts: Vec<LinkedContract> = sure.collect();
    let ids: Vec<ContractId> = of_contracts.iter().map(|link| link.contract).collect();
    let contracts = loaded(ctx, loaders.contracts.load_many(&ids).await)?;
    let pairs: Vec<_> = contracts
        .iter()
        .filter_map(|one| Some((one, of_contracts.iter().find(|link| link.contract == one.id)?)))
        .collect();
    let is_plan = |body: &&Arc<AssessedNotice>| plans.contains(&body.notice.id());
    let (plans, notices): (Vec<_>, Vec<_>) = bodies.iter().partition(is_plan);
    let plans: Vec<_> = plans.into_iter().map(|body| &body.notice).collect();
    let notices: Vec<_> = notices.into_iter().map(|body| &body.notice).collect();
    let steps = timeline::timeline(&notices, &links, &plans, &pairs);
    let source_of = |id: &NoticeId| {
        bodies.iter().find(|body| body.notice.id() == *id).map(|body| body.notice.source.into())
    };
    Ok(steps.into_iter().map(|step| TimelineStep::of(step, source_of)).collect())
}

impl TimelineStep {
    fn of(step: Step, source_of: impl Fn(&NoticeId) -> Option<Source>) -> Self {
        let mut sources: Vec<Source> = Vec::new();
        for source in step.notices.iter().filter_map(source_of) {
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        if step.contract.is_some() {
            sources.push(Source::Decp);
        }
        Self {
            on: step.on.map(Date),
            kind: step.kind.into(),
            sources,
            modification: step.modification,
            link: step.joined.as_ref().map(Link::from),
            notices: step.notices,
            contract: step.contract,
            lot: step.lot,
        }
    }
}
