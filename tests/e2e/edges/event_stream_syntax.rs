//! Cases 1 to 12: what an event stream may look like; not what ends it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tests::fault::bridge::Bridge;
use tests::fault::message::{call, code, result, result_saying};
use tests::fault::request::Request;
use tests::fault::roles::{Eventful, Standing, streamable};
use tokio::time::Instant;

/// A bridge before a server of this transport that answers each call with these bytes, in which `ID`
/// stands for the call's id; after the handshake.
async fn before(
    role: Eventful,
    bytes: impl Fn(&Request) -> Vec<u8> + Send + Sync + 'static,
) -> (tests::fault::origin::Origin, Bridge) {
    let origin = role
        .origin(move |request, stream| {
            let bytes = bytes(&request);
            async move { stream.raw(bytes).await }
        })
        .await;
    let mut bridge = Bridge::to(&origin.at(role.path()));
    bridge.shake_hands().await;
    (origin, bridge)
}

/// The lines a host reads when the answer to its call 1 arrives as these bytes.
async fn read_as(role: Eventful, bytes: &'static str) -> String {
    let (_origin, mut bridge) = before(role, move |_| bytes.into()).await;
    bridge.send(call("1")).await;
    let line = bridge.line().await;
    assert_eq!(bridge.end().await.rest, [""; 0]);
    line
}

#[tokio::test]
async fn case_01_the_data_lines_of_an_event_become_one_line_and_nothing_else_changes() {
    for role in Eventful::ALL {
        let event =
            "data: {\"jsonrpc\":\"2.0\",\ndata:   \"id\":1,\ndata: \"result\":{\"a\":\"\\n\"}}\n\n";
        assert_eq!(
            read_as(role, event).await,
            r#"{"jsonrpc":"2.0",   "id":1, "result":{"a":"\n"}}"#,
            "{role:?}"
        );
    }
}

#[tokio::test]
async fn case_01_a_pretty_printed_body_becomes_one_line() {
    let origin = tests::fault::roles::plain(|_, reply| async move {
        reply
            .json("{\r\n  \"jsonrpc\": \"2.0\",\n\t\"id\": 1,\n  \"result\": {}\r\n}\n")
            .await;
    })
    .await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    bridge.send(call("1")).await;
    assert_eq!(
        bridge.line().await,
        "{    \"jsonrpc\": \"2.0\", \t\"id\": 1,   \"result\": {}  }"
    );
    bridge.end().await;
}

/// Also cases 2, 3 and 6 at once: each of many calls is answered by the same bytes, cut at another
/// offset, so that every cut through a line end, a character and a name is tried.
async fn assert_survives_every_cut(role: Eventful, line_end: &'static str) {
    let event = move |id: &str| {
        let answer = result_saying(id, "grüße \u{1f389}");
        format!(": x{line_end}event: message{line_end}data: {answer}{line_end}{line_end}")
    };
    let cuts = event("100").len();
    let origin = role
        .origin(move |request, stream| async move {
            let id = request.rpc_id();
            let at = id.parse::<usize>().unwrap() - 100;
            stream.split(event(&id), at).await;
        })
        .await;
    let mut bridge = Bridge::to(&origin.at(role.path()));
    bridge.shake_hands().await;
    let ids = (100..100 + cuts).map(|id| id.to_string());
    for id in ids {
        bridge.send(call(&id)).await;
        assert_eq!(
            bridge.line().await,
            result_saying(&id, "grüße \u{1f389}"),
            "{role:?} {line_end:?}"
        );
    }
    bridge.end().await;
}

#[tokio::test]
async fn case_02_any_line_end_cut_anywhere_ends_one_line() {
    for line_end in ["\n", "\r", "\r\n"] {
        for role in Eventful::ALL {
            assert_survives_every_cut(role, line_end).await;
        }
    }
    for role in Eventful::ALL {
        let mixed =
            "event: message\r\ndata: {\"jsonrpc\":\"2.0\",\rdata: \"id\":1,\"result\":{}}\n\r\n";
        assert_eq!(
            read_as(role, mixed).await,
            r#"{"jsonrpc":"2.0", "id":1,"result":{}}"#
        );
    }
}

#[tokio::test]
async fn case_03_a_byte_order_mark_is_dropped_once_and_is_data_elsewhere() {
    let answer = result_saying("1", "\u{feff}");
    let stream = format!("\u{feff}data: {answer}\n\n");
    for cut in 0..4 {
        let bytes = stream.clone();
        let origin = tests::fault::roles::plain(move |_, mut reply| {
            let bytes = bytes.clone();
            async move {
                reply.open_stream(&[]).await;
                reply.split(bytes, cut).await;
            }
        })
        .await;
        let mut bridge = Bridge::to(&origin.at("/mcp"));
        bridge.send(call("1")).await;
        assert_eq!(bridge.line().await, answer, "cut at {cut}");
        bridge.end().await;
    }
}

/// That a comment counts as a sign of life is shown by the bridge's own tests of its streams.
#[tokio::test]
async fn case_04_comments_are_not_data() {
    for role in Eventful::ALL {
        let event = ": keep-alive\n\n:\n:data: {}\ndata: {\"jsonrpc\":\"2.0\",\n: between\ndata: \"id\":1,\"result\":{}}\n\n: after\n\n";
        assert_eq!(
            read_as(role, event).await,
            r#"{"jsonrpc":"2.0", "id":1,"result":{}}"#
        );
    }
}

#[tokio::test]
async fn case_05_the_space_after_the_colon_and_the_colon_itself_are_optional() {
    for role in Eventful::ALL {
        let event = "data:{\"jsonrpc\":\"2.0\",\ndata\ndata:\"id\":1,\"result\":{}}\n\n";
        assert_eq!(
            read_as(role, event).await,
            r#"{"jsonrpc":"2.0",  "id":1,"result":{}}"#
        );
    }
}

#[tokio::test]
async fn case_06_a_character_cut_in_the_middle_is_put_together_again() {
    let (one, two) = ("\u{1f389}".as_bytes(), "é".as_bytes());
    let answer = result_saying("1", "\u{1f389}é");
    for role in Eventful::ALL {
        let text = format!("data: {answer}\n\n").into_bytes();
        let origin = role
            .origin(move |_, stream| {
                let text = text.clone();
                async move {
                    // Byte by byte within the two characters.
                    let from = text.windows(4).position(|part| part == one).unwrap();
                    let to = from + one.len() + two.len();
                    stream.raw(&text[..from]).await;
                    for byte in &text[from..to] {
                        stream.split([*byte], 1).await;
                    }
                    stream.raw(&text[to..]).await;
                }
            })
            .await;
        let mut bridge = Bridge::to(&origin.at(role.path()));
        bridge.shake_hands().await;
        bridge.send(call("1")).await;
        assert_eq!(bridge.line().await, answer);
        bridge.end().await;
    }
}

#[tokio::test]
async fn case_07_an_event_that_is_not_utf8_is_lost_alone() {
    let (_origin, mut bridge) = before(Eventful::Streamable, |request| {
        let mut bytes =
            b"data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"\xff\xfe\"}\n\n".to_vec();
        if request.rpc_id() == "2" {
            bytes.extend(format!("data: {}\n\n", result("2")).bytes());
        }
        bytes
    })
    .await;
    let answer = bridge.ask(call("1")).await;
    assert_eq!((&answer["id"], code(&answer)), (&1.into(), -32603));
    // What follows on the same stream is read.
    bridge.send(call("2")).await;
    assert_eq!(bridge.line().await, result("2"));
    bridge.end().await;
}

#[tokio::test]
async fn case_08_an_event_without_its_blank_line_is_discarded() {
    let (_origin, mut bridge) = before(Eventful::Streamable, |_| {
        format!("data: {}\n", result("1")).into_bytes()
    })
    .await;
    let answer = bridge.ask(call("1")).await;
    assert_eq!(code(&answer), -32603, "{answer}");
    bridge.end().await;
}

#[tokio::test]
async fn case_09_an_event_of_another_type_is_ignored() {
    for role in Eventful::ALL {
        let event = "event: heartbeat\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"no\":1}}\n\nevent: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n\n";
        assert_eq!(read_as(role, event).await, result("1"), "{role:?}");
    }
}

/// That the id is kept is shown where streams are resumed (case 42).
#[tokio::test]
async fn case_10_an_event_with_an_id_and_no_data_writes_nothing() {
    for role in Eventful::ALL {
        let event = "id: 7\ndata:\n\nid: 8\n\nevent: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n\n";
        assert_eq!(read_as(role, event).await, result("1"), "{role:?}");
    }
}

/// When the standing stream is opened again after it ended with this delay, counted from before its
/// end.
async fn reopened_after(retry: &'static str) -> Duration {
    let opened = Arc::new(Mutex::new(Vec::new()));
    let clock = Arc::clone(&opened);
    let (origin, _) = streamable(Standing::Scripted, move |_, mut reply| {
        clock.lock().unwrap().push(Instant::now());
        async move {
            reply.open_stream(&[]).await;
            reply.raw(format!("{retry}\ndata:\n\n")).await;
        }
    })
    .await;
    let mut bridge = Bridge::to(&origin.at("/mcp"));
    bridge.shake_hands().await;
    origin.until("GET", 2).await;
    bridge.end().await;
    let opened = opened.lock().unwrap();
    opened[1] - opened[0]
}

/// A floor is no timing of ours: a bridge that comes earlier breaks the server's rule. The ceiling (a
/// server that names an hour) is a constant of the bridge and shown by its own unit test.
#[tokio::test]
async fn case_12_a_delay_the_server_names_is_the_least_and_nonsense_is_no_delay() {
    assert!(reopened_after("retry: 250").await >= Duration::from_millis(240));
    // The bridge's own pause then holds, which is more than none.
    assert!(reopened_after("retry: soon").await >= Duration::from_millis(240));
}
