//! Tokens that are replaced while the bridge runs: read again when the old one is refused, once, and
//! what was refused is sent once more.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::Notify;

use crate::support::{
    Host, INITIALIZE, INITIALIZED, Origin, Reply, Request, call, initialize_result, result,
    settings,
};

/// A file with a token, removed with the folder it is in.
struct TokenFile(tempfile::TempDir);

impl TokenFile {
    fn with(token: &str) -> Self {
        let file = Self(tempfile::tempdir().unwrap());
        file.replace(token);
        file
    }

    fn replace(&self, token: &str) {
        fs::write(self.path(), token).unwrap();
    }

    fn path(&self) -> std::path::PathBuf {
        self.0.path().join("token")
    }
}

fn host(url: &str, file: &Path) -> Host {
    let variable = ("JIRA_PERSONAL_TOKEN_FILE", file.to_str().unwrap());
    Host::with(settings(&[url], &[variable]))
}

/// A server that accepts one token.
async fn accepting(token: &'static str) -> Origin {
    Origin::start(move |request: Request, reply: Reply| async move {
        let expected = format!("Bearer {token}");
        if request.header("authorization") == Some(&expected) {
            reply.json(&result(&request.rpc_id())).await;
        } else {
            reply.status(401).await;
        }
    })
    .await
}

/// The tokens the server saw.
fn tokens(origin: &Origin) -> Vec<String> {
    let requests = origin.requests();
    let tokens = requests
        .iter()
        .filter_map(|request| request.header("authorization")?.strip_prefix("Bearer "));
    tokens.map(str::to_owned).collect()
}

#[tokio::test]
async fn a_refused_token_is_read_again_and_the_request_sent_once_more() {
    let origin = accepting("new").await;
    let file = TokenFile::with("old");
    let mut host = host(&origin.at("/mcp"), &file.path());
    assert!(host.error(call("1")).await.contains("401"));
    file.replace("new\n");
    assert_eq!(host.answer(call("2")).await, 2);
    assert_eq!(host.answer(call("3")).await, 3);
    assert_eq!(tokens(&origin), ["old", "old", "new", "new"]);
    let requests = origin.requests();
    assert_eq!(requests[1].body, requests[2].body);
}

#[tokio::test]
async fn a_new_token_that_is_refused_too_is_the_end_of_it() {
    let origin = accepting("none of these").await;
    let file = TokenFile::with("old");
    let mut host = host(&origin.at("/mcp"), &file.path());
    file.replace("new");
    let error = host.error(call("1")).await;
    assert!(error.contains("JIRA_PERSONAL_TOKEN_FILE"), "{error}");
    assert_eq!(tokens(&origin), ["old", "new"]);
}

#[tokio::test]
async fn what_was_not_refused_for_its_token_is_not_sent_again_although_there_is_a_new_one() {
    for status in [200, 403, 500] {
        let origin = Origin::start(move |request, reply| async move {
            let headers = [("content-type", "application/json")];
            let body = result(&request.rpc_id());
            reply.answer(status, &headers, &body).await;
        })
        .await;
        let file = TokenFile::with("old");
        let mut host = host(&origin.at("/mcp"), &file.path());
        file.replace("new");
        assert_eq!(host.ask(call("1")).await["id"], 1);
        assert_eq!(tokens(&origin), ["old"], "{status}");
    }
}

#[tokio::test]
async fn a_file_that_has_gone_or_gone_bad_leaves_the_old_token_in_place() {
    let origin = accepting("new").await;
    let file = TokenFile::with("old");
    let mut host = host(&origin.at("/mcp"), &file.path());
    file.replace("two words");
    host.error(call("1")).await;
    fs::remove_file(file.path()).unwrap();
    host.error(call("2")).await;
    assert_eq!(tokens(&origin), ["old", "old"]);
}

#[tokio::test]
async fn a_token_that_is_no_file_is_not_tried_twice() {
    let origin = accepting("new").await;
    let variable = ("JIRA_PERSONAL_TOKEN", "old");
    let mut host = Host::with(settings(&[&origin.at("/mcp")], &[variable]));
    host.error(call("1")).await;
    assert_eq!(tokens(&origin), ["old"]);
}

#[tokio::test]
async fn a_file_of_variables_is_read_again_too() {
    let origin = accepting("new").await;
    let file = TokenFile::with("JIRA_PERSONAL_TOKEN=old\n");
    let path = file.path();
    let arguments = [&origin.at("/mcp"), "--env-file", path.to_str().unwrap()];
    let mut host = Host::with(settings(&arguments, &[]));
    file.replace("JIRA_PERSONAL_TOKEN=new\n");
    assert_eq!(host.answer(call("1")).await, 1);
    assert_eq!(tokens(&origin), ["old", "new"]);
}

#[tokio::test]
async fn requests_that_are_refused_together_are_each_sent_once_more() {
    let origin = accepting("new").await;
    let file = TokenFile::with("old");
    let mut host = host(&origin.at("/mcp"), &file.path());
    // The transport is found with the old token.
    host.error(call("0")).await;
    file.replace("new");
    for id in 1..=20 {
        host.send(call(&id.to_string())).await;
    }
    for _ in 1..=20 {
        host.answered().await;
    }
    let sent = tokens(&origin);
    assert_eq!(sent.iter().filter(|token| *token == "new").count(), 20);
}

/// A 2024-11-05 server whose streams belong to the token that opened them, and which stops accepting
/// the old one.
async fn streams_of_one_token() -> Origin {
    let (answers, _) = tokio::sync::broadcast::channel::<(String, String)>(16);
    Origin::start(move |request: Request, mut reply: Reply| {
        let answers = answers.clone();
        async move {
            let token = request.header("authorization").unwrap_or_default();
            let token = token.trim_start_matches("Bearer ").to_owned();
            if request.method == "GET" {
                let mut queue = answers.subscribe();
                reply.open_stream(&[]).await;
                reply
                    .event("endpoint", &format!("/messages?of={token}"))
                    .await;
                while let Ok((of, answer)) = queue.recv().await {
                    if of == token {
                        reply.event("message", &answer).await;
                    }
                }
            } else if request.path == "/sse" {
                reply.status(405).await;
            } else if !request.path.ends_with(&token) {
                reply.status(403).await;
            } else if token == "old" && request.rpc_method() == "tools/call" {
                reply.status(401).await;
            } else {
                let answer = match request.rpc_method().as_str() {
                    "initialize" => initialize_result("2024-11-05"),
                    _ => result(&request.rpc_id()),
                };
                if request.rpc_id() != "null" {
                    answers.send((token, answer)).unwrap();
                }
                reply.status(202).await;
            }
        }
    })
    .await
}

#[tokio::test]
async fn a_2024_11_05_stream_is_opened_again_with_the_new_token() {
    let origin = streams_of_one_token().await;
    let file = TokenFile::with("old");
    let mut host = host(&origin.at("/sse"), &file.path());
    host.answer(INITIALIZE).await;
    host.send(INITIALIZED).await;
    file.replace("new");
    assert_eq!(host.answer(call("1")).await, 1);
    let after: Vec<_> = origin
        .requests()
        .iter()
        .skip_while(|request| request.rpc_method() != "tools/call")
        .map(|request| {
            format!(
                "{} {} {}",
                request.method,
                request.path,
                request.rpc_method()
            )
        })
        .collect();
    let expected = [
        "POST /messages?of=old tools/call",
        "GET /sse ",
        "POST /messages?of=new initialize",
        "POST /messages?of=new notifications/initialized",
        "POST /messages?of=new tools/call",
    ];
    assert_eq!(after, expected);
}

#[tokio::test]
async fn the_old_stream_brings_what_it_owes_and_is_then_closed() {
    let (asked, release, closed) = <(Arc<Notify>, Arc<Notify>, Arc<Notify>)>::default();
    let notes = (asked.clone(), release.clone(), closed.clone());
    let origin = Origin::start(move |request: Request, mut reply: Reply| {
        let (asked, release, closed) = notes.clone();
        async move {
            let is_old = request.header("authorization") == Some("Bearer old");
            match (request.method.as_str(), request.path.as_str(), is_old) {
                ("GET", _, true) => {
                    reply.open_stream(&[]).await;
                    reply.event("endpoint", "/messages").await;
                    release.notified().await;
                    reply.event("message", &result("1")).await;
                    reply.closed().await;
                    closed.notify_one();
                }
                ("GET", ..) => {
                    reply.open_stream(&[]).await;
                    reply.event("endpoint", "/new").await;
                    asked.notified().await;
                    reply.event("message", &result("2")).await;
                }
                ("POST", "/sse", _) => reply.status(405).await,
                ("POST", "/messages", true) if request.rpc_id() == "2" => reply.status(401).await,
                _ => {
                    asked.notify_one();
                    reply.status(202).await;
                }
            }
        }
    })
    .await;
    let file = TokenFile::with("old");
    let mut host = host(&origin.at("/sse"), &file.path());
    host.send(call("1")).await;
    asked.notified().await;
    file.replace("new");
    assert_eq!(host.answer(call("2")).await, 2);
    release.notify_one();
    assert_eq!(host.answered().await, 1);
    closed.notified().await;
}
