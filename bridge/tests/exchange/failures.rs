//! Everything a server or a network can do wrong becomes one error with the host's id.

use tokio::net::TcpListener;

use crate::support::{Host, INITIALIZE, Origin, call, initialize_result, result, settings};

/// A server whose transport is known by a first call, and which then answers with this.
async fn answering(status: u16, headers: &'static [(&str, &str)], body: &'static str) -> Origin {
    Origin::start(move |request, reply| async move {
        if request.rpc_id() == "0" {
            reply.json(&initialize_result("2025-06-18")).await;
        } else {
            reply.answer(status, headers, body).await;
        }
    })
    .await
}

/// The error such an answer becomes, after the transport is known.
async fn error_of(status: u16, headers: &'static [(&str, &str)], body: &'static str) -> String {
    let origin = answering(status, headers, body).await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.answer(INITIALIZE).await;
    let error = host.error(call("1")).await;
    assert_eq!(host.end().await.1, [""; 0], "one answer only");
    error
}

#[tokio::test]
async fn http_errors_name_status_place_and_next_step() {
    for (status, headers, body, expected) in [
        (
            401,
            &[("www-authenticate", "Bearer realm=x")][..],
            "",
            "realm=x",
        ),
        (
            401,
            &[],
            "",
            "set JIRA_PERSONAL_TOKEN or CONFLUENCE_PERSONAL_TOKEN",
        ),
        (404, &[], "", "no MCP endpoint"),
        (407, &[], "", "HTTPS_PROXY"),
        (413, &[], "", "send less"),
        (415, &[], "", "application/json"),
        (429, &[("retry-after", "7")], "", "try again in 7 s"),
        (
            500,
            &[],
            "stack\n trace",
            "500 Internal Server Error: stack trace",
        ),
        (
            503,
            &[],
            "",
            "not available (503); outcome unknown, check before retrying",
        ),
        (502, &[("content-type", "text/html")], "<h1>Bad</h1>", "502"),
    ] {
        let error = error_of(status, headers, body).await;
        assert!(error.contains(expected), "{status}: {error}");
        assert!(error.contains("127.0.0.1"), "{error}");
    }
}

#[tokio::test]
async fn a_refused_credential_names_its_variables() {
    for status in [401, 403] {
        let origin = Origin::start(move |_, reply| reply.status(status)).await;
        let tokens = [
            ("JIRA_PERSONAL_TOKEN", "tok-a"),
            ("CONFLUENCE_PERSONAL_TOKEN", "tok-b"),
        ];
        let mut host = Host::with(settings(&[&origin.at("/mcp")], &tokens));
        let error = host.error(call("1")).await;
        assert!(
            error.contains("JIRA_PERSONAL_TOKEN and CONFLUENCE_PERSONAL_TOKEN"),
            "{error}"
        );
        assert_eq!(origin.requests().len(), 1, "no second attempt");
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table is as long as its rows")]
async fn a_success_without_an_answer_is_an_error() {
    for (status, headers, body, expected) in [
        (200, &[][..], "", "sent no answer"),
        (202, &[], "", "sent no answer"),
        (204, &[], "", "sent no answer"),
        (
            200,
            &[("content-type", "application/json")],
            "null",
            "sent no answer",
        ),
        (
            200,
            &[("content-type", "text/html; charset=utf-8")],
            "<html>",
            "login page",
        ),
        (200, &[], "<html>", "login page"),
        (
            200,
            &[("content-type", "text/plain")],
            "hello",
            "text/plain instead of JSON",
        ),
        (200, &[], "hello", "no content type instead of JSON"),
        (
            200,
            &[("content-type", "application/json")],
            "{\"jsonrpc\"",
            "not the answer",
        ),
        (
            200,
            &[("content-type", "application/json")],
            "{\"ok\":true}",
            "not the answer",
        ),
        (
            200,
            &[("content-type", "application/json")],
            "[]",
            "not the answer",
        ),
        (
            200,
            &[],
            r#"{"jsonrpc":"2.0","id":2,"result":{}}"#,
            "not the answer",
        ),
        (
            200,
            &[],
            r#"{"jsonrpc":"2.0","id":null,"result":{}}"#,
            "not the answer",
        ),
    ] {
        let error = error_of(status, headers, body).await;
        assert!(error.contains(expected), "{status} {body}: {error}");
    }
}

#[tokio::test]
async fn json_is_recognised_under_any_label() {
    let body = r#" {"jsonrpc":"2.0","id":1,"result":{}}"#;
    for headers in [
        &[][..],
        &[("content-type", "application/json; charset=utf-8")],
        &[("content-type", "APPLICATION/JSON")],
        &[("content-type", "text/plain")],
    ] {
        let origin = Origin::start(move |_, reply| reply.answer(200, headers, body)).await;
        let mut host = Host::start(&origin.at("/mcp"));
        assert_eq!(host.answer(call("1")).await, 1, "{headers:?}");
    }
}

#[tokio::test]
async fn a_connection_that_breaks_is_an_error_and_nothing_is_sent_twice() {
    for cut in [
        "",
        "HTTP/1.1 200",
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"jsonrpc\":",
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 100\r\n\r\ndata: {",
        "nonsense\r\n\r\n",
    ] {
        let origin = Origin::start(move |_, mut reply| async move { reply.raw(cut).await }).await;
        let mut host = Host::start(&origin.at("/mcp"));
        let error = host.error(call("1")).await;
        assert!(
            error.contains("outcome unknown, check before retrying"),
            "{cut:?}: {error}"
        );
        assert_eq!(origin.requests().len(), 1, "{cut:?}");
    }
}

#[tokio::test]
async fn an_answer_beyond_the_limit_is_an_error_for_its_request_alone() {
    let origin = Origin::start(|request, reply| async move {
        let id = request.rpc_id();
        let padding = if id == "1" {
            "x".repeat(200_000)
        } else {
            String::new()
        };
        reply
            .json(&format!(
                "{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":\"{padding}\"}}"
            ))
            .await;
    })
    .await;
    let mut settings = settings(&[&origin.at("/mcp")], &[]);
    settings.max_message_bytes = 100_000;
    let mut host = Host::with(settings);
    let error = host.error(call("1")).await;
    assert!(error.contains("larger than 100000 bytes"), "{error}");
    assert_eq!(host.answer(call("2")).await, 2);
}

#[tokio::test]
async fn redirects_within_the_origin_that_keep_the_method_are_followed() {
    for status in [307, 308] {
        let origin = Origin::start(move |request, reply| async move {
            match request.path.as_str() {
                "/mcp" => reply.answer(status, &[("location", "/mcp/")], "").await,
                "/mcp/" => reply.json(&result(&request.rpc_id())).await,
                _ => reply.status(404).await,
            }
        })
        .await;
        let tokens = [
            ("JIRA_PERSONAL_TOKEN", "tok"),
            ("CONFLUENCE_PERSONAL_TOKEN", "tok2"),
        ];
        let mut host = Host::with(settings(&[&origin.at("/mcp")], &tokens));
        assert_eq!(host.answer(call("1")).await, 1);
        assert_eq!(host.answer(call("2")).await, 2);
        assert_eq!(
            origin.paths(),
            ["POST /mcp", "POST /mcp/", "POST /mcp/"],
            "it is remembered"
        );
        let followed = &origin.requests()[1];
        assert_eq!(followed.header("x-jira-token"), Some("tok"));
        assert_eq!(followed.body, call("1"));
    }
}

#[tokio::test]
async fn other_redirects_are_named_and_not_followed() {
    let other = Origin::answering(|request| result(&request.rpc_id())).await;
    for (status, target) in [
        (301, "/elsewhere?key=tok-secret".to_owned()),
        (302, "/elsewhere".to_owned()),
        (303, "/elsewhere".to_owned()),
        (307, other.at("/elsewhere")),
        (308, other.at("/elsewhere")),
        (307, "https://127.0.0.1/elsewhere".to_owned()),
        (307, "http://user:tok-secret@127.0.0.1/elsewhere".to_owned()),
    ] {
        let location = target.clone();
        let origin = Origin::start(move |_, reply| {
            let location = location.clone();
            async move { reply.answer(status, &[("location", &location)], "").await }
        })
        .await;
        let mut host = Host::with(settings(
            &[&origin.at("/mcp")],
            &[("JIRA_PERSONAL_TOKEN", "tok")],
        ));
        let error = host.error(call("1")).await;
        assert!(
            error.contains("elsewhere") && error.contains(&status.to_string()),
            "{error}"
        );
        assert!(!error.contains("tok-secret"), "{error}");
        assert_eq!(origin.requests().len(), 1);
    }
    assert_eq!(other.paths(), [""; 0], "credentials never leave the origin");
}

#[tokio::test]
async fn a_circle_of_redirects_ends_after_three() {
    let origin = Origin::start(|_, reply| reply.answer(308, &[("location", "/mcp")], "")).await;
    let error = Host::start(&origin.at("/mcp")).error(call("1")).await;
    assert!(error.contains("redirect"), "{error}");
    assert_eq!(origin.requests().len(), 4);
}

#[tokio::test]
async fn an_unknown_host_name_is_told_as_such() {
    let error = Host::start("http://no-such-host.invalid/mcp")
        .error(call("1"))
        .await;
    assert!(
        error.contains("no-such-host.invalid") && error.contains("DNS"),
        "{error}"
    );
}

#[tokio::test]
async fn tls_against_a_server_without_it_is_told_as_such() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/mcp", listener.local_addr().unwrap());
    let _origin = Origin::start_on(listener, |_, reply| reply.status(200));
    let error = Host::start(&url).error(call("1")).await;
    assert!(
        error.contains("TLS") || error.contains("certificates"),
        "{error}"
    );
}

#[tokio::test]
async fn no_error_shows_a_secret_that_a_server_repeats() {
    let origin = Origin::start(|request, reply| async move {
        let all = format!("{request:?}");
        let challenge = all.replace(['\\', '"', '\n'], "");
        reply
            .answer(500, &[("retry-after", &challenge)], &all)
            .await;
    })
    .await;
    let tokens = [
        ("JIRA_USERNAME", "ana@x.io"),
        ("JIRA_API_TOKEN", "tok-secret-1"),
        ("CONFLUENCE_USERNAME", "ana@x.io"),
        ("CONFLUENCE_API_TOKEN", "tok-secret-1"),
        ("EXTRA", "tok-secret-2"),
    ];
    let url = origin.at("/mcp?key=tok-secret-3");
    let mut host = Host::with(settings(
        &[&url, "--header", "X-Api-Key: ${EXTRA}"],
        &tokens,
    ));
    let answer = host.ask(call("1")).await.to_string();
    for secret in ["tok-secret-1", "tok-secret-2", "YW5hQHguaW86"] {
        assert!(!answer.contains(secret), "{answer}");
    }
    let url = answer
        .split("\"url\":\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    assert!(!url.contains('?'), "{url}");
}
