//! Limits by themselves, without a site or a client.

use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;

use super::*;

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(HeaderName::from_static(name), value.parse().unwrap());
    }
    headers
}

fn told(pairs: &[(&'static str, &str)]) -> Result<String, String> {
    let read = read(&headers(pairs));
    read.map(|it| it.to_string())
        .map_err(|error| error.to_string())
}

#[test]
fn headers_say_what_is_left() {
    for (pairs, limits) in [
        (&[][..], ""),
        (&[("x-read-only-mode", "TRUE")][..], "read-only"),
        (&[("x-read-only-mode", "off")][..], ""),
        (&[("x-enabled-tools", "b, a")][..], "only the tools a, b"),
        (&[("x-enabled-tools", "")][..], "only the tools "),
        (
            &[("x-jira-projects-filter", "ops,demo")][..],
            "Jira projects DEMO, OPS",
        ),
        (&[("x-jira-projects-filter", " ")][..], "Jira projects none"),
        (
            &[("x-confluence-spaces-filter", "~jdoe,Docs")][..],
            "Confluence spaces Docs, ~jdoe",
        ),
    ] {
        assert_eq!(told(pairs).as_deref(), Ok(limits), "{pairs:?}");
    }
}

#[test]
fn each_of_several_headers_of_one_name_narrows() {
    for (pairs, limits) in [
        (
            &[("x-read-only-mode", "true"), ("x-read-only-mode", "false")][..],
            "read-only",
        ),
        (
            &[("x-enabled-tools", "a,b"), ("x-enabled-tools", "b,c")][..],
            "only the tools b",
        ),
        (
            &[
                ("x-jira-projects-filter", "A,B"),
                ("x-jira-projects-filter", "c,b"),
            ][..],
            "Jira projects B",
        ),
        (
            &[
                ("x-confluence-spaces-filter", "A"),
                ("x-confluence-spaces-filter", "B"),
            ][..],
            "Confluence spaces none",
        ),
    ] {
        assert_eq!(told(pairs).as_deref(), Ok(limits), "{pairs:?}");
    }
}

#[test]
fn a_header_that_cannot_be_read_is_named_and_its_value_is_not() {
    for (name, value, shown) in [
        ("x-read-only-mode", "", "X-Read-Only-Mode"),
        ("x-read-only-mode", "s3cret", "X-Read-Only-Mode"),
        ("x-enabled-tools", "a,s3cret b", "X-Enabled-Tools"),
        ("x-enabled-tools", "a,,b", "X-Enabled-Tools"),
        (
            "x-jira-projects-filter",
            "s3-cret",
            "X-Jira-Projects-Filter",
        ),
        (
            "x-confluence-spaces-filter",
            "s3cret/..",
            "X-Confluence-Spaces-Filter",
        ),
    ] {
        let problem = told(&[(name, value)]).unwrap_err();
        assert!(
            problem.starts_with(&format!("the {shown} header cannot be read: ")),
            "{problem}"
        );
        assert!(!problem.contains("cret"), "{problem}");
    }
    let mut headers = HeaderMap::new();
    let name = HeaderName::from_static("x-jira-projects-filter");
    headers.insert(name, HeaderValue::from_bytes(b"\xc3\x84").unwrap());
    assert!(read(&headers).is_err());
}

#[test]
fn every_header_that_is_read_binds_what_comes_later() {
    let names = [
        "x-read-only-mode",
        "x-enabled-tools",
        "x-jira-projects-filter",
    ];
    for name in names.into_iter().chain(["x-confluence-spaces-filter"]) {
        assert!(
            HEADERS.iter().any(|header| header.as_str() == name),
            "{name}"
        );
    }
}

#[test]
fn a_writing_tool_is_withheld_where_only_reading_is_allowed() {
    let mut limits = Narrowing::none().tools;
    assert_eq!(limits.withholds("add", Effect::Additive), None);
    limits.writing = Writing::Forbidden;
    for effect in [
        Effect::Additive,
        Effect::Destructive,
        Effect::DestructiveIdempotent,
    ] {
        assert!(
            limits
                .withholds("add", effect)
                .unwrap()
                .contains("only reads")
        );
    }
    assert_eq!(limits.withholds("get", Effect::ReadOnly), None);
}

#[test]
fn instructions_tell_the_limits() {
    assert_eq!(Narrowing::none().instructions(), "");
    let pairs = [("x-read-only-mode", "1"), ("x-jira-projects-filter", "A,B")];
    let text = read(&headers(&pairs)).unwrap().instructions();
    assert!(
        text.contains("only reads") && text.contains("projects only: A, B."),
        "{text}"
    );
}

fn limits() -> impl Strategy<Value = ToolLimits> {
    let names = || proptest::collection::btree_set("[a-d]", 0..4);
    (any::<bool>(), proptest::option::of(names()), names()).prop_map(
        |(writes, enabled, disabled)| ToolLimits {
            writing: if writes {
                Writing::Allowed
            } else {
                Writing::Forbidden
            },
            enabled,
            disabled,
        },
    )
}

proptest! {
    #[test]
    fn two_limits_let_through_what_both_do(one in limits(), other in limits(), name in "[a-d]") {
        for effect in [Effect::ReadOnly, Effect::Additive] {
            let lets = |limits: &ToolLimits| limits.withholds(&name, effect).is_none();
            prop_assert_eq!(lets(&one.and(&other)), lets(&one) && lets(&other));
        }
    }
}
