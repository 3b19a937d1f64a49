//! One websocket from its handshake to its end. It ends when its client goes, breaks the protocol,
//! falls silent, or when the server stops: a place that is taken for nothing is lost to others.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::ready;
use futures_util::{SinkExt as _, StreamExt as _};
use poem::http::{StatusCode, header};
use poem::web::websocket::{Message, WebSocket, WebSocketConfig, WebSocketStream};
use poem::{IntoResponse as _, Request, Response};
use tokio::sync::watch;

use super::HttpState;
use super::graphql::refusal;
use crate::clock::Clock;
use crate::graphql::Runner;
use crate::graphql::websocket::{PROTOCOL, Reply, converse};

/// A client that has not begun by then is let go.
const BEGIN_WITHIN: Duration = Duration::from_secs(3);
/// A subscription with its variables needs far less, in bytes.
const LARGEST_MESSAGE: usize = 64 * 1024;
/// A client that has said nothing between two pings, not even their pong, is gone.
const PING_EVERY: Duration = Duration::from_secs(30);
/// A client that takes longer to take a message is gone too.
const SEND_WITHIN: Duration = Duration::from_secs(30);

/// Answers a handshake.
pub(super) fn open(
    state: &HttpState,
    stop: &watch::Receiver<bool>,
    request: &Request,
    upgrade: WebSocket,
) -> Response {
    let offered = request.headers().get(header::SEC_WEBSOCKET_PROTOCOL);
    let offered = offered.and_then(|value| value.to_str().ok()).unwrap_or("");
    if !offered.split(',').any(|one| one.trim() == PROTOCOL) {
        return refusal(StatusCode::BAD_REQUEST, "the websocket must speak graphql-transport-ws");
    }
    let Ok(permit) = Arc::clone(&state.websockets).try_acquire_owned() else {
        return refusal(StatusCode::SERVICE_UNAVAILABLE, "too many websockets are open; try later");
    };
    let (runner, stop) = (state.runner.clone(), stop.clone());
    let metrics = state.metrics.clone();
    let size = Some(state.body_bytes.min(LARGEST_MESSAGE));
    upgrade
        .config(WebSocketConfig::default().max_message_size(size).max_frame_size(size))
        .protocols([PROTOCOL])
        .on_upgrade(move |socket| async move {
            let counted = metrics.open_websocket();
            let clock = Arc::clone(&runner.services().clock);
            talk(socket, runner, clock.as_ref(), stop).await;
            drop((counted, permit));
        })
        .into_response()
}

async fn talk(
    socket: WebSocketStream,
    runner: Runner,
    clock: &dyn Clock,
    mut stop: watch::Receiver<bool>,
) {
    let (mut sink, stream) = socket.split();
    let heard = Arc::new(AtomicBool::new(false));
    let hearing = Arc::clone(&heard);
    let said = stream.take_while(|message| ready(message.is_ok())).filter_map(move |message| {
        hearing.store(true, Ordering::Relaxed);
        let message = message.ok().filter(|message| message.is_text() || message.is_binary());
        ready(message.map(Message::into_bytes))
    });
    let mut replies = pin!(converse(runner, said));
    let mut stopped = pin!(stop.wait_for(|stop| *stop));
    let mut has_begun = false;
    let mut timer = clock.sleep(BEGIN_WITHIN);
    loop {
        let (message, is_last) = tokio::select! {
            _ = &mut stopped => (Message::close_with(1001, "The server stops; go on elsewhere"), true),
            () = &mut timer => {
                timer = clock.sleep(PING_EVERY);
                match (has_begun, heard.swap(false, Ordering::Relaxed)) {
                    (false, _) => (Message::close_with(4408, "Connection initialisation timeout"), true),
                    (true, true) => (Message::ping(Vec::new()), false),
                    (true, false) => return,
                }
            }
            reply = replies.next() => match reply {
                Some(Reply::Text(text)) => {
                    has_begun = true;
                    (Message::text(text), false)
                }
                Some(Reply::Close(code, reason)) => (Message::close_with(code, reason), true),
                None => return,
            }
        };
        let is_sent = tokio::select! {
            sent = sink.send(message) => sent.is_ok(),
            () = clock.sleep(SEND_WITHIN) => false,
        };
        if is_last || !is_sent {
            return;
        }
    }
}
