//! What an operator has of the server: whether it is well, what it counts, who did what, and how it
//! takes new settings and its end.

mod audit;
mod metrics;
mod probes;
#[cfg(unix)]
mod signals;
mod traces;

use serde_json::Value;
use tests::world::{Server, http_client};

/// GET of one of its routes: status and body.
async fn get(server: &Server, path: &str) -> (u16, String) {
    let answer = http_client().get(server.url(path)).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// The same where the body is JSON.
async fn get_json(server: &Server, path: &str) -> (u16, Value) {
    let (status, body) = get(server, path).await;
    (status, serde_json::from_str(&body).unwrap())
}
