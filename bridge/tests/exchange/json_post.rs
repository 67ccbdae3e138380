//! Servers that answer each POST with plain JSON, as most of ours do: what is forwarded, and that
//! every request gets exactly one answer.

use std::sync::Arc;

use proptest::prelude::*;
use tokio::sync::Notify;

use crate::support::{
    Host, INITIALIZE, INITIALIZED, Origin, Request, call, initialize_result, result,
};

#[tokio::test]
async fn a_request_is_posted_as_written_and_its_answer_written_as_sent() {
    let answer = r#"{"result":{"z":1.0,"a":1E5,"a":"\u2028\ud800"},"jsonrpc":"2.0","id":7}"#;
    let origin = Origin::answering(move |_| answer.to_owned()).await;
    let mut host = Host::start(&origin.at("/mcp"));
    let question = r#"{ "jsonrpc":"2.0","params":{"b":1.0,"a":"\u0000"},"x":null, "id":7,"method":"tools/call" }"#;
    host.send(question).await;
    assert_eq!(host.line().await, answer);
    let request = &origin.requests()[0];
    assert_eq!(
        (request.body.as_str(), request.path.as_str()),
        (question, "/mcp")
    );
    assert_eq!(
        request.header("accept"),
        Some("application/json, text/event-stream")
    );
    assert_eq!(request.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn raw_line_breaks_of_a_body_become_spaces() {
    let body = "{\r\n  \"jsonrpc\": \"2.0\",\n  \"id\": 1,\n  \"result\": {}\n}\n";
    let origin = Origin::answering(|_| body.to_owned()).await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.send(call("1")).await;
    assert_eq!(
        host.line().await,
        body.trim_end().replace(['\r', '\n'], " ")
    );
}

#[tokio::test]
async fn ids_of_every_form_are_echoed_as_written() {
    let origin = Origin::start(|request, reply| async move {
        // The raw id, as a JSON library that keeps numbers would echo it.
        let id = request
            .body
            .split("\"id\":")
            .nth(1)
            .unwrap()
            .split(",\"m")
            .next()
            .unwrap();
        reply.json(&result(id)).await;
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    for id in [
        "0",
        "-1",
        "1.5",
        "1e3",
        "18446744073709551616",
        "9007199254740993",
        r#""""#,
        r#""a\u0041""#,
        r#""é""#,
        "-0",
    ] {
        host.send(call(id)).await;
        assert_eq!(host.line().await, result(id));
    }
}

#[tokio::test]
async fn a_re_escaped_id_still_answers_its_request() {
    let origin = Origin::answering(|_| result(r#""xA""#)).await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.send(call(r#""x\u0041""#)).await;
    assert_eq!(host.line().await, result(r#""xA""#));
    assert_eq!(host.end().await.1, [""; 0]);
}

#[tokio::test]
async fn a_slow_call_does_not_delay_a_fast_one() {
    let release = Arc::new(Notify::new());
    let gate = Arc::clone(&release);
    let origin = Origin::start(move |request, reply| {
        let gate = Arc::clone(&gate);
        async move {
            let id = request.rpc_id();
            if id == "2" {
                gate.notified().await;
            }
            reply.json(&result(&id)).await;
        }
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    // The first message finds the transport.
    assert_eq!(host.answer(call("1")).await, 1);
    host.send(call("2")).await;
    assert_eq!(host.answer(call("3")).await, 3);
    release.notify_one();
    assert_eq!(host.answered().await, 2);
}

#[tokio::test]
async fn two_hundred_concurrent_calls_have_one_answer_each() {
    let origin = Origin::answering(|request| result(&request.rpc_id())).await;
    let mut host = Host::start(&origin.at("/mcp"));
    for id in 0..200 {
        host.send(call(&id.to_string())).await;
    }
    let mut answered = Vec::new();
    for _ in 0..200 {
        answered.push(host.answered().await.as_i64().unwrap());
    }
    answered.sort_unstable();
    assert_eq!(answered, (0..200).collect::<Vec<_>>());
    assert_eq!(host.end().await.1, [""; 0]);
}

#[tokio::test]
async fn the_handshake_goes_step_by_step_and_nothing_overtakes_it() {
    let release = Arc::new(Notify::new());
    let gate = Arc::clone(&release);
    let origin = Origin::start(move |request, reply| {
        let gate = Arc::clone(&gate);
        async move {
            match request.rpc_method().as_str() {
                "initialize" => {
                    gate.notified().await;
                    reply.json(&initialize_result("2025-06-18")).await;
                }
                "notifications/initialized" => reply.status(202).await,
                "" => reply.status(405).await,
                _ => reply.json(&result(&request.rpc_id())).await,
            }
        }
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.send(INITIALIZE).await;
    host.send(INITIALIZED).await;
    host.send(call("1")).await;
    while origin.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    release.notify_one();
    assert_eq!(host.answered().await, 0);
    assert_eq!(host.answered().await, 1);
    let methods: Vec<_> = origin.requests().iter().map(Request::rpc_method).collect();
    let posts: Vec<_> = methods.iter().filter(|method| !method.is_empty()).collect();
    assert_eq!(
        posts,
        ["initialize", "notifications/initialized", "tools/call"]
    );
}

#[tokio::test]
async fn whatever_a_server_says_to_a_notification_is_not_passed_on() {
    for (status, body) in [
        (202, ""),
        (204, ""),
        (200, ""),
        (200, r#"{"id":null,"result":{}}"#),
        (
            200,
            r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32601,"message":"no"}}"#,
        ),
        (
            400,
            r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32601,"message":"no"}}"#,
        ),
        (500, "broken"),
    ] {
        let origin = Origin::start(move |request, reply| async move {
            if request.rpc_method() == "tools/call" {
                reply.json(&result("1")).await;
            } else {
                reply
                    .answer(status, &[("content-type", "application/json")], body)
                    .await;
            }
        })
        .await;
        let mut host = Host::start(&origin.at("/mcp"));
        assert_eq!(host.answer(call("1")).await, 1);
        host.send(r#"{"jsonrpc":"2.0","method":"notifications/x"}"#)
            .await;
        let (_, rest) = host.end().await;
        assert_eq!(rest, [""; 0], "{status} {body}");
        assert_eq!(origin.requests().len(), 2);
    }
}

#[tokio::test]
async fn an_id_in_flight_is_not_used_twice() {
    let release = Arc::new(Notify::new());
    let gate = Arc::clone(&release);
    let origin = Origin::start(move |request, reply| {
        let gate = Arc::clone(&gate);
        async move {
            gate.notified().await;
            reply.json(&result(&request.rpc_id())).await;
        }
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.send(call("1")).await;
    host.send(call("1.0")).await;
    // Something that is answered without the server shows that the second line was read.
    host.send(r#"{"id":2,"method":7}"#).await;
    assert_eq!(host.json().await["error"]["code"], -32600);
    release.notify_one();
    let (_, rest) = host.end().await;
    assert_eq!(rest, [result("1")]);
    assert_eq!(origin.requests().len(), 1);
}

#[tokio::test]
async fn lines_that_are_no_messages_cost_nothing_but_themselves() {
    let origin = Origin::answering(|request| result(&request.rpc_id())).await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.send_bytes(b"\xef\xbb\xbf\n\n  \r\nhello\n7\n\xff\xfe\n{\"id\":9,\"result\":\n")
        .await;
    let broken = host
        .ask(r#"{"jsonrpc":"2.0","id":"x","method":"m","params":{"#)
        .await;
    assert_eq!(
        (&broken["id"], &broken["error"]["code"]),
        (&"x".into(), &(-32700).into())
    );
    host.send_bytes(format!("{}\r\n", call("1"))).await;
    assert_eq!(host.line().await, result("1"));
    host.send_bytes(call("2")).await;
    let (_, rest) = host.end().await;
    assert_eq!(rest, [result("2")], "a last line needs no line feed");
    assert_eq!(origin.requests().len(), 2);
}

#[tokio::test]
async fn a_message_beyond_the_limit_is_answered_and_the_next_one_forwarded() {
    let origin = Origin::answering(|request| result(&request.rpc_id())).await;
    let mut settings = crate::support::settings(&[&origin.at("/mcp")], &[]);
    settings.max_message_bytes = 100_000;
    let mut host = Host::with(settings);
    let long = call("1").replace("\"t\"", &format!("\"{}\"", "x".repeat(200_000)));
    host.send_bytes(long.as_bytes()).await;
    let answer = host.json().await;
    assert_eq!(
        (&answer["id"], &answer["error"]["code"]),
        (&1.into(), &(-32600).into())
    );
    host.send_bytes("\n").await;
    host.send(call("2")).await;
    assert_eq!(host.line().await, result("2"));
    assert_eq!(origin.requests().len(), 1);
}

#[tokio::test]
async fn a_batch_is_split_and_its_answers_leave_as_one_array() {
    let origin = Origin::answering(|request| result(&request.rpc_id())).await;
    let mut host = Host::start(&origin.at("/mcp"));
    let note = r#"{"jsonrpc":"2.0","method":"notifications/x"}"#;
    let answer = host
        .ask(format!("[{}, {note}, {}, 7]", call("1"), call("2")))
        .await;
    let mut ids: Vec<_> = answer
        .as_array()
        .unwrap()
        .iter()
        .map(|answer| answer["id"].as_i64().unwrap())
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, [1, 2]);
    assert_eq!(host.end().await.1, [""; 0]);
    assert_eq!(origin.requests().len(), 3);
}

#[tokio::test]
async fn a_batch_goes_out_whole_where_the_revision_has_batches() {
    let origin = Origin::start(|request, reply| async move {
        match request.rpc_method().as_str() {
            "initialize" => reply.json(&initialize_result("2025-03-26")).await,
            _ if request.method == "GET" => reply.status(405).await,
            _ => {
                let array = format!("[{},\n{}]", result("2"), result("1"));
                reply.json(&array).await;
            }
        }
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.answer(INITIALIZE).await;
    let batch = format!("[{},{}]", call("1"), call("2"));
    host.send(&batch).await;
    assert_eq!(
        host.line().await,
        format!("[{},{}]", result("2"), result("1"))
    );
    assert_eq!(origin.requests()[1].body, batch);
}

#[tokio::test]
async fn the_answer_to_a_cancelled_request_is_not_wanted_any_more() {
    let release = Arc::new(Notify::new());
    let gate = Arc::clone(&release);
    let origin = Origin::start(move |request, reply| {
        let gate = Arc::clone(&gate);
        async move {
            match request.rpc_id().as_str() {
                "2" => {
                    gate.notified().await;
                    reply.json(&result("2")).await;
                }
                "null" => {
                    gate.notify_one();
                    reply.status(202).await;
                }
                id => reply.json(&result(id)).await,
            }
        }
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.answer(call("1")).await;
    host.send(call("2")).await;
    let cancel = r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}"#;
    host.send(cancel).await;
    let (_, rest) = host.end().await;
    assert_eq!(rest, [""; 0]);
    assert_eq!(
        origin.requests().last().unwrap().body,
        cancel,
        "it reaches the server"
    );
}

/// JSON of any form, numbers of any spelling.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|b| b.to_string()),
        "-?(0|[1-9][0-9]{0,25})(\\.[0-9]{1,4})?([eE][+-]?[0-9]{1,3})?",
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        "\"(\\\\u[0-9a-f]{4}|[a-z\u{e9}\u{2028}])*\"",
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4)
                .prop_map(|elements| format!("[ {} ]", elements.join(" , "))),
            proptest::collection::vec(("[a-c]{0,2}", inner), 0..4).prop_map(|members| {
                let members: Vec<_> = members
                    .iter()
                    .map(|(key, value)| format!("\"{key}\" :{value}"))
                    .collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn any_params_and_any_result_travel_unchanged(
        messages in proptest::collection::vec((json(), json()), 1..8)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let results: Vec<_> = messages.iter().map(|(_, result)| result.clone()).collect();
            let origin = Origin::answering(move |request| {
                let id = request.body.split("\"id\":").nth(1).unwrap();
                let id: usize = id.split(',').next().unwrap().parse().unwrap();
                format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{}}}", results[id])
            })
            .await;
            let mut host = Host::start(&origin.at("/mcp"));
            for (id, (params, result)) in messages.iter().enumerate() {
                let question = format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"m\",\"params\":{params}}}");
                host.send(&question).await;
                let expected = format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{result}}}");
                assert_eq!(host.line().await, expected);
                assert_eq!(origin.requests()[id].body, question);
            }
        });
    }
}
