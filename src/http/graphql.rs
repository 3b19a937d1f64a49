//! GraphQL over HTTP: POST, and GET for queries.

use std::time::Instant;

use poem::http::{HeaderMap, StatusCode, header};
use poem::web::Data;
use poem::web::websocket::WebSocket;
use poem::{IntoResponse as _, Request, Response, handler};
use serde::Deserialize;
use tokio::io::AsyncReadExt as _;
use tokio::sync::watch;

use super::{HttpState, websocket};
use crate::graphql::{GraphqlAnswer, GraphqlRequest, Outcome};

const RESPONSE_JSON: &str = "application/graphql-response+json";

/// A refusal before anything runs, in the shape of a GraphQL error.
pub(super) fn refusal(status: StatusCode, message: &str) -> Response {
    let error = serde_json::json!({
        "errors": [{ "message": message, "extensions": { "code": "BAD_REQUEST" } }]
    });
    error.to_string().with_content_type("application/json").with_status(status).into_response()
}

fn accepts(headers: &HeaderMap, media: &str) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| {
        accept.split(',').any(|one| one.split(';').next().unwrap_or("").trim() == media)
    })
}

/// The answer with the media type that was asked for. Clients that know
/// `application/graphql-response+json` get the status of what happened; the others get 200, as
/// GraphQL over HTTP wants it.
fn answer(headers: &HeaderMap, answer: GraphqlAnswer) -> Response {
    let knows = accepts(headers, RESPONSE_JSON);
    let media = if knows { RESPONSE_JSON } else { "application/json" };
    let status = match answer.outcome {
        _ if !knows => StatusCode::OK,
        Outcome::Answered => StatusCode::OK,
        Outcome::Refused => StatusCode::BAD_REQUEST,
        Outcome::Unauthenticated => StatusCode::UNAUTHORIZED,
        Outcome::NotByGet => StatusCode::METHOD_NOT_ALLOWED,
        Outcome::TimedOut => StatusCode::GATEWAY_TIMEOUT,
        Outcome::Failed => StatusCode::INTERNAL_SERVER_ERROR,
    };
    answer.json.with_content_type(media).with_status(status).into_response()
}

/// The key of `Authorization: Bearer …`. Other schemes are of somebody in between.
fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim().to_owned())
}

async fn run(state: &HttpState, headers: &HeaderMap, mut request: GraphqlRequest) -> Response {
    let began = Instant::now();
    request.key = bearer(headers);
    let answered = state.runner.run(request).await;
    state.metrics.graphql_seconds.observe(began.elapsed().as_secs_f64());
    if answered.has_errors {
        state.metrics.graphql_errors.inc();
    }
    answer(headers, answered)
}

/// What is left of a body that is too large is thrown away up to here, in bytes: a connection that
/// is closed on unread bytes is reset, and the client never sees why. Not so for encoded bodies,
/// which grow while they are read.
const THROWN_AWAY: u64 = 16 << 20;

/// A body; nothing when it has more than `most` bytes.
async fn read(body: poem::Body, most: usize, is_encoded: bool) -> std::io::Result<Option<Vec<u8>>> {
    let mut reader = body.into_async_read();
    let mut bytes = Vec::new();
    (&mut reader).take(most as u64 + 1).read_to_end(&mut bytes).await?;
    if bytes.len() <= most {
        return Ok(Some(bytes));
    }
    if !is_encoded {
        let _ = tokio::io::copy(&mut reader.take(THROWN_AWAY), &mut tokio::io::sink()).await;
    }
    Ok(None)
}

/// A query, mutation or introspection by POST.
#[handler]
pub(crate) async fn post(state: Data<&HttpState>, request: &Request, body: poem::Body) -> Response {
    let media = request.content_type().unwrap_or("");
    // Anything but JSON could be sent by a form of another site.
    if !media.split(';').next().unwrap_or("").trim().eq_ignore_ascii_case("application/json") {
        return refusal(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "send the request as JSON with `Content-Type: application/json`",
        );
    }
    let is_encoded = request.headers().contains_key(header::CONTENT_ENCODING);
    let bytes = match read(body, state.body_bytes, is_encoded).await {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            let message = format!("the request body has more than {} bytes", state.body_bytes);
            return refusal(StatusCode::PAYLOAD_TOO_LARGE, &message);
        }
        Err(_) => {
            let message = "the request body is cut, or is not what `Content-Encoding` says";
            return refusal(StatusCode::BAD_REQUEST, message);
        }
    };
    match serde_json::from_slice::<GraphqlRequest>(&bytes) {
        Ok(query) => run(&state, request.headers(), query).await,
        Err(error) => {
            let message = format!(
                "the body is not a GraphQL request ({error}); send {{\"query\": \"…\", \"variables\": {{…}}}}, one request a body"
            );
            refusal(StatusCode::BAD_REQUEST, &message)
        }
    }
}

#[derive(Deserialize)]
struct QueryString {
    query: Option<String>,
    #[serde(rename = "operationName")]
    operation_name: Option<String>,
    variables: Option<String>,
}

/// A query by GET, or a websocket.
#[handler]
pub(crate) async fn get_or_websocket(
    state: Data<&HttpState>,
    stop: Data<&watch::Receiver<bool>>,
    request: &Request,
    upgrade: poem::Result<WebSocket>,
) -> Response {
    let wanted = request.headers().get(header::UPGRADE).and_then(|value| value.to_str().ok());
    if wanted.is_some_and(|wanted| wanted.eq_ignore_ascii_case("websocket")) {
        return match upgrade {
            Ok(upgrade) => websocket::open(&state, &stop, request, upgrade),
            Err(_) => refusal(StatusCode::BAD_REQUEST, "not a websocket handshake"),
        };
    }
    let Ok(asked) = request.params::<QueryString>() else {
        return refusal(StatusCode::BAD_REQUEST, "the query string cannot be read");
    };
    let Some(query) = asked.query else {
        return refusal(
            StatusCode::BAD_REQUEST,
            "give `query`, or POST JSON; GraphiQL is at /graphiql",
        );
    };
    let variables = asked.variables.filter(|variables| !variables.is_empty());
    let variables = match variables.as_deref().map(serde_json::from_str).transpose() {
        Ok(variables) => variables.flatten(),
        Err(error) => {
            let message = format!("`variables` is not a JSON object: {error}");
            return refusal(StatusCode::BAD_REQUEST, &message);
        }
    };
    let query = GraphqlRequest {
        query,
        operation_name: asked.operation_name,
        variables,
        is_read_only: true,
        ..GraphqlRequest::default()
    };
    run(&state, request.headers(), query).await
}
