//! A host made of code: asks, waits for the answer, over the same path a real host's messages take.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt as _;
use serde_json::{Value, json};
use shared::jsonrpc::RequestId;
use tokio::time::{Instant, timeout};

use crate::host::Host;
use crate::keyring::Keyring;
use crate::outgoing::{Outgoing, Sorted, sort};
use crate::pending::Ticket;
use crate::reply::Context;
use crate::settings::{Settings, Timing};
use crate::stdio::{LineReceiver, queue};
use crate::upstream::{Link, Upstream};

/// One session with the server.
pub(super) struct Conversation {
    host: Host,
    upstream: Arc<Upstream>,
    lines: LineReceiver,
    next_id: i64,
    wait: Duration,
    timing: Timing,
}

impl Conversation {
    /// `wait`: how long one answer may take.
    pub(super) fn new(settings: &Settings, wait: Duration) -> Self {
        let (sender, lines) = queue();
        let host = Host::new(Context::of(settings), sender);
        Self {
            upstream: Arc::new(Upstream::new(settings, host.clone(), Keyring::of(settings))),
            host,
            lines,
            next_id: 1,
            wait,
            timing: settings.timing,
        }
    }

    /// The result of a request, or what a person should read instead.
    pub(super) async fn ask(&mut self, method: &str, params: Value) -> Result<Value, String> {
        let id = self.next_id;
        self.next_id += 1;
        let message = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        let message = outgoing(&message).ok_or_else(|| format!("{method} is not a message"))?;
        let role = message.role;
        self.host
            .pending()
            .register(RequestId::from(id), Ticket::of(role))
            .map_err(|_| "two questions at once".to_owned())?;
        let send_by = Instant::now() + self.timing.connect_wait;
        let (upstream, lines) = (&self.upstream, &mut self.lines);
        let delivery = async { upstream.hand_over(message, send_by).await.finish().await }.boxed();
        let answer = async {
            // The stream of a reply may stay open after the answer.
            tokio::select! {
                answer = answer_to(lines, id) => answer,
                answer = async { delivery.await; std::future::pending().await } => answer,
            }
        };
        match timeout(self.wait, answer).await {
            Ok(Some(answer)) => outcome(answer),
            Ok(None) => Err("the answer got lost".to_owned()),
            Err(_) => {
                self.host.forget(&RequestId::from(id)).await;
                let seconds = self.wait.as_secs();
                Err(format!(
                    "{method} got no answer within {seconds} s; look at the server's log"
                ))
            }
        }
    }

    /// Sends a notification.
    pub(super) async fn tell(&mut self, method: &str) {
        if let Some(message) = outgoing(&json!({ "jsonrpc": "2.0", "method": method })) {
            let send_by = Instant::now() + self.timing.connect_wait;
            let delivery = async {
                let underway = self.upstream.hand_over(message, send_by).await;
                underway.finish().await;
            };
            if timeout(self.wait, delivery).await.is_err() {
                tracing::debug!(method, "a notification was not confirmed");
            }
        }
    }

    /// Which transport was found.
    pub(super) async fn link(&self) -> Option<Link> {
        self.upstream.link().await
    }

    pub(super) async fn close(self) {
        if timeout(self.timing.farewell, self.upstream.close())
            .await
            .is_err()
        {
            tracing::debug!("the server did not confirm the end of the session in time");
        }
    }
}

fn outgoing(message: &Value) -> Option<Outgoing> {
    match sort(&Bytes::from(message.to_string())) {
        Sorted::Forward(outgoing) => Some(outgoing),
        _ => None,
    }
}

/// Reads on until the answer comes; what else the server says is of no interest here.
async fn answer_to(lines: &mut LineReceiver, id: i64) -> Option<Value> {
    while let Some(waiting) = lines.recv().await {
        let message: Value = serde_json::from_slice(&waiting.line).unwrap_or_default();
        if message["id"] == id && message["method"].is_null() {
            return Some(message);
        }
    }
    None
}

fn outcome(mut answer: Value) -> Result<Value, String> {
    match answer["error"]["message"].as_str() {
        Some(message) => Err(message.to_owned()),
        None if answer["error"].is_null() => Ok(answer["result"].take()),
        None => Err("the server answered with an error that says nothing".to_owned()),
    }
}
