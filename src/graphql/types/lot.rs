//! Lots.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};

use super::code::Code;
use super::compliance::ComplianceAnswer;
use super::contract::Contract;
use super::correction::Correction;
use super::deadline::TenderDeadline;
use super::enums::{ContractNature, FindingKind, LotChangeKind, LotStatus, NumberBasis};
use super::enums::{OutcomeKind, Source};
use super::finding::{Contradiction, Eligibility, Finding};
use super::link::SignedContract;
use super::money::{EstimatedValue, Money};
use super::notice::Notice;
use super::organisation::Organisation;
use super::place::Place;
use super::procedure::Procedure;
use super::scalars::{Date, DateTime};
use crate::domain::ids::NoticeId;
use crate::domain::organisation::Party;
use crate::domain::procedure::{self, LotState};
use crate::domain::{finding, procedure::FieldChange as Change};
use crate::graphql::error::{Code as ErrorCode, user};
use crate::graphql::node_id::NodeId;
use crate::graphql::queries::{clock, loaded, loaders};
use crate::rules;

/// The smallest thing one can bid for, as it stands now: the call, its corrections and its result
/// folded into one. A procurement that is not divided has one lot without number.
#[derive(Clone, Debug)]
pub struct Lot(Arc<LotState>);

impl From<Arc<LotState>> for Lot {
    fn from(state: Arc<LotState>) -> Self {
        Self(state)
    }
}

impl From<LotState> for Lot {
    fn from(state: LotState) -> Self {
        Self(Arc::new(state))
    }
}

async fn notice(ctx: &Context<'_>, id: NoticeId) -> Result<Notice> {
    // A lot is written in the same transaction as its notices, and goes before them.
    Notice::load(ctx, id).await?.ok_or_else(|| user(ErrorCode::Internal, "the notice is gone"))
}

/// The smallest thing one can bid for, as it stands now: the call, its corrections and its result
/// folded into one. A procurement that is not divided has one lot without number.
#[Object]
impl Lot {
    /// Global id: the same in the call, its corrections and its award, and on every server.
    pub async fn id(&self) -> ID {
        NodeId::Lot(self.0.id).to_id()
    }

    /// The source's own identifier or number, for example `LOT-0005` or `3`; nothing for the lot
    /// of an undivided procurement and for forms without numbers.
    async fn source_lot_id(&self) -> Option<&str> {
        self.0.source_id.as_deref()
    }

    /// The number people use in sentences (`lot n° 5`).
    async fn number(&self) -> Option<&str> {
        self.0.number.as_deref()
    }

    /// How the number is known.
    async fn number_basis(&self) -> Option<NumberBasis> {
        self.0.number_basis.map(NumberBasis::from)
    }

    /// Title (BT-21); that of the procurement when it is not divided.
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }

    /// Description (BT-24); that of the procurement when it is not divided.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// Source of the notice that holds.
    async fn source(&self) -> Source {
        self.0.source.into()
    }

    /// Works, supplies or services (BT-23).
    async fn nature(&self) -> Option<ContractNature> {
        self.0.nature.map(ContractNature::from)
    }

    /// CPV codes, the main one first; those of the procurement when the lot has none. BOAMP's MAPA
    /// notices have none at all.
    async fn cpv(&self) -> Vec<Code> {
        self.0.cpv.iter().map(Code::from).collect()
    }

    /// Where the contract is carried out, or the nearest thing known: see `basis`.
    async fn place_of_performance(&self) -> Option<Place> {
        self.0.places.first().map(Place::from)
    }

    /// All places of the lot.
    async fn places(&self) -> Vec<Place> {
        self.0.places.iter().map(Place::from).collect()
    }

    /// Estimated value excluding tax (BT-27): the amount, else the upper bound of its range, else
    /// the lower one. Nothing when the notice gives none that can be believed.
    async fn estimated_value(&self) -> Option<Money> {
        let value = self.0.estimated_value.as_ref()?;
        value.figure().map(Money::from)
    }

    /// The estimated value in full: amount, range, and what was not believed.
    async fn value_details(&self) -> Option<EstimatedValue> {
        self.0.estimated_value.as_ref().map(EstimatedValue::from)
    }

    /// Duration of the contract in months (BT-36), rounded up.
    async fn duration_months(&self) -> Option<i32> {
        self.0.duration_months.and_then(|months| i32::try_from(months).ok())
    }

    /// The deadline that holds now, corrections included; the published one is in `history`.
    async fn deadline(&self) -> Option<TenderDeadline> {
        self.0.deadline.as_ref().map(TenderDeadline::from)
    }

    /// Day of the first publication that describes the lot.
    async fn published_on(&self) -> Option<Date> {
        self.0.published_on.map(Date)
    }

    /// Until when it can be answered, as far as known: the deadline, else the last day of display,
    /// else 180 days after publication. What `openAt` goes by.
    async fn open_until(&self) -> Option<DateTime> {
        self.0.open_until.map(DateTime)
    }

    /// What the lot is at present.
    async fn status(&self, ctx: &Context<'_>) -> LotStatus {
        self.0.status(clock(ctx).now()).into()
    }

    /// What the rules found, each finding with its proof.
    #[graphql(complexity = "2 * child_complexity")]
    async fn findings(
        &self,
        #[graphql(desc = "Only findings of these kinds.")] kinds: Option<Vec<FindingKind>>,
    ) -> Vec<Finding> {
        let found = self.0.findings.iter().map(|found| Finding::of_lot(found, self.0.id));
        found
            .filter(|found| kinds.as_ref().is_none_or(|kinds| kinds.contains(&found.kind)))
            .collect()
    }

    /// What people say of its findings, and of those they miss, the oldest first
    /// (`correctFinding`).
    #[graphql(complexity = "2 * child_complexity")]
    async fn corrections(&self, ctx: &Context<'_>) -> Result<Vec<Correction>> {
        Correction::of_lot(ctx, self.0.id).await
    }

    /// For each kind of supplier, whether the law lets it bid or supply hours, with the reason.
    #[graphql(complexity = "5 * child_complexity")]
    async fn eligible_for(&self) -> Vec<Eligibility> {
        let findings: Vec<&finding::Finding> =
            self.0.findings.iter().map(|found| &found.finding).collect();
        rules::eligibility::eligibility(&findings).iter().map(Eligibility::from).collect()
    }

    /// Statements of the notice that do not fit together, with what to correct.
    #[graphql(complexity = "2 * child_complexity")]
    async fn contradictions(&self) -> Vec<Contradiction> {
        self.0.contradictions.iter().map(Contradiction::from).collect()
    }

    /// What the law asks of the lot and of its procurement (social and green conditions of
    /// execution, reservations, award criteria, division into lots, published data), whether it
    /// applies and whether it is met. What is not known makes an answer `UNKNOWN`, never a guess.
    // It reads the whole notice.
    #[graphql(complexity = "50 + 8 * child_complexity")]
    async fn compliance(&self, ctx: &Context<'_>) -> Result<Vec<ComplianceAnswer>> {
        let body = loaded(ctx, loaders(ctx).bodies.load(self.0.notice).await)?;
        let body = body.ok_or_else(|| user(ErrorCode::Internal, "the notice is gone"))?;
        let answers = rules::compliance::of_lot(&self.0, &body.notice);
        Ok(answers.into_iter().map(ComplianceAnswer::from).collect())
    }

    /// The buyers.
    #[graphql(complexity = "2 * child_complexity")]
    async fn buyers(&self, ctx: &Context<'_>) -> Result<Vec<Organisation>> {
        Organisation::load_many(ctx, &self.0.buyers).await
    }

    /// The notice that holds now: the latest call, else the latest notice that describes the lot.
    async fn notice(&self, ctx: &Context<'_>) -> Result<Notice> {
        notice(ctx, self.0.notice).await
    }

    /// The procurement the lot belongs to.
    async fn procedure(&self, ctx: &Context<'_>) -> Result<Procedure> {
        let found = Procedure::load(ctx, self.0.procedure).await?;
        found.ok_or_else(|| user(ErrorCode::Internal, "the procurement is gone"))
    }

    /// Results, in publication order.
    #[graphql(complexity = "2 * child_complexity")]
    async fn awards(&self) -> Vec<Award> {
        self.0.awards.iter().map(Award::from).collect()
    }

    /// Contracts signed for it (DECP), as far as the evidence is sure; the doubtful ones are in
    /// `procedure { contracts }`.
    #[graphql(complexity = "2 * child_complexity")]
    async fn contracts(&self, ctx: &Context<'_>) -> Result<Vec<SignedContract>> {
        let ids: Vec<_> = self.0.contracts.iter().map(|signed| signed.contract).collect();
        let links = loaded(ctx, loaders(ctx).contract_links.load_many(&ids).await)?;
        Ok(links.into_iter().map(SignedContract::from).collect())
    }

    /// What `status` rests on: the notice that ended it, the contract signed for it, or the notice
    /// that holds.
    async fn status_source(&self, ctx: &Context<'_>) -> Result<StatusSource> {
        let contract = self.0.contracts.first().map(|signed| signed.contract);
        let (on, from) = match (self.0.outcome, self.0.ended_by(), contract) {
            (Some(_), Some(step), _) => (step.on, Err(step.notice)),
            (Some(_), None, Some(contract)) => (self.0.outcome_on, Ok(contract)),
            _ => (self.0.published_on, Err(self.0.notice)),
        };
        Ok(match from {
            Ok(contract) => StatusSource {
                on: on.map(Date),
                notice: None,
                contract: loaded(ctx, loaders(ctx).contracts.load(contract).await)?
                    .map(Contract::from),
            },
            Err(id) => StatusSource {
                on: on.map(Date),
                notice: Notice::load(ctx, id).await?,
                contract: None,
            },
        })
    }

    /// How the lot came to be as it is, oldest first.
    #[graphql(complexity = "3 * child_complexity")]
    async fn history(&self) -> Vec<LotChange> {
        self.0.history.iter().map(LotChange::from).collect()
    }
}

/// What the status of a lot rests on: one of both.
#[derive(SimpleObject, Clone, Debug)]
pub struct StatusSource {
    /// The day it holds since: of publication, or of notification.
    pub on: Option<Date>,
    /// The notice.
    pub notice: Option<Notice>,
    /// The contract, where no result was published.
    pub contract: Option<Contract>,
}

/// A winner as the notice names it.
#[derive(SimpleObject, Clone, Debug)]
pub struct Supplier {
    /// Its name.
    pub name: String,
    /// Its SIRET, when the notice gives a valid one.
    pub siret: Option<String>,
    /// Its address.
    pub place: Place,
}

impl From<&Party> for Supplier {
    fn from(party: &Party) -> Self {
        Self {
            name: party.name.clone(),
            siret: party.siret.as_ref().map(|siret| siret.as_str().to_owned()),
            place: Place::from(&party.place),
        }
    }
}

/// The result of a lot as one notice gives it.
#[derive(Clone, Debug)]
pub struct Award(procedure::Award);

impl From<&procedure::Award> for Award {
    fn from(award: &procedure::Award) -> Self {
        Self(award.clone())
    }
}

/// The result of a lot as one notice gives it.
#[Object]
impl Award {
    /// How the lot ended.
    async fn outcome(&self) -> OutcomeKind {
        self.0.outcome.kind.into()
    }

    /// Winners (*titulaires*), the members of a group one by one.
    async fn suppliers(&self) -> Vec<Supplier> {
        self.0.outcome.suppliers.iter().map(Supplier::from).collect()
    }

    /// Value of the award excluding tax (BT-720). Nothing when several winners share a framework
    /// agreement: no single amount is right then.
    async fn amount(&self) -> Option<Money> {
        self.0.outcome.amount.as_ref().map(Money::from)
    }

    /// Day of the decision (BT-1451).
    async fn decided_on(&self) -> Option<Date> {
        self.0.outcome.decided_on.map(Date)
    }

    /// Tenders received (BT-759).
    async fn tenders_received(&self) -> Option<i32> {
        self.0.outcome.tenders_received.and_then(|count| i32::try_from(count).ok())
    }

    /// The reason, or the free text the result was read from.
    async fn text(&self) -> Option<&str> {
        self.0.outcome.text.as_deref()
    }

    /// The notice that gives the result.
    async fn notice(&self, ctx: &Context<'_>) -> Result<Notice> {
        notice(ctx, self.0.notice).await
    }
}

/// One field before and after.
#[derive(SimpleObject, Clone, Debug)]
pub struct FieldChange {
    /// Name of the field of `Lot`, for example `deadline`.
    pub field: String,
    /// Its value before, as text.
    pub before: Option<String>,
    /// Its value after, as text.
    pub after: Option<String>,
}

impl From<&Change> for FieldChange {
    fn from(change: &Change) -> Self {
        Self {
            field: change.field.clone(),
            before: change.before.clone(),
            after: change.after.clone(),
        }
    }
}

/// One step in the history of a lot.
#[derive(Clone, Debug)]
pub struct LotChange(procedure::LotChange);

impl From<&procedure::LotChange> for LotChange {
    fn from(change: &procedure::LotChange) -> Self {
        Self(change.clone())
    }
}

/// One step in the history of a lot.
#[Object]
impl LotChange {
    /// Publication day of the document.
    async fn on(&self) -> Option<Date> {
        self.0.on.map(Date)
    }

    /// What it did.
    async fn kind(&self) -> LotChangeKind {
        self.0.kind.into()
    }

    /// The fields it changed.
    async fn fields(&self) -> Vec<FieldChange> {
        self.0.fields.iter().map(FieldChange::from).collect()
    }

    /// Its words, for corrections, cancellations and results in free text.
    async fn text(&self) -> Option<&str> {
        self.0.text.as_deref()
    }

    /// The document.
    async fn notice(&self, ctx: &Context<'_>) -> Result<Notice> {
        notice(ctx, self.0.notice).await
    }
}
