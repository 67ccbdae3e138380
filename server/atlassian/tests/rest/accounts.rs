//! What one credential may do to a site, and what it may not do to others.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use atlassian::Deployment::DataCenter;
use atlassian::{Credential, Error, Jira, Scheme, Service, SiteSettings};
use serde_json::json;

use crate::listener::{Listener, Reply, json, reply};
use crate::{jira, settings, token};

type Headers = &'static [(&'static str, &'static str)];

fn other() -> Credential {
    Credential::bearer("another").unwrap()
}

/// Lets nobody in but the bearer of `another`.
async fn refusing(status: u16, headers: Headers, body: &'static str) -> Listener {
    Listener::start(move |request| match request.header("authorization") {
        Some("Bearer another") => json(&json!({ "name": "ben" })),
        _ => reply(status, headers, body),
    })
    .await
}

#[tokio::test]
async fn after_a_401_the_same_credential_is_not_sent_again_and_another_is() {
    let site = refusing(401, &[], "{}").await;
    let jira = jira(&site.url, DataCenter);
    let first = jira.myself(&token()).await.unwrap_err();
    assert!(matches!(first, Error::Unauthorized { .. }), "{first:?}");
    assert!(jira.myself(&other()).await.is_ok());
    let again = jira.myself(&token()).await.unwrap_err();
    let Error::RefusedBefore {
        service: Service::Jira,
        deployment: Some(DataCenter),
        scheme: Scheme::Bearer,
        left,
    } = &again
    else {
        panic!("{again:?}");
    };
    assert!(*left <= Duration::from_secs(30));
    let told = again.to_string();
    assert!(
        told.contains("not sent again for") && told.contains(" s: "),
        "{told}"
    );
    assert!(again.next_step().contains("personal access token"));
    assert_eq!(site.seen().len(), 2);
    // A client of another site knows nothing of it.
    crate::jira(&site.url, DataCenter)
        .myself(&token())
        .await
        .unwrap_err();
    assert_eq!(site.seen().len(), 3);
}

#[tokio::test]
async fn a_failed_sign_in_under_another_status_keeps_the_credential_back_too() {
    let cases: [(u16, Headers); 2] = [
        (200, &[("X-Seraph-LoginReason", "AUTHENTICATED_FAILED")]),
        (403, &[("X-Seraph-LoginReason", "AUTHENTICATION_DENIED")]),
    ];
    for (status, headers) in cases {
        let site = refusing(status, headers, "{}").await;
        let jira = jira(&site.url, DataCenter);
        jira.myself(&token()).await.unwrap_err();
        let again = jira.myself(&token()).await.unwrap_err();
        assert!(matches!(again, Error::RefusedBefore { .. }), "{again:?}");
        site.only();
    }
}

/// A token with scopes is told 401 for what it was not made for, and works for the rest.
#[tokio::test]
async fn a_missing_scope_or_permission_does_not_keep_the_credential_back() {
    let cases: [(u16, Headers, &str); 3] = [
        (
            401,
            &[],
            r#"{"code":401,"message":"Unauthorized; scope does not match"}"#,
        ),
        (
            401,
            &[("X-Failure-Category", "FAILURE_CLIENT_SCOPE_CHECK")],
            "",
        ),
        (403, &[], "{}"),
    ];
    for (status, headers, body) in cases {
        let site = refusing(status, headers, body).await;
        let jira = jira(&site.url, DataCenter);
        for sent in 1..=2 {
            let error = jira.myself(&token()).await.unwrap_err();
            match status {
                401 => assert!(matches!(error, Error::MissingScope { .. }), "{error:?}"),
                _ => assert!(matches!(error, Error::Forbidden { .. }), "{error:?}"),
            }
            assert_eq!(site.seen().len(), sent);
        }
    }
}

#[tokio::test]
async fn a_probe_that_is_refused_keeps_nobody_back() {
    let site = refusing(401, &[], "{}").await;
    let jira = jira(&site.url, DataCenter);
    for sent in 1..=2 {
        jira.answers().await.unwrap_err();
        assert_eq!(site.seen().len(), sent);
    }
}

#[tokio::test]
async fn b_60_a_credential_with_too_many_calls_waits_and_another_is_served_meanwhile() {
    let (release, gate) = tokio::sync::watch::channel(false);
    let (under_way, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let site = {
        let (under_way, most) = (Arc::clone(&under_way), Arc::clone(&most));
        Listener::start(move |request| {
            if request.header("authorization") == Some("Bearer another") {
                return json(&json!({ "name": "ben" }));
            }
            most.fetch_max(
                under_way.fetch_add(1, Ordering::SeqCst) + 1,
                Ordering::SeqCst,
            );
            let (mut gate, under_way) = (gate.clone(), Arc::clone(&under_way));
            Reply::Later(Box::pin(async move {
                gate.wait_for(|open| *open).await.unwrap();
                under_way.fetch_sub(1, Ordering::SeqCst);
                json(&json!({ "name": "ana" }))
            }))
        })
        .await
    };
    let limited = Jira::new(SiteSettings {
        max_concurrent: NonZeroUsize::new(2).unwrap(),
        ..settings(&site.url, DataCenter)
    })
    .unwrap();
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let limited = limited.clone();
        calls.spawn(async move { limited.myself(&token()).await });
    }
    while under_way.load(Ordering::SeqCst) < 2 {
        tokio::task::yield_now().await;
    }
    assert!(limited.myself(&other()).await.is_ok());
    release.send(true).unwrap();
    for result in calls.join_all().await {
        assert!(result.is_ok(), "{result:?}");
    }
    assert_eq!(most.load(Ordering::SeqCst), 2);
}
