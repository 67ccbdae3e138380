//! What the founding document (the authentication document of the Python project) shows and promises,
//! as it stands there. Its Python example is run by the interoperability run.

use atlassian::Deployment;
use sandbox::{Person, people};
use serde_json::{Value, json};
use tempfile::tempdir;
use tests::programs::run_server;
use tests::transport::{Headers, Outcome, Transport, call, is_error, send, text};
use tests::world::{DEPLOYMENTS, Server, World, http_client, token_of};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The bytes curl sends for `curl -s localhost:8000/mcp -H 'Authorization: Bearer T' -H 'Content-Type:
/// application/json' -d '…'`, sent as they are: curl is not on every machine.
async fn curl(port: u16, authorization: &str, body: &str) -> (String, Value) {
    let request = format!(
        "POST /mcp HTTP/1.1\r\nHost: localhost:{port}\r\nUser-Agent: curl/8.14.1\r\nAccept: */*\r\n\
         Authorization: {authorization}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n\
         {body}",
        body.len()
    );
    let mut socket = TcpStream::connect(("localhost", port)).await.unwrap();
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    loop {
        if let Some((head, body)) = answer.split_once("\r\n\r\n")
            && body.len() == content_length(head)
        {
            return (head.to_owned(), serde_json::from_str(body).unwrap());
        }
        let mut chunk = [0; 4096];
        let read = socket.read(&mut chunk).await.unwrap();
        assert!(read > 0, "the answer ended early: {answer}");
        answer.push_str(std::str::from_utf8(&chunk[..read]).unwrap());
    }
}

fn content_length(head: &str) -> usize {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    let mut lengths = lines.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    lengths.next().unwrap().1.parse().unwrap()
}

#[tokio::test]
async fn the_curl_example_lists_the_tools_as_plain_json_without_a_handshake() {
    let world = World::start(Deployment::DataCenter).await;
    let port = world.server.address.port();
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}"#;
    let token = people::ana().personal_access_token;
    for authorization in ["Bearer T", &format!("Bearer {token}")] {
        let (head, answer) = curl(port, authorization, body).await;
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        assert!(
            head.to_lowercase()
                .contains("content-type: application/json"),
            "{head}"
        );
        assert_eq!(
            (&answer["jsonrpc"], &answer["id"]),
            (&json!("2.0"), &json!(1))
        );
        let tools = answer["result"]["tools"].as_array().unwrap();
        assert!(tools.iter().any(|tool| tool["name"] == "get-jira-issue"));
    }
    // The list is the same for everybody, so no site was asked who that is.
    assert_eq!(world.sandbox.requests(), []);
    let (head, answer) = curl(port, "Token T", body).await;
    assert!(head.starts_with("HTTP/1.1 401 "), "{head}");
    assert_eq!(answer.get("result"), None);
}

/// Who a call of each service's tool acted as, in the eyes of the sites; none where nothing was sent.
async fn acted_as(world: &World, server: &Server, headers: Headers<'_>) -> [Option<String>; 2] {
    let calls = [
        ("get-my-assigned-issues", json!({}), "X-Jira-Token"),
        (
            "search-confluence",
            json!({"query": "checkout"}),
            "X-Confluence-Token",
        ),
    ];
    let mut people = [const { None }; 2];
    for ((tool, arguments, header), person) in calls.into_iter().zip(&mut people) {
        world.sandbox.forget_requests();
        let message = call(1, tool, &arguments);
        let sent = send(&http_client(), server, Transport::Post, headers, &message).await;
        let answer = sent.answer();
        *person = world
            .sandbox
            .requests()
            .first()
            .map(|request| request.person.clone().unwrap());
        assert_eq!(is_error(&answer), person.is_none(), "{answer}");
        let names_the_header =
            text(&answer).contains(header) && text(&answer).contains("Authorization");
        assert_eq!(person.is_none(), names_the_header, "{answer}");
    }
    people
}

fn names(jira: &Person, confluence: &Person) -> [Option<String>; 2] {
    [jira, confluence].map(|person| Some(person.user_name.clone()))
}

/// "Server-side environment variables (traditional approach)".
#[tokio::test]
async fn mode_1_without_headers_calls_act_as_the_account_in_the_environment() {
    for deployment in DEPLOYMENTS {
        let svc = people::service_account();
        let world = with_own_account(deployment).await;
        assert_eq!(
            acted_as(&world, &world.server, &[]).await,
            names(&svc, &svc)
        );
    }
}

async fn with_own_account(deployment: Deployment) -> World {
    let own = token_of(&people::service_account(), deployment);
    let variables = [
        ("JIRA_PERSONAL_TOKEN", own.as_str()),
        ("CONFLUENCE_PERSONAL_TOKEN", &own),
    ];
    World::with(deployment, &[], &variables).await
}

/// "Client-side HTTP headers (new approach)": "one server, multiple authenticated clients", "support
/// for token rotation without server restart", "tokens not stored on server".
#[tokio::test]
async fn mode_2_calls_act_as_the_owner_of_the_tokens_in_their_headers() {
    for deployment in DEPLOYMENTS {
        let world = World::start(deployment).await;
        let (ana, ben) = (people::ana(), people::ben());
        let (a, b) = (token_of(&ana, deployment), token_of(&ben, deployment));
        for person in [&ana, &ben, &ana] {
            let bearer = format!("Bearer {}", token_of(person, deployment));
            let headers = [("Authorization", bearer.as_str())];
            assert_eq!(
                acted_as(&world, &world.server, &headers).await,
                names(person, person)
            );
        }
        let headers = [("X-Jira-Token", a.as_str()), ("X-Confluence-Token", &b)];
        assert_eq!(
            acted_as(&world, &world.server, &headers).await,
            names(&ana, &ben)
        );
        let headers = [("X-Jira-Token", a.as_str())];
        let [jira, confluence] = acted_as(&world, &world.server, &headers).await;
        assert_eq!((jira, confluence), (Some("ana".to_owned()), None));
        assert_eq!(acted_as(&world, &world.server, &[]).await, [None, None]);
    }
}

/// "Hybrid approach (mix of both)", and "client headers override server environment variables".
#[tokio::test]
async fn mode_3_headers_come_first_and_the_environment_fills_what_they_leave_out() {
    for deployment in DEPLOYMENTS {
        let world = with_own_account(deployment).await;
        let (ben, svc) = (people::ben(), people::service_account());
        let token = token_of(&ben, deployment);
        let bearer = format!("Bearer {token}");
        for (headers, people) in [
            (("X-Jira-Token", token.as_str()), names(&ben, &svc)),
            (("X-Confluence-Token", &token), names(&svc, &ben)),
            (("Authorization", &bearer), names(&ben, &ben)),
        ] {
            assert_eq!(
                acted_as(&world, &world.server, &[headers]).await,
                people,
                "{headers:?}"
            );
        }
    }
}

/// B-30: the Python project reported three versions.
#[tokio::test]
async fn b_30_one_version_is_told_everywhere() {
    let world = World::start(Deployment::DataCenter).await;
    let version = env!("CARGO_PKG_VERSION");

    let about = http_client()
        .get(world.server.url("/"))
        .send()
        .await
        .unwrap();
    let about: Value = about.json().await.unwrap();
    assert_eq!(about["version"], version);

    let initialize = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize"});
    let sent = send(
        &http_client(),
        &world.server,
        Transport::Post,
        &[],
        &initialize,
    )
    .await;
    let Outcome::Answer(answer) = sent else {
        panic!("{sent:?}");
    };
    assert_eq!(answer["result"]["serverInfo"]["version"], version);

    let folder = tempdir().unwrap();
    let ended = run_server(folder.path(), &["--version"], &[]).await;
    assert_eq!(
        ended.stdout.trim(),
        format!("mcp-jira-confluence-sse {version}")
    );
}
