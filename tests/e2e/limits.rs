//! What the server does to those who take too much, and that others do not notice.

mod connections;
mod gate;
mod tls;

use std::time::Duration;

use serde_json::{Value, json};
use tests::abuse::{Abuse, request, said, send};
use tests::transport::{Transport, call};
use tests::world::{Server, http_client};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::timeout;

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;

/// How long a test waits for the server to act before it fails; nothing is measured by it.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server that needs no site: nothing here is about one.
async fn server(flags: &[&str]) -> Server {
    let variables = [
        ("JIRA_URL", "http://jira.localhost"),
        ("JIRA_DEPLOYMENT", "datacenter"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Server::start(flags, &variables).await
}

async fn in_time<T>(future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future)
        .await
        .expect("the server acts within the test's patience")
}

/// The status of an answer as it came over the wire, and its JSON-RPC error.
fn refusal(said: &str) -> (u16, String) {
    let status = said
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let body = said.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let body: Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("no JSON: {said}"));
    assert_eq!(body["error"]["code"], -32600, "{said}");
    let message = body["error"]["message"].as_str().unwrap().to_owned();
    (
        status.unwrap_or_else(|| panic!("no status: {said}")),
        message,
    )
}

async fn ping(server: &Server) -> Value {
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});
    let client = http_client();
    let sent = tests::transport::send(&client, server, Transport::Post, &[], &message);
    sent.await.answer()
}

#[tokio::test]
async fn headers_that_never_end_are_not_waited_for() {
    let server = server(&["--header-timeout", "200ms"]).await;
    // Its clock is that of the connection and is not set back by every byte.
    let dripped = in_time(Abuse::Slowloris.once(server.address)).await;
    assert!(dripped.is_err(), "{dripped:?}");
    let mut silent = TcpStream::connect(server.address).await.unwrap();
    assert_eq!(in_time(said(&mut silent)).await.unwrap(), "");
    assert_eq!(ping(&server).await["result"], json!({}));
}

#[tokio::test]
async fn a_connection_without_requests_is_closed_and_an_event_stream_without_events_is_not() {
    let server = server(&["--idle-timeout=300ms", "--write-timeout=300ms"]).await;
    let client = http_client();
    let opened = tests::transport::EventStream::open(&client, &server, &[]).await;
    let mut events = opened.unwrap_or_else(|refused| panic!("{refused:?}"));
    let mut idle = TcpStream::connect(server.address).await.unwrap();
    idle.write_all(request(PING, "").as_bytes()).await.unwrap();
    let answer = in_time(said(&mut idle)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    // By now, the event stream has been silent for as long.
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});
    let answer = events.send(&client, &[], &message).await.answer();
    assert_eq!(answer["result"], json!({}));
}

#[tokio::test]
async fn whoever_reads_nothing_is_let_go() {
    let server = server(&["--write-timeout", "300ms"]).await;
    let ended = in_time(Abuse::SlowReader.once(server.address)).await;
    assert!(ended.is_err());
}

#[tokio::test]
async fn a_body_that_is_too_large_or_too_slow_is_refused_and_the_sender_told() {
    let unhurried = server(&[]).await;
    let said_of_large = in_time(Abuse::LargeBody.once(unhurried.address)).await;
    let (status, message) = refusal(&said_of_large.unwrap());
    assert_eq!(status, 413);
    assert!(
        message.contains("larger than 8388608 bytes, which --max-body-bytes"),
        "{message}"
    );

    let server = server(&["--body-timeout", "200ms"]).await;
    let half = request(PING, "").replace("\"ping\"}", "");
    let (status, message) = refusal(
        &in_time(send(server.address, half.as_bytes()))
            .await
            .unwrap(),
    );
    assert_eq!(status, 408);
    assert!(message.contains("--body-timeout"), "{message}");
}

#[tokio::test]
async fn headers_that_are_too_large_or_too_many_are_refused() {
    let server = server(&[]).await;
    let told = in_time(Abuse::LargeHeaders.once(server.address))
        .await
        .unwrap();
    let (status, message) = refusal(&told);
    assert_eq!(status, 431);
    assert!(
        message.contains("larger than 32768 bytes, which --max-header-bytes"),
        "{message}"
    );
    // Far beyond the limit nothing is read any more.
    let huge = format!("x-huge: {}\r\n", "x".repeat(400_000));
    let many = |count| -> String { (0..count).map(|n| format!("x-{n}: 1\r\n")).collect() };
    let headers = format!("connection: close\r\n{}", many(101));
    let told = send(server.address, request(PING, &headers).as_bytes()).await;
    let (status, message) = refusal(&told.unwrap());
    assert_eq!(status, 431);
    assert!(
        message.contains("at most 100 are taken: send fewer"),
        "{message}"
    );
    for headers in [huge, many(600)] {
        let told = send(server.address, request(PING, &headers).as_bytes()).await;
        // The answer can be lost where more was sent than the server reads.
        assert!(told.is_err() || told.unwrap().starts_with("HTTP/1.1 431 "));
    }
    assert_eq!(ping(&server).await["result"], json!({}));
}

#[tokio::test]
async fn nesting_is_refused_before_it_is_parsed() {
    let server = server(&["--max-json-depth", "20"]).await;
    let told = in_time(Abuse::DeepJson.once(server.address)).await.unwrap();
    let (status, message) = refusal(&told);
    assert_eq!(status, 400);
    assert!(
        message.contains("deeper than 20 levels, which --max-json-depth"),
        "{message}"
    );
}

/// The same measured is `just abuse`.
#[tokio::test(flavor = "multi_thread")]
async fn others_are_served_while_all_kinds_of_abuse_go_on() {
    let server = server(&["--write-timeout=1s"]).await;
    let _abuse = Abuse::ALL.map(|abuse| abuse.repeated(server.address, 2));
    let client = http_client();
    let headers = [("authorization", "Bearer token")];
    for id in 0..100 {
        let transport = Transport::ALL[id % Transport::ALL.len()];
        let message = json!({"jsonrpc": "2.0", "id": id, "method": "tools/list"});
        let sent = tests::transport::send(&client, &server, transport, &headers, &message);
        let answer = in_time(sent).await.answer();
        assert_eq!(
            (&answer["id"], answer["result"]["tools"].is_array()),
            (&json!(id), true)
        );
    }
}
