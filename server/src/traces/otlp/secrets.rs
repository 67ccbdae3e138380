//! B-04 for the collector: what is exported holds no secret, whatever door it came in by and however the
//! site fails. The log and the answers are searched by the tests of the whole.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Parser as _;
use sandbox::{Effect, Fault, Person, Personality, Sandbox, people};
use serde_json::json;
use shared::environment::Environment;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::layer::SubscriberExt as _;

use super::*;
use crate::settings::{Arguments, Settings};

/// What a collector was sent, of all requests together.
#[derive(Clone, Default)]
struct Collected(Arc<Mutex<Vec<u8>>>);

impl Collected {
    fn has(&self, text: &str) -> bool {
        let all = self.0.lock().unwrap();
        all.windows(text.len()).any(|it| it == text.as_bytes())
    }

    async fn accept(self, listener: TcpListener) {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(self.clone().take(socket));
        }
    }

    /// Takes one request, which says how long it is.
    async fn take(self, mut socket: TcpStream) {
        let mut request = Vec::new();
        while !is_whole(&request) {
            assert_ne!(socket.read_buf(&mut request).await.unwrap(), 0);
        }
        self.0.lock().unwrap().extend(request);
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        socket.write_all(answer).await.unwrap();
    }
}

fn is_whole(request: &[u8]) -> bool {
    let Some(end) = request.windows(4).position(|it| it == b"\r\n\r\n") else {
        return false;
    };
    let head = String::from_utf8_lossy(&request[..end]).to_lowercase();
    let length = head.split("content-length: ").nth(1).unwrap();
    let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
    request.len() >= end + 4 + length
}

/// A server before the sample site, with an account of its own.
async fn server(sandbox: &Sandbox, stop: &CancellationToken) -> String {
    let own = people::service_account();
    let url = |site| sandbox.url(site).to_string();
    let variables = [
        ("JIRA_URL", url(Personality::JiraDataCenter)),
        ("CONFLUENCE_URL", url(Personality::ConfluenceDataCenter)),
        ("JIRA_DEPLOYMENT", "datacenter".to_owned()),
        ("CONFLUENCE_DEPLOYMENT", "datacenter".to_owned()),
        ("CONFLUENCE_PERSONAL_TOKEN", own.personal_access_token),
        ("JIRA_USERNAME", own.user_name),
        ("JIRA_API_TOKEN", own.password),
    ];
    let flags = ["server", "--port", "0", "--credentials", "hybrid"];
    let environment = Environment::from_iter(variables);
    let settings = Settings::load(Arguments::parse_from(flags), environment).unwrap();
    let listener = crate::listen(&settings).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(crate::run(listener, settings, stop.clone()));
    format!("http://{address}/mcp")
}

fn secrets_of(person: &Person) -> Vec<String> {
    let secrets = [
        &person.api_token,
        &person.personal_access_token,
        &person.password,
    ];
    let users = [&person.email, &person.user_name];
    let joined = secrets.iter().flat_map(|secret| {
        let pair = |user: &&String| STANDARD.encode(format!("{user}:{secret}"));
        users.iter().map(pair).collect::<Vec<_>>()
    });
    let joined: Vec<_> = joined.collect();
    secrets.into_iter().cloned().chain(joined).collect()
}

/// A call with each header a token can come in by, and with one that cannot be used.
async fn call(url: &str, tool: &str) {
    let ana = people::ana();
    let (pat, pair) = (
        ana.personal_access_token,
        format!("{}:{}", ana.user_name, ana.password),
    );
    let client = reqwest::Client::builder().tls_certs_only([]).no_proxy();
    let client = client.build().unwrap();
    let arguments = match tool {
        "get-jira-issue" => json!({"issue_key": "DEMO-1"}),
        _ => json!({"page_id": "98310", "include_comments": true}),
    };
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": tool, "arguments": arguments}});
    for (header, value) in [
        ("authorization", format!("Bearer {pat}")),
        ("authorization", format!("Basic {}", STANDARD.encode(&pair))),
        ("x-jira-token", pat.clone()),
        ("x-confluence-token", pat.clone()),
        ("x-jira-token", format!("{pat}\t{pat}")),
        ("x-request-id", "no token at all".to_owned()),
    ] {
        let request = client.post(url).json(&message).header(header, value);
        request.send().await.unwrap();
    }
}

// On one thread, so that what listens to spans here does so for all the server does.
#[tokio::test]
async fn b_04_no_token_is_told_to_a_collector() {
    let (collected, stop) = (Collected::default(), CancellationToken::new());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/v1/traces", listener.local_addr().unwrap());
    tokio::spawn(collected.clone().accept(listener));
    let endpoint = Url::parse(&endpoint).unwrap();
    let (exporting, layer) = Exporting::begin(&endpoint, Handle::current()).unwrap();
    let listening = tracing_subscriber::registry().with(layer);
    let listening = tracing::subscriber::set_default(listening);
    let sandbox = Sandbox::start().await.unwrap();
    for fault in [None, Some(401), Some(500)] {
        let url = server(&sandbox, &stop).await;
        sandbox.heal();
        if let Some(status) = fault {
            for site in Personality::ALL {
                let effect = Effect::status(status, "{}");
                sandbox.inject(Fault::new(*site, "", effect));
            }
        }
        for tool in ["get-jira-issue", "get-confluence-page"] {
            call(&url, tool).await;
        }
    }
    stop.cancel();
    drop(listening);
    let end = tokio::task::spawn_blocking(|| exporting.end());
    end.await.unwrap();
    assert!(collected.has("request_id") && collected.has("upstream answered"));
    for person in [people::ana(), people::service_account()] {
        for secret in secrets_of(&person) {
            assert!(!collected.has(&secret), "the collector was told {secret}");
        }
    }
}
