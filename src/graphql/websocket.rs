//! `graphql-transport-ws` without a socket: messages in, messages out.
//!
//! The library speaks the protocol; what it leaves out stands here: the codes that tell a client
//! not to come back with the same, one subscription an id, and a bound on their number.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use async_graphql::http::{ClientMessage, WebSocket, WebSocketProtocols, WsMessage};
use futures_util::future::ready;
use futures_util::{Stream, StreamExt as _};
use serde::Deserialize;

use super::Runner;

/// The name of the protocol. The legacy one (`graphql-ws`) is not spoken.
pub const PROTOCOL: &str = "graphql-transport-ws";

/// Operations that one websocket may have at once.
const MOST_OPERATIONS: usize = 20;

/// What is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A message.
    Text(String),
    /// The end, with a code of the protocol and a reason.
    Close(u16, String),
}

/// Where a conversation stands.
#[derive(Debug, Default)]
struct Talk {
    running: HashSet<String>,
    refusal: Option<(u16, String)>,
}

impl Talk {
    /// Looks at a message before the library does.
    fn hear(&mut self, message: &ClientMessage) -> Option<(u16, String)> {
        match message {
            ClientMessage::Start { .. } if self.running.len() >= MOST_OPERATIONS => Some((
                4400,
                format!("{MOST_OPERATIONS} operations are running; open another websocket"),
            )),
            ClientMessage::Start { id, .. } => (!self.running.insert(id.clone()))
                .then(|| (4409, format!("Subscriber for {} already exists", excerpt(id)))),
            ClientMessage::Stop { id } => {
                self.running.remove(id);
                None
            }
            _ => None,
        }
    }

    /// Whether a message goes out: nothing more is said of what the client ended itself.
    fn passes(&mut self, text: &str) -> bool {
        #[derive(Deserialize)]
        struct Complete {
            id: String,
        }
        if !text.starts_with(r#"{"type":"complete""#) {
            return true;
        }
        serde_json::from_str::<Complete>(text)
            .map_or(true, |complete| self.running.remove(&complete.id))
    }
}

/// A close frame holds 123 bytes.
fn excerpt(text: &str) -> String {
    text.chars().take(20).collect()
}

/// Answers what a client says, until it has said all or must go.
pub fn converse(
    runner: Runner,
    said: impl Stream<Item = Vec<u8>> + Send + 'static,
) -> impl Stream<Item = Reply> + Send {
    let talk = Arc::new(Mutex::new(Talk::default()));
    let hearing = Arc::clone(&talk);
    let said = said.map(move |bytes| {
        let message = ClientMessage::from_bytes(bytes);
        let Ok(mut talk) = hearing.lock() else { return message };
        let refusal = match &message {
            Ok(message) => talk.hear(message),
            Err(_) => Some((4400, format!("Not a message of {PROTOCOL}"))),
        };
        let Some(refusal) = refusal else { return message };
        talk.refusal = Some(refusal);
        // The library ends at the first message that cannot be read.
        message.and_then(|_| Err(serde::de::Error::custom("refused")))
    });
    let spoken = WebSocket::from_message_stream(runner, said, WebSocketProtocols::GraphQLWS);
    spoken.filter_map(move |message| {
        let Ok(mut talk) = talk.lock() else { return ready(None) };
        ready(match message {
            WsMessage::Text(text) => talk.passes(&text).then_some(Reply::Text(text)),
            WsMessage::Close(code, reason) => {
                let (code, reason) = match (talk.refusal.take(), code) {
                    (Some(refusal), _) => refusal,
                    (None, 1011) => (4401, "Unauthorized: send connection_init first".to_owned()),
                    (None, code) => (code, reason),
                };
                Some(Reply::Close(code, reason))
            }
        })
    })
}
