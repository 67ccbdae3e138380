//! What a caller is told when a site fails, whatever the tool and the deployment.

use std::time::Duration;

use atlassian::{Deployment, Service};
use futures::future::join_all;
use sandbox::{Effect, Fault, Personality, people};
use serde_json::{Value, json};
use tests::leaks;
use tests::transport::{call_tool, is_error, text};
use tests::world::{DEPLOYMENTS, Server, World, http_client, personalities, token_of};

/// Short, so that a stalled site is given up soon.
const LIMITS: [(&str, &str); 2] = [
    ("JIRA_TIMEOUT_SECONDS", "1"),
    ("CONFLUENCE_TIMEOUT_SECONDS", "1"),
];

/// A call of each tool, and one of each that needs several requests.
fn calls() -> [(&'static str, Service, Value); 6] {
    use Service::{Confluence, Jira};
    let issue = json!({"issue_key": "DEMO-1"});
    let discussion = json!({"issue_key": "DEMO-1", "include_comments": true});
    let page = json!({"page_id": "98310", "include_comments": true, "include_history": true});
    let title = json!({"title": "Onboarding", "space_key": "TEAM"});
    [
        ("get-jira-issue", Jira, issue),
        ("get-jira-issue", Jira, discussion),
        ("get-my-assigned-issues", Jira, json!({})),
        ("get-confluence-page", Confluence, page),
        ("get-confluence-page", Confluence, title),
        (
            "search-confluence",
            Confluence,
            json!({"query": "checkout"}),
        ),
    ]
}

fn personality(service: Service, deployment: Deployment) -> Personality {
    let (jira, confluence) = personalities(deployment);
    match service {
        Service::Jira => jira,
        Service::Confluence => confluence,
    }
}

/// Runs a check for each call on each deployment, all at once, each before a site of its own.
async fn for_each_call(effect: Option<&Effect>, check: impl AsyncFn(Case<'_>)) {
    let calls = calls();
    let cases = DEPLOYMENTS
        .into_iter()
        .flat_map(|deployment| calls.iter().map(move |call| (deployment, call)));
    let checks = cases.map(async |(deployment, (tool, service, arguments))| {
        let world = World::with(deployment, &[], &LIMITS).await;
        if let Some(effect) = effect {
            let site = personality(*service, deployment);
            world.sandbox.inject(Fault::new(site, "", effect.clone()));
        }
        let case = Case {
            deployment,
            tool,
            service: *service,
            arguments,
            world,
        };
        check(case).await;
    });
    join_all(checks).await;
}

struct Case<'a> {
    deployment: Deployment,
    tool: &'a str,
    service: Service,
    arguments: &'a Value,
    world: World,
}

impl Case<'_> {
    async fn call(&self) -> Value {
        self.call_before(&self.world.server).await
    }

    async fn call_before(&self, server: &Server) -> Value {
        let token = token_of(&people::ana(), self.deployment);
        let called = call_tool(server, &token, self.tool, self.arguments);
        let answer = tokio::time::timeout(Duration::from_secs(30), called).await;
        answer.unwrap_or_else(|_| panic!("{}: no answer", self.name()))
    }

    fn name(&self) -> String {
        format!("{} {} on {}", self.tool, self.arguments, self.deployment)
    }

    /// One tool error with these words, the service, a next step, and no token.
    fn assert_failure(&self, answer: &Value, cause: &str, next_step: &str) {
        let name = self.name();
        assert_eq!(answer.get("error"), None, "{name}: {answer}");
        let told = text(answer);
        assert!(is_error(answer), "{name}: {told}");
        let (what, next) = told
            .split_once("\n\nNext step: ")
            .unwrap_or_else(|| panic!("{name}: no next step in {told}"));
        assert!(what.contains(&self.service.to_string()), "{name}: {told}");
        assert!(what.contains(cause), "{name}: {told}");
        assert!(next.contains(next_step), "{name}: {told}");
        let ana = people::ana();
        let secrets = [&*ana.api_token, &*ana.personal_access_token];
        leaks::assert_none(&name, &answer.to_string(), &secrets, &[&ana.email]);
    }
}

fn status(status: u16, headers: &[(&str, &str)], body: &str) -> Effect {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Effect::Status {
        status,
        headers: headers.iter().map(owned).collect(),
        body: body.to_owned(),
    }
}

/// What fails, what the caller is told of it, and what to do next.
#[expect(clippy::too_many_lines, reason = "a table is as long as its rows")]
fn faults() -> Vec<(Effect, &'static str, &'static str)> {
    let jira_says = r#"{"errorMessages":["ask the operators"],"errors":{}}"#;
    let confluence_says = r#"{"statusCode":403,"message":"ask the operators"}"#;
    vec![
        (
            status(401, &[], ""),
            "did not accept the credential (401",
            "",
        ),
        (
            status(403, &[], jira_says),
            "(403: ask the operators)",
            "permission",
        ),
        (
            status(403, &[], confluence_says),
            "(403: ask the operators)",
            "permission",
        ),
        (status(404, &[], "{}"), "has no ", "check the spelling"),
        (status(410, &[], "{}"), "(410", "update this server"),
        (
            status(429, &[("retry-after", "7")], "{}"),
            "rate limiting",
            "wait 7 s",
        ),
        (
            status(429, &[], "slow down"),
            "rate limiting",
            "wait a minute",
        ),
        (
            status(500, &[], jira_says),
            "(500: ask the operators)",
            "try again",
        ),
        (status(502, &[], "<html>Bad Gateway"), "(502", "try again"),
        (
            status(503, &[("retry-after", "30")], ""),
            "(503",
            "wait 30 s",
        ),
        (
            status(302, &[("location", "https://login.example/?t=1")], ""),
            "redirects to",
            "_URL",
        ),
        (Effect::HtmlLoginPage, "a web page instead of data", "_URL"),
        (
            Effect::CutBody,
            "broke before the answer was complete",
            "try again",
        ),
        (Effect::Stall, "did not answer within 1 s", "check"),
        (
            status(200, &[], "{\"unfinished\": "),
            "cannot read the answer",
            "_URL",
        ),
        (status(200, &[], "[1]"), "cannot read the answer", "_URL"),
    ]
}

/// B-24 and B-59: a failure was told like an answer, and the site's own words were lost. B-33 is the
/// 410. Afterwards the tool works as before.
#[tokio::test(flavor = "multi_thread")]
async fn b_24_b_59_every_failure_is_one_tool_error_with_service_cause_and_next_step() {
    for (effect, cause, next_step) in faults() {
        for_each_call(Some(&effect), async |case| {
            case.assert_failure(&case.call().await, cause, next_step);
            case.world.sandbox.heal();
            let answer = case.call().await;
            assert!(!is_error(&answer), "{}: {answer}", case.name());
        })
        .await;
    }
}

/// B-34: an empty 2xx is success. A list is empty then, and a thing that was asked for is missing.
#[tokio::test(flavor = "multi_thread")]
async fn b_34_an_empty_success_is_an_empty_list_or_a_failure_where_one_thing_was_asked_for() {
    for_each_call(Some(&Effect::EmptySuccess), async |case| {
        let answer = case.call().await;
        match case.tool {
            "search-confluence" => {
                assert!(!is_error(&answer), "{answer}");
                assert!(text(&answer).starts_with("Nothing found."), "{answer}");
            }
            _ => case.assert_failure(&answer, "", ""),
        }
    })
    .await;
}

/// B-35: whatever Atlassian documents as nullable may be null.
#[tokio::test(flavor = "multi_thread")]
async fn b_35_null_wherever_it_may_be_is_a_readable_answer() {
    for_each_call(Some(&Effect::NullFields), async |case| {
        let answer = case.call().await;
        let told = text(&answer);
        assert!(!is_error(&answer), "{}: {told}", case.name());
        assert!(!told.contains("null"), "{}: {told}", case.name());
        let title = match case.service {
            Service::Jira => "Checkout pays twice after a double click",
            Service::Confluence if told.contains("Onboarding") => "Onboarding",
            Service::Confluence => "Checkout flow",
        };
        assert!(told.contains(title), "{}: {told}", case.name());
    })
    .await;
}

/// A server before sites that are not there.
async fn before_nothing(deployment: Deployment) -> Server {
    // A port that was free a moment ago, and is again.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let name = match deployment {
        Deployment::Cloud => "cloud",
        Deployment::DataCenter => "datacenter",
    };
    let variables = [
        ("JIRA_URL", url.as_str()),
        ("CONFLUENCE_URL", &url),
        ("JIRA_DEPLOYMENT", name),
        ("CONFLUENCE_DEPLOYMENT", name),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    Server::start(&[], &variables).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_is_not_there_is_a_tool_error_that_says_what_to_check() {
    for_each_call(None, async |case| {
        let server = before_nothing(case.deployment).await;
        let answer = case.call_before(&server).await;
        let variable = case.service.variable("URL");
        let next_step = format!("check host and port in {variable}");
        case.assert_failure(&answer, "cannot connect to", &next_step);
    })
    .await;
}

async fn health(server: &Server) -> Value {
    let answer = http_client().get(server.url("/health")).send().await;
    let answer = answer.unwrap();
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

/// B-58: it said that all is well without asking anybody. A site that is down is not our failure.
#[tokio::test]
async fn b_58_health_is_ok_while_the_server_serves_and_tells_the_truth_about_the_sites() {
    for deployment in DEPLOYMENTS {
        let server = before_nothing(deployment).await;
        let told = health(&server).await;
        assert_eq!(told["status"], "ok", "{told}");
        for service in ["jira", "confluence"] {
            let site = told["services"][service].as_str().unwrap();
            assert!(site.starts_with("error: cannot connect to"), "{told}");
        }

        let world = World::start(deployment).await;
        let told = health(&world.server).await;
        assert_eq!(told["services"], json!({"jira": "ok", "confluence": "ok"}));
        assert_eq!(told["connected_clients"], 0);

        let world = World::start(deployment).await;
        let site = personality(Service::Confluence, deployment);
        let fault = Fault::new(site, "", Effect::status(500, "out of order"));
        world.sandbox.inject(fault);
        let told = health(&world.server).await;
        assert_eq!(
            (&told["status"], &told["services"]["jira"]),
            (&json!("ok"), &json!("ok"))
        );
        let site = told["services"]["confluence"].as_str().unwrap();
        assert!(
            site.starts_with("error: ") && site.contains("500"),
            "{told}"
        );
    }
}

/// The probe for the deployment carries no credential and meets failures of its own. Had the first of
/// them been remembered, the second would not be met.
#[tokio::test]
async fn a_probe_that_fails_is_a_tool_error_and_is_not_remembered() {
    for deployment in DEPLOYMENTS {
        let auto = [("JIRA_DEPLOYMENT", "auto"), LIMITS[0]];
        let world = World::with(deployment, &[], &auto).await;
        let token = token_of(&people::ana(), deployment);
        let arguments = json!({"issue_key": "DEMO-1"});
        let call = async || call_tool(&world.server, &token, "get-jira-issue", &arguments).await;
        for (effect, cause, next_step) in [
            (Effect::status(500, ""), "(500)", "try again"),
            (
                Effect::HtmlLoginPage,
                "Cloud or Data Center",
                "JIRA_DEPLOYMENT",
            ),
            (Effect::Stall, "did not answer", "JIRA_URL"),
        ] {
            let site = personality(Service::Jira, deployment);
            world
                .sandbox
                .inject(Fault::new(site, "/serverInfo", effect));
            let answer = call().await;
            let told = text(&answer);
            assert!(is_error(&answer), "{told}");
            assert!(told.contains(cause) && told.contains(next_step), "{told}");
            world.sandbox.heal();
        }
        let answer = call().await;
        assert!(!is_error(&answer), "{answer}");
    }
}
