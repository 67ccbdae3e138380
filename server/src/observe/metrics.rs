//! Counters and times in the text format of Prometheus. Each label has few values: what a client
//! makes up is counted as `other`.

use atlassian::{Counted, Meter, Service};
use http::StatusCode;
use mcp::{End, Ended};
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use super::acting::Acting;
use crate::application::VERSION;
use crate::identity::{Caller, CredentialSource};

/// Upper ends of the ranges that durations are counted in, in seconds: from an answer out of memory
/// to the longest that a site may take by default.
const SECONDS: [f64; 12] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0,
];

/// Everything that is counted.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<DurationLabels, Histogram, fn() -> Histogram>,
    tool_calls: Family<SourceLabels, Counter>,
    responses: Family<ResponseLabels, Counter>,
    event_streams: Gauge,
    upstream: Family<UpstreamLabels, Counter>,
    retries: Family<ServiceLabels, Counter>,
    throttles: Family<ServiceLabels, Counter>,
    held_back: Family<ServiceLabels, Counter>,
    reloads: Family<ReloadLabels, Counter>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    tool: &'static str,
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DurationLabels {
    method: &'static str,
    tool: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SourceLabels {
    credential: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ResponseLabels {
    path: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct UpstreamLabels {
    service: &'static str,
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ServiceLabels {
    service: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ReloadLabels {
    outcome: &'static str,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let durations =
            Family::new_with_constructor((|| Histogram::new(SECONDS)) as fn() -> Histogram);
        let mut metrics = Self {
            registry: Registry::with_prefix("mcp"),
            durations,
            requests: Family::default(),
            tool_calls: Family::default(),
            responses: Family::default(),
            event_streams: Gauge::default(),
            upstream: Family::default(),
            retries: Family::default(),
            throttles: Family::default(),
            held_back: Family::default(),
            reloads: Family::default(),
        };
        metrics.register_own();
        metrics.register_upstream();
        metrics
    }

    fn register_own(&mut self) {
        let all = &mut self.registry;
        let version = Info::new([("version", VERSION)]);
        all.register("server", "The running server", version);
        all.register(
            "requests",
            "MCP requests by method, tool and how they ended",
            self.requests.clone(),
        );
        all.register_with_unit(
            "request_duration",
            "How long MCP requests were worked on",
            Unit::Seconds,
            self.durations.clone(),
        );
        all.register(
            "tool_calls",
            "Tool calls by where their credential came from",
            self.tool_calls.clone(),
        );
        all.register(
            "http_responses",
            "HTTP responses by route and status",
            self.responses.clone(),
        );
        all.register(
            "event_streams_open",
            "Open event streams of the 2024-11-05 transport",
            self.event_streams.clone(),
        );
        all.register(
            "settings_reloads",
            "How often the settings were read again, and what came of it",
            self.reloads.clone(),
        );
    }

    fn register_upstream(&mut self) {
        let all = &mut self.registry;
        all.register(
            "upstream_requests",
            "Requests to Jira and Confluence by class of status",
            self.upstream.clone(),
        );
        all.register(
            "upstream_retries",
            "Requests to Jira and Confluence that were sent again",
            self.retries.clone(),
        );
        all.register(
            "upstream_throttled",
            "Requests that Jira or Confluence answered with 429",
            self.throttles.clone(),
        );
        all.register(
            "upstream_held_back",
            "Requests not sent because the site had just refused their credential",
            self.held_back.clone(),
        );
    }

    /// Everything as text, with the number of event streams that are open now.
    pub(crate) fn text(&self, event_streams: usize) -> String {
        self.event_streams
            .set(i64::try_from(event_streams).unwrap_or(i64::MAX));
        let mut text = String::new();
        text::encode(&mut text, &self.registry).expect("writing to a string cannot fail");
        text
    }

    /// An MCP request has ended; `acted` is as whom, if it called a tool.
    pub(super) fn request(&self, request: &Ended<'_, Caller>, acted: Option<&[Acting<'_>]>) {
        let method = request.method.unwrap_or(OTHER);
        let tool = match (request.method, request.tool) {
            (_, Some(tool)) => tool.name,
            (Some("tools/call"), None) => OTHER,
            _ => "",
        };
        let elapsed = request.elapsed.as_secs_f64();
        let labels = DurationLabels { method, tool };
        self.durations.get_or_create(&labels).observe(elapsed);
        let status = status(request.end);
        self.requests
            .get_or_create(&RequestLabels {
                method,
                tool,
                status,
            })
            .inc();
        if let Some(acted) = acted {
            let credential = source(acted);
            self.tool_calls
                .get_or_create(&SourceLabels { credential })
                .inc();
        }
    }

    /// An HTTP request was answered; `path` is its route, if it has one.
    pub(super) fn response(&self, path: Option<&str>, status: StatusCode) {
        let labels = ResponseLabels {
            path: path.unwrap_or(OTHER).to_owned(),
            status: status.as_u16(),
        };
        self.responses.get_or_create(&labels).inc();
    }

    /// The settings were read again.
    pub(crate) fn reload<T, E>(&self, result: &Result<T, E>) {
        let outcome = if result.is_ok() { "taken" } else { "refused" };
        self.reloads.get_or_create(&ReloadLabels { outcome }).inc();
    }
}

const OTHER: &str = "other";

/// How a request ended, as one word.
pub(super) fn status(end: End) -> &'static str {
    match end {
        End::Answered => "ok",
        End::ToolFailed => "tool_error",
        End::Asked => "input_required",
        End::Refused(_) => "error",
        End::Cancelled => "cancelled",
        End::Crashed => "crashed",
    }
}

/// Where the credential of a call came from. One that used the server's own anywhere counts as that,
/// because that is what an operator looks for.
fn source(acted: &[Acting<'_>]) -> &'static str {
    let environment = acted
        .iter()
        .find(|acting| acting.source == CredentialSource::Environment);
    environment
        .or(acted.first())
        .map_or("none", |acting| acting.source.as_str())
}

impl Meter for Metrics {
    fn count(&self, service: Service, counted: Counted) {
        let service = match service {
            Service::Jira => "jira",
            Service::Confluence => "confluence",
        };
        let of_service = |family: &Family<ServiceLabels, Counter>| {
            family.get_or_create(&ServiceLabels { service }).inc();
        };
        let status = match counted {
            Counted::Answered(status) => {
                if status == StatusCode::TOO_MANY_REQUESTS {
                    of_service(&self.throttles);
                }
                class(status)
            }
            Counted::Unanswered => "none",
            Counted::Repeated => return of_service(&self.retries),
            Counted::HeldBack => return of_service(&self.held_back),
        };
        let labels = UpstreamLabels { service, status };
        self.upstream.get_or_create(&labels).inc();
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        ..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upstream_requests_are_counted_by_class_and_throttles_besides() {
        let metrics = Metrics::new();
        for counted in [
            Counted::Answered(StatusCode::NO_CONTENT),
            Counted::Answered(StatusCode::TOO_MANY_REQUESTS),
            Counted::Repeated,
            Counted::Answered(StatusCode::BAD_GATEWAY),
            Counted::Unanswered,
            Counted::HeldBack,
        ] {
            metrics.count(Service::Confluence, counted);
        }
        let text = metrics.text(3);
        let of = |name: &str| format!("mcp_upstream_{name}_total{{service=\"confluence\"}} 1\n");
        for name in ["retries", "throttled", "held_back"] {
            assert!(text.contains(&of(name)), "{name}: {text}");
        }
        for class in ["2xx", "4xx", "5xx", "none"] {
            let line = format!(
                "mcp_upstream_requests_total{{service=\"confluence\",status=\"{class}\"}} 1\n"
            );
            assert!(text.contains(&line), "{class}: {text}");
        }
        assert!(text.contains("mcp_event_streams_open 3\n"), "{text}");
        assert!(text.ends_with("# EOF\n"), "{text}");
    }

    #[test]
    fn a_route_that_does_not_exist_is_counted_as_other() {
        let metrics = Metrics::new();
        metrics.response(None, StatusCode::NOT_FOUND);
        metrics.response(Some("/mcp"), StatusCode::OK);
        let text = metrics.text(0);
        for line in [
            "mcp_http_responses_total{path=\"other\",status=\"404\"} 1\n",
            "mcp_http_responses_total{path=\"/mcp\",status=\"200\"} 1\n",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
    }
}
