//! Cases 56 to 65: ids and lines of the host, byte for byte.

use tests::fault::bridge::{Bridge, Setup};
use tests::fault::message::{call, notification, request, result, sentence};
use tests::fault::origin::Origin;
use tests::fault::roles::{legacy, plain};

/// A plain server that echoes the message it got as the result.
async fn echo() -> Origin {
    plain(|request, reply| async move {
        let (id, body) = (request.rpc_id(), request.body);
        if id.is_empty() {
            return reply.status(202).await;
        }
        let answer = format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{body}}}"#);
        reply.json(&answer).await;
    })
    .await
}

#[tokio::test]
async fn case_56_ids_of_every_kind_are_echoed_byte_for_byte() {
    let ids = [
        "0",
        "-1",
        "7",
        "1.5",
        "1e3",
        "9007199254740993",
        "123456789012345678901234567890",
        r#""a""#,
        r#""""#,
        r#""0""#,
        r#""\u0041 \ud83c\udf89 \/""#,
        r#""é""#,
    ];
    let origin = legacy(|request, reply, stream| async move {
        reply.status(202).await;
        stream.message(&result(&request.rpc_id())).await;
    })
    .await;
    let plain = echo().await;
    for url in [origin.at("/sse"), plain.at("/mcp")] {
        let mut bridge = Bridge::to(&url);
        for id in ids {
            bridge.send(call(id)).await;
            let line = bridge.line().await;
            let start = format!(r#"{{"jsonrpc":"2.0","id":{id},"result":"#);
            assert!(line.starts_with(&start), "{line}");
        }
        bridge.end().await;
    }
}

/// A server may spell an id otherwise; the host gets its own spelling of who asked.
#[tokio::test]
async fn case_56_an_id_that_comes_back_in_another_spelling_is_still_matched() {
    let origin = plain(|_, reply| async move { reply.json(&result(r#""aé""#)).await }).await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    bridge.send(call(r#""\u0061\u00e9""#)).await;
    // What a strict host compares is the decoded string, which is the same.
    bridge.ledger().excuse(r#""\u0061\u00e9""#);
    bridge.ledger().owe(r#""aé""#);
    let answer = bridge.json().await;
    assert_eq!(answer["id"], "aé");
    assert!(answer.get("result").is_some(), "{answer}");
    bridge.end().await;
}

#[tokio::test]
async fn case_57_a_message_without_an_id_is_a_notification_and_so_is_one_with_null() {
    let origin = echo().await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    let with_null = r#"{"jsonrpc":"2.0","id":null,"method":"notifications/x"}"#;
    bridge.write(format!("{with_null}\n")).await;
    bridge.send(notification("notifications/x")).await;
    origin.until("notifications/x", 2).await;
    let bodies: Vec<_> = origin.requests().into_iter().map(|r| r.body).collect();
    assert!(bodies.contains(&with_null.to_owned()), "{bodies:?}");
    assert_eq!(bridge.ask(call("1")).await["id"], 1);
    assert_eq!(bridge.end().await.rest, [""; 0]);
}

#[tokio::test]
async fn case_58_a_second_request_with_an_id_under_way_is_neither_forwarded_nor_answered() {
    let gate = std::sync::Arc::new(tokio::sync::Notify::new());
    let open = std::sync::Arc::clone(&gate);
    let origin = plain(move |request, reply| {
        let gate = std::sync::Arc::clone(&gate);
        async move {
            if request.rpc_id() == "1" {
                gate.notified().await;
            }
            reply.json(&result(&request.rpc_id())).await;
        }
    })
    .await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    bridge.shake_hands().await;
    bridge.send(call("1")).await;
    origin.until("tools/call", 1).await;
    bridge.send(request("1", "tools/list")).await;
    bridge.ledger().excuse("1");
    bridge.logs("reuses the id").await;
    assert_eq!(bridge.ask(call("2")).await["id"], 2);
    open.notify_one();
    assert_eq!(bridge.json().await["id"], 1);
    assert_eq!(origin.count("tools/list"), 0);
    // Once it is answered the id is free again.
    bridge.send(request("1", "tools/list")).await;
    open.notify_one();
    assert_eq!(bridge.json().await["id"], 1);
    bridge.end().await;
}

/// What no reader may normalise: numbers, escapes, order, duplicates, white space within.
const ODD: &str = r#"{"z":1,"a":1.0,"b":1E5,"c":-0,"d":"\u00e9\/\"","e":{"k":1,"k":2},"f":[ 1 , 2 ],"g":1e400,"h":12345678901234567890}"#;

#[tokio::test]
async fn case_59_order_numbers_escapes_and_duplicate_keys_pass_unchanged_in_both_directions() {
    let answer: &'static str =
        Box::leak(format!(r#"{{"result":{ODD},"id":1,"jsonrpc":"2.0"}}"#).into_boxed_str());
    let origin = plain(move |_, reply| reply.json(answer)).await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    let message = format!(r#"{{"params":{ODD},"id":1,"method":"tools/call","jsonrpc":"2.0"}}"#);
    bridge.send(&message).await;
    assert_eq!(bridge.line().await, answer);
    assert_eq!(origin.requests()[0].body, message);
    bridge.end().await;
}

#[tokio::test]
async fn case_60_blank_lines_are_skipped_and_carriage_returns_trimmed() {
    let origin = echo().await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    bridge.write("\n   \n\t\r\n\r\n").await;
    bridge.ledger().note(&call("1"));
    bridge.write(format!("  {}\r\n", call("1"))).await;
    assert_eq!(bridge.json().await["id"], 1);
    assert_eq!(origin.requests()[0].body, call("1"));
    bridge.end().await;
}

#[tokio::test]
async fn case_61_a_line_that_is_not_json_is_logged_and_answered_only_if_it_names_a_request() {
    let origin = echo().await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    for nonsense in [
        "hello\n",
        "{\"jsonrpc\":\"2.0\",\n",
        "{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{\n",
        "\u{0}\u{1}\n",
    ] {
        bridge.write(nonsense).await;
    }
    bridge.write(b"\xff\xfe{}\n").await;
    bridge.ledger().owe("7");
    bridge
        .write("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{]\n")
        .await;
    let answer = bridge.json().await;
    assert_eq!(
        (&answer["id"], &answer["error"]["code"]),
        (&7.into(), &(-32700).into())
    );
    assert_eq!(bridge.ask(call("1")).await["id"], 1);
    let ended = bridge.end().await;
    assert_eq!(ended.rest, [""; 0]);
    assert!(ended.stderr.contains("WARN"), "{}", ended.stderr);
    assert_eq!(origin.log(), ["tools/call"]);
}

/// Which revision was agreed on decides whether the server may see an array.
async fn agreeing_on(revision: &'static str) -> Origin {
    use tests::fault::message::initialize_result;
    Origin::start(move |request, reply| async move {
        match request.what().as_str() {
            "initialize" => reply.json(&initialize_result("0", revision)).await,
            "GET" => reply.status(405).await,
            "batch" => {
                let ids = request.message();
                let answers: Vec<_> = ids.as_array().unwrap().iter().rev().collect();
                let answers: Vec<_> = answers
                    .iter()
                    .filter(|m| m.get("id").is_some())
                    .map(|m| result(&m["id"].to_string()))
                    .collect();
                reply.json(&format!("[{}]", answers.join(","))).await;
            }
            _ if request.rpc_id().is_empty() => reply.status(202).await,
            _ => reply.json(&result(&request.rpc_id())).await,
        }
    })
    .await
}

#[tokio::test]
async fn case_62_a_batch_goes_out_whole_only_where_the_revision_has_them_and_comes_back_as_one_array()
 {
    for (revision, batches) in [("2025-03-26", 1), ("2025-06-18", 0), ("2025-11-25", 0)] {
        let origin = agreeing_on(revision).await;
        let mut bridge = Bridge::to(&origin.at("/mcp"));
        bridge.shake_hands().await;
        let note = notification("notifications/x");
        bridge
            .send(format!("[{}, {note} ,{}]", call("1"), call("\"b\"")))
            .await;
        let mut answers = bridge.json().await;
        let answers = answers.as_array_mut().unwrap();
        answers.sort_by_key(|answer| answer["id"].to_string());
        assert_eq!(answers.len(), 2, "{revision}: {answers:?}");
        assert_eq!(answers[0]["id"], "b");
        assert_eq!(origin.count("batch"), batches, "{revision}");
        assert_eq!(origin.count("tools/call"), 2 - 2 * batches, "{revision}");
        bridge.end().await;
    }
}

#[tokio::test]
async fn case_62_what_is_neither_an_object_nor_a_batch_is_logged() {
    let origin = echo().await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    for line in ["7", "\"text\"", "null", "true", "[]", "[1,null,[]]"] {
        bridge.write(format!("{line}\n")).await;
    }
    assert_eq!(bridge.ask(call("1")).await["id"], 1);
    assert_eq!(bridge.end().await.rest, [""; 0]);
    assert_eq!(origin.log(), ["tools/call"]);
}

#[tokio::test]
async fn case_63_fifty_megabytes_in_one_line_arrive_unchanged() {
    let origin = plain(|request, reply| async move {
        let length = request.body.len();
        let answer = format!(r#"{{"jsonrpc":"2.0","id":1,"result":{{"length":{length}}}}}"#);
        reply.json(&answer).await;
    })
    .await;
    let mut bridge = Setup::to(&origin.at("/mcp")).start();
    let line = call("1").replace("{}", &format!(r#"{{"x":"{}"}}"#, "x".repeat(50_000_000)));
    bridge.send(&line).await;
    assert_eq!(bridge.json().await["result"]["length"], line.len());
    bridge.end().await;
}

/// Also the second half of case 32: a line over the bridge's own cap.
#[tokio::test]
async fn case_63_a_line_beyond_the_cap_is_skipped_and_its_request_alone_is_refused() {
    let origin = echo().await;
    let setup = Setup::to(&origin.at("/mcp"));
    let mut bridge = setup.start_inside(|settings| settings.max_message_bytes = 100_000);
    let long = call("1").replace("{}", &format!(r#"{{"x":"{}"}}"#, "x".repeat(300_000)));
    let said = sentence(&bridge.ask(&long).await);
    assert!(said.contains("100000 bytes"), "{said}");
    assert_eq!(bridge.ask(call("2")).await["id"], 2);
    // Without an end, and without a request that could be told of it.
    bridge.write("y".repeat(300_000)).await;
    assert_eq!(bridge.end().await.rest, [""; 0]);
    assert_eq!(origin.log(), ["tools/call"]);
}

#[tokio::test]
async fn case_64_line_separators_nul_and_lone_surrogates_pass_unchanged() {
    let odd = "\"\u{2028}\u{2029}\u{85}\\u0000\\ud800\\n\u{1f389}\"";
    let origin = echo().await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    let message = call("1").replace("{}", &format!("{{\"x\":{odd}}}"));
    bridge.send(&message).await;
    let line = bridge.line().await;
    assert_eq!(
        line,
        format!(r#"{{"jsonrpc":"2.0","id":1,"result":{message}}}"#)
    );
    bridge.end().await;
}

#[tokio::test]
async fn case_65_a_last_line_needs_no_line_end() {
    let origin = echo().await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    bridge.ledger().note(&call("1"));
    bridge.write(call("1")).await;
    let ended = bridge.end().await;
    assert_eq!((ended.code, ended.rest.len()), (Some(0), 1));
}
