//! Mutations. Each takes one `input` and gives what it made, or what its caller can mend.

pub mod corrections;

use async_graphql::{Context, MergedObject, Result, SimpleObject};

use super::error::{Code, user};
use super::queries::RequestState;
use crate::domain::member::Member;

/// All mutations.
#[derive(MergedObject, Default)]
pub struct Mutation(corrections::CorrectionMutation);

/// What the caller can mend.
#[derive(SimpleObject, Clone, Debug)]
pub struct UserError {
    /// The argument, from `input` down, for example `["input", "reason"]`.
    pub field: Vec<String>,
    /// What is wrong with it and what to do.
    pub message: String,
}

impl UserError {
    fn of(field: &str, message: &impl ToString) -> Self {
        let field = vec!["input".to_owned(), field.to_owned()];
        Self { field, message: message.to_string() }
    }
}

/// The person who asks.
///
/// # Errors
/// When the request came without a key.
fn member(ctx: &Context<'_>) -> Result<Member> {
    let caller = ctx.data_unchecked::<RequestState>().caller.clone();
    caller.ok_or_else(|| {
        let message = "who says it? Send your key as `Authorization: Bearer passerelle_…`; those who run this server make one with `passerelle keys add`";
        user(Code::Unauthenticated, message)
    })
}
