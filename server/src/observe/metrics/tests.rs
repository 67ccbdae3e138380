//! That what is counted is told by its name and labels.

use std::collections::BTreeSet;

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
        let line =
            format!("mcp_upstream_requests_total{{service=\"confluence\",status=\"{class}\"}} 1\n");
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

/// B-61: documents told of metrics that were not there. What was never counted is not shown, so each is
/// counted once; one that is added has to be named here.
#[test]
fn b_61_the_metrics_that_are_documented_are_those_that_are_served() {
    let metrics = Metrics::new();
    metrics.response(None, StatusCode::NOT_FOUND);
    metrics.reload(&Ok::<(), ()>(()));
    let throttled = Counted::Answered(StatusCode::TOO_MANY_REQUESTS);
    for counted in [throttled, Counted::Repeated, Counted::HeldBack] {
        metrics.count(Service::Jira, counted);
    }
    let (method, tool, status, credential) = (OTHER, OTHER, "ok", "none");
    let duration = DurationLabels { method, tool };
    metrics.durations.get_or_create(&duration).observe(0.0);
    let request = RequestLabels {
        method,
        tool,
        status,
    };
    metrics.requests.get_or_create(&request).inc();
    let source = SourceLabels { credential };
    metrics.tool_calls.get_or_create(&source).inc();
    let text = metrics.text(0);
    let served: BTreeSet<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '))
        // OpenMetrics: the samples of these have an ending that their family has not.
        .map(|(name, kind)| match kind {
            "counter" => format!("{name}_total"),
            "info" => format!("{name}_info"),
            _ => name.to_owned(),
        })
        .collect();
    let document = include_str!("../../../../docs/operations.md");
    let documented: BTreeSet<_> = document
        .lines()
        .filter_map(|line| line.strip_prefix("| `mcp_")?.split_once('`'))
        .map(|(name, _)| format!("mcp_{name}"))
        .collect();
    assert_eq!(documented, served);
}
