//! Every failure becomes a sentence that names where it happened and what to do.

use http::StatusCode;
use tls::TlsFailure;

use super::*;

fn context(sources: &[&str]) -> Context {
    Context {
        server: "https://mcp.example.com/mcp".to_owned(),
        host: "mcp.example.com".to_owned(),
        sources: sources.iter().map(ToString::to_string).collect(),
    }
}

fn refusal(status: u16) -> Refusal {
    Refusal {
        status: StatusCode::from_u16(status).unwrap(),
        url: "https://mcp.example.com/mcp".to_owned(),
        json_rpc: None,
        excerpt: String::new(),
        is_web_page: false,
        challenge: None,
        retry_after: None,
        had_session: false,
    }
}

fn sentence(failure: &Failure) -> String {
    failure.to_error(&context(&["JIRA_PERSONAL_TOKEN"])).message
}

fn refused(refusal: Refusal) -> Failure {
    Failure::Refused(Box::new(refusal))
}

/// One of each kind.
#[expect(clippy::too_many_lines, reason = "a table is as long as its rows")]
fn failures() -> Vec<Failure> {
    let text = String::new;
    let waited = Duration::from_secs(10);
    let unreachable = [
        Unreachable::ConnectionRefused,
        Unreachable::Dns,
        Unreachable::Tls(TlsFailure::BadSignature),
        Unreachable::Tls(TlsFailure::AuthorityItself),
        Unreachable::Tls(TlsFailure::Expired(None)),
        Unreachable::Tls(TlsFailure::NotYetValid(None)),
        Unreachable::Tls(TlsFailure::WrongName(None)),
        Unreachable::Tls(TlsFailure::ClientCertificate),
        Unreachable::Tls(TlsFailure::NotTls),
        Unreachable::Tls(TlsFailure::HungUp),
        Unreachable::Tls(TlsFailure::Other(text())),
        Unreachable::ProxyCredential,
        Unreachable::TimedOut,
        Unreachable::Proxy,
        Unreachable::ProxyGone,
        Unreachable::Other,
    ]
    .map(|cause| Failure::Unreachable {
        cause,
        detail: text(),
        waited,
    });
    let refused = [400, 401, 403, 404, 406, 407, 413, 415, 429, 500, 502, 503]
        .map(|status| refused(refusal(status)));
    let unusable = [
        Unusable::Empty { status: 200 },
        Unusable::WebPage,
        Unusable::WrongContent {
            content_type: text(),
        },
        Unusable::NotTheAnswer,
        Unusable::TooLarge { max_bytes: 1 },
        Unusable::Silent { idle: waited },
        Unusable::CutShort { detail: text() },
    ]
    .map(|why| Failure::Unusable {
        url: "https://mcp.example.com/mcp".to_owned(),
        why,
    });
    let others = [
        Failure::NoCertificates { detail: text() },
        Failure::Interrupted { detail: text() },
        Failure::Redirected {
            status: 302,
            to: text(),
        },
        Failure::NoTransport { attempts: vec![] },
        Failure::ForeignEndpoint { endpoint: text() },
        Failure::MissingEndpoint {
            stream: "https://mcp.example.com/sse".to_owned(),
            endpoint: text(),
        },
        Failure::SessionLost { detail: text() },
    ];
    let given_up = [
        GivenUp::DrainEnded { drain: waited },
        GivenUp::SubscriptionEnded,
        GivenUp::CallTimeout { limit: waited },
        GivenUp::Stopped,
    ]
    .map(Failure::GivenUp);
    unreachable
        .into_iter()
        .chain(refused)
        .chain(unusable)
        .chain(others)
        .chain(given_up)
        .collect()
}

#[test]
fn every_error_is_one_lower_case_sentence_with_the_host_and_a_code_of_ours() {
    for failure in failures() {
        let error = failure.to_error(&context(&["JIRA_PERSONAL_TOKEN"]));
        assert_eq!(error.code, ErrorCode::INTERNAL_ERROR, "{failure:?}");
        assert!(error.message.contains("mcp.example.com"), "{error:?}");
        assert!(
            error.message.starts_with(|c: char| c.is_lowercase()),
            "{error:?}"
        );
        assert!(!error.message.ends_with('.'), "{error:?}");
        assert!(error.message.contains(';'), "says what to do: {error:?}");
    }
}

#[test]
fn a_refused_credential_names_where_it_came_from() {
    let mut unauthorized = refusal(401);
    unauthorized.challenge = Some("Bearer realm=\"x\"".to_owned());
    let failure = refused(unauthorized);
    let text = sentence(&failure);
    assert!(
        text.contains("JIRA_PERSONAL_TOKEN") && text.contains("realm"),
        "{text}"
    );
    let without = failure.to_error(&context(&[])).message;
    assert!(
        without.contains("none is configured; set JIRA_PERSONAL_TOKEN"),
        "{without}"
    );
    assert!(sentence(&refused(refusal(403))).contains("forbids"));
}

#[test]
fn details_hold_the_status_and_leave_out_what_is_unknown() {
    let mut limited = refusal(429);
    limited.retry_after = Some("7".to_owned());
    let error = refused(limited).to_error(&context(&[]));
    assert!(
        error.message.ends_with("try again in 7 s"),
        "{}",
        error.message
    );
    let expected = json!({
        "httpStatus": 429, "url": "https://mcp.example.com/mcp", "retryAfter": "7"
    });
    assert_eq!(error.data, Some(expected));
}

#[test]
fn all_attempts_are_reported_when_no_transport_fits() {
    let attempts = vec!["POST /mcp: 404".to_owned(), "GET /sse: 405".to_owned()];
    let text = sentence(&Failure::NoTransport { attempts });
    assert!(text.contains("POST /mcp: 404; GET /sse: 405"), "{text}");
}

#[test]
fn only_some_statuses_without_a_json_rpc_body_mean_that_there_is_no_endpoint() {
    for status in [400, 404, 405, 406, 415] {
        assert!(refusal(status).is_no_endpoint(), "{status}");
        let spoken = Refusal {
            json_rpc: Some("{}".into()),
            ..refusal(status)
        };
        assert!(!spoken.is_no_endpoint(), "{status} with JSON-RPC");
    }
    for status in [401, 403, 407, 413, 429, 500, 502, 503] {
        assert!(!refusal(status).is_no_endpoint(), "{status}");
    }
}

#[test]
fn the_page_of_a_proxy_whose_server_is_down_is_not_taken_for_a_login_page() {
    let page = |status| {
        sentence(&refused(Refusal {
            is_web_page: true,
            ..refusal(status)
        }))
    };
    for status in [502, 504] {
        let text = page(status);
        assert!(text.starts_with("the proxy in front of"), "{text}");
        assert!(text.contains(&status.to_string()), "{text}");
    }
    assert!(page(503).contains("is not available"), "{}", page(503));
    assert!(page(500).contains("probably a login page"), "{}", page(500));
}
