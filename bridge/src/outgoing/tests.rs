//! Which line is taken for what.

use proptest::prelude::*;

use super::*;

fn sorted(line: &str) -> Sorted {
    sort(&Bytes::copy_from_slice(line.as_bytes()))
}

fn forwarded(line: &str) -> Outgoing {
    match sorted(line) {
        Sorted::Forward(outgoing) => outgoing,
        other => panic!("{line} became {other:?}"),
    }
}

#[test]
fn messages_are_told_apart_by_their_envelope() {
    for (line, kind, ids) in [
        (
            r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{}}"#,
            Kind::Initialize,
            1,
        ),
        (
            r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
            Kind::Initialized,
            0,
        ),
        (
            r#"{"jsonrpc":"2.0","id":"a","method":"tools/call"}"#,
            Kind::Request,
            1,
        ),
        (
            r#"{"jsonrpc":"2.0","method":"notifications/x"}"#,
            Kind::Notification,
            0,
        ),
        (
            r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#,
            Kind::Notification,
            0,
        ),
        (r#"{"jsonrpc":"2.0","id":3,"result":{}}"#, Kind::Response, 0),
        (r#"{"jsonrpc":"2.0","id":3,"error":{}}"#, Kind::Response, 0),
        // The server is the judge of what the envelope does not need.
        (r#"{"id":1,"method":"ping","params":7}"#, Kind::Request, 1),
    ] {
        let outgoing = forwarded(line);
        assert_eq!(
            (outgoing.kind, outgoing.requests.len()),
            (kind, ids),
            "{line}"
        );
        assert_eq!(outgoing.bytes, line, "forwarded as written");
    }
}

#[test]
fn a_broken_request_is_refused_under_its_id() {
    for (line, code) in [
        (
            r#"{"jsonrpc":"2.0","id":5,"method":"m","params":{"#,
            ErrorCode::PARSE_ERROR,
        ),
        (
            r#"{"id":5,"id":6,"method":"m"}"#,
            ErrorCode::INVALID_REQUEST,
        ),
        (r#"{"id":5,"method":7}"#, ErrorCode::INVALID_REQUEST),
    ] {
        let Sorted::Refuse(id, error) = sorted(line) else {
            panic!("{line} was not refused");
        };
        assert_eq!((id.as_json(), error.code), ("5", code), "{line}");
    }
}

#[test]
fn what_nobody_can_be_told_about_is_only_logged() {
    for line in [
        "hello",
        "7",
        "null",
        "[]",
        "{}",
        r#"{"id":true,"method":"m"}"#,
        r#"{"id":1}"#,
    ] {
        assert!(matches!(sorted(line), Sorted::Ignore(_)), "{line}");
    }
}

#[test]
fn the_log_says_how_a_line_should_have_been_written() {
    let Sorted::Ignore(why) = sorted("{") else {
        panic!("not ignored");
    };
    assert!(
        why.starts_with("not JSON: ") && why.contains("one line"),
        "{why}"
    );
}

#[test]
fn a_batch_is_sorted_element_by_element() {
    let Sorted::Batch { elements, .. } = sorted(r#"[{"id":1,"method":"a"}, 7, {"method":"b"}]"#)
    else {
        panic!("not a batch");
    };
    assert!(matches!(&elements[0], Sorted::Forward(o) if o.bytes == r#"{"id":1,"method":"a"}"#));
    assert!(matches!(&elements[1], Sorted::Ignore(_)));
    assert!(matches!(&elements[2], Sorted::Forward(o) if o.kind == Kind::Notification));
}

#[test]
fn a_cancellation_names_the_request_it_ends() {
    let line = r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"x"}}"#;
    let Sorted::Cancel(outgoing, id) = sorted(line) else {
        panic!("no cancellation");
    };
    assert_eq!(
        (outgoing.bytes.as_ref(), id.as_json()),
        (line.as_bytes(), r#""x""#)
    );
    let without = r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{}}"#;
    assert_eq!(forwarded(without).kind, Kind::Notification);
}

#[test]
fn a_line_beyond_the_limit_is_refused_under_its_id_if_that_was_seen() {
    let seen = sort_too_long(br#"{"id":9,"method":"m","params":{"text":"xxxx"#, 10);
    assert!(matches!(seen, Sorted::Refuse(id, _) if id.as_json() == "9"));
    assert!(matches!(sort_too_long(b"xxxx", 10), Sorted::Ignore(_)));
}

proptest! {
    #[test]
    fn no_line_makes_sorting_panic(line in proptest::collection::vec(any::<u8>(), 0..80)) {
        let _sorted = sort(&Bytes::from(line));
    }
}
