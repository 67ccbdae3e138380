//! Sites that are not there, and what the server finds out about sites by itself.

use atlassian::{Deployment, Service};
use sandbox::{Effect, Fault, people};
use serde_json::{Value, json};
use tests::transport::{call_tool, is_error, text};
use tests::world::{DEPLOYMENTS, Server, World, http_client, token_of};
use tokio::net::TcpSocket;

use super::{LIMITS, for_each_call, personality};

/// A server before sites that are not there, and what keeps others from their port: it is bound, and
/// nobody listens.
async fn before_nothing(deployment: Deployment) -> (Server, TcpSocket) {
    let nobody = TcpSocket::new_v4().unwrap();
    nobody.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("http://{}", nobody.local_addr().unwrap());
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
    (Server::start(&[], &variables).await, nobody)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_is_not_there_is_a_tool_error_that_says_what_to_check() {
    for_each_call(None, async |case| {
        let (server, _nobody) = before_nothing(case.deployment).await;
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
        let (server, _nobody) = before_nothing(deployment).await;
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
