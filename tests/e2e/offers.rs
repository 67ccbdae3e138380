//! Prompts, resources and completion: over every transport, on both deployments, through the bridge.
#![expect(clippy::too_many_lines, reason = "a table is as long as its rows")]

use atlassian::Deployment;
use sandbox::{Effect, Fault, Person, people};
use serde_json::{Value, json};
use tests::host::Host;
use tests::programs::{Program, RunningServer};
use tests::transport::{Transport, send};
use tests::world::{DEPLOYMENTS, http_client, personalities, token_of};

use crate::site::Site;

fn message(method: &str, params: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
}

impl Site {
    /// The whole answer, the same over every transport.
    async fn ask(&self, person: &Person, method: &str, params: Value) -> Value {
        let bearer = format!("Bearer {}", token_of(person, self.deployment));
        let headers = [("authorization", bearer.as_str())];
        let (client, server) = (http_client(), &self.world.server);
        let message = message(method, &params);
        let mut answers = Vec::new();
        for transport in Transport::ALL {
            let answer = send(&client, server, transport, &headers, &message)
                .await
                .answer();
            answers.push(without_marks(&answer));
        }
        assert!(
            answers.iter().all(|answer| *answer == answers[0]),
            "{answers:?}"
        );
        answers.remove(0)
    }

    async fn offered(&self, person: &Person, method: &str, params: Value) -> Value {
        let answer = self.ask(person, method, params).await;
        assert!(answer.get("result").is_some(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// The answer in revision 2026-07-28.
    async fn ask_stateless(&self, person: &Person, method: &str, mut params: Value) -> Value {
        let name = params["name"].as_str().or(params["uri"].as_str());
        let name = name.unwrap_or_default().to_owned();
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {}
        });
        let request = http_client()
            .post(self.world.server.url("/mcp"))
            .bearer_auth(token_of(person, self.deployment))
            .header("accept", "application/json, text/event-stream")
            .header("mcp-protocol-version", "2026-07-28")
            .header("mcp-method", method)
            .json(&message(method, &params));
        let request = if name.is_empty() {
            request
        } else {
            request.header("mcp-name", name)
        };
        request.send().await.unwrap().json().await.unwrap()
    }
}

/// The answer with the numbers of its marks blanked: they differ from answer to answer.
fn without_marks(answer: &Value) -> Value {
    let text = answer.to_string();
    let mut pieces = text.split("untrusted-");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        out += "untrusted-NUMBER";
        out += &piece[8..];
    }
    serde_json::from_str(&out).unwrap()
}

/// B-20: prompts were advertised and could not be asked for over HTTP.
#[tokio::test]
async fn b_20_the_five_prompts_are_listed_with_their_arguments() {
    let site = Site::start(Deployment::Cloud).await;
    let list = site
        .offered(&people::ana(), "prompts/list", json!({}))
        .await;
    let told = |prompt: &Value| {
        let arguments = prompt["arguments"].as_array().unwrap().iter();
        let arguments = arguments.map(|argument| {
            let needed = if argument["required"] == true {
                "*"
            } else {
                ""
            };
            format!("{}{needed}", argument["name"].as_str().unwrap())
        });
        assert!(prompt["title"].is_string() && prompt["description"].is_string());
        let arguments: Vec<_> = arguments.collect();
        format!(
            "{}: {}",
            prompt["name"].as_str().unwrap(),
            arguments.join(" ")
        )
    };
    let listed: Vec<_> = list["prompts"]
        .as_array()
        .unwrap()
        .iter()
        .map(told)
        .collect();
    assert_eq!(
        listed,
        [
            "summarize-jira-issue: issue_key* style",
            "create-jira-description: summary* issue_type*",
            "summarize-confluence-page: page_id* style",
            "create-confluence-content: title* topic*",
            "answer-confluence-question: question* page_id title space_key context_depth",
        ]
    );
}

#[tokio::test]
async fn every_prompt_is_one_message_of_the_user_with_what_it_is_about() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        for (name, arguments, parts) in [
            (
                "summarize-jira-issue",
                json!({"issue_key": "DEMO-1", "style": "detailed"}),
                &[
                    "Be extensive",
                    "<untrusted-",
                    "Checkout pays twice",
                    "## Comments (5",
                ][..],
            ),
            (
                "create-jira-description",
                json!({"summary": "Crash", "issue_type": "Bug"}),
                &["type Bug", "\"Crash\"", "Steps to reproduce", "Markdown"],
            ),
            (
                "summarize-confluence-page",
                json!({"page_id": "98310"}),
                &[
                    "Be concise",
                    "<untrusted-",
                    "**Space**: Webshop Handbook",
                    "Stripe",
                ],
            ),
            (
                "create-confluence-content",
                json!({"title": "Runbook", "topic": "restarts"}),
                &["\"Runbook\"", "restarts", "Markdown"],
            ),
            (
                "answer-confluence-question",
                json!({"question": "Fees?", "title": "Checkout flow", "space_key": "DEMO"}),
                &["Question: Fees?", "not sufficient", "<untrusted-", "Stripe"],
            ),
        ] {
            let params = json!({"name": name, "arguments": arguments});
            let prompt = site.offered(&people::ana(), "prompts/get", params).await;
            let messages = prompt["messages"].as_array().unwrap();
            assert_eq!((messages.len(), &messages[0]["role"]), (1, &json!("user")));
            let text = messages[0]["content"]["text"].as_str().unwrap();
            for part in parts {
                assert!(text.contains(part), "{name}: {part}: {text}");
            }
        }
    }
}

#[tokio::test]
async fn a_prompt_that_cannot_be_made_is_an_error_that_says_why() {
    let site = Site::start(Deployment::DataCenter).await;
    for (name, arguments, why) in [
        ("summarize-jira-issue", json!({}), "issue_key"),
        (
            "summarize-jira-issue",
            json!({"issue_key": "DEMO"}),
            "is no issue key",
        ),
        (
            "summarize-jira-issue",
            json!({"issue_key": "DEMO-999"}),
            "has no issue DEMO-999",
        ),
        (
            "answer-confluence-question",
            json!({"question": "x"}),
            "name the page",
        ),
        ("no-prompt", json!({}), "unknown prompt"),
    ] {
        let params = json!({"name": name, "arguments": arguments});
        let answer = site.ask(&people::ana(), "prompts/get", params).await;
        let message = answer["error"]["message"].as_str().unwrap();
        assert!(message.contains(why), "{name}: {message}");
    }
}

/// B-31 and B-47: a resource was served as plain text, without its space.
#[tokio::test]
async fn b_31_b_47_resources_are_read_as_the_markdown_they_are_listed_as() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let templates = site
            .offered(&people::ana(), "resources/templates/list", json!({}))
            .await;
        let templates = templates["resourceTemplates"].as_array().unwrap();
        let uris: Vec<_> = templates
            .iter()
            .map(|it| it["uriTemplate"].as_str().unwrap())
            .collect();
        assert_eq!(
            uris,
            [
                "jira://issue/{issue_key}",
                "jira://attachment/{attachment_id}",
                "confluence://page/{page_id}",
                "confluence://space/{space_key}/page/{page_id}",
                "confluence://attachment/{attachment_id}"
            ]
        );
        for (uri, part) in [
            ("jira://issue/DEMO-1", "## Comments (5, newest first)"),
            (
                "confluence://page/98310",
                "**Space**: Webshop Handbook (DEMO)",
            ),
            (
                "confluence://space/DEMO/page/98310",
                "**Title**: Checkout flow",
            ),
        ] {
            let read = site
                .offered(&people::ana(), "resources/read", json!({"uri": uri}))
                .await;
            let content = &read["contents"][0];
            assert_eq!(
                (&content["uri"], &content["mimeType"]),
                (&json!(uri), &json!("text/markdown"))
            );
            let text = content["text"].as_str().unwrap();
            assert!(
                text.contains(part) && text.contains("<untrusted-"),
                "{uri}: {text}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_not_there_or_hidden_is_no_resource_by_the_code_of_each_revision() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        for uri in [
            "jira://issue/DEMO-999",
            "jira://issue/OPS-1",
            "jira://my-assigned-issues",
            "confluence://page/98330",
            "confluence://page/x",
            "https://example.org/",
        ] {
            let params = json!({"uri": uri});
            let answer = site
                .ask(&people::ben(), "resources/read", params.clone())
                .await;
            assert_eq!(answer["error"]["code"], -32002, "{uri}: {answer}");
            let answer = site
                .ask_stateless(&people::ben(), "resources/read", params)
                .await;
            assert_eq!(answer["error"]["code"], -32602, "{uri}: {answer}");
        }
    }
}

#[tokio::test]
async fn what_changed_of_late_is_listed_and_one_service_out_of_order_does_not_hide_the_other() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let uris = async || {
            let list = site
                .offered(&people::ana(), "resources/list", json!({}))
                .await;
            let list = list["resources"].as_array().unwrap().clone();
            for listed in &list {
                assert_eq!(listed["mimeType"], "text/markdown", "{listed}");
            }
            let uri = |listed: &Value| listed["uri"].as_str().unwrap().to_owned();
            list.iter().map(uri).collect::<Vec<_>>()
        };
        let all = uris().await;
        let issues = all
            .iter()
            .filter(|uri| uri.starts_with("jira://issue/"))
            .count();
        assert!((1..=10).contains(&issues) && issues < all.len(), "{all:?}");
        let (jira, _) = personalities(deployment);
        let fault = Fault::new(jira, "", Effect::status(500, "{}"));
        site.world.sandbox.inject(fault);
        let rest = uris().await;
        assert_eq!(rest, all[issues..], "{deployment}");
    }
}

#[tokio::test]
async fn keys_and_ids_are_completed_with_what_the_caller_may_see() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let complete = async |person: &Person, of: Value, name: &str, typed: &str| {
            let params = json!({"ref": of, "argument": {"name": name, "value": typed}});
            let result = site
                .offered(person, "completion/complete", params.clone())
                .await;
            let stateless = site
                .ask_stateless(person, "completion/complete", params)
                .await;
            assert_eq!(stateless["result"]["completion"], result["completion"]);
            let values = result["completion"]["values"].as_array().unwrap().clone();
            values
                .iter()
                .map(|value| value.as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        let prompt = json!({"type": "ref/prompt", "name": "summarize-jira-issue"});
        let page =
            json!({"type": "ref/resource", "uri": "confluence://space/{space_key}/page/{page_id}"});
        let ana = people::ana();
        let keys = complete(&ana, prompt.clone(), "issue_key", "demo-1").await;
        assert!(keys.contains(&"DEMO-1".to_owned()) && keys.contains(&"DEMO-14".to_owned()));
        assert!(keys.iter().all(|key| key.starts_with("DEMO-1")), "{keys:?}");
        let recent = complete(&ana, prompt.clone(), "issue_key", "de").await;
        assert!(
            !recent.is_empty() && recent.iter().all(|key| key.starts_with("DE")),
            "{recent:?}"
        );
        let hidden = complete(&people::ben(), prompt, "issue_key", "SECRET-").await;
        assert_eq!(hidden, [""; 0]);
        assert_eq!(
            complete(&ana, page.clone(), "space_key", "d").await,
            ["DEMO"]
        );
        assert_eq!(
            complete(&ana, page.clone(), "page_id", "Checkout fl").await,
            ["98310"]
        );
        assert_eq!(complete(&ana, page.clone(), "nonsense", "x").await, [""; 0]);
        let odd = complete(&ana, page, "page_id", "\" OR type = blogpost").await;
        assert_eq!(odd, [""; 0]);
    }
}

#[tokio::test]
async fn prompts_resources_and_completion_come_through_the_bridge() {
    let server = RunningServer::start(&["--demo"], &[]).await;
    let token = people::ana().personal_access_token;
    let mut command = Program::Bridge.command();
    command.arg(server.url()).env("LOG_LEVEL", "warn");
    command
        .env("JIRA_PERSONAL_TOKEN", &token)
        .env("CONFLUENCE_PERSONAL_TOKEN", &token);
    let mut host = Host::start(&mut command).unwrap();
    let params = json!({"protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": {"name": "e2e", "version": "1"}});
    let answer = host.request(&message("initialize", &params)).await.unwrap();
    let capabilities = &answer["result"]["capabilities"];
    for capability in ["tools", "prompts", "resources", "completions"] {
        assert!(
            capabilities[capability].is_object(),
            "{capability}: {answer}"
        );
    }
    let initialized = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    host.send(&initialized).await.unwrap();
    let reference = json!({"type": "ref/prompt", "name": "summarize-jira-issue"});
    let argument = json!({"name": "issue_key", "value": "DEMO-1"});
    let issue = json!({"name": "summarize-jira-issue", "arguments": {"issue_key": "DEMO-1"}});
    for (method, params, part) in [
        ("prompts/get", issue, "Checkout pays twice"),
        (
            "resources/read",
            json!({"uri": "jira://issue/DEMO-1"}),
            "Checkout pays twice",
        ),
        (
            "completion/complete",
            json!({"ref": reference, "argument": argument}),
            "\"DEMO-1\"",
        ),
    ] {
        let answer = host.request(&message(method, &params)).await.unwrap();
        assert!(answer.to_string().contains(part), "{method}: {answer}");
    }
    let (ended, _) = host.end().await.unwrap();
    assert!(ended.success());
}
