//! What a caller is told when a site fails, whatever the tool and the deployment.

mod sites;

use std::time::Duration;

use atlassian::{Deployment, Service};
use futures::future::join_all;
use sandbox::{Effect, Fault, Personality, people};
use serde_json::{Value, json};
use tests::leaks;
use tests::transport::{call_tool, is_error, text};
use tests::world::{DEPLOYMENTS, Server, World, personalities, token_of};

/// Short, so that a stalled site is given up soon, and less than a site here wants to be left alone;
/// long enough for one that answers on a busy machine.
const LIMITS: [(&str, &str); 2] = [
    ("JIRA_TIMEOUT_SECONDS", "5"),
    ("CONFLUENCE_TIMEOUT_SECONDS", "5"),
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
        (Effect::Stall, "did not answer within 5 s", "check"),
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
            // A credential that was refused is kept from the site for half a minute.
            let kept_back = cause.contains("(401");
            assert_eq!(is_error(&answer), kept_back, "{}: {answer}", case.name());
        })
        .await;
    }
}

/// B-34: an empty 2xx is success to a write; a question it does not answer, and "nothing found" would
/// be made up.
#[tokio::test(flavor = "multi_thread")]
async fn b_34_an_empty_answer_to_a_question_is_told_as_such() {
    for_each_call(Some(&Effect::EmptySuccess), async |case| {
        case.assert_failure(&case.call().await, "the answer is empty", "");
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
