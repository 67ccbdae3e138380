//! Files that are too large, and those beyond a limit to projects and spaces.

use sandbox::{Person, people};
use serde_json::{Value, json};
use tests::transport::{Headers, Transport, call, is_error, send, text};
use tests::world::{DEPLOYMENTS, http_client, token_of};

use super::super::{Site, assert_tells};
use super::{OF_ISSUE, OF_PAGE, both, with};

#[tokio::test]
async fn a_file_that_is_too_large_is_told_with_size_limit_and_place_and_not_fetched() {
    for deployment in DEPLOYMENTS {
        let site = with(deployment, &["--max-attachment-bytes", "100"], &[]).await;
        for ((tool, arguments), place) in both("60001", "att97003").into_iter().zip([
            "/secure/attachment/60001/",
            "viewpageattachments.action?pageId=98310",
        ]) {
            let told = site.failure(&people::ana(), tool, arguments).await;
            assert_tells(
                &told,
                &[
                    "too large",
                    "100 bytes",
                    "Next step: ",
                    place,
                    "--max-attachment-bytes",
                ],
            );
        }
    }
}

#[tokio::test]
async fn a_file_beyond_the_limit_of_the_operator_is_not_there() {
    for deployment in DEPLOYMENTS {
        let limits = [
            ("JIRA_PROJECTS_FILTER", "OPS"),
            ("CONFLUENCE_SPACES_FILTER", "TEAM"),
        ];
        let site = with(deployment, &[], &limits).await;
        for (tool, arguments, words) in [
            // Jira does not tell the project of a file.
            (
                OF_ISSUE,
                json!({"attachment_id": "60007"}),
                "name the issue as well",
            ),
            (
                OF_ISSUE,
                json!({"attachment_id": "60001", "issue_key": "DEMO-1"}),
                "has no issue DEMO-1",
            ),
            (
                OF_PAGE,
                json!({"attachment_id": "att97001"}),
                "has no attachment att97001",
            ),
            (
                OF_PAGE,
                json!({"page_id": "98310", "file_name": "fees.pdf"}),
                "has no page 98310",
            ),
        ] {
            let told = site.failure(&people::ana(), tool, arguments).await;
            assert!(told.contains(words), "{words}: {told}");
        }
        let inside = json!({"attachment_id": "60007", "issue_key": "OPS-2"});
        let told = site.answer(&people::ana(), OF_ISSUE, inside).await;
        assert_tells(&told, &["refunds.log", "charged twice"]);
        let inside = json!({"attachment_id": "att97008"});
        let told = site.answer(&people::ana(), OF_PAGE, inside).await;
        assert_tells(&told, &["numbers.txt", "charged twice"]);
    }
}

/// Asks as a person, under limits of the request.
async fn ask(site: &Site, person: &Person, limits: Headers<'_>, message: &Value) -> Value {
    let bearer = format!("Bearer {}", token_of(person, site.deployment));
    let headers = [&[("authorization", &*bearer)], limits].concat();
    let (client, server) = (http_client(), &site.world.server);
    let answer = send(&client, server, Transport::Post, &headers, message);
    answer.await.answer()
}

async fn read(site: &Site, person: &Person, limits: Headers<'_>, uri: &str) -> Value {
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "resources/read",
        "params": {"uri": uri}});
    ask(site, person, limits, &message).await
}

#[tokio::test]
async fn a_text_is_a_resource_as_text_and_any_other_file_as_its_bytes() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let contents = async |uri| {
            let read = read(&site, &people::ana(), &[], uri).await;
            read["result"]["contents"][0].clone()
        };
        let log = contents("jira://attachment/60001").await;
        assert_eq!(log["mimeType"], "text/plain");
        let text = log["text"].as_str().unwrap();
        assert_tells(text, &["<untrusted-", "charged twice"]);
        let picture = contents("confluence://attachment/att97001").await;
        assert_eq!(picture["mimeType"], "image/png");
        let bytes = picture["blob"].as_str().unwrap();
        assert!(bytes.starts_with("iVBORw0KGgo"), "{bytes}");
        let dump = contents("jira://attachment/60005").await;
        assert_eq!(dump["mimeType"], "application/octet-stream");
    }
}

#[tokio::test]
async fn a_file_beyond_the_limit_of_a_request_or_of_a_person_is_not_there() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let ana = people::ana();
        let projects = [("x-jira-projects-filter", "OPS")];
        let spaces = [("x-confluence-spaces-filter", "TEAM")];
        for (person, limits, uri) in [
            (&ana, &projects[..], "jira://attachment/60001"),
            (&ana, &spaces, "confluence://attachment/att97001"),
            // SECRET-1 is Ana's alone.
            (&people::ben(), &[], "jira://attachment/60008"),
        ] {
            let hidden = read(&site, person, limits, uri).await;
            assert!(hidden["error"].is_object(), "{hidden}");
        }
        let arguments = json!({"attachment_id": "60001", "issue_key": "DEMO-1"});
        let message = call(1, OF_ISSUE, &arguments);
        let answer = ask(&site, &ana, &projects, &message).await;
        assert!(is_error(&answer), "{answer}");
        assert_tells(text(&answer), &["has no issue DEMO-1"]);
    }
}
