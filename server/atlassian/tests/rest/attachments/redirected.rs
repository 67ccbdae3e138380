//! Downloads that the site sends to another host: what goes along, where they may lead, and whose word
//! counts there.

use std::sync::Arc;

use atlassian::Deployment::Cloud;
use atlassian::{ConnectFailure, Credential, Error, Jira, SiteSettings, SiteUrl, TraceContext};
use serde_json::Value;

use super::{MOST, attachment, content, file, log};
use crate::listener::{Listener, Reply, Seen, json as saying, reply};
use crate::{jira, settings, token};

/// A Cloud site that redirects the download of its one file to `target`.
async fn redirecting(status: u16, target: impl Into<String>) -> Listener {
    let target = target.into();
    super::site_with(log(Value::Null), move || {
        reply(status, &[("Location", &target)], "")
    })
    .await
}

#[tokio::test]
async fn the_host_of_the_files_learns_nothing_of_the_caller() {
    for status in [301, 302, 303, 307, 308] {
        let media = Listener::start(|_| file("hello")).await;
        let site = redirecting(status, format!("{}/file/1?token=t", media.url)).await;
        let trace = TraceContext::parse(
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            Some("vendor=1"),
        );
        let jira = jira(&site.url, Cloud).in_trace(trace.unwrap());
        let found = attachment(&jira).await;
        let bytes = jira.attachment_content(&token(), &found, MOST).await;
        assert_eq!(bytes.unwrap(), b"hello");
        let asked = site.seen().pop().unwrap();
        assert!(asked.header("authorization").is_some() && asked.header("traceparent").is_some());
        let seen = media.only();
        assert_eq!(seen.line(), "GET /file/1?token=t");
        let mut sent = seen.header_names();
        sent.sort_unstable();
        assert_eq!(sent, ["accept", "host", "user-agent"]);
    }
}

#[tokio::test]
async fn who_is_led_back_to_the_site_has_no_credential_any_more() {
    let site_url = Arc::new(std::sync::Mutex::new(String::new()));
    let back = Arc::clone(&site_url);
    let media = Listener::start(move |_| {
        let target = format!("{}/back", back.lock().unwrap());
        reply(302, &[("Location", &target)], "")
    })
    .await;
    let away = format!("{}/file/1", media.url);
    let site = Listener::start(move |seen: &Seen| match seen.target.as_str() {
        "/rest/api/3/attachment/10042" => saying(&log(Value::Null)),
        "/back" => file("hello"),
        _ => reply(303, &[("Location", &away)], ""),
    })
    .await;
    site_url.lock().unwrap().push_str(&site.url);
    assert_eq!(content(&site, Cloud, MOST).await.unwrap(), b"hello");
    let seen = site.seen();
    assert_eq!(seen[2].line(), "GET /back");
    assert_eq!(seen[2].header("authorization"), None);
}

#[tokio::test]
async fn a_redirect_to_the_inside_of_a_network_or_into_the_clear_is_refused() {
    for target in [
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.2:9/x",
        "http://[::1]:9/x",
        "http://10.0.0.1/x",
        "http://localhost:9/x",
        "http://metadata.google.internal/x",
        "ftp://files.example.com/x",
    ] {
        let site = redirecting(302, target).await;
        let error = content(&site, Cloud, MOST).await.unwrap_err();
        let Error::Redirected { to, .. } = &error else {
            panic!("{target}: {error:?}");
        };
        assert!(
            to.contains("inside a network") || to.contains("not encrypted"),
            "{to}"
        );
        assert!(!to.contains("meta-data") && !to.ends_with("/x"), "{to}");
    }
}

#[tokio::test]
async fn a_user_name_in_a_redirect_does_not_become_a_credential() {
    let media = Listener::start(|_| file("hello")).await;
    for user in ["ana:secret@", "secret@", ":secret@"] {
        let target = media.url.replace("http://", &format!("http://{user}"));
        let site = redirecting(302, target).await;
        let error = content(&site, Cloud, MOST).await.unwrap_err();
        assert!(matches!(error, Error::Redirected { .. }), "{error:?}");
        assert!(!error.to_string().contains("secret"), "{error}");
        assert_eq!(media.lines(), [""; 0], "{user}");
    }
}

#[tokio::test]
async fn a_loop_of_hosts_ends_after_three_redirects() {
    let media = Listener::start(|_| reply(302, &[("Location", "/again")], "")).await;
    let site = redirecting(303, format!("{}/file/1", media.url)).await;
    let error = content(&site, Cloud, MOST).await.unwrap_err();
    assert!(matches!(error, Error::Redirected { .. }), "{error:?}");
    assert_eq!(media.lines().len(), 3);
}

#[tokio::test]
async fn what_the_host_of_the_files_says_of_sign_ins_is_not_about_the_credential() {
    for status in [401, 403, 404, 429, 302] {
        let media = Listener::start(move |_| {
            let denied = ("X-Seraph-LoginReason", "AUTHENTICATION_DENIED");
            reply(status, &[denied, ("X-RateLimit-Remaining", "0")], "{}")
        })
        .await;
        let site = redirecting(302, &media.url).await;
        let jira = jira(&site.url, Cloud);
        let found = attachment(&jira).await;
        for _ in 0..2 {
            let error = jira
                .attachment_content(&token(), &found, MOST)
                .await
                .unwrap_err();
            assert!(matches!(error, Error::FileHost { status: s, .. } if s == status));
            assert!(error.to_string().contains(&media.url), "{error}");
            assert!(error.next_step().contains("try again"), "{error:?}");
        }
        assert_eq!(jira.quota(&token()), None);
        assert!(attachment(&jira).await.file.size.is_some());
    }
}

#[tokio::test]
async fn a_passing_trouble_of_the_host_of_the_files_is_tried_again_from_the_site() {
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let media =
        Listener::start(
            move |_| match asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
                0 => reply(503, &[], ""),
                _ => file("hello"),
            },
        )
        .await;
    let site = redirecting(302, format!("{}/file/1", media.url)).await;
    assert_eq!(content(&site, Cloud, MOST).await.unwrap(), b"hello");
    // The metadata, and each time a fresh address.
    assert_eq!((site.lines().len(), media.lines().len()), (3, 2));
}

#[tokio::test]
async fn a_host_of_files_that_cannot_be_reached_is_named() {
    let gone = Listener::start(|_| file("")).await;
    let url = gone.url.clone();
    drop(gone);
    let site = redirecting(302, format!("{url}/file/1?token=secret")).await;
    let error = content(&site, Cloud, MOST).await.unwrap_err();
    let Error::Unreachable { cause, .. } = &error else {
        panic!("{error:?}");
    };
    assert_eq!(*cause, ConnectFailure::Other);
    let told = error.to_string();
    assert!(told.contains(&url) && !told.contains("secret"), "{told}");
}

#[tokio::test]
async fn a_cut_file_is_no_file() {
    let cut = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel";
    let media = Listener::start(move |_| Reply::Bytes(cut.to_owned())).await;
    let site = redirecting(302, &media.url).await;
    let error = content(&site, Cloud, MOST).await.unwrap_err();
    assert!(matches!(error, Error::Interrupted { .. }), "{error:?}");
}

#[tokio::test]
async fn the_login_page_of_a_single_sign_on_is_no_file() {
    let page = "<html>sign in</html>";
    let sso = Listener::start(move |_| reply(200, &[("Content-Type", "text/html")], page)).await;
    let site = redirecting(302, format!("{}/login", sso.url)).await;
    let error = content(&site, Cloud, MOST).await.unwrap_err();
    assert!(matches!(error, Error::LoginPage { .. }), "{error:?}");
    assert_eq!(sso.only().header("authorization"), None);
}

#[tokio::test]
async fn a_scoped_token_fetches_a_file_through_the_gateway() {
    let media = Listener::start(|_| file("hello")).await;
    let site = Listener::start(|seen: &Seen| match seen.target.as_str() {
        "/_edge/tenant_info" => saying(&serde_json::json!({ "cloudId": "0f-1a" })),
        _ => reply(401, &[], "{}"),
    })
    .await;
    let away = format!("{}/file/1", media.url);
    let gateway = Listener::start(move |seen: &Seen| {
        if seen.target.ends_with("/attachment/10042") {
            saying(&log(Value::Null))
        } else {
            reply(303, &[("Location", &away)], "")
        }
    })
    .await;
    let settings = SiteSettings {
        gateway: Some(SiteUrl::parse(&gateway.url).unwrap()),
        ..settings(&site.url, Cloud)
    };
    let jira = Jira::new(settings).unwrap();
    let scoped = Credential::basic("ana@example.com", "scoped-token").unwrap();
    let found = jira.attachment(&scoped, &super::id()).await.unwrap();
    let bytes = jira.attachment_content(&scoped, &found, MOST).await;
    assert_eq!(bytes.unwrap(), b"hello");
    let through = "GET /ex/jira/0f-1a/rest/api/3/attachment/content/10042";
    assert_eq!(gateway.lines()[1], through);
    assert_eq!(media.only().header("authorization"), None);
}
