//! Scoped API tokens of Cloud from the client's header to Atlassian's gateway: who acts, on which way, and
//! what never goes there. What is asked of a site is the same on both ways.

use atlassian::Deployment;
use futures::future::join_all;
use sandbox::{Fingerprint, Host, Person, Sandbox, SeenCredential, SeenRequest, people};
use serde_json::{Value, json};
use tests::transport::{Transport, call, call_tool, is_error, send, text};
use tests::world::{Server, World, http_client, site_variables, token_of};

/// A server that was told where the gateway of its sites is.
async fn world(deployment: Deployment) -> World {
    let sandbox = Sandbox::start().await.unwrap();
    let mut variables = site_variables(&sandbox, deployment);
    let gateway = sandbox.gateway_url().to_string();
    variables.push(("ATLASSIAN_GATEWAY_URL".to_owned(), gateway));
    let server = Server::start(&[], &variables).await;
    World { sandbox, server }
}

fn scoped(person: &Person) -> String {
    format!("{}:{}", person.email, person.scoped_api_token)
}

/// Requests that carried a credential to one of both ways.
fn signed(world: &World, host: Host) -> Vec<SeenRequest> {
    let seen = world.sandbox.requests().into_iter();
    seen.filter(|it| it.host == host && it.credential != SeenCredential::None)
        .collect()
}

/// Calls of tools that read and write, five of them, and words of their answers.
fn calls() -> [(&'static str, Value, &'static str); 9] {
    let issue = json!({"issue_key": "DEMO-1"});
    let on_issue = json!({"issue_key": "DEMO-1", "comment": "Through the gateway"});
    let page = json!({"page_id": "98310", "include_comments": true, "include_history": true});
    let found = json!({"query": "checkout"});
    let comment = json!({"page_id": "98310", "comment": "Through the gateway"});
    let reply = json!({"page_id": "98310", "comment": "So it is", "reply_to": "99003"});
    let edit = json!({"page_id": "98311", "append": true, "content": "More"});
    let made = json!({"space_key": "DEMO", "title": "Scopes", "content": "Few"});
    [
        ("get-jira-issue", issue, "double click"),
        ("comment-jira-issue", on_issue, "The comment was added"),
        ("get-confluence-page", page, "There is none."),
        ("search-confluence", found, "Checkout flow"),
        ("comment-confluence-page", comment, "The comment was added"),
        ("comment-confluence-page", reply, "The reply was added"),
        ("update-confluence-page", edit, "The page was changed"),
        ("create-confluence-page", made, "The page was made"),
        ("whoami", json!({}), "Ana Sousa"),
    ]
}

#[tokio::test]
async fn a_scoped_token_in_a_header_reads_and_writes_through_the_gateway() {
    let world = world(Deployment::Cloud).await;
    let token = scoped(&people::ana());
    let gateway = world.sandbox.gateway_url();
    for (tool, arguments, words) in calls() {
        let answer = call_tool(&world.server, &token, tool, &arguments).await;
        let told = text(&answer);
        assert!(!is_error(&answer) && told.contains(words), "{tool}: {told}");
        // What people are given to open is the site, which the gateway is not.
        assert!(!told.contains(gateway.as_str()), "{told}");
    }
    // Each site is asked once with a token that it refuses, and from then on no more.
    let refused = signed(&world, Host::Site);
    let refused: Vec<_> = refused.iter().map(|it| it.status).collect();
    assert_eq!(refused, [401, 401]);
    let through = signed(&world, Host::Gateway);
    assert!(through.iter().all(|it| it.person.as_deref() == Some("ana")));
    assert!(through.iter().all(|it| it.status != 410), "{through:?}");
    let changes = world.sandbox.changes().into_iter();
    let writers: Vec<_> = changes.map(|it| it.person).collect();
    assert_eq!(writers, ["ana"; 5]);
}

/// Each service is told its own token, as a header of its own says.
#[tokio::test]
async fn of_two_tokens_one_may_be_scoped_and_the_other_not() {
    let world = world(Deployment::Cloud).await;
    let (ana, ben) = (people::ana(), people::ben());
    let [jira, confluence] = [scoped(&ana), token_of(&ben, Deployment::Cloud)];
    let headers = [
        ("x-jira-token", jira.as_str()),
        ("x-confluence-token", &confluence),
    ];
    let message = call(1, "whoami", &json!({}));
    let (client, server) = (http_client(), &world.server);
    let asked = send(&client, server, Transport::Post, &headers, &message);
    let answer = asked.await.answer();
    let told = text(&answer);
    assert!(
        told.contains("Ana Sousa") && told.contains("Ben Okafor"),
        "{told}"
    );
    let through = signed(&world, Host::Gateway);
    assert!(!through.is_empty() && through.iter().all(|it| it.person.as_deref() == Some("ana")));
}

#[tokio::test(flavor = "multi_thread")]
async fn people_with_scoped_and_classic_tokens_at_once_are_never_taken_for_each_other() {
    let world = world(Deployment::Cloud).await;
    let everybody = [people::ana(), people::ben(), people::carol(), people::dan()];
    let who = async |person: Person, token: String| {
        let answer = call_tool(&world.server, &token, "whoami", &json!({})).await;
        let told = text(&answer);
        assert!(told.contains(&person.display_name), "{told}");
        let others = everybody
            .iter()
            .filter(|it| it.user_name != person.user_name);
        for other in others {
            assert!(!told.contains(&other.display_name), "{told}");
        }
    };
    for _ in 0..5 {
        let calls = everybody.iter().enumerate().map(|(place, person)| {
            let token = match place % 2 {
                0 => scoped(person),
                _ => token_of(person, Deployment::Cloud),
            };
            who(person.clone(), token)
        });
        join_all(calls).await;
    }
    for seen in signed(&world, Host::Gateway) {
        let person = everybody
            .iter()
            .find(|it| seen.person.as_deref() == Some(&it.user_name));
        let person = person.unwrap_or_else(|| panic!("{seen:?}"));
        let credential = SeenCredential::Basic {
            user: person.email.clone(),
            token: Fingerprint::of(&person.scoped_api_token),
        };
        assert_eq!(seen.credential, credential);
    }
}

async fn fails(server: &Server, token: &str, tool: &str, arguments: Value) -> String {
    let answer = call_tool(server, token, tool, &arguments).await;
    assert!(is_error(&answer), "{answer}");
    text(&answer).to_owned()
}

#[tokio::test]
async fn a_gateway_that_nobody_named_gets_no_token() {
    let ana = people::ana();
    let issue = json!({"issue_key": "DEMO-1"});
    for variables in [&[][..], &[("ATLASSIAN_GATEWAY_URL", "none")]] {
        let world = World::with(Deployment::Cloud, &[], variables).await;
        let told = fails(
            &world.server,
            &scoped(&ana),
            "get-jira-issue",
            issue.clone(),
        )
        .await;
        assert!(
            told.contains("did not accept the credential (401"),
            "{told}"
        );
        assert_no_gateway(&world);
    }
}

/// One address serves both services, of which one may be on Data Center.
#[tokio::test]
async fn a_token_that_a_data_center_refuses_stays_there() {
    let world = world(Deployment::DataCenter).await;
    for (tool, arguments) in [
        ("get-jira-issue", json!({"issue_key": "DEMO-1"})),
        ("get-confluence-page", json!({"page_id": "98310"})),
    ] {
        let told = fails(&world.server, "a-token-of-nobody", tool, arguments).await;
        assert!(
            told.contains("did not accept the credential (401"),
            "{told}"
        );
    }
    assert_no_gateway(&world);
}

/// Only the site itself was asked, and not where its gateway is.
#[track_caller]
fn assert_no_gateway(world: &World) {
    let seen = world.sandbox.requests();
    assert!(seen.iter().all(|it| it.host == Host::Site), "{seen:?}");
    assert!(
        seen.iter().all(|it| !it.path.contains("tenant_info")),
        "{seen:?}"
    );
}
