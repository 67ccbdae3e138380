//! What each form of message is taken for.
#![expect(clippy::too_many_lines, reason = "a table is as long as its rows")]

use proptest::prelude::*;

use super::*;
use crate::jsonrpc::Message;

fn kind(json: &str) -> Result<Kind, Invalid> {
    with_envelope(json, |envelope| envelope.kind())
}

fn with_envelope<T>(json: &str, look: impl FnOnce(Envelope<'_>) -> T) -> T {
    let Message::Single(raw) = Message::parse(json.as_bytes()).unwrap() else {
        panic!("{json} is a batch");
    };
    look(Envelope::parse(raw).unwrap())
}

#[test]
fn a_message_is_classified_by_its_members() {
    for (json, expected) in [
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#,
            Ok(Kind::Request),
        ),
        (
            r#"{"jsonrpc":"2.0","id":0,"method":"ping","params":{}}"#,
            Ok(Kind::Request),
        ),
        (
            r#"{"jsonrpc":"2.0","id":"","method":"ping","params":null}"#,
            Ok(Kind::Request),
        ),
        (
            r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
            Ok(Kind::Notification),
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"result":{}}"#,
            Ok(Kind::Response),
        ),
        (
            r#"{"jsonrpc":"2.0","id":null,"error":{}}"#,
            Ok(Kind::Response),
        ),
        (r#"{"id":1,"method":"ping"}"#, Err(Invalid::Version)),
        (
            r#"{"jsonrpc":2.0,"id":1,"method":"ping"}"#,
            Err(Invalid::Version),
        ),
        (
            r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#,
            Err(Invalid::Id),
        ),
        (
            r#"{"jsonrpc":"2.0","id":[1],"method":"ping"}"#,
            Err(Invalid::Id),
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":7}"#,
            Err(Invalid::Method),
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":"x"}"#,
            Err(Invalid::Params),
        ),
        (r#"{"jsonrpc":"2.0","id":1}"#, Err(Invalid::Nothing)),
    ] {
        assert_eq!(kind(json), expected, "{json}");
    }
}

#[test]
fn the_five_forms_of_an_id_are_told_apart() {
    fn form(id_member: &str) -> &'static str {
        with_envelope(
            &format!(r#"{{"jsonrpc":"2.0"{id_member}}}"#),
            |envelope| match envelope.id {
                Id::Absent => "absent",
                Id::Null => "null",
                Id::String(_) => "string",
                Id::Number(_) => "number",
                Id::Invalid(_) => "invalid",
            },
        )
    }
    assert_eq!(form(""), "absent");
    assert_eq!(form(r#","id": null"#), "null");
    assert_eq!(form(r#","id":"a""#), "string");
    assert_eq!(form(r#","id":-1.5e3"#), "number");
    assert_eq!(form(r#","id":false"#), "invalid");
}

#[test]
fn an_escaped_member_name_is_still_that_member() {
    let json = r#"{"jsonrpc":"2.0","\u0069d":3,"meth\u006fd":"a\/b"}"#;
    with_envelope(json, |envelope| {
        assert_eq!(envelope.kind(), Ok(Kind::Request));
        assert_eq!(envelope.method_name(), Some("a/b"));
    });
}

#[test]
fn a_member_named_twice_makes_the_message_ambiguous() {
    let json = r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#;
    let raw: &RawValue = serde_json::from_str(json).unwrap();
    let error = Envelope::parse(raw).unwrap_err();
    assert_eq!(
        error.to_string(),
        "not a JSON-RPC message: it has two `id` members"
    );
}

#[test]
fn payloads_keep_their_bytes() {
    let params = r#"{"b":1.0,"a":1E5,"a":"\ud800","n":18446744073709551616}"#;
    let json = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"m","params":{params}}}"#);
    with_envelope(&json, |envelope| {
        assert_eq!(envelope.params.unwrap().get(), params);
    });
}

/// JSON values of any shape, as text.
fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|b| b.to_string()),
        any::<i64>().prop_map(|n| n.to_string()),
        any::<f64>()
            .prop_filter("JSON has no infinities", |f| f.is_finite())
            .prop_map(|f| format!("{f:e}")),
        ".*".prop_map(|s| serde_json::to_string(&s).unwrap()),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|v| format!("[{}]", v.join(","))),
            prop::collection::vec((".{0,6}", inner), 0..4).prop_map(|v| {
                let members: Vec<_> = v
                    .into_iter()
                    .map(|(k, v)| format!("{}:{v}", serde_json::to_string(&k).unwrap()))
                    .collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_payload_passes_through_byte_for_byte(params in any_json(), result in any_json()) {
        let json = format!(r#"{{"x":{result},"params":{params},"result":{result}}}"#);
        with_envelope(&json, |envelope| {
            prop_assert_eq!(envelope.params.unwrap().get(), params.as_str());
            prop_assert_eq!(envelope.result.unwrap().get(), result.as_str());
            Ok(())
        })?;
    }

    #[test]
    fn no_bytes_make_the_parser_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(Message::Single(raw)) = Message::parse(&bytes)
            && let Ok(envelope) = Envelope::parse(raw)
        {
            let _kind = envelope.kind();
        }
    }
}
