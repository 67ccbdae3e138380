//! Many people at once through one server: nobody's call is made with another's credential, and
//! nobody is told what is another's. Fault B-01 swapped identities held in globals.

mod caller;
mod evidence;

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::Duration;

use atlassian::Deployment;
use futures::future::join_all;
use sandbox::{Effect, Fault, people};
use tests::transport::{Transport, call, is_error, send, text};
use tests::world::{DEPLOYMENTS, World, http_client, personalities, token_of};

use caller::Caller;
use evidence::Evidence;

const PEOPLE: usize = 64;

/// How many calls each of them makes.
const CALLS: usize = 24;

/// Small enough to be quick, long enough for calls to overtake each other.
const DELAY: Duration = Duration::from_millis(15);

/// A sequence of numbers that looks random and can be had again from its seed (xorshift64).
struct Dice(u64);

impl Dice {
    /// A number below `bound`.
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// B-01. The server has an account of its own and lends it, one site is slow, connections are shared,
/// ids are the same for everybody, and some callers go away in the middle.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn b_01_every_call_acts_as_its_caller_and_every_answer_is_the_callers_own() {
    let seed = RandomState::new().build_hasher().finish() | 1;
    eprintln!("seed of the interleaving: {seed}");
    for deployment in DEPLOYMENTS {
        let world = crowded_world(deployment).await;
        let crowd = world.sandbox.add_crowd(PEOPLE);
        let (jira, _) = personalities(deployment);
        let slow = Fault::new(jira, "", Effect::Delay(DELAY));
        world.sandbox.inject(slow);
        let client = http_client();
        let calls = crowd.iter().enumerate().map(|(at, me)| {
            let neighbour = &crowd[(at + 1) % PEOPLE];
            let dice = Dice(seed.wrapping_mul(at as u64 * 2 + 1));
            let mut caller = Caller::new(&world, &client, deployment, me, neighbour, dice);
            async move {
                for _ in 0..CALLS {
                    caller.next_call().await;
                }
                caller.evidence
            }
        });
        let evidence = join_all(calls)
            .await
            .into_iter()
            .fold(Evidence::default(), Evidence::and);
        assert!(
            evidence.answered() > PEOPLE * CALLS / 3,
            "too few calls were answered"
        );
        evidence.compare(&world.sandbox.requests(), deployment, &crowd);
    }
}

/// A hybrid server with an account of its own at both sites.
async fn crowded_world(deployment: Deployment) -> World {
    let own = token_of(&people::service_account(), deployment);
    let variables = [
        ("JIRA_PERSONAL_TOKEN", own.as_str()),
        ("CONFLUENCE_PERSONAL_TOKEN", &own),
    ];
    World::with(deployment, &["--credentials", "hybrid"], &variables).await
}

/// A caller that has gone away leaves nothing behind for the next one on its connection.
#[tokio::test]
async fn b_01_who_calls_after_a_dropped_call_on_the_same_connection_is_somebody_else() {
    for deployment in DEPLOYMENTS {
        let world = crowded_world(deployment).await;
        let crowd = world.sandbox.add_crowd(2);
        let (jira, _) = personalities(deployment);
        world
            .sandbox
            .inject(Fault::new(jira, "", Effect::Delay(DELAY)));
        let client = http_client();
        for transport in Transport::ALL {
            for (gone, next) in [(0, 1), (1, 0)] {
                let ask = async |who: usize| {
                    let bearer = format!("Bearer {}", token_of(&crowd[who], deployment));
                    let headers = [("authorization", bearer.as_str())];
                    let message = call(1, "get-my-assigned-issues", &serde_json::json!({}));
                    send(&client, &world.server, transport, &headers, &message)
                        .await
                        .answer()
                };
                let dropped = tokio::time::timeout(DELAY / 3, ask(gone)).await;
                drop(dropped);
                let answer = ask(next).await;
                assert!(!is_error(&answer), "{answer}");
                let belongings = |who: usize| crowd[who].belongings.as_ref().unwrap();
                assert!(text(&answer).contains(&belongings(next).marker), "{answer}");
                assert!(
                    !text(&answer).contains(&belongings(gone).marker),
                    "{answer}"
                );
            }
        }
    }
}
