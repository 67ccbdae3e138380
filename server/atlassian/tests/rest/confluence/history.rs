//! Versions of a page, newest first.

use atlassian::Deployment::{Cloud, DataCenter};
use atlassian::Error;
use atlassian::ids::PageId;
use atlassian::model::PageKind;
use serde_json::json;

use super::{content, id, missing, path};
use crate::listener::{Listener, json};
use crate::{confluence, token};

#[tokio::test]
async fn b_48_versions_come_from_the_place_of_the_deployment() {
    let cloud = json!({ "results": [{ "number": 2, "createdAt": "2026-09-14T08:00:00Z", "authorId": "u1" }] });
    let site = Listener::saying(cloud).await;
    let versions = confluence(&site.url, Cloud)
        .page_versions(&token(), &id(), PageKind::Page, 5)
        .await
        .unwrap();
    assert_eq!(versions[0].number, 2);
    assert_eq!(
        site.lines()[0],
        "GET /wiki/api/v2/pages/7/versions?limit=5&sort=-modified-date"
    );

    let own =
        json!({ "results": [{ "number": 1 }, { "number": 2, "by": { "displayName": "Ana" } }] });
    let site = Listener::saying(own).await;
    let confluence = confluence(&site.url, DataCenter);
    let versions = confluence
        .page_versions(&token(), &id(), PageKind::Page, 1)
        .await
        .unwrap();
    assert_eq!((versions.len(), versions[0].number), (1, 2));
    let line = "GET /rest/experimental/content/7/version?start=0&limit=1";
    assert_eq!(site.lines(), [line]);
}

#[tokio::test]
async fn b_48_without_a_list_the_first_and_the_current_version_are_told() {
    let site = Listener::start(|request| match path(request) {
        "/rest/api/content/7" => json(&content("7", "Home")),
        _ => missing(),
    })
    .await;
    let confluence = confluence(&site.url, DataCenter);
    let versions = confluence
        .page_versions(&token(), &id(), PageKind::Page, 5)
        .await
        .unwrap();
    let told: Vec<_> = versions
        .iter()
        .map(|it| format!("{} {}", it.number, it.author.as_ref().unwrap().label()))
        .collect();
    assert_eq!(told, ["4 Ana", "1 ben"]);
    let error = confluence
        .page_versions(&token(), &PageId::parse("8").unwrap(), PageKind::Page, 5)
        .await;
    assert!(matches!(error, Err(Error::NotFound { what, .. }) if what == "page 8"));
}
