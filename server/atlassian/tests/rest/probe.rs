//! Finding out whether a site is Cloud or Data Center.

use std::sync::atomic::{AtomicUsize, Ordering};

use atlassian::Deployment::{Cloud, DataCenter};
use atlassian::{Confluence, Deployment, Error, Jira, SiteSettings, SiteUrl};
use serde_json::json;

use crate::listener::{Listener, json, reply};
use crate::{confluence, jira, token};

fn auto(url: &str) -> SiteSettings {
    SiteSettings::new(SiteUrl::parse(url).unwrap())
}

#[tokio::test]
async fn settings_and_host_names_need_no_probe() {
    let site = Listener::saying(json!({})).await;
    assert_eq!(jira(&site.url, Cloud).deployment().await, Ok(Cloud));
    assert_eq!(
        confluence(&site.url, DataCenter).deployment().await,
        Ok(DataCenter)
    );
    assert!(site.lines().is_empty());
    let plain = auto("http://acme.atlassian.net");
    assert_eq!(
        Jira::new(plain.clone()).unwrap().deployment().await,
        Ok(Cloud)
    );
    let wiki = Confluence::new(plain).unwrap();
    assert_eq!(wiki.deployment().await, Ok(Cloud));
    assert_eq!(wiki.base_url().as_str(), "http://acme.atlassian.net/wiki");
}

#[tokio::test]
async fn jira_is_asked_once_without_a_credential() {
    for (told, deployment) in [("Cloud", Cloud), ("Server", DataCenter)] {
        let site = Listener::saying(json!({ "deploymentType": told, "name": "ana" })).await;
        let jira = Jira::new(auto(&site.url)).unwrap();
        let credential = token();
        let calls = tokio::join!(
            jira.deployment(),
            jira.deployment(),
            jira.myself(&credential),
            jira.myself(&credential)
        );
        assert_eq!((calls.0, calls.1), (Ok(deployment), Ok(deployment)));
        assert!(calls.2.is_ok() && calls.3.is_ok());
        let seen = site.seen();
        let probes: Vec<_> = seen
            .iter()
            .filter(|it| it.target.ends_with("serverInfo"))
            .collect();
        assert_eq!(probes.len(), 1);
        assert_eq!(probes[0].line(), "GET /rest/api/2/serverInfo");
        assert_eq!(probes[0].header("authorization"), None);
    }
}

#[tokio::test]
async fn a_failed_probe_is_not_remembered() {
    let calls = AtomicUsize::new(0);
    let site = Listener::start(move |_| match calls.fetch_add(1, Ordering::Relaxed) {
        0 => reply(401, &[], ""),
        1..=3 => reply(503, &[], ""),
        _ => json(&json!({ "deploymentType": "Server" })),
    })
    .await;
    let jira = Jira::new(auto(&site.url)).unwrap();
    let unknown = jira.deployment().await.unwrap_err();
    assert!(
        matches!(unknown, Error::DeploymentUnknown { .. }),
        "{unknown:?}"
    );
    let down = jira.myself(&token()).await.unwrap_err();
    assert!(matches!(down, Error::Unavailable { .. }), "{down:?}");
    assert_eq!(jira.deployment().await, Ok(DataCenter));
}

#[tokio::test]
async fn confluence_is_told_by_its_server_information_or_else_its_path() {
    let cases: [(u16, &str, Result<Deployment, ()>); 8] = [
        (200, "", Ok(DataCenter)),
        (200, "/wiki", Ok(DataCenter)),
        (404, "/confluence", Ok(DataCenter)),
        (404, "/wiki", Ok(Cloud)),
        (401, "/wiki", Ok(Cloud)),
        (403, "", Ok(DataCenter)),
        (500, "/wiki", Err(())),
        (400, "", Err(())),
    ];
    for (status, path, expected) in cases {
        let site = Listener::start(move |_| reply(status, &[], r#"{"version":"8.5"}"#)).await;
        let found = Confluence::new(auto(&format!("{}{path}", site.url))).unwrap();
        let found = found.deployment().await;
        assert_eq!(found.map_err(drop), expected, "{status} {path}");
        let seen = site.only();
        assert_eq!(
            seen.line(),
            format!("GET {path}/rest/api/server-information")
        );
        assert_eq!(seen.header("authorization"), None);
    }
}

#[tokio::test]
async fn a_page_in_front_of_the_site_asks_for_the_setting() {
    let site = Listener::start(|_| reply(200, &[], "<html>")).await;
    let error = Confluence::new(auto(&site.url))
        .unwrap()
        .deployment()
        .await
        .unwrap_err();
    assert!(
        error.next_step().contains("CONFLUENCE_DEPLOYMENT"),
        "{error:?}"
    );
}
