//! The servers of a soak, one per transport; what fails in them is the weather's matter.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::sleep;

use super::weather::{Fault, Weather};
use crate::fault::message::{notification, result_saying};
use crate::fault::origin::Origin;
use crate::fault::reply::Reply;
use crate::fault::request::Request;
use crate::fault::roles::{Sessions, Standing, Stream, legacy, plain, streamable};

/// How long a server is away, and how long it says nothing when it stalls.
const AWAY: Duration = Duration::from_millis(700);

/// How bridge and server talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transport {
    /// POST answered with JSON, no session.
    Json,
    /// Streamable HTTP with sessions and a standing stream; answered with JSON or events.
    Streamable,
    /// HTTP with SSE of 2024-11-05.
    Legacy,
    /// Revision 2026-07-28.
    Modern,
}

impl Transport {
    /// All of them.
    pub(super) const ALL: [Self; 4] = [Self::Json, Self::Streamable, Self::Legacy, Self::Modern];

    /// What the table calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Streamable => "Streamable HTTP",
            Self::Legacy => "HTTP with SSE",
            Self::Modern => "2026-07-28",
        }
    }
}

/// Which calls have had their effect.
#[derive(Debug, Clone, Default)]
pub(super) struct Effects(Arc<Mutex<Executed>>);

#[derive(Debug, Default)]
struct Executed {
    once: HashSet<String>,
    twice: usize,
}

impl Effects {
    fn note(&self, request: &Request) {
        if request.what() != "tools/call" {
            return;
        }
        let mut executed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !executed.once.insert(request.rpc_id()) {
            executed.twice += 1;
        }
    }

    /// How many calls had theirs more than once.
    pub(super) fn executed_twice(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).twice
    }
}

/// A server.
pub(super) struct Site {
    transport: Transport,
    origin: Origin,
    sessions: Option<Sessions>,
    weather: Weather,
    effects: Effects,
}

impl Site {
    pub(super) async fn start(transport: Transport) -> Self {
        let (weather, effects) = (Weather::default(), Effects::default());
        let sky = weather.clone();
        let (origin, sessions) = match transport {
            Transport::Json => {
                let script = scripted(&effects, move |request, reply| {
                    by_json(sky.next(), request, reply)
                });
                (plain(script).await, None)
            }
            Transport::Streamable | Transport::Modern => {
                let script = scripted(&effects, move |request, reply| {
                    by_json_or_events(&sky, request, reply)
                });
                if transport == Transport::Modern {
                    (plain(script).await, None)
                } else {
                    let (origin, sessions) = streamable(Standing::Scripted, script).await;
                    (origin, Some(sessions))
                }
            }
            Transport::Legacy => {
                let effects = effects.clone();
                let script = move |request: Request, reply: Reply, stream: Stream| {
                    effects.note(&request);
                    by_stream(sky.next(), request, reply, stream)
                };
                (legacy(script).await, None)
            }
        };
        Self {
            transport,
            origin,
            sessions,
            weather,
            effects,
        }
    }

    pub(super) fn transport(&self) -> Transport {
        self.transport
    }

    pub(super) fn effects(&self) -> &Effects {
        &self.effects
    }

    pub(super) fn url(&self) -> String {
        self.origin.at(match self.transport {
            Transport::Legacy => "/sse",
            _ => "/mcp",
        })
    }

    /// Lets something fail.
    pub(super) async fn strike(&mut self, fault: Fault) {
        match (fault, &self.sessions) {
            (Fault::Forgotten, Some(sessions)) => sessions.forget(),
            (Fault::Restart | Fault::Forgotten, _) => {
                self.origin.down().await;
                if let Some(sessions) = &self.sessions {
                    sessions.forget();
                }
                sleep(AWAY).await;
                self.origin.up();
            }
            _ => self.weather.strike(fault),
        }
    }

    /// The origin remembers all requests, which is too much here.
    pub(super) fn forget_requests(&self) {
        self.origin.forget();
    }
}

/// A script that notes effects before anything can fail.
fn scripted<A>(
    effects: &Effects,
    script: impl Fn(Request, Reply) -> A + Send + Sync + 'static,
) -> impl Fn(Request, Reply) -> A + Send + Sync + 'static {
    let effects = effects.clone();
    move |request, reply| {
        effects.note(&request);
        script(request, reply)
    }
}

/// An answer of one of several sizes, now and then a large one.
fn answer(request: &Request) -> String {
    let id = request.rpc_id();
    let number: usize = id.parse().unwrap_or_default();
    let length = match number % 100 {
        0 => 100_000,
        few @ 1..=9 => few * 1_000,
        _ => 100,
    };
    result_saying(&id, &"x".repeat(length))
}

async fn by_json(fault: Option<Fault>, request: Request, reply: Reply) {
    if request.rpc_id().is_empty() {
        return reply.status(202).await;
    }
    let answer = answer(&request);
    match fault {
        Some(Fault::Reset) => reply.reset(),
        Some(Fault::Cut) => reply.cut(&answer, answer.len() / 2).await,
        Some(Fault::Unavailable) => reply.status(503).await,
        Some(Fault::Stall) => {
            sleep(AWAY).await;
            reply.json(&answer).await;
        }
        _ => reply.json_and_keep(&answer).await,
    }
}

/// Odd ids by events.
async fn by_events(fault: Option<Fault>, request: Request, mut reply: Reply) {
    let answer = answer(&request);
    match fault {
        Some(Fault::Reset) => return reply.reset(),
        Some(Fault::Unavailable) => return reply.status(503).await,
        Some(Fault::Stall) => sleep(AWAY).await,
        _ => {}
    }
    reply.open_stream(&[]).await;
    if fault == Some(Fault::Cut) {
        return reply
            .raw(format!("data: {}", &answer[..answer.len() / 2]))
            .await;
    }
    reply.message(&notification("notifications/x")).await;
    reply.message(&answer).await;
    if fault == Some(Fault::Twice) {
        reply.message(&answer).await;
    }
}

fn by_json_or_events(
    weather: &Weather,
    request: Request,
    reply: Reply,
) -> impl Future<Output = ()> + Send + use<> {
    let is_standing = request.method == "GET";
    let fault = if is_standing { None } else { weather.next() };
    async move {
        if is_standing {
            hold_open(reply).await;
        } else if request.rpc_id().ends_with(['1', '3', '5', '7', '9']) {
            by_events(fault, request, reply).await;
        } else {
            by_json(fault, request, reply).await;
        }
    }
}

/// The standing stream: a word at its beginning, then nothing until the client or the server goes.
async fn hold_open(mut reply: Reply) {
    reply.open_stream(&[]).await;
    reply.message(&notification("notifications/x")).await;
    reply.stall().await;
}

async fn by_stream(fault: Option<Fault>, request: Request, reply: Reply, stream: Stream) {
    if fault == Some(Fault::Unavailable) {
        return reply.status(503).await;
    }
    reply.status(202).await;
    if request.rpc_id().is_empty() {
        return;
    }
    let answer = answer(&request);
    match fault {
        Some(Fault::Reset) => stream.reset().await,
        Some(Fault::Cut) => {
            stream
                .raw(format!("data: {}", &answer[..answer.len() / 2]))
                .await;
            stream.end().await;
        }
        Some(Fault::Stall) => {
            sleep(AWAY).await;
            stream.message(&answer).await;
        }
        Some(Fault::Twice) => {
            stream.message(&answer).await;
            stream.message(&answer).await;
        }
        _ => stream.message(&answer).await,
    }
}
