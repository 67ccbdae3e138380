//! Comments and versions of a page, newest first.

use atlassian::Deployment::{Cloud, DataCenter};
use atlassian::Error;
use atlassian::ids::PageId;
use atlassian::model::CommentLocation;
use serde_json::{Value, json};

use super::{content, id, missing, path};
use crate::listener::{Listener, json};
use crate::{confluence, token};

#[tokio::test]
async fn cloud_comments_are_merged_newest_first_with_their_authors() {
    let comment = |id: &str, day: u8, author: &str| {
        let created = format!("2026-09-{day:02}T08:00:00Z");
        json!({ "id": id, "version": { "number": 1, "createdAt": created, "authorId": author },
            "body": { "storage": { "value": "<p>c</p>" } } })
    };
    let footer = json!({ "results": [comment("f3", 3, "u1"), comment("f1", 1, "u2")],
        "_links": { "next": "/wiki/api/v2/x?cursor=c" } });
    let inline = json!({ "results": [comment("i2", 2, "u1")], "_links": {} });
    let people = json!({ "results": [{ "accountId": "u1", "publicName": "Ana" }] });
    let site = Listener::start(move |request| match path(request) {
        "/wiki/api/v2/pages/7/footer-comments" => json(&footer),
        "/wiki/api/v2/pages/7/inline-comments" => json(&inline),
        _ => json(&people),
    })
    .await;
    let page = confluence(&site.url, Cloud)
        .page_comments(&token(), &id(), 2)
        .await
        .unwrap();
    let told: Vec<_> = page
        .comments
        .iter()
        .map(|it| (it.id.as_str(), it.location))
        .collect();
    assert_eq!(
        told,
        [
            ("f3", CommentLocation::Footer),
            ("i2", CommentLocation::Inline)
        ]
    );
    assert!(page.has_more);
    assert_eq!(page.comments[0].author.as_ref().unwrap().label(), "Ana");
    let line =
        "GET /wiki/api/v2/pages/7/footer-comments?body-format=storage&sort=-created-date&limit=2";
    assert!(
        site.lines().iter().any(|seen| seen == line),
        "{:?}",
        site.lines()
    );
}

#[tokio::test]
async fn data_center_comments_are_read_to_their_end_to_find_the_newest() {
    let site = Listener::start(|request| {
        let second = request.target.contains("start=1&");
        let day = if second { 2 } else { 1 };
        let mut comment = content(&day.to_string(), "Re: Home");
        comment["history"]["createdDate"] = json!(format!("2026-09-0{day}T08:00:00.000Z"));
        comment["extensions"] = json!({ "location": if second { "inline" } else { "footer" } });
        let next = if second {
            Value::Null
        } else {
            json!("/rest/api/x")
        };
        json(&json!({ "results": [comment], "_links": { "next": next } }))
    })
    .await;
    let confluence = confluence(&site.url, DataCenter);
    let page = confluence.page_comments(&token(), &id(), 1).await.unwrap();
    assert_eq!((page.comments.len(), page.has_more), (1, true));
    let newest = &page.comments[0];
    assert_eq!(
        (newest.id.as_str(), newest.location),
        ("2", CommentLocation::Inline)
    );
    assert_eq!(newest.author.as_ref().unwrap().label(), "ben");
    assert_eq!(site.lines().len(), 2);
}

#[tokio::test]
async fn b_48_versions_come_from_the_place_of_the_deployment() {
    let cloud = json!({ "results": [{ "number": 2, "createdAt": "2026-09-14T08:00:00Z", "authorId": "u1" }] });
    let site = Listener::saying(cloud).await;
    let versions = confluence(&site.url, Cloud)
        .page_versions(&token(), &id(), 5)
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
    let versions = confluence.page_versions(&token(), &id(), 1).await.unwrap();
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
    let versions = confluence.page_versions(&token(), &id(), 5).await.unwrap();
    let told: Vec<_> = versions
        .iter()
        .map(|it| format!("{} {}", it.number, it.author.as_ref().unwrap().label()))
        .collect();
    assert_eq!(told, ["4 Ana", "1 ben"]);
    let error = confluence
        .page_versions(&token(), &PageId::parse("8").unwrap(), 5)
        .await;
    assert!(matches!(error, Err(Error::NotFound { what, .. }) if what == "page 8"));
}
