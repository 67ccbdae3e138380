//! Any bytes as a JSON-RPC message: nothing panics, and what is read agrees with a plain JSON parser.
//! Not the transports around it.

#![no_main]

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use serde_json::value::RawValue;
use shared::jsonrpc::{Envelope, Id, Kind, Message, RequestId, Response};

fuzz_target!(|bytes: &[u8]| {
    match Message::parse(bytes) {
        Ok(Message::Single(raw)) => {
            read(raw);
        }
        Ok(Message::Batch(elements)) => {
            let ids: Vec<RequestId> = elements.into_iter().filter_map(read).collect();
            for pair in ids.windows(2) {
                compare(&pair[0], &pair[1]);
            }
        }
        // The text is for logs: it may say where, never what.
        Err(error) => assert!(error.to_string().len() < 200),
    }
});

/// Reads one message and gives its id, if it can be answered.
fn read(raw: &RawValue) -> Option<RequestId> {
    let envelope = Envelope::parse(raw).ok()?;
    agree_with_plain_parser(&envelope, raw);
    let id = envelope.id.to_request_id();
    if envelope.kind() == Ok(Kind::Request) {
        assert!(id.is_some() && envelope.method_name().is_some());
    }
    let id = id?;
    echo(&id, &envelope.id);
    Some(id)
}

/// The parser refuses some JSON that we forward, such as numbers out of range, so it has a say only
/// when it understands the message.
fn agree_with_plain_parser(envelope: &Envelope<'_>, raw: &RawValue) {
    let Ok(value) = serde_json::from_str::<Value>(raw.get()) else {
        return;
    };
    assert_eq!(envelope.method_name(), value["method"].as_str());
    let same_form = match (&envelope.id, value.get("id")) {
        (Id::Absent, None)
        | (Id::Null, Some(Value::Null))
        | (Id::String(_), Some(Value::String(_)))
        | (Id::Number(_), Some(Value::Number(_))) => true,
        (Id::Invalid(_), Some(id)) => id.is_boolean() || id.is_array() || id.is_object(),
        _ => false,
    };
    assert!(same_form, "{:?}", envelope.id);
    for (ours, name) in [
        (envelope.params, "params"),
        (envelope.result, "result"),
        (envelope.error, "error"),
    ] {
        let ours = ours.map(|raw| serde_json::from_str::<Value>(raw.get()).expect("it was parsed"));
        assert_eq!(ours.as_ref(), value.get(name));
    }
}

/// An answer carries the id in the sender's spelling, and its reader finds the same id.
fn echo(id: &RequestId, sent: &Id<'_>) {
    let (Id::String(sent) | Id::Number(sent)) = sent else {
        panic!("{sent:?} cannot be answered");
    };
    assert_eq!(id.as_json(), sent.get());
    compare(id, id);
    let answer = serde_json::to_string(&Response::result(id.clone(), ())).expect("it is JSON");
    let Ok(Message::Single(raw)) = Message::parse(answer.as_bytes()) else {
        panic!("{answer} is not one message");
    };
    let envelope = Envelope::parse(raw).expect("it is an envelope");
    assert_eq!(envelope.kind(), Ok(Kind::Response));
    let read = envelope.id.to_request_id().expect("it has an id");
    assert_eq!(read.as_json(), sent.get());
    assert!(read == *id);
}

/// Equality goes both ways, agrees with the hash, and never joins ids of different value.
fn compare(a: &RequestId, b: &RequestId) {
    assert!(*a == a.clone());
    let (there, back) = (a.eq(b), b.eq(a));
    assert_eq!(there, back);
    if !there {
        return;
    }
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    assert_eq!(hasher.hash_one(a), hasher.hash_one(b));
    if let (Ok(a), Ok(b)) = (value(a), value(b)) {
        assert_eq!(a.is_string(), b.is_string());
        assert_eq!((a.as_str(), a.as_f64()), (b.as_str(), b.as_f64()));
    }
}

fn value(id: &RequestId) -> serde_json::Result<Value> {
    serde_json::from_str(id.as_json())
}
