//! Links that evidence makes.

use async_graphql::{ComplexObject, Context, Enum, Result, SimpleObject};

use super::contract::Contract;
use super::enums::Confidence;
use super::lot::Lot;
use super::procedure::Procedure;
use crate::domain::ids::{ContractId, LotId, ProcedureId};
use crate::domain::linkage::{self, LinkedContract};
use crate::domain::timeline::{JoinMethod, Joined};
use crate::graphql::error::{Code, user};
use crate::graphql::queries::{loaded, loaders};

/// What joins two documents.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkMethod {
    /// The same procedure identifier (BT-04).
    Folder,
    /// One names the other: see `field`.
    Reference,
    /// What agrees between them: buyer, title, codes, amounts, days. See `signals`.
    Evidence,
}

/// Something that speaks for a link, or against it.
#[derive(SimpleObject, Clone, Debug)]
pub struct LinkSignal {
    /// What was looked at, for example `TITLE`, `REFERENCE`, `CPV`, `HOLDER`, `AMOUNT`, `DATE`,
    /// `LOT_NUMBER`, `AMBIGUOUS`.
    pub kind: &'static str,
    /// Points, below zero when it speaks against the link.
    pub points: i32,
    /// What was seen, for example `90911200 / 90911200`.
    pub detail: String,
}

impl From<&linkage::Signal> for LinkSignal {
    fn from(signal: &linkage::Signal) -> Self {
        Self {
            kind: signal.kind.as_str(),
            points: i32::from(signal.points),
            detail: signal.detail.clone(),
        }
    }
}

/// How a document was joined to others, and how sure that is.
#[derive(SimpleObject, Clone, Debug)]
pub struct Link {
    /// What joins.
    pub method: LinkMethod,
    /// The field of the source that joins, for example `BT-04` or `annonce_lie`; nothing for
    /// evidence.
    pub field: Option<String>,
    /// 0 to 100; an identifier has 100. From 80 on documents are joined.
    pub score: i32,
    /// HIGH from 80 on; MEDIUM is for a person to look at.
    pub confidence: Confidence,
    /// The evidence, where that is what joins.
    pub signals: Vec<LinkSignal>,
}

impl From<&Joined> for Link {
    fn from(joined: &Joined) -> Self {
        let confidence = linkage::confidence(joined.score);
        Self {
            method: match joined.method {
                JoinMethod::Folder => LinkMethod::Folder,
                JoinMethod::Reference(_) => LinkMethod::Reference,
                JoinMethod::Evidence => LinkMethod::Evidence,
            },
            field: joined.method.field().map(str::to_owned),
            score: i32::from(joined.score),
            confidence: confidence.unwrap_or(crate::domain::finding::Confidence::Low).into(),
            signals: joined.signals.iter().map(LinkSignal::from).collect(),
        }
    }
}

/// A contract and what it was signed for.
#[derive(SimpleObject, Clone, Debug)]
#[graphql(complex)]
pub struct SignedContract {
    /// How this is known.
    pub link: Link,
    #[graphql(skip)]
    contract: ContractId,
    #[graphql(skip)]
    procedure: ProcedureId,
    #[graphql(skip)]
    lot: Option<LotId>,
}

#[ComplexObject]
impl SignedContract {
    /// The contract.
    async fn contract(&self, ctx: &Context<'_>) -> Result<Contract> {
        let found = loaded(ctx, loaders(ctx).contracts.load(self.contract).await)?;
        found.map(Contract::from).ok_or_else(|| user(Code::Internal, "the contract is gone"))
    }

    /// The procurement.
    async fn procedure(&self, ctx: &Context<'_>) -> Result<Procedure> {
        let found = Procedure::load(ctx, self.procedure).await?;
        found.ok_or_else(|| user(Code::Internal, "the procurement is gone"))
    }

    /// The lot; nothing when several lots of the procurement fit as well.
    async fn lot(&self, ctx: &Context<'_>) -> Result<Option<Lot>> {
        let Some(lot) = self.lot else { return Ok(None) };
        Ok(loaded(ctx, loaders(ctx).lots.load(lot).await)?.map(Lot::from))
    }
}

impl From<LinkedContract> for SignedContract {
    fn from(link: LinkedContract) -> Self {
        Self {
            link: Link::from(&Joined::by_evidence(link.score, link.signals)),
            contract: link.contract,
            procedure: link.procedure,
            lot: link.lot,
        }
    }
}
