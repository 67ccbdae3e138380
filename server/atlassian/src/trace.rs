//! The trace a call belongs to, as W3C Trace Context writes it in headers; nothing is recorded here.

use http::{HeaderMap, HeaderName, HeaderValue};

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// `00-{trace id}-{parent id}-{flags}`.
const LENGTH: usize = 55;

/// The most of `tracestate` that is passed on: what the recommendation asks everybody to take
/// (section 3.3.1.5).
const LONGEST_STATE: usize = 512;

/// A trace that others have begun, and the span in it that calls are made by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceContext {
    /// Of version 00.
    parent: String,
    state: Option<HeaderValue>,
}

impl TraceContext {
    /// Reads the values of `traceparent` and `tracestate`; `None` when the first is not valid, in
    /// which case the second means nothing either (W3C Trace Context, sections 3.2 and 3.3).
    #[must_use]
    pub fn parse(parent: &str, state: Option<&str>) -> Option<Self> {
        let (known, rest) = parent.split_at_checked(LENGTH)?;
        let mut parts = known.split('-');
        let [version, trace, span, flags] = std::array::from_fn(|_| parts.next().unwrap_or(""));
        let is_well_formed = is_hexadecimal(version, 2)
            && is_hexadecimal(trace, 32)
            && is_hexadecimal(span, 16)
            && is_hexadecimal(flags, 2);
        // Later versions may say more behind a hyphen; 00 says nothing more and ff is forbidden.
        let is_whole = match version {
            "00" => rest.is_empty(),
            "ff" => false,
            _ => rest.is_empty() || rest.starts_with('-'),
        };
        let names_something = [trace, span]
            .iter()
            .all(|id| id.bytes().any(|byte| byte != b'0'));
        (is_well_formed && is_whole && names_something).then(|| Self {
            parent: format!("00-{trace}-{span}-{flags}"),
            state: state.and_then(passed_on),
        })
    }

    /// The id of the trace, 32 hexadecimal digits.
    #[must_use]
    pub fn trace_id(&self) -> &str {
        &self.parent[3..35]
    }

    /// Both headers as they are sent.
    pub(crate) fn headers(&self) -> HeaderMap {
        let parent = HeaderValue::from_str(&self.parent).ok();
        let headers = parent.map(|parent| (TRACEPARENT, parent));
        let state = self.state.clone().map(|state| (TRACESTATE, state));
        headers.into_iter().chain(state).collect()
    }
}

fn passed_on(state: &str) -> Option<HeaderValue> {
    let state = state.trim();
    let is_sendable = !state.is_empty() && state.len() <= LONGEST_STATE;
    is_sendable
        .then(|| HeaderValue::from_str(state).ok())
        .flatten()
}

fn is_hexadecimal(text: &str, length: usize) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() == length && text.bytes().all(is_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

    fn parent(text: &str) -> Option<String> {
        TraceContext::parse(text, None).map(|trace| trace.parent)
    }

    #[test]
    fn a_valid_parent_is_passed_on_as_it_came() {
        let sent = format!("00-{TRACE}-b7ad6b7169203331-01");
        let trace = TraceContext::parse(&sent, Some("congo=t61, rojo=00f0")).unwrap();
        let headers = trace.headers();
        assert_eq!(headers[TRACEPARENT], sent);
        assert_eq!(headers[TRACESTATE], "congo=t61, rojo=00f0");
        assert_eq!(trace.trace_id(), TRACE);
    }

    #[test]
    fn of_a_later_version_what_is_known_is_passed_on() {
        let known = format!("00-{TRACE}-b7ad6b7169203331-01");
        let later = format!("01-{TRACE}-b7ad6b7169203331-01-more");
        assert_eq!(parent(&later), Some(known));
    }

    #[test]
    fn what_is_no_parent_is_dropped_with_its_state() {
        let zeros = "00000000000000000000000000000000";
        for wrong in [
            String::new(),
            TRACE.to_owned(),
            format!("00-{TRACE}-b7ad6b7169203331-01-more"),
            format!("ff-{TRACE}-b7ad6b7169203331-01"),
            format!("01-{TRACE}-b7ad6b7169203331-01more"),
            format!("00-{}-b7ad6b7169203331-01", TRACE.to_uppercase()),
            format!("00-{zeros}-b7ad6b7169203331-01"),
            format!("00-{TRACE}-0000000000000000-01"),
            format!("00-{TRACE}-b7ad6b7169203331-0é"),
        ] {
            assert_eq!(parent(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_state_that_cannot_be_sent_is_left_out() {
        let sent = format!("00-{TRACE}-b7ad6b7169203331-00");
        for state in ["", " ", "a=\nb", &"x".repeat(513)] {
            let trace = TraceContext::parse(&sent, Some(state)).unwrap();
            assert_eq!(trace.headers().len(), 1, "{state}");
        }
    }
}
