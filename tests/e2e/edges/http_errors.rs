//! Cases 22 to 26 and 28 to 37: HTTP errors and redirects, each one sentence for its request alone.

use tests::fault::bridge::{Bridge, Setup};
use tests::fault::message::{
    INITIALIZE, call, code, initialize_result, list, request, result, sentence,
};
use tests::fault::origin::Origin;
use tests::fault::roles::{Standing, plain, streamable};

const JSON: (&str, &str) = ("content-type", "application/json");
const HTML: (&str, &str) = ("content-type", "text/html; charset=utf-8");

/// A server that answers request 1 like this and every other one properly.
async fn answering(
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: impl Into<String>,
) -> Origin {
    let body = body.into();
    plain(move |request, reply| {
        let (headers, body) = (headers.clone(), body.clone());
        async move {
            let headers: Vec<_> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
            match request.rpc_id().as_str() {
                "1" => reply.answer(status, &headers, body).await,
                id => reply.json(&result(id)).await,
            }
        }
    })
    .await
}

fn owned(headers: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    headers.iter().map(|(n, v)| (*n, (*v).to_owned())).collect()
}

/// The line that answers call 1 when the server says this; the next call is not touched by it.
async fn line_for(status: u16, headers: &[(&'static str, &str)], body: &'static str) -> String {
    let origin = answering(status, owned(headers), body).await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    bridge.shake_hands().await;
    bridge.send(call("1")).await;
    let line = bridge.line().await;
    bridge.send(call("2")).await;
    assert_eq!(bridge.line().await, result("2"), "{status}");
    bridge.end().await;
    line
}

/// The sentence of the error it becomes.
async fn sentence_for(status: u16, headers: &[(&'static str, &str)], body: &'static str) -> String {
    let line = line_for(status, headers, body).await;
    let answer = serde_json::from_str(&line).unwrap();
    assert_eq!(code(&answer), -32603, "{line}");
    assert!(sentence(&answer).contains("127.0.0.1"), "no host: {line}");
    sentence(&answer)
}

#[tokio::test]
async fn case_22_a_json_rpc_error_without_an_id_gets_the_requests_id_and_nothing_else_changes() {
    for id in [r#""id":null,"#, ""] {
        let body: &'static str = Box::leak(
            format!(r#"{{"jsonrpc":"2.0",{id}"error":{{"code":-32001,"message":"no","data":{{"a":1.0}}}}}}"#)
                .into_boxed_str(),
        );
        for status in [400, 403, 404, 409, 500] {
            assert_eq!(
                line_for(status, &[JSON], body).await,
                r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"no","data":{"a":1.0}}}"#,
                "{status}"
            );
        }
    }
}

#[tokio::test]
async fn case_23_a_json_rpc_error_with_the_requests_id_is_forwarded_verbatim() {
    let body = r#"{"jsonrpc":"2.0", "error":{"message":"no","code":-32001},  "id":1}"#;
    for status in [400, 404, 422, 500] {
        assert_eq!(line_for(status, &[JSON], body).await, body, "{status}");
    }
}

#[tokio::test]
async fn case_24_an_error_in_html_or_text_becomes_one_short_sentence() {
    let page =
        "<html><head><title>Bad\r\nRequest</title></head>\n<body>stack\x07 trace</body></html>";
    let said = sentence_for(400, &[("content-type", "text/plain")], "no\r\n such\tthing").await;
    assert!(
        said.contains("400") && said.contains("no such thing"),
        "{said}"
    );
    let said = sentence_for(500, &[HTML], page).await;
    assert!(said.contains("500") && !said.contains('<'), "{said}");
    let long: &'static str = Box::leak("word ".repeat(1000).into_boxed_str());
    let said = sentence_for(500, &[("content-type", "text/plain")], long).await;
    assert!(said.len() < 500, "{said}");
}

/// What the first message of a host meets at a server of the other transport, and at one of a newer
/// revision that answers in its own words.
#[tokio::test]
async fn case_25_a_400_leads_to_the_other_transport_unless_it_is_a_json_rpc_error() {
    for first in [INITIALIZE.to_owned(), request("0", "server/discover")] {
        for (status, body, falls_back) in [
            (400, "Bad Request", true),
            (404, "", true),
            (405, "", true),
            (
                400,
                r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32022,"message":"version","data":{"supported":["2026-07-28"]}}}"#,
                false,
            ),
        ] {
            let origin = Origin::start(move |request, mut reply| async move {
                match request.method.as_str() {
                    "GET" => {
                        reply.open_stream(&[]).await;
                        reply.raw("event: endpoint\ndata: /messages\n\n").await;
                        reply.stall().await;
                    }
                    _ if request.target == "/messages" => {
                        reply.json(&initialize_result("0", "2024-11-05")).await;
                    }
                    _ => reply.answer(status, &[JSON], body).await,
                }
            })
            .await;
            let mut bridge = Bridge::to(&origin.at("/mcp"));
            let answer = bridge.ask(&first).await;
            assert_eq!(
                answer.get("result").is_some(),
                falls_back,
                "{status}: {answer}"
            );
            assert_eq!(origin.count("GET") > 0, falls_back, "{status} {body}");
            if !falls_back {
                assert_eq!((code(&answer), &answer["id"]), (-32022, &0.into()));
            }
            bridge.end().await;
        }
    }
}

#[tokio::test]
async fn case_26_a_refused_credential_is_named_by_its_variables_and_not_tried_again() {
    for status in [401, 403] {
        let challenge = (
            "www-authenticate",
            "Bearer realm=\"x\", error=\"invalid_token\"",
        );
        let origin = answering(status, owned(&[challenge]), "").await;
        let mut bridge = Bridge::to(&origin.at("/mcp"));
        bridge.shake_hands().await;
        let said = sentence(&bridge.ask(call("1")).await);
        for part in [
            "JIRA_PERSONAL_TOKEN",
            "CONFLUENCE_PERSONAL_TOKEN",
            "invalid_token",
        ] {
            assert!(said.contains(part), "{said}");
        }
        assert_eq!(origin.count("tools/call"), 1, "{status}");
        bridge.end().await;
    }
}

#[tokio::test]
async fn case_28_method_not_found_as_a_404_without_a_session_is_passed_on_and_nothing_else_happens()
{
    let body = r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Method not found"}}"#;
    let origin = answering(404, owned(&[JSON]), body).await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    bridge.send(request("1", "server/discover")).await;
    assert_eq!(bridge.line().await, body);
    assert_eq!(origin.log(), ["server/discover"], "no handshake");
    bridge.end().await;
}

#[tokio::test]
async fn case_29_a_405_to_the_standing_stream_is_remembered_in_silence() {
    let (origin, _) = streamable(Standing::Refused, |request, reply| async move {
        reply.json(&result(&request.rpc_id())).await;
    })
    .await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    bridge.shake_hands().await;
    origin.until("GET", 1).await;
    for id in ["1", "2", "3"] {
        assert_eq!(bridge.ask(call(id)).await["id"].to_string(), id);
    }
    let ended = bridge.end().await;
    assert_eq!(origin.count("GET"), 1);
    assert!(!ended.stderr.contains("WARN"), "{}", ended.stderr);
}

#[tokio::test]
async fn case_30_a_refused_media_type_is_told_with_what_was_sent() {
    for status in [406, 415] {
        let said = sentence_for(status, &[], "").await;
        assert!(
            said.contains("content type application/json")
                && said.contains("accept application/json, text/event-stream"),
            "{said}"
        );
    }
}

/// A proxy is never used for this machine, so the server of this case is elsewhere.
#[tokio::test]
async fn case_31_a_407_names_the_proxys_variable_and_the_proxy_sees_no_token_in_a_tunnel() {
    let proxy = Origin::start(|_, reply| async move {
        reply
            .answer(407, &[("proxy-authenticate", "Basic realm=\"corp\"")], "")
            .await;
    })
    .await;
    for (url, variable) in [
        ("http://mcp.example.invalid/mcp", "HTTP_PROXY"),
        ("https://mcp.example.invalid/mcp", "HTTPS_PROXY"),
    ] {
        let setup = Setup::to(url)
            .flags(&["--allow-http", "mcp.example.invalid", "--connect-wait", "0"])
            .variable(variable, &proxy.at(""));
        let mut bridge = setup.start();
        let said = sentence(&bridge.ask(call("1")).await);
        assert!(said.contains("proxy") && said.contains("HTTP"), "{said}");
        assert!(said.contains("mcp.example.invalid"), "{said}");
        bridge.end().await;
    }
    let tunnel = proxy.requests().pop().unwrap();
    assert_eq!(tunnel.method, "CONNECT");
    assert_eq!(tunnel.credentials(), [""; 0]);
}

#[tokio::test]
async fn case_32_a_message_too_large_for_the_server_is_an_error_for_that_request_alone() {
    let said = sentence_for(413, &[], "").await;
    assert!(said.contains("send less"), "{said}");
}

/// A call that may have an effect is not repeated here either: a 429 comes from proxies too, and nobody
/// says that the call did not get past them.
#[tokio::test]
async fn case_33_a_call_is_told_how_long_to_wait() {
    for status in [429, 503] {
        let said = sentence_for(status, &[("retry-after", "7")], "").await;
        assert!(said.contains("in 7 s"), "{said}");
        let date = "Wed, 21 Oct 2099 07:28:00 GMT";
        let said = sentence_for(status, &[("retry-after", date)], "").await;
        assert!(said.contains(date), "{said}");
    }
    // A 503 without the header is one of case 34.
    let said = sentence_for(429, &[], "").await;
    assert!(said.contains("later"), "{said}");
}

#[tokio::test]
async fn case_35_a_redirect_that_changes_the_method_is_refused_and_its_target_shown() {
    for status in [301, 302, 303] {
        let origin = answering(status, owned(&[("location", "/moved?key=1")]), "").await;
        let mut bridge = Bridge::to(&origin.at("/mcp"));
        bridge.shake_hands().await;
        let said = sentence(&bridge.ask(call("1")).await);
        assert!(
            said.contains(&origin.at("/moved")) && !said.contains("key"),
            "{said}"
        );
        assert_eq!(origin.count("tools/call"), 1);
        bridge.end().await;
    }
}

#[tokio::test]
async fn case_36_a_redirect_within_the_origin_is_followed_with_all_headers_and_remembered() {
    for status in [307, 308] {
        let origin = Origin::start(move |request, reply| async move {
            match (request.target.as_str(), request.what().as_str()) {
                ("/mcp", _) => reply.answer(status, &[("location", "/v2/mcp")], "").await,
                (_, "initialize") => {
                    let result = initialize_result(&request.rpc_id(), "2025-11-25");
                    reply.json(&result).await;
                }
                (_, "GET" | "DELETE") => reply.status(405).await,
                (_, "notifications/initialized") => reply.status(202).await,
                _ => reply.json(&result(&request.rpc_id())).await,
            }
        })
        .await;
        let mut bridge = Bridge::to(&origin.at("/mcp"));
        bridge.shake_hands().await;
        assert_eq!(bridge.ask(call("1")).await["id"], 1);
        let requests = origin.requests();
        let old = requests.iter().filter(|request| request.target == "/mcp");
        assert_eq!(old.count(), 1, "it is remembered");
        let last = requests.last().unwrap();
        assert_eq!(last.credentials(), ["x-jira-token", "x-confluence-token"]);
        assert_eq!(last.header("mcp-protocol-version"), Some("2025-11-25"));
        bridge.end().await;
    }
}

#[tokio::test]
async fn case_37_a_redirect_to_another_origin_is_refused_and_that_origin_sees_no_secret() {
    let elsewhere = Origin::json(|request| result(&request.rpc_id())).await;
    let port = elsewhere.address().port();
    for target in [
        elsewhere.at("/mcp"),
        format!("//127.0.0.1:{port}/mcp"),
        format!("http://localhost:{port}/mcp"),
        format!("http://user@127.0.0.1:{port}/mcp"),
    ] {
        for status in [307, 308] {
            for first in [call("1"), list("1")] {
                let origin = answering(status, owned(&[("location", &target)]), "").await;
                let mut bridge = Bridge::to(&origin.at("/mcp"));
                let said = sentence(&bridge.ask(&first).await);
                assert!(said.contains("redirect"), "{target}: {said}");
                bridge.end().await;
            }
        }
    }
    assert_eq!(elsewhere.requests().len(), 0);
    elsewhere.assert_saw_no_secret();
}
