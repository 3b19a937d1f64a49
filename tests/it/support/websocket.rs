//! A client of `graphql-transport-ws`.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use super::server::{LONG, TestServer};

pub struct Socket(WebSocketStream<TcpStream>);

/// What the server said.
#[derive(Debug, PartialEq)]
pub enum Said {
    Json(Value),
    Closed(u16, String),
    /// The connection ended without a word.
    Gone,
}

impl Said {
    pub fn json(self) -> Value {
        match self {
            Self::Json(value) => value,
            other => panic!("{other:?}"),
        }
    }

    pub fn code(&self) -> u16 {
        match self {
            Self::Closed(code, _) => *code,
            other => panic!("{other:?}"),
        }
    }
}

impl Socket {
    /// A handshake with the headers a browser sends; the status and body of a refusal.
    pub async fn open(server: &TestServer, protocol: &str) -> Result<Self, (u16, String)> {
        let address = format!("ws://{}/graphql", server.address);
        let mut request = address.into_client_request().expect("a request");
        let headers = request.headers_mut();
        headers.insert("accept-encoding", "gzip, deflate, br, zstd".parse().expect("a value"));
        headers.insert("origin", "http://elsewhere.example".parse().expect("a value"));
        if !protocol.is_empty() {
            headers.insert("sec-websocket-protocol", protocol.parse().expect("a value"));
        }
        match client_async(request, server.connect().await).await {
            Ok((stream, response)) => {
                assert_eq!(response.headers()["sec-websocket-protocol"], "graphql-transport-ws");
                Ok(Self(stream))
            }
            Err(Error::Http(response)) => {
                let body = response.body().clone().unwrap_or_default();
                Err((response.status().as_u16(), String::from_utf8_lossy(&body).into_owned()))
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// A socket that is ready for subscriptions.
    pub async fn ready(server: &TestServer) -> Self {
        let mut socket = Self::open(server, "graphql-transport-ws").await.expect("a websocket");
        socket.say(&json!({ "type": "connection_init" })).await;
        assert_eq!(socket.hear().await.json(), json!({ "type": "connection_ack" }));
        socket
    }

    pub async fn say(&mut self, message: &Value) {
        self.say_text(message.to_string()).await;
    }

    pub async fn say_text(&mut self, text: String) {
        self.0.send(Message::text(text)).await.expect("sent");
    }

    pub async fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        let payload = json!({ "query": query, "variables": variables });
        self.say(&json!({ "id": id, "type": "subscribe", "payload": payload })).await;
    }

    /// The next message.
    pub async fn hear(&mut self) -> Said {
        self.hear_within(LONG).await.expect("the server says something")
    }

    /// The next message, unless none comes for a while. Pings are answered on the way.
    pub async fn hear_within(&mut self, wait: Duration) -> Option<Said> {
        let said = async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Text(text))) => {
                        return Said::Json(serde_json::from_str(&text).expect("JSON"));
                    }
                    Some(Ok(Message::Close(Some(frame)))) => {
                        return Said::Closed(frame.code.into(), frame.reason.to_string());
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    _ => return Said::Gone,
                }
            }
        };
        tokio::time::timeout(wait, said).await.ok()
    }

    /// Waits for a ping; the client answers it when it listens on.
    pub async fn hear_ping(&mut self) {
        let heard = tokio::time::timeout(LONG, self.0.next()).await;
        assert!(matches!(heard, Ok(Some(Ok(Message::Ping(_))))), "{heard:?}");
    }

    /// The `lotEvents` of the next message.
    pub async fn event(&mut self) -> Value {
        let mut message = self.hear().await.json();
        assert_eq!(message["type"], "next", "{message}");
        assert!(message["payload"].get("errors").is_none(), "{message}");
        message["payload"]["data"]["lotEvents"].take()
    }

    pub async fn close(mut self) {
        self.0.close(None).await.expect("closed");
        while let Some(Ok(_)) = self.0.next().await {}
    }
}
