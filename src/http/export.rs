//! `/export`: lots and procurements as files, streamed; `/ocds`: the extension that they name.

use std::io;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::stream::{self, Stream, StreamExt as _};
use poem::http::{StatusCode, header};
use poem::web::{Data, Path};
use poem::{Body, IntoResponse as _, Request, Response, handler};
use serde::Deserialize;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::HttpState;
use super::graphql::refusal;
use crate::domain::deadline::paris_day;
use crate::export::ExportFormat;
use crate::export::ocds::{EXTENSION, EXTENSION_SCHEMA};
use crate::graphql::read_lot_filter;
use crate::usecases::export::{ExportError, ExportPlan, Wanted, export};

/// Which lots; all of them without.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QueryString {
    /// What `lots(filter: …)` takes, as JSON.
    filter: Option<String>,
    /// One procurement.
    ocid: Option<String>,
}

/// Seconds after which to try again when too many files are made at once.
const RETRY_AFTER: u64 = 30;

/// A file of lots or procurements.
#[handler]
pub(crate) async fn download(
    state: Data<&HttpState>,
    Path(wanted): Path<String>,
    request: &Request,
) -> Response {
    let format = ExportFormat::ALL.into_iter().find(|format| format.file_name() == wanted);
    let Some(format) = format else {
        let known = ExportFormat::ALL.map(ExportFormat::file_name).join(", ");
        let message = format!("there is no file `{wanted}`; files: {known}");
        return refusal(StatusCode::NOT_FOUND, &message);
    };
    let now = state.runner.services().clock.now();
    let plan = match plan(&state, format, request, now).await {
        Ok(plan) => plan,
        Err(message) => return refusal(StatusCode::BAD_REQUEST, &message),
    };
    let Ok(place) = state.exports.clone().try_acquire_owned() else {
        let message = format!("too many files are made at once; try again in {RETRY_AFTER} s");
        let busy = refusal(StatusCode::SERVICE_UNAVAILABLE, &message);
        return busy.with_header(header::RETRY_AFTER, RETRY_AFTER).into_response();
    };
    let pieces = match export(state.runner.services().db.clone(), plan) {
        Ok(pieces) => pieces,
        Err(error) => return failed(&error),
    };
    let (tell, mut told) = channel(1);
    tokio::spawn(send(pieces, tell, state.export_time, place));
    // The first piece is waited for, so that what fails at once is said with its status.
    let body = match told.recv().await {
        Some(Told::Piece(first)) => {
            let first = stream::once(async { Ok(first) });
            Body::from_bytes_stream(first.chain(rest(told, format.cut_off())))
        }
        Some(Told::End) => Body::empty(),
        Some(Told::Failed(error)) => return failed(&error),
        None => return failed(&"it took too long"),
    };
    let kept = format.file_name_of(paris_day(now));
    Response::builder()
        .content_type(format.media_type())
        .header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{kept}\""))
        .body(body)
}

/// The extension of OCDS that the files name.
#[handler]
pub(crate) fn extension(Path(wanted): Path<String>) -> Response {
    let text = match wanted.as_str() {
        "extension.json" => EXTENSION,
        "release-schema.json" => EXTENSION_SCHEMA,
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    text.with_content_type("application/json").into_response()
}

async fn plan(
    state: &HttpState,
    format: ExportFormat,
    request: &Request,
    now: DateTime<Utc>,
) -> Result<ExportPlan, String> {
    let QueryString { filter: filter_text, ocid } = request.params().map_err(|error| {
        let known = "give `filter`, the JSON that `lots` takes in GraphQL, or `ocid`";
        format!("the query string cannot be read ({error}); {known}")
    })?;
    let filter = read_lot_filter(filter_text.as_deref().unwrap_or("{}"), now).await?;
    let wanted = Wanted { format, filter, filter_text, ocid };
    ExportPlan::new(wanted, state.publication.clone(), now).map_err(|error| error.to_string())
}

/// A file that could not be begun.
fn failed(error: &impl std::fmt::Display) -> Response {
    tracing::error!(%error, "a file could not be made");
    let message = "the file could not be made; try again, and ask for less at once if it goes on";
    refusal(StatusCode::INTERNAL_SERVER_ERROR, message)
}

/// What the task that makes a file tells the one that sends it.
enum Told {
    Piece(Vec<u8>),
    Failed(ExportError),
    End,
}

/// Makes a file as fast as it is read, and not for longer than `limit`: a caller that does not read
/// keeps its place no longer than that.
async fn send(
    pieces: impl Stream<Item = Result<Vec<u8>, ExportError>>,
    tell: Sender<Told>,
    limit: Duration,
    _place: OwnedSemaphorePermit,
) {
    let sending = async {
        let mut pieces = std::pin::pin!(pieces);
        while let Some(piece) = pieces.next().await {
            let told = match piece {
                Ok(piece) if piece.is_empty() => continue,
                Ok(piece) => Told::Piece(piece),
                Err(error) => Told::Failed(error),
            };
            let is_over = matches!(told, Told::Failed(_));
            if tell.send(told).await.is_err() || is_over {
                return;
            }
        }
        let _ = tell.send(Told::End).await;
    };
    if tokio::time::timeout(limit, sending).await.is_err() {
        tracing::warn!("a file took too long and was broken off");
    }
}

/// The pieces after the first. A file that ends early says so in its last line, and then breaks the
/// connection off. The line is needed: poem 3.1 awaits a connection again whose body failed, and so
/// ends the body like a whole one.
fn rest(told: Receiver<Told>, cut: &'static str) -> impl Stream<Item = io::Result<Vec<u8>>> {
    /// What is still to be sent.
    enum Left {
        Pieces(Receiver<Told>),
        Break(io::Error),
        Nothing,
    }
    stream::unfold(Left::Pieces(told), move |left| async move {
        let error = match left {
            Left::Pieces(mut told) => match told.recv().await {
                Some(Told::Piece(piece)) => return Some((Ok(piece), Left::Pieces(told))),
                Some(Told::End) => return None,
                Some(Told::Failed(error)) => {
                    tracing::error!(%error, "a file could not be made whole");
                    io::Error::other(error)
                }
                None => io::ErrorKind::TimedOut.into(),
            },
            Left::Break(error) => return Some((Err(error), Left::Nothing)),
            Left::Nothing => return None,
        };
        Some((Ok(cut.as_bytes().to_vec()), Left::Break(error)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nobody_takes_a_part_for_the_whole() {
        for is_whole in [true, false] {
            let (tell, told) = channel(3);
            let _ = tell.send(Told::Piece(b"row\r\n".to_vec())).await;
            if is_whole {
                let _ = tell.send(Told::End).await;
            }
            drop(tell);
            let sent: Vec<_> = rest(told, ExportFormat::Csv.cut_off()).collect().await;
            let bytes: Vec<u8> = sent.iter().flatten().flatten().copied().collect();
            let text = String::from_utf8(bytes).expect("text");
            assert_eq!(text.contains("FICHIER INCOMPLET"), !is_whole, "{text}");
            assert_eq!(sent.iter().any(Result::is_err), !is_whole);
        }
    }
}
