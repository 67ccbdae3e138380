//! B-60: trouble that passes by itself is not the caller's, and a site that asks to be left alone is.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use atlassian::Deployment::{Cloud, DataCenter};
use atlassian::model::{Issue, User};
use atlassian::query::Jql;
use atlassian::{Error, IssueFields, Jira, SearchRequest, Service, SiteSettings, Timeouts};
use serde_json::json;

use crate::listener::{Listener, Reply, json, reply};
use crate::transport::issue;
use crate::{in_no_time_once, jira, settings, token};

/// A site that gives these answers one after the other, the last one for ever.
async fn answering(answers: Vec<fn() -> Reply>) -> Listener {
    let asked = AtomicUsize::new(0);
    Listener::start(move |_| {
        let turn = asked.fetch_add(1, Ordering::Relaxed);
        answers[turn.min(answers.len() - 1)]()
    })
    .await
}

/// Takes the request and hangs up.
fn hang_up() -> Reply {
    Reply::Bytes(String::new())
}

fn found() -> Reply {
    json(&json!({ "key": "DEMO-1" }))
}

fn hurried(url: &str, total: Duration) -> Jira {
    let timeouts = Timeouts {
        total,
        ..Timeouts::default()
    };
    Jira::new(SiteSettings {
        timeouts,
        ..settings(url, DataCenter)
    })
    .unwrap()
}

#[tokio::test]
async fn b_60_a_gateway_that_stumbles_is_asked_again_and_the_caller_never_knows() {
    let stumbles: [fn() -> Reply; 4] = [
        || reply(502, &[], "<html>Bad Gateway"),
        || reply(503, &[], ""),
        || reply(504, &[], ""),
        hang_up,
    ];
    for stumble in stumbles {
        let site = answering(vec![stumble, stumble, found]).await;
        let key = issue(&jira(&site.url, DataCenter))
            .await
            .map(|it: Issue| it.key);
        assert_eq!(key.unwrap().as_str(), "DEMO-1");
        assert_eq!(site.seen().len(), 3);
        let sent = site.seen();
        assert!(
            sent.iter()
                .all(|it| it.header("authorization") == Some("Bearer s3cret-token"))
        );
    }
}

#[tokio::test]
async fn b_60_a_question_in_a_body_is_asked_again_word_for_word() {
    let site = answering(vec![|| reply(503, &[], ""), || {
        json(&json!({ "issues": [] }))
    }])
    .await;
    let request = SearchRequest {
        fields: IssueFields::All,
        limit: 1,
        cursor: None,
    };
    let jql = Jql::new("project = DEMO");
    jira(&site.url, Cloud)
        .search(&token(), &jql, request)
        .await
        .unwrap();
    let seen = site.seen();
    assert_eq!(seen.len(), 2);
    assert_eq!(
        (&seen[0].method, &seen[0].body),
        (&seen[1].method, &seen[1].body)
    );
    assert_eq!(seen[1].method, "POST");
}

#[tokio::test]
async fn b_60_tries_are_bounded_and_counted_in_the_error() {
    let site = answering(vec![|| reply(502, &[], "")]).await;
    let error = issue(&jira(&site.url, DataCenter)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "Jira failed to answer (502), tried 3 times"
    );
    assert_eq!(site.seen().len(), 3);

    let silent = answering(vec![hang_up]).await;
    let error = issue(&jira(&silent.url, DataCenter)).await.unwrap_err();
    assert!(
        matches!(error, Error::NoAnswer { tries: 3, .. }),
        "{error:?}"
    );
    assert_eq!(silent.seen().len(), 3);
}

#[tokio::test]
async fn b_60_a_refusal_with_a_bogus_zero_is_followed_by_a_pause_and_a_second_try() {
    let limited = || reply(429, &[("Retry-After", "0")], "{}");
    let site = answering(vec![limited, || json(&json!({ "name": "ana" }))]).await;
    let user: User = jira(&site.url, DataCenter).myself(&token()).await.unwrap();
    assert_eq!(user.label(), "ana");
    assert_eq!(site.seen().len(), 2);
}

#[tokio::test]
async fn b_60_nobody_waits_longer_than_the_call_may_take() {
    let retry_after = Some(Duration::from_secs(17));
    let service = Service::Jira;
    let site = answering(vec![|| reply(429, &[("Retry-After", "17")], "{}")]).await;
    let error = issue(&hurried(&site.url, Duration::from_secs(16)))
        .await
        .unwrap_err();
    assert_eq!(
        error,
        Error::RateLimited {
            service,
            retry_after,
            tries: 1
        }
    );
    assert!(error.next_step().contains("wait 17 s"));
    let down = answering(vec![|| reply(503, &[("Retry-After", "17")], "")]).await;
    let error = issue(&hurried(&down.url, Duration::from_secs(16)))
        .await
        .unwrap_err();
    assert_eq!(
        error,
        Error::Unavailable {
            service,
            status: 503,
            message: None,
            retry_after,
            tries: 1
        }
    );
    assert_eq!((site.seen().len(), down.seen().len()), (1, 1));
}

#[tokio::test]
async fn b_60_the_end_of_a_used_up_quota_is_told_where_it_is_too_far_away() {
    let used_up = [
        ("X-RateLimit-Remaining", "0"),
        ("X-RateLimit-Reset", "2999-01-01T00:00Z"),
    ];
    let site = Listener::start(move |_| reply(429, &used_up, "{}")).await;
    let error = issue(&jira(&site.url, Cloud)).await.unwrap_err();
    let Error::RateLimited {
        retry_after: Some(wait),
        tries: 1,
        ..
    } = error
    else {
        panic!("{error:?}");
    };
    assert!(wait > Duration::from_secs(1_000_000_000), "{wait:?}");
    assert_eq!(site.seen().len(), 1);
}

#[tokio::test]
async fn b_60_one_limit_on_time_covers_all_tries() {
    let site = answering(vec![|| reply(503, &[], ""), || Reply::Silence]).await;
    let total = Duration::from_secs(30);
    let jira = hurried(&site.url, total);
    let error = in_no_time_once(issue(&jira), || site.seen().len() == 2).await;
    let error = error.unwrap_err();
    let (service, after, tries) = (Service::Jira, total, 2);
    assert_eq!(
        error,
        Error::TimedOut {
            service,
            after,
            tries
        }
    );
}

#[tokio::test]
async fn b_60_what_was_understood_and_refused_is_not_asked_again() {
    let answers: [fn() -> Reply; 5] = [
        || reply(400, &[], "{}"),
        || reply(401, &[], "{}"),
        || reply(404, &[], "{}"),
        || reply(429, &[], "{}"),
        || reply(500, &[], "{}"),
    ];
    for answer in answers {
        let site = answering(vec![answer]).await;
        issue(&jira(&site.url, DataCenter)).await.unwrap_err();
        site.only();
    }
}

#[tokio::test]
async fn whether_a_site_answers_now_is_asked_once() {
    let site = answering(vec![|| reply(503, &[], "")]).await;
    jira(&site.url, DataCenter).answers().await.unwrap_err();
    site.only();
}
