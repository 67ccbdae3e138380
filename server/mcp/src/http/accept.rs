//! Which forms of an answer a client takes, by its `Accept` header.

use http::HeaderMap;
use http::header::ACCEPT;

/// The forms a client takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Accepted {
    /// JSON only, as clients that name nothing do.
    Json,
    /// Either: JSON unless there is more than one message to tell.
    JsonOrStream,
    /// An event stream only.
    Stream,
}

const STREAM: &str = "text/event-stream";
const JSON: [&str; 3] = ["application/json", "application/*", "*/*"];

impl Accepted {
    /// Reads the header. A client that takes neither gets JSON, as the clients of the Python project
    /// and hand-made ones need it.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let ranges: Vec<_> = headers
            .get_all(ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(range)
            .collect();
        let takes = |wanted: &[&str]| ranges.iter().any(|range| wanted.contains(&range.as_str()));
        // Only by its own name: `*/*` says that the client has not thought about it.
        match (takes(&[STREAM]), takes(&JSON)) {
            (false, _) => Self::Json,
            (true, true) => Self::JsonOrStream,
            (true, false) => Self::Stream,
        }
    }
}

/// A media range in lower case without parameters, unless its weight is zero.
fn range(text: &str) -> Option<String> {
    let mut parts = text.split(';').map(str::trim);
    let range = parts.next()?.to_ascii_lowercase();
    let weight = parts.find_map(|parameter| parameter.strip_prefix("q="));
    let is_refused = weight.is_some_and(|weight| weight.parse() == Ok(0.0));
    (!is_refused).then_some(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_stream_is_for_clients_that_name_it() {
        for (accept, accepted) in [
            (None, Accepted::Json),
            (Some("*/*"), Accepted::Json),
            (Some("text/html"), Accepted::Json),
            (Some("application/json"), Accepted::Json),
            (Some("text/event-stream"), Accepted::Stream),
            (Some("Text/Event-Stream; charset=utf-8"), Accepted::Stream),
            (
                Some("text/event-stream;q=0, application/json"),
                Accepted::Json,
            ),
            (Some("text/event-stream, */*;q=0.1"), Accepted::JsonOrStream),
            (
                Some("application/json, text/event-stream"),
                Accepted::JsonOrStream,
            ),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(accept) = accept {
                headers.insert(ACCEPT, accept.parse().unwrap());
            }
            assert_eq!(Accepted::of(&headers), accepted, "{accept:?}");
        }
        let mut twice = HeaderMap::new();
        twice.append(ACCEPT, "application/json".parse().unwrap());
        twice.append(ACCEPT, "text/event-stream".parse().unwrap());
        assert_eq!(Accepted::of(&twice), Accepted::JsonOrStream);
    }
}
