//! The files of pages: where either deployment keeps them, and by which ids it knows them.

use atlassian::Deployment::{Cloud, DataCenter};
use atlassian::ids::{ConfluenceAttachmentId, PageId};
use atlassian::model::PageAttachment;
use atlassian::{Deployment, Error};
use serde_json::{Value, json};

use super::{MOST, file};
use crate::listener::{Listener, Seen, json as saying, reply};
use crate::{confluence, token};

/// A file of Confluence, as either deployment tells it.
fn plan(download: &str) -> Value {
    json!({
        "id": "att65590", "type": "attachment", "title": "plan.txt", "pageId": "65538",
        "container": { "id": "65538", "type": "page" }, "mediaType": "text/plain", "fileSize": 5,
        "extensions": { "mediaType": "text/plain", "fileSize": 5 }, "version": { "number": 3 },
        "_links": { "download": download },
    })
}

async fn page_attachment(url: &str, deployment: Deployment) -> PageAttachment {
    let id = ConfluenceAttachmentId::parse("att65590").unwrap();
    let confluence = confluence(url, deployment);
    confluence.attachment(&token(), &id).await.unwrap()
}

#[tokio::test]
async fn a_file_of_a_page_is_fetched_where_its_deployment_keeps_it() {
    let told = "/download/attachments/65538/plan.txt?version=3&api=v2";
    for (deployment, path, asked) in [
        (
            Cloud,
            "/wiki",
            "GET /wiki/rest/api/content/65538/child/attachment/att65590/download".to_owned(),
        ),
        (DataCenter, "/wiki", format!("GET /wiki{told}")),
    ] {
        let site = Listener::start(move |seen: &Seen| {
            if seen.target.ends_with("/download") || seen.target.contains("/download/") {
                file("hello")
            } else {
                saying(&plan(told))
            }
        })
        .await;
        let url = format!("{}{path}", site.url);
        let found = page_attachment(&url, deployment).await;
        assert_eq!((found.version, found.file.size), (Some(3), Some(5)));
        assert_eq!(found.page.as_ref().map(PageId::as_str), Some("65538"));
        let confluence = confluence(&url, deployment);
        let bytes = confluence.attachment_content(&token(), &found, MOST).await;
        assert_eq!(bytes.unwrap(), b"hello");
        let request = site.seen().pop().unwrap();
        assert_eq!(request.line(), asked);
        assert!(request.header("authorization").is_some());
    }
}

#[tokio::test]
async fn an_address_of_a_download_that_leads_off_the_site_is_not_followed() {
    let elsewhere = Listener::start(|_| file("hello")).await;
    let told = format!("{}/download/attachments/65538/plan.txt", elsewhere.url);
    let site = Listener::saying(plan(&told)).await;
    let found = page_attachment(&site.url, DataCenter).await;
    let confluence = confluence(&site.url, DataCenter);
    let refused = confluence.attachment_content(&token(), &found, MOST).await;
    let Err(Error::KeptElsewhere { origin, site, .. }) = refused else {
        panic!("expected a refusal, not {refused:?}");
    };
    assert_eq!(origin, elsewhere.url);
    assert_ne!(origin, site);
    assert_eq!(elsewhere.lines(), [""; 0]);
}

#[tokio::test]
async fn a_version_of_data_center_that_knows_files_by_bare_numbers_is_asked_again() {
    let site = Listener::start(|seen: &Seen| {
        if seen.target.starts_with("/rest/api/content/65590?") {
            let mut file = plan("/download/attachments/65538/plan.txt");
            file["id"] = json!("65590");
            saying(&file)
        } else {
            reply(404, &[], "{}")
        }
    })
    .await;
    let found = page_attachment(&site.url, DataCenter).await;
    assert_eq!(found.id.as_str(), "att65590");
}

#[tokio::test]
async fn a_page_with_the_number_that_was_asked_for_is_no_file() {
    let page = json!({ "id": "65590", "type": "page", "title": "Home" });
    let site = Listener::saying(page).await;
    let confluence = confluence(&site.url, DataCenter);
    let id = ConfluenceAttachmentId::parse("65590").unwrap();
    let refused = confluence.attachment(&token(), &id).await;
    assert!(
        matches!(refused, Err(Error::NotFound { .. })),
        "{refused:?}"
    );
}
