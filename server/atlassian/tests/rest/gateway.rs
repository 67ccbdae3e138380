//! Scoped tokens of Cloud, which the site refuses and Atlassian's gateway takes.

use atlassian::Deployment::Cloud;
use atlassian::ids::SpaceKey;
use atlassian::model::NewPage;
use atlassian::{Confluence, Credential, Error, Jira, SiteSettings, SiteUrl};
use serde_json::json;

use crate::listener::{Listener, Reply, Seen, json as saying, reply};

fn scoped() -> Credential {
    Credential::basic("ana@example.com", "scoped-token").unwrap()
}

/// A site that takes nobody and tells everybody its cloud id.
async fn site() -> Listener {
    Listener::start(|seen| match seen.target.as_str() {
        "/_edge/tenant_info" => saying(&json!({"cloudId": "0f-1a"})),
        _ => refused(),
    })
    .await
}

fn refused() -> Reply {
    reply(401, &[], r#"{"message":"Unauthorized"}"#)
}

fn settings(site: &Listener, gateway: &Listener) -> SiteSettings {
    SiteSettings {
        gateway: Some(SiteUrl::parse(&gateway.url).unwrap()),
        ..crate::settings(&site.url, Cloud)
    }
}

fn signed(seen: &Seen) -> bool {
    seen.header("authorization").is_some()
}

#[tokio::test]
async fn a_token_that_only_the_gateway_takes_goes_there_from_then_on() {
    let site = site().await;
    let gateway = Listener::saying(json!({"accountId": "7", "displayName": "Ana"})).await;
    let jira = Jira::new(settings(&site, &gateway)).unwrap();
    for _ in 0..2 {
        let me = jira.myself(&scoped()).await.unwrap();
        assert_eq!(me.label(), "Ana");
    }
    let asked = ["GET /rest/api/3/myself", "GET /_edge/tenant_info"];
    assert_eq!(site.lines(), asked);
    assert!(signed(&site.seen()[0]) && !signed(&site.seen()[1]));
    let through = "GET /ex/jira/0f-1a/rest/api/3/myself";
    assert_eq!(gateway.lines(), [through, through]);
    assert!(gateway.seen().iter().all(signed));
}

#[tokio::test]
async fn a_write_that_the_site_refuses_is_sent_through_the_gateway_once() {
    let site = site().await;
    let gateway = Listener::start(|seen| match seen.method.as_str() {
        "POST" => saying(&json!({"id": "5", "title": "A"})),
        _ => saying(&json!({"results": [{"id": "1", "key": "DOCS", "name": "Docs"}]})),
    })
    .await;
    let confluence = Confluence::new(settings(&site, &gateway)).unwrap();
    let space = SpaceKey::parse("DOCS").unwrap();
    let new = NewPage {
        space: &space,
        parent: None,
        title: "A",
        storage: "",
    };
    let made = confluence.create_page(&scoped(), &new).await.unwrap();
    assert_eq!(made.unwrap().id.as_str(), "5");
    let lines = gateway.lines();
    assert_eq!(
        lines,
        [
            "GET /ex/confluence/0f-1a/wiki/api/v2/spaces?keys=DOCS",
            "POST /ex/confluence/0f-1a/wiki/api/v2/pages",
        ]
    );
}

#[tokio::test]
async fn a_token_that_neither_takes_is_refused_in_the_words_of_the_site() {
    let site = site().await;
    let gateway = Listener::start(|_| reply(401, &[], r#"{"message":"by the gateway"}"#)).await;
    let jira = Jira::new(settings(&site, &gateway)).unwrap();
    let error = jira.myself(&scoped()).await.unwrap_err();
    assert!(error.to_string().contains("(401: Unauthorized)"), "{error}");
    let again = jira.myself(&scoped()).await.unwrap_err();
    assert!(matches!(again, Error::RefusedBefore { .. }), "{again:?}");
    assert_eq!((site.lines().len(), gateway.lines().len()), (2, 1));
}

#[tokio::test]
async fn without_a_cloud_id_nothing_is_sent_to_the_gateway() {
    for body in [
        r#"{"cloudId":"../../x"}"#,
        r#"{"cloudId":""}"#,
        "{}",
        "<html>",
    ] {
        let site = Listener::start(move |seen| match seen.target.as_str() {
            "/_edge/tenant_info" => reply(200, &[], body),
            _ => refused(),
        })
        .await;
        let gateway = Listener::saying(json!({})).await;
        let jira = Jira::new(settings(&site, &gateway)).unwrap();
        let error = jira.myself(&scoped()).await.unwrap_err();
        assert!(matches!(error, Error::Unauthorized { .. }), "{error:?}");
        assert_eq!(gateway.lines(), [""; 0], "{body}");
    }
}

#[tokio::test]
async fn a_site_of_another_host_has_no_gateway_unless_it_is_named() {
    let site = site().await;
    let jira = Jira::new(crate::settings(&site.url, Cloud)).unwrap();
    let error = jira.myself(&scoped()).await.unwrap_err();
    assert!(matches!(error, Error::Unauthorized { .. }), "{error:?}");
    assert_eq!(site.lines(), ["GET /rest/api/3/myself"]);
    for (address, gateway) in [
        (
            "https://acme.atlassian.net",
            Some("https://api.atlassian.com"),
        ),
        (
            "https://acme.atlassian.net/wiki",
            Some("https://api.atlassian.com"),
        ),
        ("https://api.atlassian.com/ex/jira/1", None),
        ("https://atlassian.net.example", None),
        ("http://acme.atlassian.net", None),
        ("https://jira.example.com", None),
    ] {
        let settings = SiteSettings::new(SiteUrl::parse(address).unwrap());
        let found = settings.gateway.as_ref().map(SiteUrl::as_str);
        assert_eq!(found, gateway, "{address}");
    }
}
