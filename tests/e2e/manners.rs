//! How the server treats the sites behind it, seen by its callers and by the sites.

use atlassian::Deployment;
use sandbox::{Effect, Fault, Personality, people};
use serde_json::{Value, json};
use tests::transport::{call_tool, is_error, text};
use tests::world::{DEPLOYMENTS, World, personalities, seen_of, token_of};

const ISSUE: &str = "get-jira-issue";

fn issue() -> Value {
    json!({"issue_key": "DEMO-1"})
}

fn jira(deployment: Deployment) -> Personality {
    personalities(deployment).0
}

/// B-60: what passes by itself was the caller's to repeat.
#[tokio::test(flavor = "multi_thread")]
async fn b_60_a_site_that_stumbles_twice_is_no_failure() {
    for deployment in DEPLOYMENTS {
        let world = World::start(deployment).await;
        let stumble = Effect::status(503, "<html>Service Unavailable");
        let fault = Fault::new(jira(deployment), "/issue/", stumble).times(2);
        world.sandbox.inject(fault);
        let token = token_of(&people::ana(), deployment);
        let answer = call_tool(&world.server, &token, ISSUE, &issue()).await;
        assert!(!is_error(&answer), "{answer}");
    }
}

/// Atlassian locks accounts after repeated failures; an assistant tries again and again.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_is_kept_from_the_site_however_often_it_is_tried() {
    for deployment in DEPLOYMENTS {
        let world = World::start(deployment).await;
        let (ana, ben) = (people::ana(), people::ben());
        let wrong = match deployment {
            Deployment::Cloud => format!("{}:revoked", ana.email),
            Deployment::DataCenter => "revoked".to_owned(),
        };
        let seen = seen_of(&ben, deployment);
        let mut told = Vec::new();
        let mut sent = Vec::new();
        for _ in 0..4 {
            let answer = call_tool(&world.server, &wrong, ISSUE, &issue()).await;
            assert!(is_error(&answer), "{answer}");
            told.push(text(&answer).to_owned());
            let requests = world.sandbox.requests().into_iter();
            sent.push(requests.filter(|it| it.credential != seen).count());
            // Another's success changes nothing.
            let token = token_of(&ben, deployment);
            let answer = call_tool(&world.server, &token, ISSUE, &issue()).await;
            assert!(!is_error(&answer), "{answer}");
        }
        assert!(
            told[0].contains("did not accept the credential (401"),
            "{}",
            told[0]
        );
        assert_eq!(sent[1..], [sent[0]; 3]);
        for later in &told[1..] {
            assert!(
                later.contains("Jira refused this credential a moment ago"),
                "{later}"
            );
            assert!(later.contains("not sent again for"), "{later}");
        }
    }
}
