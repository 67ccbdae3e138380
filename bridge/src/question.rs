//! Requests of the bridge itself and their ids; not when they are asked.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use serde_json::value::RawValue;
use shared::jsonrpc::{Id, RequestId};
use shared::protocol::method;

/// An id that begins with a number no host can guess, so that it is none of the host's ids.
pub(crate) fn own_id() -> RequestId {
    static PREFIX: OnceLock<[u64; 2]> = OnceLock::new();
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let [high, low] = *PREFIX.get_or_init(|| [0, 1].map(|half| RandomState::new().hash_one(half)));
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let id = RawValue::from_string(format!(r#""bridge-{high:016x}{low:016x}-{number}""#))
        .expect("a quoted word is JSON");
    Id::of(&id)
        .to_request_id()
        .expect("a string can be waited for")
}

/// Whether the server is still there.
pub(crate) fn ping() -> (RequestId, Bytes) {
    let id = own_id();
    let message = format!(
        r#"{{"jsonrpc":"2.0","id":{},"method":"{}"}}"#,
        id.as_json(),
        method::PING
    );
    (id, Bytes::from(message))
}

#[cfg(test)]
mod tests {
    use shared::jsonrpc::{Envelope, Kind, Message};

    use super::*;

    #[test]
    fn every_ping_is_a_request_with_an_id_of_its_own() {
        let (first, message) = ping();
        let (second, _) = ping();
        assert_ne!(first, second);
        let Ok(Message::Single(raw)) = Message::parse(&message) else {
            panic!("not one message");
        };
        let envelope = Envelope::parse(raw).unwrap();
        assert_eq!(envelope.kind(), Ok(Kind::Request));
        assert_eq!(envelope.id.to_request_id(), Some(first));
    }
}
