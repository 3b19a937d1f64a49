//! The schema: its roots, its limits, how a request is run.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{
    Data, EmptyMutation, Executor, Request, Response, Schema, ServerError, Value, Variables,
};
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use serde::Deserialize;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::error::{Code, RequestId};
use super::queries::{Query, RequestState};
use super::subscriptions::Subscription_;
use crate::clock::Clock;
use crate::store::Database;
use crate::usecases::horizon::Horizon;

/// The schema of Passerelle.
pub type PasserelleSchema = Schema<Query, EmptyMutation, Subscription_>;

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
            page_size: 100,
            timeout: Duration::from_secs(20),
            introspection: true,
        }
    }
}

/// Builds the schema.
fn build(services: Services) -> PasserelleSchema {
    let limits = services.limits;
    let schema = Schema::build(Query::default(), EmptyMutation, Subscription_)
        .limit_depth(limits.depth)
        .limit_complexity(limits.complexity)
        .limit_recursive_depth(64)
        .limit_directives(10)
        .data(services);
    if limits.introspection { schema.finish() } else { schema.disable_introspection().finish() }
}

/// The schema in SDL, as `schema.graphql` holds it. It needs no database.
pub fn sdl() -> String {
    let schema = Schema::build(Query::default(), EmptyMutation, Subscription_).finish();
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
}

/// An answer, ready to be sent.
#[derive(Clone, Debug)]
pub struct GraphqlAnswer {
    /// The response as JSON.
    pub json: String,
    /// Whether there are errors.
    pub has_errors: bool,
    /// Whether nothing was run: the document does not parse, does not fit the schema or its limits.
    pub is_request_error: bool,
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
        prepared.operation_name = request.operation_name;
        let response = self.execute(prepared).await;
        GraphqlAnswer {
            has_errors: !response.errors.is_empty(),
            is_request_error: !response.errors.is_empty() && response.data == Value::Null,
            json: serde_json::to_string(&response).unwrap_or_default(),
        }
    }

    fn prepare(&self, request: Request) -> Request {
        let id = RequestId((self.new_id)());
        request.data(RequestState::new(&self.services.db)).data(id)
    }
}

impl Executor for Runner {
    async fn execute(&self, request: Request) -> Response {
        // In a task of its own: loaders count on the turns of the runtime, and a request whose
        // client went away is given up with it.
        let (schema, request) = (self.schema.clone(), self.prepare(request));
        let mut task = JoinSet::new();
        task.spawn(async move { schema.execute(request).await });
        let limit = self.services.limits.timeout;
        let response = tokio::time::timeout(limit, task.join_next()).await;
        let answered = response.map(|ended| {
            let failed = |error| ServerError::new(format!("the query failed: {error}"), None);
            let ended = ended.unwrap_or_else(|| Ok(Response::default()));
            ended.unwrap_or_else(|error| Response::from_errors(vec![failed(error)]))
        });
        let mut response = answered.unwrap_or_else(|_| {
            let message =
                format!("the query took longer than {} s; ask for less at once", limit.as_secs());
            let error = with_code(ServerError::new(message, None), Code::Timeout);
            Response::from_errors(vec![error])
        });
        code_errors(&mut response);
        response
    }

    fn execute_stream(
        &self,
        request: Request,
        session_data: Option<Arc<Data>>,
    ) -> BoxStream<'static, Response> {
        let request = self.prepare(request);
        let stream = match session_data {
            Some(data) => self.schema.execute_stream_with_session_data(request, data).boxed(),
            None => self.schema.execute_stream(request).boxed(),
        };
        stream
            .map(|mut response| {
                code_errors(&mut response);
                response
            })
            .boxed()
    }
}

/// Gives a code to the errors of the library itself: they are about the query.
fn code_errors(response: &mut Response) {
    for error in &mut response.errors {
        let coded = error.extensions.as_ref().is_some_and(|known| known.get("code").is_some());
        if !coded {
            let bare = std::mem::replace(error, ServerError::new(String::new(), None));
            *error = with_code(bare, Code::InvalidQuery);
        }
    }
}

fn with_code(mut error: ServerError, code: Code) -> ServerError {
    error.extensions.get_or_insert_default().set("code", code.as_str());
    error
}
