//! Every door a token can come in by, and what is answered there, as one text each.

use atlassian::Deployment;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::future::join_all;
use reqwest::{Client, Response};
use sandbox::people;
use serde_json::{Value, json};
use tests::transport::{Transport, call, send};
use tests::world::{Server, http_client, token_of};

/// A token that no header in which it comes can be used with.
pub(super) const UNUSABLE: &str = "sample-unusable-token-0123456789";

type Headers = Vec<(&'static str, String)>;

/// Headers that present somebody.
fn usable(deployment: Deployment) -> Vec<Headers> {
    let (ana, ben) = (people::ana(), people::ben());
    let (a, b) = (token_of(&ana, deployment), token_of(&ben, deployment));
    let pair = format!("{}:{}", ana.email, ana.api_token);
    vec![
        vec![],
        vec![("authorization", format!("Bearer {a}"))],
        vec![("authorization", format!("Bearer {pair}"))],
        vec![("authorization", format!("Basic {}", STANDARD.encode(&pair)))],
        vec![("x-jira-token", a.clone())],
        vec![("x-jira-token", a), ("x-confluence-token", b)],
        vec![("x-confluence-token", ana.password)],
    ]
}

/// Headers that present nobody: each is refused, and has a token in it.
fn unusable() -> Vec<Headers> {
    let token = || UNUSABLE.to_owned();
    let encoded = |text: &str| format!("Basic {}", STANDARD.encode(text));
    vec![
        vec![("authorization", token())],
        vec![("authorization", format!("Token {UNUSABLE}"))],
        vec![("authorization", format!("Bearer{UNUSABLE}"))],
        vec![("authorization", format!("Bearer {UNUSABLE} {UNUSABLE}"))],
        vec![("authorization", format!("Bearer {UNUSABLE}\u{e9}"))],
        vec![("authorization", encoded(UNUSABLE))],
        vec![("authorization", encoded(&format!(":{UNUSABLE}")))],
        vec![("authorization", encoded(&format!("no-address:{UNUSABLE}")))],
        vec![("authorization", format!("Basic {UNUSABLE}"))],
        vec![("x-jira-token", format!("{UNUSABLE}\t{UNUSABLE}"))],
        vec![("x-jira-token", token()), ("x-jira-token", token())],
        vec![
            ("x-confluence-token", token()),
            ("authorization", String::new()),
        ],
    ]
}

/// Everything that was answered, status, headers and body.
pub(super) async fn through_all(server: &Server, deployment: Deployment) -> Vec<String> {
    let client = http_client();
    let mut answers = join_all(usable(deployment).iter().map(async |headers| {
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let mut answers = Vec::new();
        for transport in Transport::ALL {
            let calls = [
                call(1, "get-my-assigned-issues", &json!({})),
                call(2, "search-confluence", &json!({"query": "checkout"})),
            ];
            let sent = calls
                .iter()
                .map(|message| send(&client, server, transport, &headers, message));
            answers.extend(
                join_all(sent)
                    .await
                    .iter()
                    .map(|outcome| format!("{outcome:?}")),
            );
        }
        answers
    }))
    .await
    .concat();
    for headers in unusable() {
        for path in ["/mcp", "/", "/sse"] {
            let message = call(1, "get-my-assigned-issues", &json!({}));
            let answer = post(&client, &server.url(path), &headers, &message).await;
            assert!(answer.starts_with("401 "), "{headers:?}: {answer}");
            answers.push(answer);
        }
        let opened = with(client.get(server.url("/sse")), &headers).send().await;
        answers.push(whole(opened.unwrap()).await);
    }
    answers.extend(elsewhere(&client, server, deployment).await);
    answers
}

/// Doors that are none: a token in an address, in a cookie, in a broken body, under a foreign name.
async fn elsewhere(client: &Client, server: &Server, deployment: Deployment) -> Vec<String> {
    let token = token_of(&people::ana(), deployment);
    let bearer = vec![("authorization", format!("Bearer {token}"))];
    let ping = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});
    let mut answers = Vec::new();
    for path in ["/mcp?access_token=", "/sse?sessionId=", "/nowhere?token="] {
        let url = server.url(&format!("{path}{UNUSABLE}"));
        answers.push(post(client, &url, &bearer, &ping).await);
    }
    for headers in [
        vec![("cookie", format!("token={UNUSABLE}"))],
        vec![("proxy-authorization", format!("Bearer {UNUSABLE}"))],
        vec![("host", "elsewhere.invalid".to_owned()), bearer[0].clone()],
        vec![
            ("origin", format!("http://{UNUSABLE}.invalid")),
            bearer[0].clone(),
        ],
        vec![
            ("mcp-protocol-version", UNUSABLE.to_owned()),
            bearer[0].clone(),
        ],
        vec![("mcp-session-id", UNUSABLE.to_owned()), bearer[0].clone()],
    ] {
        answers.push(post(client, &server.url("/mcp"), &headers, &ping).await);
    }
    answers.extend(in_bodies(client, server, &bearer).await);
    for path in [
        "/health", "/", "/mcp", "/nowhere", "/livez", "/readyz", "/metrics",
    ] {
        let got = with(client.get(server.url(path)), &bearer).send().await;
        answers.push(whole(got.unwrap()).await);
    }
    answers
}

/// A token in a body that is no message.
async fn in_bodies(client: &Client, server: &Server, bearer: &Headers) -> Vec<String> {
    let mut answers = Vec::new();
    for body in [
        format!("{{\"token\": \"{UNUSABLE}\""),
        format!("{{\"jsonrpc\": \"2.0\", \"id\": 1, \"token\": \"{UNUSABLE}\"}}"),
        format!("[{{\"token\": \"{UNUSABLE}\"}}]"),
        format!("Bearer {UNUSABLE}"),
    ] {
        let sent = with(client.post(server.url("/mcp")), bearer)
            .body(body)
            .send()
            .await;
        answers.push(whole(sent.unwrap()).await);
    }
    answers
}

fn with(request: reqwest::RequestBuilder, headers: &Headers) -> reqwest::RequestBuilder {
    headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, value.as_bytes())
    })
}

async fn post(client: &Client, url: &str, headers: &Headers, message: &Value) -> String {
    whole(
        with(client.post(url), headers)
            .json(message)
            .send()
            .await
            .unwrap(),
    )
    .await
}

async fn whole(response: Response) -> String {
    let head = format!("{} {:?}", response.status(), response.headers());
    // An event stream that was opened would not end.
    let streams = head.contains("text/event-stream");
    assert!(
        !streams,
        "a stream was opened with a credential that is none: {head}"
    );
    format!("{head} {}", response.text().await.unwrap())
}
