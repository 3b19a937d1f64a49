//! `correctFinding`.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::{UserError, member};
use crate::domain::ids::LotId;
use crate::graphql::error::{Code, user};
use crate::graphql::node_id::NodeId;
use crate::graphql::queries::{clock, db, loaded, loaders, stored};
use crate::graphql::types::correction::Correction;
use crate::graphql::types::enums::{CorrectionVerdict, FindingKind};
use crate::graphql::types::lot::Lot;
use crate::usecases::correct::{CorrectionError, NewCorrection, correct, withdraw};

/// What a person says of a finding.
#[derive(InputObject, Clone, Debug)]
pub struct CorrectFindingInput {
    /// The lot: its `id`.
    pub lot: ID,
    /// The kind of finding spoken of.
    pub kind: FindingKind,
    /// What is said of it: `RIGHT`, `WRONG`, or `MISSING` when there should be one.
    pub verdict: CorrectionVerdict,
    /// Why, at most 2,000 characters; needed unless the finding is right. Everybody can read it.
    pub reason: Option<String>,
    /// Words of the notice or of its documents that prove it, at most 2,000 characters.
    /// Example: `"L'exécution du lot 2 comporte 300 heures d'insertion (CCAP, art. 8)"`.
    pub quote: Option<String>,
}

/// What a person takes back.
#[derive(InputObject, Clone, Debug)]
pub struct WithdrawCorrectionInput {
    /// The lot: its `id`.
    pub lot: ID,
    /// The kind of finding spoken of.
    pub kind: FindingKind,
}

/// What became of it.
#[derive(SimpleObject, Clone, Debug)]
pub struct WithdrawCorrectionPayload {
    /// Whether there was anything to take back.
    pub withdrawn: bool,
    /// The lot, with what everybody still says of it.
    pub lot: Option<Lot>,
    /// What must be mended first.
    pub user_errors: Vec<UserError>,
}

/// What became of it.
#[derive(SimpleObject, Clone, Debug)]
pub struct CorrectFindingPayload {
    /// What was kept; nothing when there are `userErrors`.
    pub correction: Option<Correction>,
    /// The lot, with what everybody says of it.
    pub lot: Option<Lot>,
    /// What must be mended first.
    pub user_errors: Vec<UserError>,
}

/// What people say of findings.
#[derive(Default)]
pub struct CorrectionMutation;

#[Object]
impl CorrectionMutation {
    /// Says that a finding of a lot is right or wrong, or that one is missing. It is kept under the
    /// name of the key's owner and shown beside the finding, which stays as the rules made it. What
    /// the same person said of the same kind before is replaced. Needs a key.
    /// Example: `correctFinding(input: {lot: "lot_…", kind: EXECUTION_CLAUSE, verdict: WRONG,
    /// reason: "C'est l'objet du marché."}) { correction { madeAt } userErrors { message } }`.
    #[graphql(complexity = "100 + child_complexity")]
    async fn correct_finding(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is said, and of what.")] input: CorrectFindingInput,
    ) -> Result<CorrectFindingPayload> {
        let member = member(ctx)?;
        let lot = lot_id(&input.lot)?;
        let new = NewCorrection {
            lot,
            kind: input.kind.into(),
            verdict: input.verdict.into(),
            reason: input.reason.unwrap_or_default(),
            quote: input.quote,
        };
        let said = match correct(db(ctx), member, new, clock(ctx).now()).await {
            Err(CorrectionError::Store(error)) => return stored(ctx, Err(error)),
            Err(error) => {
                let errors = vec![UserError::of(field(&error), &error)];
                return Ok(CorrectFindingPayload {
                    correction: None,
                    lot: None,
                    user_errors: errors,
                });
            }
            Ok(said) => said,
        };
        let lot = loaded(ctx, loaders(ctx).lots.load(lot).await)?.map(Lot::from);
        Ok(CorrectFindingPayload {
            correction: Some(Correction::from(said)),
            lot,
            user_errors: Vec::new(),
        })
    }

    /// Takes back what the owner of the key said of a kind of finding of a lot: it is shown and
    /// counted no more. Needs a key.
    /// Example: `withdrawCorrection(input: {lot: "lot_…", kind: EXECUTION_CLAUSE}) { withdrawn }`.
    #[graphql(complexity = "100 + child_complexity")]
    async fn withdraw_correction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was said of what.")] input: WithdrawCorrectionInput,
    ) -> Result<WithdrawCorrectionPayload> {
        let member = member(ctx)?;
        let (lot, kind) = (lot_id(&input.lot)?, input.kind.into());
        let done = withdraw(db(ctx), &member, lot, kind, clock(ctx).now()).await;
        let withdrawn = stored(ctx, done)?;
        let lot = loaded(ctx, loaders(ctx).lots.load(lot).await)?.map(Lot::from);
        Ok(WithdrawCorrectionPayload { withdrawn, lot, user_errors: Vec::new() })
    }
}

fn lot_id(id: &ID) -> Result<LotId> {
    match NodeId::parse(id)? {
        NodeId::Lot(lot) => Ok(lot),
        _ => Err(user(Code::BadId, "`lot` is not the id of a lot")),
    }
}

/// The argument to mend.
const fn field(error: &CorrectionError) -> &'static str {
    match error {
        CorrectionError::NoLot => "lot",
        CorrectionError::NoFinding | CorrectionError::HasFinding => "verdict",
        CorrectionError::TooLong(name) => name,
        CorrectionError::NoReason | CorrectionError::Store(_) => "reason",
    }
}
