//! Generated schedules: a few people at one server, each asking, cancelling and going away as a seed
//! says, through every door and under every policy. Whatever happens, nobody's call is made with
//! another's credential and nobody is told what is another's.
//!
//! `ISOLATION_SCHEDULES` says how many (`just isolation`), `ISOLATION_SEED` repeats a run.

mod actor;
mod door;
mod plan;

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::Duration;

use atlassian::Deployment;
use futures::future::join_all;
use reqwest::Client;
use sandbox::{Effect, Fault, Person, people};
use server::Policy;
use tests::world::{DEPLOYMENTS, World, http_client, personalities, token_of};

use super::Dice;
use super::evidence::Evidence;
use actor::{Actor, Company};
use plan::{MOST_ACTORS, Schedule};

/// As many as a run of all tests has time for.
const SCHEDULES: u64 = 400;

/// How many run at the same time before one server.
const AT_ONCE: usize = 24;

/// The actors of a schedule and a bystander.
const COMPANY: usize = MOST_ACTORS + 1;

/// Small enough to be quick, long enough for calls to overtake each other.
const DELAY: Duration = Duration::from_millis(2);

const POLICIES: [Policy; 4] = [
    Policy::Local,
    Policy::Hybrid,
    Policy::Fallback,
    Policy::HeadersOnly,
];

/// B-01 and B-28. Each server has an account of its own, its sites are slow, connections are shared,
/// ids are the same for everybody, and strangers try to cancel what is not theirs.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn b_01_b_28_in_every_schedule_calls_act_as_their_caller_and_answers_are_the_callers_own() {
    let seed = number_from("ISOLATION_SEED")
        .unwrap_or_else(|| RandomState::new().build_hasher().finish() | 1);
    let schedules = number_from("ISOLATION_SCHEDULES").unwrap_or(SCHEDULES);
    eprintln!("{schedules} schedules; ISOLATION_SEED={seed} repeats them");
    let combinations = DEPLOYMENTS
        .iter()
        .flat_map(|deployment| POLICIES.map(|policy| (*deployment, policy)));
    let combinations: Vec<_> = combinations.collect();
    let mut answered = 0;
    for (first, (deployment, policy)) in (0..).zip(&combinations) {
        let place = Place::open(*deployment, *policy).await;
        let numbers = (first..schedules).step_by(combinations.len()).collect();
        answered += place.run(seed, numbers).await;
    }
    let answered = u64::try_from(answered).unwrap();
    assert!(answered >= schedules * 2, "only {answered} were answered");
}

/// A server under one policy before sites of one deployment, and the people who use it.
struct Place {
    world: World,
    client: Client,
    deployment: Deployment,
    policy: Policy,
    crowd: Vec<Person>,
}

impl Place {
    async fn open(deployment: Deployment, policy: Policy) -> Self {
        let own = token_of(&people::service_account(), deployment);
        let variables = [
            ("JIRA_PERSONAL_TOKEN", own.as_str()),
            ("CONFLUENCE_PERSONAL_TOKEN", &own),
        ];
        let name = policy.to_string();
        let flags: &[&str] = match policy {
            Policy::Local => &[],
            _ => &["--credentials", &name],
        };
        let world = World::with(deployment, flags, &variables).await;
        let crowd = world.sandbox.add_crowd(AT_ONCE * COMPANY);
        let (jira, confluence) = personalities(deployment);
        for site in [jira, confluence] {
            let slow = Fault::new(site, "", Effect::Delay(DELAY));
            world.sandbox.inject(slow);
        }
        Self {
            client: http_client(),
            world,
            deployment,
            policy,
            crowd,
        }
    }

    /// Runs the schedules of these numbers; gives how many calls were answered. Nobody is in two of
    /// those that run at the same time: what the same credential cancels is its own.
    async fn run(&self, seed: u64, numbers: Vec<u64>) -> usize {
        let mut evidence = Evidence::default();
        let mut seen = Vec::new();
        for (round, numbers) in (0..).zip(numbers.chunks(AT_ONCE)) {
            let mixed = shuffled(&self.crowd, Dice::seeded(seed, round));
            let schedules = numbers.iter().zip(mixed.chunks(COMPANY));
            let schedules = schedules.map(|(number, people)| self.perform(seed, *number, people));
            for part in join_all(schedules).await {
                evidence = evidence.and(part);
            }
            // Searching the record for each answer takes longer the longer it is.
            seen.extend(self.world.sandbox.requests());
            self.world.sandbox.forget_requests();
        }
        evidence.compare(&seen, self.deployment, &self.crowd);
        evidence.answered()
    }

    /// All actors of one schedule at once.
    async fn perform(&self, seed: u64, number: u64, people: &[&Person]) -> Evidence {
        let schedule = Schedule::made_of(Dice::seeded(seed, number));
        let (bystander, actors) = people.split_last().unwrap();
        let acts = schedule.actors.into_iter().enumerate().map(|(at, steps)| {
            let company = Company {
                me: actors[at],
                neighbour: actors[(at + 1) % actors.len()],
                bystander,
            };
            let mut actor = Actor::new(self, number, company);
            async move {
                for step in steps {
                    actor.act(step).await;
                }
                actor.evidence
            }
        });
        let evidence = join_all(acts).await.into_iter();
        evidence.fold(Evidence::default(), Evidence::and)
    }
}

fn shuffled(crowd: &[Person], mut dice: Dice) -> Vec<&Person> {
    let mut mixed: Vec<_> = crowd.iter().collect();
    for at in (1..mixed.len()).rev() {
        mixed.swap(at, dice.index(at + 1));
    }
    mixed
}

fn number_from(variable: &str) -> Option<u64> {
    #[expect(
        clippy::disallowed_methods,
        reason = "how much this test does is said from outside"
    )]
    let value = std::env::var(variable).ok()?;
    Some(value.parse().expect("a number"))
}
