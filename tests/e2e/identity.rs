//! Whose credential every upstream request carries: all combinations of headers, policy, environment,
//! deployment and transport, against a model written from the rules, asserted on what the sandbox saw.

mod model;

use std::sync::atomic::{AtomicI64, Ordering};

use atlassian::Deployment;
use reqwest::StatusCode;
use sandbox::{Personality, Sandbox, SeenCredential, SeenRequest, people};
use serde_json::{Value, json};
use tests::transport::{Outcome, Transport, call, is_error, send, text};
use tests::world::{Server, World, http_client, personalities, site_variables};

use model::{Environment, Expected, HeaderCase, POLICIES, Policy, Service};

/// B-05, B-06, B-07 and the whole of the rules: 4 policies × 4 environments × 2 deployments × 3
/// transports × all header cases.
#[tokio::test]
async fn b_05_b_06_b_07_every_request_acts_as_the_rules_say_and_as_nobody_else() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut rows = 0;
    for deployment in [Deployment::Cloud, Deployment::DataCenter] {
        for environment in Environment::ALL {
            for policy in POLICIES {
                let mut variables = site_variables(&sandbox, deployment);
                variables.extend(environment.variables(deployment));
                for headers in model::header_cases() {
                    let case = Case {
                        deployment,
                        environment,
                        policy,
                        headers: &headers,
                    };
                    for transport in Transport::ALL {
                        // A server of its own: one keeps back a credential that a site refused before.
                        let server = Server::start(policy.flags(), &variables).await;
                        case.check(&sandbox, &server, transport).await;
                        rows += 1;
                    }
                }
            }
        }
    }
    assert_eq!(rows, 2 * 4 * 4 * 3 * model::header_cases().len());
}

struct Case<'a> {
    deployment: Deployment,
    environment: Environment,
    policy: Policy,
    headers: &'a HeaderCase,
}

impl Case<'_> {
    async fn check(&self, sandbox: &Sandbox, server: &Server, transport: Transport) {
        for (service, tool, arguments) in [
            (
                Service::Jira,
                "get-jira-issue",
                json!({"issue_key": "DEMO-1"}),
            ),
            (
                Service::Confluence,
                "search-confluence",
                json!({"query": "checkout"}),
            ),
        ] {
            sandbox.forget_requests();
            let message = call(next_id(), tool, &arguments);
            let headers = self.headers.as_pairs();
            let outcome = send(&http_client(), server, transport, &headers, &message).await;
            let seen = sandbox.requests();
            self.compare(service, transport, outcome, &seen);
        }
    }

    fn compare(
        &self,
        service: Service,
        transport: Transport,
        outcome: Outcome,
        seen: &[SeenRequest],
    ) {
        let Self {
            deployment,
            environment,
            policy,
            headers,
        } = self;
        let row = format!(
            "{service:?} {deployment} {environment:?} {policy:?} {transport:?} {:?}",
            headers.name
        );
        let expected = model::expected(service, headers, *policy, *environment, *deployment);
        match (&expected, outcome) {
            (Expected::Refused, Outcome::Refused(StatusCode::UNAUTHORIZED, body)) => {
                assert_eq!(seen, [], "{row}");
                assert!(
                    body["error"]["message"]
                        .as_str()
                        .is_some_and(|m| m.contains("header"))
                );
            }
            (Expected::Missing, Outcome::Answer(answer)) => {
                assert_eq!(seen, [], "{row}");
                assert!(is_error(&answer), "{row}");
                self.names_the_way_out(service, text(&answer), &row);
            }
            (Expected::ActsAs(credential, source), Outcome::Answer(answer)) => {
                let (jira, confluence) = personalities(*deployment);
                let personality = if service == Service::Jira {
                    jira
                } else {
                    confluence
                };
                all_carried(seen, credential, personality, &row);
                assert_eq!(identity(&answer, service)["source"], *source, "{row}");
            }
            (expected, outcome) => panic!("{row}: expected {expected:?}, got {outcome:?}"),
        }
    }

    fn names_the_way_out(&self, service: Service, text: &str, row: &str) {
        for part in [service.header(), service.variable()] {
            assert!(text.contains(part), "{row}: {part} is not in {text}");
        }
    }
}

fn all_carried(
    seen: &[SeenRequest],
    credential: &SeenCredential,
    personality: Personality,
    row: &str,
) {
    assert!(!seen.is_empty(), "{row}");
    for request in seen {
        assert_eq!(&request.credential, credential, "{row}");
        assert_eq!(request.personality, personality, "{row}");
        assert!(!request.cookie_sent, "{row}");
    }
}

fn next_id() -> i64 {
    static NEXT: AtomicI64 = AtomicI64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

fn identity(answer: &Value, service: Service) -> &Value {
    &answer["result"]["_meta"]["io.github.mcp-jira-confluence/identity"][service.key()]
}

/// Cloud or Data Center is found by one probe that carries no credential.
#[tokio::test]
async fn an_unset_deployment_is_probed_once_and_without_credentials() {
    let ben = people::ben();
    let account = format!("{}:{}", ben.email, ben.api_token);
    for (deployment, token) in [
        (Deployment::Cloud, account),
        (Deployment::DataCenter, ben.personal_access_token),
    ] {
        let sandbox = Sandbox::start().await.unwrap();
        let mut variables = site_variables(&sandbox, deployment);
        variables.retain(|(name, _)| !name.ends_with("_DEPLOYMENT"));
        let server = Server::start(&[], &variables).await;
        let headers = [("x-jira-token", token.as_str())];
        for id in 1..=2 {
            let message = call(id, "get-jira-issue", &json!({"issue_key": "DEMO-1"}));
            let outcome = send(&http_client(), &server, Transport::Post, &headers, &message).await;
            assert!(!is_error(&outcome.answer()), "{deployment}");
        }
        let seen = sandbox.requests();
        let anonymous: Vec<_> = seen
            .iter()
            .filter(|request| request.credential == SeenCredential::None)
            .map(|request| request.path.rsplit('/').next().unwrap())
            .collect();
        assert_eq!(anonymous, ["serverInfo"], "{deployment}");
    }
}

/// Without a policy the environment serves programs on this machine only.
#[tokio::test]
async fn b_06_a_request_through_a_proxy_does_not_get_the_servers_own_account() {
    let token = people::service_account().personal_access_token;
    let own = [("JIRA_PERSONAL_TOKEN", token.as_str())];
    let world = World::with(Deployment::DataCenter, &[], &own).await;
    let message = call(1, "get-jira-issue", &json!({"issue_key": "DEMO-1"}));
    for (headers, lent) in [
        (&[][..], true),
        (&[("x-forwarded-for", "10.0.0.9")], false),
        (&[("forwarded", "for=10.0.0.9")], false),
        (&[("via", "1.1 proxy")], false),
    ] {
        world.sandbox.forget_requests();
        let outcome = send(
            &http_client(),
            &world.server,
            Transport::Post,
            headers,
            &message,
        )
        .await;
        let answer = outcome.answer();
        assert_eq!(is_error(&answer), !lent, "{headers:?}: {answer}");
        assert_eq!(world.sandbox.requests().is_empty(), !lent, "{headers:?}");
    }
}
