//! The server's own gate, from outside and through the bridge.

use reqwest::StatusCode;
use sandbox::people;
use tests::host::Host;
use tests::leaks;
use tests::programs::{Program, RunningServer};
use tests::transport::{Outcome, is_error, text};

use super::*;

const TOKEN: &str = "g4te-t0ken/of+the~server";

fn written(text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tokens");
    std::fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap().to_owned();
    (folder, file)
}

#[tokio::test]
async fn nobody_gets_in_without_a_token_but_those_who_ask_whether_the_server_lives() {
    let (_folder, file) = written(&format!("{TOKEN}\nthe-next-one\n"));
    let server = server(&["--server-token-file", &file]).await;
    let client = http_client();
    let bearer = ("authorization", "Bearer somebody");
    for headers in [
        &[bearer][..],
        &[bearer, ("x-server-token", "wrong")],
        &[bearer, ("x-server-token", TOKEN), ("x-server-token", TOKEN)],
    ] {
        for transport in Transport::ALL {
            let message = call(1, "get-my-assigned-issues", &json!({}));
            let sent = tests::transport::send(&client, &server, transport, headers, &message).await;
            let Outcome::Refused(status, body) = sent else {
                panic!("{headers:?} {sent:?}");
            };
            assert_eq!(status, StatusCode::UNAUTHORIZED);
            let told = body["error"]["message"].as_str().unwrap();
            assert!(
                told.contains("X-Server-Token") && !told.contains(TOKEN),
                "{told}"
            );
        }
    }
    for token in [TOKEN, "the-next-one"] {
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});
        let headers = [("x-server-token", token)];
        let sent =
            tests::transport::send(&client, &server, Transport::EventStream, &headers, &message);
        assert_eq!(sent.await.answer()["result"], json!({}));
    }
    for (path, status) in [
        ("/health", 200),
        ("/", 401),
        ("/nowhere", 401),
        ("/healthy", 401),
    ] {
        let answer = client.get(server.url(path)).send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
    }
}

#[tokio::test]
async fn the_bridge_brings_the_token_in_a_header_of_its_users() {
    let (_folder, file) = written(TOKEN);
    let server = RunningServer::start(&["--demo", "--server-token-file", &file], &[]).await;
    let bridge = |header: Option<&str>| {
        let mut command = Program::Bridge.command();
        command
            .args([server.url(), "--transport", "http"])
            .args(
                header
                    .map(|header| ["--header", header])
                    .into_iter()
                    .flatten(),
            )
            .env("JIRA_PERSONAL_TOKEN", people::ana().personal_access_token)
            .env("SERVER_TOKEN", TOKEN)
            .env("LOG_LEVEL", "warn");
        command
    };
    let mine = call(7, "get-my-assigned-issues", &json!({}));
    let mut host = Host::start(&mut bridge(Some("X-Server-Token: ${SERVER_TOKEN}"))).unwrap();
    let answer = host.request(&mine).await.unwrap();
    assert!(
        !is_error(&answer) && text(&answer).contains("Ana Sousa"),
        "{answer}"
    );

    let mut host = Host::start(&mut bridge(None)).unwrap();
    let answer = host.request(&mine).await.unwrap();
    let told = answer["error"].to_string();
    assert!(told.contains("X-Server-Token"), "{answer}");
    drop(host);
    let log = server.terminate().await.stderr;
    assert!(log.contains("request refused"), "{log}");
    leaks::assert_none("the log", &log, &[TOKEN], &[]);
}
