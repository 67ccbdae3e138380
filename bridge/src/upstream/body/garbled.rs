//! Answers that are no text: the error that takes their place, if it can be told whose they are.

use shared::jsonrpc::{Envelope, ErrorCode, ErrorObject, Kind, Message, Response};
use shared::sse::{DecodeError, Event};

/// The error that takes the place of an answer whose text is broken but whose id can be read. Without it
/// a stream that stays open would leave its request waiting.
pub(super) fn answer<E>(error: &DecodeError<E>) -> Option<Event> {
    let DecodeError::NotUtf8 { event } = error else {
        return None;
    };
    let text = String::from_utf8_lossy(event);
    let data: String = text
        .lines()
        .filter_map(|line| line.strip_prefix("data:"))
        .collect();
    let raw = match Message::parse(data.as_bytes()).ok()? {
        Message::Single(raw) => raw,
        Message::Batch(_) => return None,
    };
    let envelope = Envelope::parse(raw).ok()?;
    let id = envelope
        .id
        .to_request_id()
        .filter(|_| envelope.kind() == Ok(Kind::Response))?;
    let message =
        "the server's answer is not UTF-8 text; it, or a proxy before it, garbles what it sends";
    let error = ErrorObject::new(ErrorCode::INTERNAL_ERROR, message);
    Some(Event {
        kind: "message".to_owned(),
        data: serde_json::to_string(&Response::<()>::error(Some(id), error)).ok()?,
        last_event_id: String::new(),
        retry: None,
    })
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn of(event: &'static [u8]) -> Option<String> {
        let event = Bytes::from_static(event);
        answer(&DecodeError::<()>::NotUtf8 { event }).map(|event| event.data)
    }

    #[test]
    fn an_answer_whose_id_can_be_read_becomes_an_error_for_that_id() {
        let data =
            of(b"id: 4\ndata: {\"jsonrpc\":\"2.0\",\"id\":\"a\",\ndata: \"result\":\"\xff\"}\n");
        let error = data.expect("it can be told whose it is");
        assert!(
            error.starts_with(r#"{"jsonrpc":"2.0","id":"a","error":{"code":-32603,"#),
            "{error}"
        );
    }

    #[test]
    fn what_is_no_answer_or_nobodys_is_left_alone() {
        for event in [
            &b"data: {\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":{\"x\":\"\xff\"}}\n"[..],
            b"data: {\"jsonrpc\":\"2.0\",\"id\":null,\"result\":\"\xff\"}\n",
            b"data: \xff\n",
            b": \xff\n",
        ] {
            assert_eq!(of(event), None);
        }
    }
}
