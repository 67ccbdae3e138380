//! What every HTTP request gets: an id in its log lines and in the answer, the trace it belongs to,
//! and a place in the metrics.

use std::fmt::Write as _;
use std::sync::Arc;

use atlassian::TraceContext;
use axum::extract::{MatchedPath, Request};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue};
use mcp::MessageTrace;
use tracing::Instrument as _;

use super::Metrics;
use crate::identity::TraceSource;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken over; a UUID has 36 characters.
const LONGEST: usize = 64;

/// Puts this in front of every route, also of those that do not exist.
pub(crate) fn observed(router: axum::Router, metrics: Arc<Metrics>) -> axum::Router {
    router.layer(from_fn(move |request: Request, next: Next| {
        let metrics = Arc::clone(&metrics);
        async move { observe(&metrics, request, next).await }
    }))
}

async fn observe(metrics: &Metrics, request: Request, next: Next) -> Response {
    let id = id_of(request.headers());
    let trace = trace_of(request.headers());
    // Of the highest level, so that also a log of errors alone has the id in its lines.
    let span = tracing::error_span!(
        "request",
        request_id = id,
        trace_id = trace.as_ref().map(TraceContext::trace_id)
    );
    #[cfg(feature = "otlp")]
    crate::traces::otlp::adopt(&span, request.headers());
    let path = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).instrument(span).await;
    let path = path.as_ref().map(MatchedPath::as_str);
    metrics.response(path, response.status());
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    response
}

/// The trace that what is done for a request belongs to: the server's own part in it where that is
/// exported, else as the request names it.
pub(crate) fn trace_now(headers: &HeaderMap) -> Option<(TraceContext, TraceSource)> {
    let named = trace_of(headers);
    #[cfg(feature = "otlp")]
    if let Some(own) = trace_of(&crate::traces::otlp::headers_of(&tracing::Span::current())) {
        let source = match named {
            Some(_) => TraceSource::Header,
            None => TraceSource::Other,
        };
        return Some((own, source));
    }
    named.map(|trace| (trace, TraceSource::Header))
}

/// The trace that a message names, where its request names none. The id is in the log lines from here on.
pub(crate) fn trace_of_message(named: &MessageTrace) -> Option<TraceContext> {
    let trace = TraceContext::parse(&named.parent, named.state.as_deref())?;
    tracing::Span::current().record("trace_id", trace.trace_id());
    Some(trace)
}

/// The trace that a request says it belongs to.
fn trace_of(headers: &HeaderMap) -> Option<TraceContext> {
    let mut parents = headers.get_all("traceparent").iter();
    // Two parents are as good as none (W3C Trace Context, section 3.2).
    let (parent, None) = (parents.next()?, parents.next()) else {
        return None;
    };
    let states: Vec<_> = headers
        .get_all("tracestate")
        .iter()
        .filter_map(|state| state.to_str().ok())
        .collect();
    TraceContext::parse(parent.to_str().ok()?, Some(&states.join(",")))
}

/// The id that the request brings, if it is one that fits into a log line, else a new one.
fn id_of(headers: &HeaderMap) -> String {
    let brought = headers.get(X_REQUEST_ID);
    let brought = brought.and_then(|id| id.to_str().ok());
    match brought.filter(|id| is_well_formed(id)) {
        Some(id) => id.to_owned(),
        None => new_id(),
    }
}

fn is_well_formed(id: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=LONGEST).contains(&id.len()) && id.bytes().all(is_allowed)
}

/// 128 random bits in hexadecimal; without randomness all zeros, which is still an id.
fn new_id() -> String {
    let mut bits = [0u8; 16];
    if let Err(error) = getrandom::fill(&mut bits) {
        tracing::warn!(%error, "no randomness for the id of a request");
    }
    bits.iter().fold(String::with_capacity(32), |mut id, byte| {
        write!(id, "{byte:02x}").expect("writing to a string cannot fail");
        id
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn a_well_formed_id_is_taken_over_and_any_other_replaced() {
        let brought = |id: &str| id_of(&headers(&[("x-request-id", id)]));
        for id in ["a", "7f3a-22_b.9", &"x".repeat(64)] {
            assert_eq!(brought(id), id);
        }
        for id in ["", "two words", "a=b", "a\"b", &"x".repeat(65)] {
            let made = brought(id);
            assert_eq!(made.len(), 32, "{id:?} {made}");
        }
        assert_ne!(id_of(&headers(&[])), id_of(&headers(&[])));
    }

    #[test]
    fn a_request_belongs_to_the_one_trace_it_names() {
        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let other = "00-0af7651916cd43dd8448eb211c80319d-b7ad6b7169203331-01";
        let trace = trace_of(&headers(&[("traceparent", parent)])).unwrap();
        assert_eq!(trace.trace_id(), "0af7651916cd43dd8448eb211c80319c");
        assert_eq!(trace_of(&headers(&[])), None);
        let mut two = headers(&[("traceparent", parent)]);
        two.append("traceparent", other.parse().unwrap());
        assert_eq!(trace_of(&two), None);
    }
}
