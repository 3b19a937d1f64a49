//! Errors of the API: one list of codes; what a caller can mend is said, what is ours is logged
//! once and never sent.

use std::fmt::Display;

use async_graphql::{Error, ErrorExtensions};
use uuid::Uuid;

/// Codes of errors, in `extensions.code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// An argument has no sense: the message says what to write instead.
    BadArgument,
    /// A cursor was not given by this list in this order.
    BadCursor,
    /// An id is not one of this API.
    BadId,
    /// A code (department, CPV, commune …) is not in its list.
    UnknownCode,
    /// A cursor of the log belongs to another log: start again without it.
    CursorEpochChanged,
    /// The key opens nothing here, or one is needed.
    Unauthenticated,
    /// The query is not GraphQL, or does not fit the schema or its limits.
    InvalidQuery,
    /// The query took too long.
    Timeout,
    /// Something failed on our side: the request id finds it in the log.
    Internal,
}

impl Code {
    /// The name in `extensions.code`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadArgument => "BAD_ARGUMENT",
            Self::BadCursor => "BAD_CURSOR",
            Self::BadId => "BAD_ID",
            Self::UnknownCode => "UNKNOWN_CODE",
            Self::CursorEpochChanged => "CURSOR_EPOCH_CHANGED",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::InvalidQuery => "INVALID_QUERY",
            Self::Timeout => "TIMEOUT",
            Self::Internal => "INTERNAL",
        }
    }
}

/// An error that a caller can mend.
pub fn user(code: Code, message: impl Into<String>) -> Error {
    Error::new(message.into()).extend_with(|_, extensions| extensions.set("code", code.as_str()))
}

/// An argument without sense.
pub fn bad_argument(message: impl Into<String>) -> Error {
    user(Code::BadArgument, message)
}

/// Identifies one request, for people who report an error.
#[derive(Clone, Copy, Debug)]
pub struct RequestId(pub Uuid);

/// An error of ours, logged here and answered without its words.
pub fn internal(error: &impl Display, request: Option<&RequestId>) -> Error {
    let request = request.map(|id| id.0.to_string());
    tracing::error!(%error, request, "a query could not be answered");
    Error::new(
        "the query could not be answered; try again, and report the request id if it goes on",
    )
    .extend_with(|_, extensions| {
        extensions.set("code", Code::Internal.as_str());
        if let Some(request) = request {
            extensions.set("requestId", request);
        }
    })
}
