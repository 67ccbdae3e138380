//! The drill: a server is killed under hundreds of calls, stays away for three seconds and comes back.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tests::fault::bridge::{Bridge, Setup};
use tests::fault::message::{call, list, result, sentence};
use tests::fault::origin::Origin;
use tests::fault::reply::Reply;
use tests::fault::request::Request;
use tests::fault::roles::{Sessions, Standing, legacy, plain, streamable};
use tokio::time::sleep;

/// How often each call has had its effect.
#[derive(Clone, Default)]
struct Effects(Arc<Mutex<HashMap<String, usize>>>);

impl Effects {
    /// Does what is asked, which takes long enough to be interrupted.
    async fn work(&self, request: &Request) -> String {
        let id = request.rpc_id();
        if request.what() == "tools/call" {
            *self.0.lock().unwrap().entry(id.clone()).or_default() += 1;
        }
        sleep(Duration::from_millis(150)).await;
        result(&id)
    }

    fn assert_none_twice(&self) {
        let effects = self.0.lock().unwrap();
        let twice: Vec<_> = effects.iter().filter(|(_, count)| **count > 1).collect();
        assert!(twice.is_empty(), "carried out more than once: {twice:?}");
    }
}

#[derive(Debug, Clone, Copy)]
enum Transport {
    Json,
    Streamable,
    Legacy,
}

impl Transport {
    async fn origin(self, effects: Effects) -> (Origin, Option<Sessions>) {
        match self {
            Self::Json => {
                let script = move |request: Request, reply: Reply| {
                    let effects = effects.clone();
                    async move { reply.json_and_keep(&effects.work(&request).await).await }
                };
                (plain(script).await, None)
            }
            Self::Streamable => {
                let script = move |request: Request, mut reply: Reply| {
                    let effects = effects.clone();
                    async move {
                        reply.open_stream(&[]).await;
                        reply.message(&effects.work(&request).await).await;
                    }
                };
                let (origin, sessions) = streamable(Standing::Refused, script).await;
                (origin, Some(sessions))
            }
            Self::Legacy => {
                let script =
                    move |request: Request, reply: Reply, stream: tests::fault::roles::Stream| {
                        let effects = effects.clone();
                        async move {
                            reply.status(202).await;
                            stream.message(&effects.work(&request).await).await;
                        }
                    };
                (legacy(script).await, None)
            }
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Json | Self::Streamable => "/mcp",
            Self::Legacy => "/sse",
        }
    }
}

/// Even ids list tools, odd ones call one.
async fn ask(bridge: &mut Bridge, ids: std::ops::Range<usize>) {
    for id in ids {
        let name = id.to_string();
        let line = if id % 2 == 0 {
            list(&name)
        } else {
            call(&name)
        };
        bridge.send(line).await;
    }
}

fn assert_acceptable(answer: &Value) {
    let id = answer["id"].as_u64().unwrap();
    let has_result = answer.get("result").is_some();
    let is_told = sentence(answer).contains("outcome unknown, check before retrying");
    assert!(has_result || (id % 2 == 1 && is_told), "{answer}");
}

const AT_ONCE: usize = 200;
const WHILE_AWAY: usize = 60;

async fn drill(transport: Transport) {
    let effects = Effects::default();
    let (mut origin, sessions) = transport.origin(effects.clone()).await;
    // The server is away for three seconds, and whatever else this machine has to do comes on top.
    let setup = Setup::to(&origin.at(transport.path())).flags(&["--connect-wait", "120"]);
    let mut bridge = setup.start();
    bridge.shake_hands().await;
    ask(&mut bridge, 1..AT_ONCE + 1).await;
    origin.until("tools/call", AT_ONCE / 4).await;
    origin.down().await;
    if let Some(sessions) = &sessions {
        sessions.forget();
    }
    // Three seconds, during which the host goes on asking.
    for step in 0..30 {
        let first = AT_ONCE + 1 + step * (WHILE_AWAY / 30);
        ask(&mut bridge, first..first + WHILE_AWAY / 30).await;
        sleep(Duration::from_millis(100)).await;
    }
    origin.up();
    for _ in 0..AT_ONCE + WHILE_AWAY {
        assert_acceptable(&bridge.json().await);
    }
    bridge.end().await;
    effects.assert_none_twice();
}

#[tokio::test]
async fn a_killed_server_that_comes_back_loses_no_call_and_repeats_none_over_plain_json() {
    drill(Transport::Json).await;
}

#[tokio::test]
async fn a_killed_server_that_comes_back_loses_no_call_and_repeats_none_over_streamable_http() {
    drill(Transport::Streamable).await;
}

#[tokio::test]
async fn a_killed_server_that_comes_back_loses_no_call_and_repeats_none_over_http_with_sse() {
    drill(Transport::Legacy).await;
}
