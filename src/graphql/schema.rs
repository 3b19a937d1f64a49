//! The schema: its roots, its limits, how a request is run.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::parser::types::OperationType;
use async_graphql::{
    Data, Executor, Pos, Request, Response, Schema, ServerError, Value, Variables,
};
use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use serde::Deserialize;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::document;
use super::error::{Code, RequestId, internal, user};
use super::mutations::Mutation;
use super::queries::{Query, RequestState};
use super::subscriptions::Subscription_;
use super::websocket::PROTOCOL;
use crate::clock::Clock;
use crate::domain::member::Member;
use crate::store::Database;
use crate::usecases::horizon::Horizon;
use crate::usecases::members;

/// The schema of Passerelle.
pub type PasserelleSchema = Schema<Query, Mutation, Subscription_>;

/// What resolvers work with.
#[derive(Clone)]
pub struct Services {
    /// The database.
    pub db: Database,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// How far the log reaches.
    pub horizon: Horizon,
    /// What a request may cost.
    pub limits: Limits,
}

/// What a request may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Levels of selections.
    pub depth: usize,
    /// Fields a query may yield.
    pub complexity: usize,
    /// Root fields of one operation, each alias counted.
    pub root_fields: usize,
    /// Largest page.
    pub page_size: usize,
    /// Longest run.
    pub timeout: Duration,
    /// Whether introspection is answered.
    pub introspection: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 20,
            complexity: 20_000,
            root_fields: 30,
            page_size: 100,
            timeout: Duration::from_secs(20),
            introspection: true,
        }
    }
}

/// Builds the schema.
fn build(services: Services) -> PasserelleSchema {
    let limits = services.limits;
    let schema = Schema::build(Query::default(), Mutation::default(), Subscription_)
        .limit_depth(limits.depth)
        .limit_complexity(limits.complexity)
        .limit_recursive_depth(64)
        .limit_directives(10)
        .data(services);
    if limits.introspection { schema.finish() } else { schema.disable_introspection().finish() }
}

/// The schema in SDL, as `schema.graphql` holds it. It needs no database.
pub fn sdl() -> String {
    let schema = Schema::build(Query::default(), Mutation::default(), Subscription_).finish();
    schema.sdl_with_options(
        async_graphql::SDLExportOptions::new()
            .sorted_fields()
            .sorted_arguments()
            .sorted_enum_items(),
    )
}

/// A request as a transport received it.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct GraphqlRequest {
    /// The document.
    pub query: String,
    /// Which of its operations.
    #[serde(default, rename = "operationName")]
    pub operation_name: Option<String>,
    /// Values of its variables.
    #[serde(default)]
    pub variables: Option<serde_json::Map<String, serde_json::Value>>,
    /// The key that came with it (`Authorization: Bearer …`).
    #[serde(skip)]
    pub key: Option<String>,
    /// Whether it may only read, because it came by GET.
    #[serde(skip)]
    pub is_read_only: bool,
}

/// An answer, ready to be sent.
#[derive(Clone, Debug)]
pub struct GraphqlAnswer {
    /// The response as JSON.
    pub json: String,
    /// Whether there are errors.
    pub has_errors: bool,
    /// How it ended.
    pub outcome: Outcome,
}

/// How a request ended, for transports that have a status for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There is data, perhaps with errors beside it.
    Answered,
    /// There is no data, and the caller can mend it.
    Refused,
    /// There is no data, because the key opens nothing here.
    Unauthenticated,
    /// There is no data, because a mutation came by GET.
    NotByGet,
    /// There is no data, because it took too long.
    TimedOut,
    /// There is no data, because something failed on our side.
    Failed,
}

impl Outcome {
    fn of(response: &Response) -> Self {
        if response.errors.is_empty() || response.data != Value::Null {
            return Self::Answered;
        }
        let is = |code: Code| response.errors.iter().any(|error| has_code(error, code));
        match () {
            () if is(Code::Internal) => Self::Failed,
            () if is(Code::Timeout) => Self::TimedOut,
            () if is(Code::Unauthenticated) => Self::Unauthenticated,
            () => Self::Refused,
        }
    }
}

fn has_code(error: &ServerError, code: Code) -> bool {
    let known = error.extensions.as_ref().and_then(|known| known.get("code"));
    matches!(known, Some(Value::String(known)) if known == code.as_str())
}

/// Runs requests: fresh loaders for each, within its time, a code on every error.
#[derive(Clone)]
pub struct Runner {
    schema: PasserelleSchema,
    services: Services,
    /// Gives each request its id.
    new_id: fn() -> Uuid,
}

impl Runner {
    /// Runs requests against a schema.
    pub fn new(services: Services, new_id: fn() -> Uuid) -> Self {
        Self { schema: build(services.clone()), services, new_id }
    }

    /// What resolvers work with.
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// Runs a request that came by HTTP.
    pub async fn run(&self, request: GraphqlRequest) -> GraphqlAnswer {
        let variables = request.variables.unwrap_or_default();
        let variables = Variables::from_json(serde_json::Value::Object(variables));
        let mut prepared = Request::new(request.query).variables(variables);
        prepared.operation_name = request.operation_name.filter(|name| !name.is_empty());
        let id = RequestId((self.new_id)());
        let is_refused = request.is_read_only && may_be(&mut prepared, OperationType::Mutation);
        let response = match self.caller(request.key.as_deref(), id).await {
            _ if is_refused => refusal("send mutations by POST; GET only reads", id),
            Ok(caller) => self.answer(prepared, caller).await,
            Err(response) => response,
        };
        GraphqlAnswer {
            has_errors: !response.errors.is_empty(),
            outcome: if is_refused { Outcome::NotByGet } else { Outcome::of(&response) },
            json: serde_json::to_string(&response).unwrap_or_default(),
        }
    }

    /// The person whose key it is; nobody without one.
    async fn caller(&self, key: Option<&str>, id: RequestId) -> Result<Option<Member>, Response> {
        let Some(key) = key else { return Ok(None) };
        let error = match members::find(&self.services.db, key).await {
            Ok(Some(member)) => return Ok(Some(member)),
            Ok(None) => {
                let message = "this key is none, or was revoked; everything can be read without";
                user(Code::Unauthenticated, message)
            }
            Err(error) => internal(&error, Some(&id)),
        };
        let mut response = Response::from_errors(vec![error.into_server_error(Pos::default())]);
        complete_errors(&mut response, id);
        Err(response)
    }

    fn prepare(&self, request: Request, caller: Option<Member>, id: RequestId) -> Request {
        request.data(RequestState::new(&self.services.db, caller)).data(id)
    }

    /// Looks at a document before the library does. One that does not parse is left to it, which
    /// says where.
    fn refuse(&self, request: &mut Request, id: RequestId) -> Option<Response> {
        let document = request.parsed_query().ok()?;
        let message = document::check(document, &self.services.limits).err()?;
        Some(refusal(message, id))
    }
}

impl Runner {
    /// Runs a request of somebody, or of nobody in particular.
    async fn answer(&self, mut request: Request, caller: Option<Member>) -> Response {
        let id = RequestId((self.new_id)());
        if let Some(refusal) = self.refuse(&mut request, id) {
            return refusal;
        }
        if may_be(&mut request, OperationType::Subscription) {
            let message = format!(
                "send subscriptions over a websocket that speaks {PROTOCOL}, at this address"
            );
            return refusal(message, id);
        }
        // In a task of its own: loaders count on the turns of the runtime, and a request whose
        // client went away is given up with it.
        let (schema, request) = (self.schema.clone(), self.prepare(request, caller, id));
        let mut task = JoinSet::new();
        task.spawn(async move { schema.execute(request).await });
        let limit = self.services.limits.timeout;
        let mut response = match tokio::time::timeout(limit, task.join_next()).await {
            Ok(Some(Ok(response))) => response,
            Ok(None) => Response::default(),
            Ok(Some(Err(broken))) => {
                let error = internal(&broken, Some(&id));
                Response::from_errors(vec![error.into_server_error(Pos::default())])
            }
            Err(_) => {
                let seconds = limit.as_secs();
                let message =
                    format!("the query took longer than {seconds} s; ask for less at once");
                let mut error = ServerError::new(message, None);
                set(&mut error, "code", Code::Timeout.as_str());
                Response::from_errors(vec![error])
            }
        };
        complete_errors(&mut response, id);
        response
    }
}

impl Executor for Runner {
    async fn execute(&self, request: Request) -> Response {
        self.answer(request, None).await
    }

    fn execute_stream(
        &self,
        mut request: Request,
        session_data: Option<Arc<Data>>,
    ) -> BoxStream<'static, Response> {
        if !may_be(&mut request, OperationType::Subscription) {
            // A query over a websocket has the limits of any other.
            let runner = self.clone();
            return stream::once(async move { runner.execute(request).await }).boxed();
        }
        let id = RequestId((self.new_id)());
        if let Some(refusal) = self.refuse(&mut request, id) {
            return stream::once(async { refusal }).boxed();
        }
        let request = self.prepare(request, None, id);
        let stream = match session_data {
            Some(data) => self.schema.execute_stream_with_session_data(request, data).boxed(),
            None => self.schema.execute_stream(request).boxed(),
        };
        stream
            .map(move |mut response| {
                complete_errors(&mut response, id);
                response
            })
            .boxed()
    }
}

/// An answer to what is not run.
fn refusal(message: impl Into<String>, id: RequestId) -> Response {
    let mut response = Response::from_errors(vec![ServerError::new(message, None)]);
    complete_errors(&mut response, id);
    response
}

/// Whether a request may be an operation of this type; one that does not parse is none.
fn may_be(request: &mut Request, wanted: OperationType) -> bool {
    let name = request.operation_name.clone();
    let Ok(document) = request.parsed_query() else { return false };
    let mut operations = document.operations.iter();
    operations.any(|(found, operation)| {
        let is_asked = name.as_deref().is_none_or(|name| found.is_some_and(|found| found == name));
        is_asked && operation.node.ty == wanted
    })
}

/// Gives every error the id of its request, and a code to those of the library itself: they are
/// about the query.
fn complete_errors(response: &mut Response, id: RequestId) {
    for error in &mut response.errors {
        shorten(&mut error.message);
        let knows = |error: &ServerError, name: &str| {
            error.extensions.as_ref().is_some_and(|known| known.get(name).is_some())
        };
        if !knows(error, "code") {
            set(error, "code", Code::InvalidQuery.as_str());
        }
        if !knows(error, "requestId") {
            set(error, "requestId", &id.0.to_string());
        }
    }
}

/// The parser repeats the line of its error, which may be the whole query.
fn shorten(message: &mut String) {
    const END: usize = 300;
    if message.chars().count() > 3 * END {
        let first: String = message.chars().take(END).collect();
        let last = message.char_indices().rev().nth(END - 1).map_or(0, |(at, _)| at);
        *message = format!("{first} […] {}", &message[last..]);
    }
}

fn set(error: &mut ServerError, name: &str, value: &str) {
    error.extensions.get_or_insert_default().set(name, value);
}
