//! Case 83: a machine that was asleep, told by a clock that the test sets.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use bridge::settings::Clock;
use tests::fault::bridge::{Bridge, Setup};
use tests::fault::message::{call, list, result};
use tests::fault::origin::Origin;
use tests::fault::request::Request;
use tests::fault::roles::{legacy, plain};

/// A machine and the firewall before it, which forgets every connection while the machine sleeps: what
/// is sent on one of them is neither answered nor refused.
#[derive(Clone, Default)]
struct Machine {
    slept: Arc<AtomicU64>,
    newest: Arc<AtomicUsize>,
    forgotten: Arc<AtomicUsize>,
}

impl Machine {
    fn clock(&self) -> Clock {
        let slept = Arc::clone(&self.slept);
        Clock::new(move || SystemTime::now() + Duration::from_secs(slept.load(Ordering::Relaxed)))
    }

    fn sleep_for_an_hour(&self) {
        self.slept.fetch_add(3600, Ordering::Relaxed);
        let newest = self.newest.load(Ordering::Relaxed);
        self.forgotten.store(newest + 1, Ordering::Relaxed);
    }

    /// Whether a session or connection with this number is from before the sleep.
    fn has_forgotten(&self, number: usize) -> bool {
        self.newest.fetch_max(number, Ordering::Relaxed);
        number < self.forgotten.load(Ordering::Relaxed)
    }

    fn start(&self, url: &str) -> Bridge {
        Setup::to(url).start_inside(|settings| {
            settings.clock = self.clock();
            settings.timing.wake = Duration::from_millis(100);
        })
    }
}

#[tokio::test]
async fn case_83_after_sleep_nothing_is_sent_on_a_connection_from_before() {
    let machine = Machine::default();
    let firewall = machine.clone();
    let origin = plain(move |request, mut reply| {
        let firewall = firewall.clone();
        async move {
            if firewall.has_forgotten(request.connection) {
                return reply.stall().await;
            }
            reply.json_and_keep(&result(&request.rpc_id())).await;
        }
    })
    .await;
    let mut bridge = machine.start(&origin.at("/mcp"));
    bridge.shake_hands().await;
    for id in ["1", "2"] {
        assert_eq!(bridge.ask(call(id)).await["id"].to_string(), id);
        machine.sleep_for_an_hour();
    }
    assert!(bridge.ask(call("3")).await.get("result").is_some());
    assert_eq!(origin.count("tools/call"), 3, "none was lost or sent twice");
    bridge.end().await;
}

fn session(request: &Request) -> usize {
    let number = request.target.rsplit('=').next().unwrap();
    number.parse().unwrap()
}

async fn forgetful(machine: &Machine) -> Origin {
    let firewall = machine.clone();
    legacy(move |request, reply, stream| {
        let firewall = firewall.clone();
        async move {
            // The POST has a connection of its own; it is the stream that is dead.
            reply.status(202).await;
            if !request.rpc_id().is_empty() && !firewall.has_forgotten(session(&request)) {
                stream.message(&result(&request.rpc_id())).await;
            }
        }
    })
    .await
}

#[tokio::test]
async fn case_83_after_sleep_a_dead_2024_stream_is_found_and_made_again_before_the_next_request() {
    let machine = Machine::default();
    let origin = forgetful(&machine).await;
    let mut bridge = machine.start(&origin.at("/sse"));
    bridge.shake_hands().await;
    assert_eq!(bridge.ask(list("1")).await["id"], 1);
    machine.sleep_for_an_hour();
    let answer = bridge.ask(list("2")).await;
    assert!(answer.get("result").is_some(), "{answer}");
    machine.sleep_for_an_hour();
    let answer = bridge.ask(call("3")).await;
    assert!(answer.get("result").is_some(), "{answer}");
    bridge.end().await;
}
