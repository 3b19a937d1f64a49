//! A server that is asked to stop: what was begun is ended, nothing new is begun, and it ends soon.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::databases::TestDb;
use crate::support::server::{LONG, TestServer};
use crate::support::websocket::{Said, Socket};

async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut text = Vec::new();
    let reading = async {
        while !String::from_utf8_lossy(&text).contains(end) {
            let byte = stream.read_u8().await;
            text.push(
                byte.unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&text))),
            );
        }
    };
    tokio::time::timeout(LONG, reading).await.expect("an answer");
    String::from_utf8_lossy(&text).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_in_flight_gets_its_answer() {
    let db = TestDb::sqlite().await;
    let server = TestServer::filled(&db).await;
    let body = json!({ "query": "{ lots { totalCount } }" }).to_string();
    let mut stream = server.connect().await;
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    // The server says so when the handler waits for the body: the request is in flight.
    read_until(&mut stream, "100 Continue\r\n\r\n").await;
    let idle = server.connect().await;
    server.stop();
    let address = server.address;
    tokio::time::timeout(LONG, async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("nobody new is let in");
    stream.write_all(body.as_bytes()).await.expect("sent");
    let answer = read_until(&mut stream, "totalCount\":").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    drop(idle);
    server.stopped().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn websockets_are_told_to_come_back() {
    let db = TestDb::sqlite().await;
    let server = TestServer::start(&db).await;
    let mut sockets = Vec::new();
    for _ in 0..20 {
        let mut socket = Socket::ready(&server).await;
        socket.subscribe("1", "subscription { lotEvents { cursor } }", json!({})).await;
        sockets.push(socket);
    }
    server.stop();
    // When the server has ended, everyone has been told, because the process ends with it.
    server.stopped().await;
    for mut socket in sockets {
        let said = socket.hear_within(Duration::from_secs(1)).await;
        assert!(matches!(said, Some(Said::Closed(1001, _))), "{said:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_connections_do_not_hold_it_up() {
    let db = TestDb::sqlite().await;
    let server = TestServer::start(&db).await;
    let mut kept = server.connect().await;
    kept.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("sent");
    read_until(&mut kept, "ok\n").await;
    let silent = server.connect().await;
    server.stop();
    server.stopped().await;
    drop((kept, silent));
}
