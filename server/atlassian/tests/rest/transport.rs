//! What goes over the wire whatever the verb: headers, limits, broken answers.

use std::time::Duration;

use atlassian::Deployment::{Cloud, DataCenter};
use atlassian::ids::IssueKey;
use atlassian::query::Jql;
use atlassian::{
    ConnectFailure, Credential, Error, IssueDetail, IssueFields, Jira, SearchRequest, Service,
    Timeouts, TlsVerification,
};
use serde_json::json;

use crate::listener::{Listener, Reply, json, reply};
use crate::{in_no_time_once, jira, settings, token};

pub(crate) async fn issue(jira: &Jira) -> Result<atlassian::model::Issue, Error> {
    let key = IssueKey::parse("DEMO-1").unwrap();
    jira.issue(&token(), &key, IssueDetail::Fields).await
}

/// The failure of reading an issue when this is the answer.
pub(crate) async fn failure(answer: impl Fn() -> Reply + Send + Sync + 'static) -> Error {
    let site = Listener::start(move |_| answer()).await;
    issue(&jira(&site.url, DataCenter)).await.unwrap_err()
}

#[tokio::test]
async fn every_request_says_what_it_takes_and_who_asks() {
    let site = Listener::saying(json!({ "issues": [] })).await;
    let jira = jira(&format!("{}/jira/", site.url), DataCenter);
    let all = SearchRequest {
        fields: IssueFields::All,
        limit: 1,
        cursor: None,
    };
    jira.search(&token(), &Jql::new("x = y"), all)
        .await
        .unwrap();
    let seen = site.only();
    assert_eq!(seen.line(), "POST /jira/rest/api/2/search");
    assert_eq!(seen.header("authorization"), Some("Bearer s3cret-token"));
    assert_eq!(seen.header("accept"), Some("application/json"));
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert!(
        seen.header("user-agent")
            .unwrap()
            .starts_with("mcp-jira-confluence-sse/")
    );
}

#[tokio::test]
async fn b_13_a_user_name_outside_ascii_arrives_as_utf_8() {
    let site = Listener::saying(json!({ "accountId": "1" })).await;
    let credential = Credential::basic("jürgen@example.com", "töken").unwrap();
    jira(&site.url, Cloud).myself(&credential).await.unwrap();
    // "jürgen@example.com:töken" in UTF-8, then base64.
    let expected = "Basic asO8cmdlbkBleGFtcGxlLmNvbTp0w7ZrZW4=";
    assert_eq!(site.only().header("authorization"), Some(expected));
}

#[tokio::test]
async fn b_01_cookies_of_one_caller_are_never_sent_for_another() {
    let site = Listener::start(|_| {
        reply(
            200,
            &[("Set-Cookie", "JSESSIONID=ana; Path=/")],
            r#"{"name":"ana"}"#,
        )
    })
    .await;
    let jira = jira(&site.url, DataCenter);
    jira.myself(&token()).await.unwrap();
    jira.myself(&Credential::bearer("other").unwrap())
        .await
        .unwrap();
    let seen = site.seen();
    assert!(
        seen.iter()
            .all(|request| request.header("cookie").is_none())
    );
    assert_eq!(seen[1].header("authorization"), Some("Bearer other"));
}

#[tokio::test]
async fn an_empty_success_is_no_answer_to_a_question() {
    let site = Listener::start(|_| reply(204, &[], "")).await;
    let key = IssueKey::parse("DEMO-1").unwrap();
    for deployment in [Cloud, DataCenter] {
        let jira = jira(&site.url, deployment);
        let links = jira.remote_links(&token(), &key).await.unwrap_err();
        let comments = jira.comments(&token(), &key, 5).await.unwrap_err();
        for error in [issue(&jira).await.unwrap_err(), links, comments] {
            let Error::Malformed { detail, .. } = error else {
                panic!("{error:?}");
            };
            assert_eq!(detail, "the answer is empty");
        }
    }
}

#[tokio::test]
async fn a_wrong_shape_is_named_by_its_path() {
    let odd = || json(&json!({ "key": "DEMO-1", "fields": { "status": { "name": [] } } }));
    let Error::Malformed { path, .. } = failure(odd).await else {
        panic!("expected a malformed answer");
    };
    assert_eq!(path, "fields.status.name");
    let cut = failure(|| reply(200, &[], r#"{"key":"DEMO-1","#)).await;
    assert!(matches!(cut, Error::Malformed { .. }), "{cut:?}");
}

#[tokio::test]
async fn a_cut_body_is_an_interruption() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"key\":";
    let error = failure(move || Reply::Bytes(head.to_owned())).await;
    assert!(matches!(error, Error::Interrupted { .. }), "{error:?}");
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_not_read() {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", 40 << 20);
    let error = failure(move || Reply::Bytes(head.clone())).await;
    assert!(matches!(error, Error::TooLarge { .. }), "{error:?}");
}

#[tokio::test]
async fn silence_is_a_timeout() {
    let site = Listener::start(|_| Reply::Silence).await;
    let (short, long) = (Duration::from_secs(30), Duration::from_secs(600));
    for (sent, total, read) in [(1, short, long), (2, long, short)] {
        let timeouts = Timeouts {
            total,
            read,
            connect: long,
        };
        let settings = atlassian::SiteSettings {
            timeouts,
            ..settings(&site.url, DataCenter)
        };
        let jira = Jira::new(settings).unwrap();
        let error = in_no_time_once(issue(&jira), || site.seen().len() == sent).await;
        assert_eq!(
            error.unwrap_err(),
            Error::TimedOut {
                service: Service::Jira,
                after: short,
                tries: 1
            }
        );
    }
}

#[tokio::test]
async fn a_closed_port_and_a_wrong_protocol_are_told_apart() {
    // Bound, so that nobody else gets the port, and nobody listens.
    let nobody = tokio::net::TcpSocket::new_v4().unwrap();
    nobody.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("http://{}", nobody.local_addr().unwrap());
    let error = issue(&jira(&url, DataCenter)).await.unwrap_err();
    let refused = ConnectFailure::Refused;
    assert!(
        matches!(&error, Error::Unreachable { cause, tries: 3, .. } if *cause == refused),
        "{error:?}"
    );

    let plain = Listener::saying(json!({})).await;
    let mut settings = settings(&plain.url.replace("http://", "https://"), DataCenter);
    settings.tls = TlsVerification::Off;
    let error = issue(&Jira::new(settings).unwrap()).await.unwrap_err();
    assert!(
        matches!(
            &error,
            Error::Unreachable {
                cause: ConnectFailure::Tls(_),
                ..
            }
        ),
        "{error:?}"
    );
    assert!(error.next_step().contains("JIRA_URL"), "{error:?}");
}

#[tokio::test]
async fn b_04_no_error_and_no_debug_form_shows_the_token() {
    let site = Listener::start(|request| {
        // An upstream that repeats what it was sent, as some proxies do in their pages.
        let echo = json!({ "message": format!("{request:?}") }).to_string();
        reply(
            if request.target.contains("issue") {
                403
            } else {
                500
            },
            &[],
            &echo,
        )
    })
    .await;
    let jira = jira(&site.url, DataCenter);
    let shown = [
        format!("{:?}", issue(&jira).await),
        format!("{:?}", jira.myself(&token()).await),
        format!("{jira:?} {:?}", token()),
    ];
    for text in shown {
        assert!(!text.contains("s3cret"), "{text}");
    }
}
