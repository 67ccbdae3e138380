//! Who is let in and who is refused.

use std::net::Ipv4Addr;

use axum::body::Body;

use super::*;

fn request(method: &str, headers: &[(&str, &str)]) -> Request {
    let builder = headers.iter().fold(
        Request::builder().method(method).uri("/mcp"),
        |b, (n, v)| b.header(*n, *v),
    );
    builder.body(Body::empty()).unwrap()
}

fn local() -> AllowedHosts {
    AllowedHosts::new(
        Ipv4Addr::LOCALHOST.into(),
        ["mcp.corp.example".parse().unwrap()],
    )
}

#[test]
fn a_request_must_come_under_a_name_of_this_server() {
    for (host, expected) in [
        ("localhost", None),
        ("LocalHost:8000", None),
        ("127.0.0.1:8000", None),
        ("127.9.9.9", None),
        ("[::1]:8000", None),
        ("mcp.corp.example", None),
        ("MCP.corp.example:443", None),
        ("evil.example", Some(Refusal::ForeignHost)),
        ("localhost.evil.example", Some(Refusal::ForeignHost)),
        ("evil.example@localhost", Some(Refusal::ForeignHost)),
        ("localhost/evil", Some(Refusal::ForeignHost)),
        ("localhost?evil", Some(Refusal::ForeignHost)),
        ("localhost#evil.example", Some(Refusal::ForeignHost)),
        (":evil@localhost", Some(Refusal::ForeignHost)),
        ("192.168.1.7:8000", Some(Refusal::ForeignHost)),
        ("", Some(Refusal::ForeignHost)),
    ] {
        assert_eq!(
            refusal(&local(), &request("GET", &[("host", host)])),
            expected,
            "{host:?}"
        );
    }
    assert_eq!(
        refusal(&local(), &request("GET", &[])),
        Some(Refusal::ForeignHost)
    );
    let two = [("host", "localhost"), ("host", "evil.example")];
    assert_eq!(
        refusal(&local(), &request("GET", &two)),
        Some(Refusal::ForeignHost)
    );
}

#[test]
fn a_server_that_listens_everywhere_answers_to_its_addresses_but_not_to_foreign_names() {
    let everywhere = AllowedHosts::new(Ipv4Addr::UNSPECIFIED.into(), []);
    let of = |host| refusal(&everywhere, &request("GET", &[("host", host)]));
    assert_eq!(of("192.168.1.7:8000"), None);
    assert_eq!(of("evil.example"), Some(Refusal::ForeignHost));
}

#[test]
fn a_target_in_absolute_form_is_checked_too() {
    let request = Request::builder()
        .uri("http://evil.example/mcp")
        .header("host", "localhost")
        .body(Body::empty())
        .unwrap();
    assert_eq!(refusal(&local(), &request), Some(Refusal::ForeignHost));
}

/// B-11: a page could make a browser send requests.
#[test]
fn b_11_a_page_of_another_site_is_refused() {
    for (origin, expected) in [
        ("http://localhost:3000", None),
        ("https://mcp.corp.example", None),
        ("http://127.0.0.1", None),
        ("https://evil.example", Some(Refusal::ForeignOrigin)),
        (
            "http://localhost.evil.example",
            Some(Refusal::ForeignOrigin),
        ),
        ("null", Some(Refusal::ForeignOrigin)),
        ("file://localhost", Some(Refusal::ForeignOrigin)),
        ("", Some(Refusal::ForeignOrigin)),
    ] {
        let headers = [
            ("host", "localhost"),
            ("origin", origin),
            ("content-type", "application/json"),
        ];
        assert_eq!(
            refusal(&local(), &request("POST", &headers)),
            expected,
            "{origin:?}"
        );
    }
}

#[test]
fn a_post_that_a_page_could_send_without_asking_is_refused() {
    for (content_type, expected) in [
        ("application/json", None),
        ("Application/JSON; charset=utf-8", None),
        ("text/plain", Some(Refusal::SimpleRequest)),
        (
            "application/x-www-form-urlencoded",
            Some(Refusal::SimpleRequest),
        ),
        ("application/json-evil", Some(Refusal::SimpleRequest)),
    ] {
        let headers = [
            ("host", "localhost"),
            ("origin", "http://localhost:3000"),
            ("content-type", content_type),
        ];
        assert_eq!(
            refusal(&local(), &request("POST", &headers)),
            expected,
            "{content_type:?}"
        );
        // Without an Origin it is no browser: curl's default content type is a form.
        let plain = [("host", "localhost"), ("content-type", content_type)];
        assert_eq!(refusal(&local(), &request("POST", &plain)), None);
    }
}

#[test]
fn an_allowed_host_is_shown_as_a_url_writes_it() {
    let shown = |text: &str| text.parse::<AllowedHost>().unwrap().to_string();
    assert_eq!(shown("MCP.corp.example"), "mcp.corp.example");
    assert_eq!(shown("10.0.0.1"), "10.0.0.1");
    assert_eq!(shown("::1"), "[::1]");
}

#[test]
fn an_allowed_host_is_a_name_or_an_address_and_nothing_more() {
    for text in ["mcp.corp.example", "10.0.0.1", "::1", "[::1]"] {
        assert!(text.parse::<AllowedHost>().is_ok(), "{text}");
    }
    for text in ["", "http://x", "x:80", "x/y", "a b"] {
        assert!(text.parse::<AllowedHost>().is_err(), "{text:?}");
    }
}
