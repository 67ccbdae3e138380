//! The self-test against servers that behave, misbehave or are not there.

use serde_json::json;

use crate::support::{Origin, Reply, Request, settings};

/// The report on a server, and the exit code.
async fn report(url: &str, arguments: &[&str], variables: &[(&str, &str)]) -> (Vec<String>, i32) {
    let arguments: Vec<_> = ["check", url]
        .into_iter()
        .chain(arguments.iter().copied())
        .collect();
    let mut output = Vec::new();
    let code = bridge::check(&settings(&arguments, variables), &mut output).await;
    let text = String::from_utf8(output).unwrap();
    (text.lines().map(str::to_owned).collect(), code)
}

fn line<'a>(report: &'a [String], start: &str) -> &'a str {
    let found = report
        .iter()
        .find(|line| line.contains(&format!(" {start}: ")));
    found.unwrap_or_else(|| panic!("no line on {start} in {report:#?}"))
}

/// Who a request's credential acts as, on a server like ours.
fn account(request: &Request) -> (&'static str, &'static str) {
    let own = request.header("x-jira-token");
    let shared = request
        .header("authorization")
        .and_then(|value| value.strip_prefix("Bearer "));
    match own.or(shared) {
        Some("ana-token") => ("Ana Silva", "header"),
        Some(_) => ("", "header"),
        None => ("Service Account", "environment"),
    }
}

async fn like_ours(request: Request, reply: Reply) {
    let id = &request.rpc_id();
    let answer =
        |result: serde_json::Value| format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{result}}}"#);
    match (request.path.as_str(), request.rpc_method().as_str()) {
        ("/health", _) => reply.json(r#"{"status":"ok","server":"x"}"#).await,
        (_, "initialize") => {
            let result = json!({ "protocolVersion": "2025-11-25" });
            reply.json(&answer(result)).await;
        }
        (_, "notifications/initialized") => reply.status(202).await,
        (_, "tools/list") if request.body.contains("cursor") => {
            reply
                .json(&answer(
                    json!({ "tools": [{ "name": "get-my-assigned-issues" }] }),
                ))
                .await;
        }
        (_, "tools/list") => {
            let page = json!({ "tools": [{ "name": "get-jira-issue" }], "nextCursor": "2" });
            reply.json(&answer(page)).await;
        }
        (_, "tools/call") => {
            let result = match account(&request) {
                ("", _) => json!({ "isError": true, "content": [{ "type": "text",
                    "text": "Jira does not accept the token of X-Jira-Token" }] }),
                (name, source) => json!({ "content": [], "_meta": {
                    "io.github.mcp-jira-confluence/identity": { "jira": { "name": name, "source": source } }
                }}),
            };
            reply.json(&answer(result)).await;
        }
        _ => reply.status(405).await,
    }
}

#[tokio::test]
async fn every_door_is_tried_and_says_who_one_is() {
    let origin = Origin::start(like_ours).await;
    let (report, code) = report(&origin.url, &[], &[("JIRA_PERSONAL_TOKEN", "ana-token")]).await;
    assert_eq!(code, 0, "{report:#?}");
    assert!(line(&report, "settings").contains("JIRA_PERSONAL_TOKEN"));
    assert!(line(&report, "server").contains("says ok"));
    let transport = line(&report, "transport");
    assert!(
        transport.contains("/mcp, revision 2025-11-25"),
        "{transport}"
    );
    for door in ["Authorization: Bearer", "X-Jira-Token"] {
        let line = line(&report, door);
        assert!(line.starts_with("ok"), "{line}");
        assert!(
            line.contains("2 tools; jira acts as Ana Silva (header)"),
            "{line}"
        );
    }
    let open = line(&report, "no credential");
    assert!(
        open.contains("jira acts as Service Account (environment)"),
        "{open}"
    );
    assert!(line(&report, "tools").contains("2 offered"));
    assert_eq!(
        report.last().unwrap(),
        "everything that is configured works"
    );
    assert!(report.iter().all(|line| !line.contains("ana-token")));
    let asked = origin.requests();
    let listed = asked
        .iter()
        .find(|request| request.rpc_method() == "tools/list")
        .unwrap();
    assert_eq!(listed.header("mcp-protocol-version"), Some("2025-11-25"));
}

#[tokio::test]
async fn a_token_the_site_refuses_is_a_failure_with_the_reason() {
    let origin = Origin::start(like_ours).await;
    let (report, code) = report(&origin.url, &[], &[("JIRA_PERSONAL_TOKEN", "old")]).await;
    assert_eq!(code, 1);
    let bearer = line(&report, "Authorization: Bearer");
    assert!(
        bearer.starts_with("failed") && bearer.contains("does not accept"),
        "{bearer}"
    );
    assert!(
        line(&report, "X-Jira-Token").starts_with("note"),
        "not the configured door"
    );
    assert_eq!(report.last().unwrap(), "1 check failed");
}

#[tokio::test]
async fn doors_that_cannot_be_tried_are_skipped_with_a_reason() {
    let origin = Origin::start(like_ours).await;
    let different = [
        ("JIRA_PERSONAL_TOKEN", "ana-token"),
        ("CONFLUENCE_PERSONAL_TOKEN", "b"),
    ];
    let (with_both, code) = report(&origin.url, &[], &different).await;
    assert_eq!(code, 0, "{with_both:#?}");
    assert!(line(&with_both, "Authorization: Bearer").starts_with("skipped"));
    let (without, code) = report(&origin.url, &[], &[]).await;
    assert_eq!(code, 0, "{without:#?}");
    assert!(line(&without, "settings").starts_with("note"));
    assert!(line(&without, "no credential").starts_with("ok"));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_one_failure() {
    let (report, code) = report("http://127.0.0.1:9", &[], &[("JIRA_PERSONAL_TOKEN", "t")]).await;
    assert_eq!(code, 1);
    let server = line(&report, "server");
    assert!(
        server.starts_with("failed") && server.contains("SSE_SERVER_URL"),
        "{server}"
    );
    assert_eq!(report.len(), 3, "{report:#?}");
}

#[tokio::test]
async fn a_server_that_refuses_the_token_names_the_variable() {
    let origin = Origin::start(|request, reply| async move {
        if request.header("authorization").is_some() && request.method == "POST" {
            return reply.status(401).await;
        }
        like_ours(request, reply).await;
    })
    .await;
    let (report, code) = report(&origin.url, &[], &[("JIRA_PERSONAL_TOKEN", "ana-token")]).await;
    assert_eq!(code, 1);
    let bearer = line(&report, "Authorization: Bearer");
    assert!(
        bearer.starts_with("failed") && bearer.contains("JIRA_PERSONAL_TOKEN"),
        "{bearer}"
    );
}

#[tokio::test]
async fn a_server_of_someone_else_passes_without_health_and_identity() {
    let origin = Origin::start(|request, reply| async move {
        let id = request.rpc_id();
        match request.rpc_method().as_str() {
            "tools/list" => {
                let tools = json!({ "tools": [{ "name": "get-my-assigned-issues" }] });
                reply
                    .json(&format!(
                        r#"{{"jsonrpc":"2.0","id":{id},"result":{tools}}}"#
                    ))
                    .await;
            }
            "" => reply.status(404).await,
            "notifications/initialized" => reply.status(202).await,
            _ => {
                let answer = format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{}}}}"#);
                reply.json(&answer).await;
            }
        }
    })
    .await;
    let (report, code) = report(&origin.url, &[], &[]).await;
    assert_eq!(code, 0, "{report:#?}");
    assert!(line(&report, "server").contains("without"), "{report:#?}");
    let open = line(&report, "no credential");
    assert!(
        open.contains("unknown (the server does not tell)"),
        "{open}"
    );
}

#[tokio::test]
async fn the_self_test_speaks_2024_11_05_too() {
    let (answers, _) = tokio::sync::broadcast::channel::<String>(16);
    let origin = Origin::start(move |request, mut reply| {
        let answers = answers.clone();
        async move {
            match (request.method.as_str(), request.path.as_str()) {
                ("GET", "/sse") => {
                    let mut queue = answers.subscribe();
                    reply.open_stream(&[]).await;
                    reply.event("endpoint", "/messages").await;
                    while let Ok(answer) = queue.recv().await {
                        reply.event("message", &answer).await;
                    }
                }
                ("POST", "/messages") => {
                    let id = request.rpc_id();
                    let result = json!({ "protocolVersion": "2024-11-05", "tools": [] });
                    let _gone = answers.send(format!(
                        r#"{{"jsonrpc":"2.0","id":{id},"result":{result}}}"#
                    ));
                    reply.status(202).await;
                }
                _ => reply.status(404).await,
            }
        }
    })
    .await;
    let (report, code) = report(&origin.url, &[], &[]).await;
    assert_eq!(code, 0, "{report:#?}");
    let transport = line(&report, "transport");
    assert!(
        transport.contains("HTTP with SSE (2024-11-05)"),
        "{transport}"
    );
}

#[tokio::test]
async fn a_proxy_without_its_server_is_not_called_a_server_that_answers() {
    let page = "<html>Bad Gateway</html>";
    let origin =
        Origin::start(move |_, reply| reply.answer(502, &[("content-type", "text/html")], page))
            .await;
    let (report, code) = report(&origin.url, &[], &[]).await;
    assert_eq!(code, 1, "{report:#?}");
    let server = line(&report, "server");
    assert!(
        server.starts_with("note") && server.contains("502"),
        "{server}"
    );
    let door = line(&report, "no credential");
    assert!(door.contains("the proxy in front of the server"), "{door}");
}
