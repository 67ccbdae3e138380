//! Many people at once through one server: nobody's call is made with another's credential, and
//! nobody is told what is another's. Fault B-01 swapped identities held in globals.

mod evidence;
mod schedules;

use std::time::Duration;

use atlassian::Deployment;
use sandbox::{Effect, Fault, people};
use tests::transport::{Transport, call, is_error, send, text};
use tests::world::{DEPLOYMENTS, World, http_client, personalities, token_of};

/// Small enough to be quick, long enough for calls to overtake each other.
const DELAY: Duration = Duration::from_millis(15);

/// A sequence of numbers that looks random and can be had again from its seed (xorshift64).
struct Dice(u64);

impl Dice {
    /// The sequence of one number of many that share a seed.
    fn seeded(seed: u64, number: u64) -> Self {
        // Neighbouring numbers must not give similar sequences (the finaliser of SplitMix64).
        let mut mixed = seed.wrapping_add(number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        Self((mixed ^ (mixed >> 31)) | 1)
    }

    /// A number below `bound`.
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    /// An index into something of this length.
    fn index(&mut self, length: usize) -> usize {
        let below = self.below(u64::try_from(length).unwrap());
        usize::try_from(below).unwrap()
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
