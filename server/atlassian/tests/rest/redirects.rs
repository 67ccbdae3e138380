//! Redirects: followed within the site, never across its border (B-09).

use atlassian::Deployment::DataCenter;
use atlassian::query::Jql;
use atlassian::{Error, IssueFields, SearchRequest};
use serde_json::json;

use crate::listener::{Listener, json, reply};
use crate::{jira, token};

/// A listener that redirects everything to a target except `/final…`.
async fn redirecting(status: u16, target: &str) -> Listener {
    let target = target.to_owned();
    Listener::start(move |request| {
        if request.target.starts_with("/final") {
            json(&json!({ "name": "ana", "issues": [] }))
        } else {
            reply(status, &[("Location", &target)], "")
        }
    })
    .await
}

#[tokio::test]
async fn b_09_the_token_never_travels_to_another_origin() {
    let elsewhere = Listener::saying(json!({ "name": "thief" })).await;
    for status in [301, 302, 303, 307, 308] {
        let site = redirecting(status, &format!("{}/final?ticket=1", elsewhere.url)).await;
        let error = jira(&site.url, DataCenter)
            .myself(&token())
            .await
            .unwrap_err();
        let Error::Redirected { to, .. } = error else {
            panic!("expected a refused redirect, not {error:?}");
        };
        assert_eq!(to, elsewhere.url);
    }
    assert_eq!(elsewhere.lines(), [""; 0]);
}

#[tokio::test]
async fn a_read_follows_redirects_within_the_site_with_its_credential() {
    for status in [301, 302, 303, 307, 308] {
        let site = redirecting(status, "/final").await;
        let user = jira(&site.url, DataCenter).myself(&token()).await.unwrap();
        assert_eq!(user.label(), "ana");
        let seen = site.seen();
        assert_eq!(seen[1].line(), "GET /final");
        assert_eq!(seen[1].header("authorization"), Some("Bearer s3cret-token"));
    }
}

#[tokio::test]
async fn a_post_follows_only_redirects_that_keep_it_a_post() {
    let request = || SearchRequest {
        fields: IssueFields::Overview,
        limit: 1,
        cursor: None,
    };
    for (status, followed) in [
        (301, false),
        (302, false),
        (303, false),
        (307, true),
        (308, true),
    ] {
        let site = redirecting(status, "/final").await;
        let jira = jira(&site.url, DataCenter);
        let answer = jira.search(&token(), &Jql::new("x = y"), request()).await;
        assert_eq!(answer.is_ok(), followed, "{status}");
        if let Err(error) = answer {
            let told = error.to_string();
            assert!(
                told.contains(&format!("redirects to {}", site.url)),
                "{told}"
            );
        }
        let seen = site.seen();
        assert_eq!(seen.len(), if followed { 2 } else { 1 });
        assert!(
            seen.iter()
                .all(|it| it.method == "POST" && it.body == seen[0].body)
        );
    }
}

#[tokio::test]
async fn a_loop_ends_after_three_redirects() {
    let site = redirecting(302, "/again").await;
    let error = jira(&site.url, DataCenter)
        .myself(&token())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Redirected { .. }), "{error:?}");
    assert_eq!(site.seen().len(), 4);
}
