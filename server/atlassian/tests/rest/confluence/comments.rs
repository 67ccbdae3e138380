//! Comments of a page: the requests that are sent, and the bounds of reading.

use atlassian::Deployment::{Cloud, DataCenter};
use atlassian::ThreadRange;
use atlassian::model::{CommentLocation, PageKind, PageThreads, Resolution, Total};
use serde_json::{Value, json};

use super::{content, id, missing, path};
use crate::listener::{Listener, json};
use crate::{confluence, token};

fn comment(id: u32, day: u32) -> Value {
    let created = format!("2026-09-{day:02}T08:00:00Z");
    json!({ "id": id.to_string(),
        "version": { "number": 1, "createdAt": created, "authorId": "u1" },
        "body": { "storage": { "value": "<p>c</p>" } } })
}

fn list(comments: &[Value], next: Option<&str>) -> Value {
    json!({ "results": comments, "_links": { "next": next } })
}

fn ids(found: &PageThreads) -> Vec<String> {
    let comments = found.threads.iter().flat_map(|thread| &thread.comments);
    comments
        .map(|it| it.id.as_ref().unwrap().to_string())
        .collect()
}

async fn read(site: &Listener, deployment: atlassian::Deployment, enough: usize) -> PageThreads {
    let range = ThreadRange { skip: 0, enough };
    let confluence = confluence(&site.url, deployment);
    let (me, id) = (token(), id());
    let found = confluence.page_comments(&me, &id, PageKind::Page, range);
    found.await.unwrap()
}

#[tokio::test]
async fn cloud_threads_are_merged_newest_first_with_their_authors_and_counted_only_when_all_are_read()
 {
    let footer = list(&[comment(3, 3), comment(1, 1)], Some("/wiki/x?cursor=c"));
    let mut about = comment(2, 2);
    about["resolutionStatus"] = json!("dangling");
    about["properties"] = json!({ "inlineOriginalSelection": "the  fee" });
    let inline = list(&[about], None);
    let people = json!({ "results": [{ "accountId": "u1", "publicName": "Ana" }] });
    let site = Listener::start(move |request| match path(request) {
        "/wiki/api/v2/pages/7/footer-comments" => json(&footer),
        "/wiki/api/v2/pages/7/inline-comments" => json(&inline),
        "/wiki/api/v2/users-bulk" => json(&people),
        // Deleted since it was listed.
        "/wiki/api/v2/footer-comments/3/children" => missing(),
        _ => json(&list(&[], None)),
    })
    .await;
    let found = read(&site, Cloud, 2).await;
    assert_eq!(ids(&found), ["3", "2"]);
    assert_eq!((found.has_more, found.total), (true, Total::Unknown));
    let inline = &found.threads[1].comments[0];
    let location = CommentLocation::Inline {
        selection: Some("the  fee".to_owned()),
        resolution: Resolution::Dangling,
    };
    assert_eq!(inline.location, location);
    assert_eq!(inline.author.as_ref().unwrap().label(), "Ana");
    let lines = site.lines();
    for line in [
        "GET /wiki/api/v2/pages/7/footer-comments?sort=-created-date&limit=2&body-format=storage",
        "GET /wiki/api/v2/inline-comments/2/children?limit=250&body-format=storage",
    ] {
        assert!(lines.iter().any(|seen| seen == line), "{lines:?}");
    }
    let names = lines.iter().filter(|line| line.contains("users-bulk"));
    assert_eq!(names.count(), 1);
}

/// Everybody answers everybody, for ever.
#[tokio::test]
async fn a_thread_without_end_is_read_to_its_bound_and_says_that_there_is_more() {
    let site = Listener::start(move |request| {
        let path = path(request);
        let parent = path.strip_suffix("/children").and_then(|path| {
            let (_, id) = path.rsplit_once('/')?;
            id.parse::<u32>().ok()
        });
        match parent {
            Some(parent) => json(&list(&[comment(parent + 1, 2)], None)),
            None if path.ends_with("footer-comments") => json(&list(&[comment(1, 1)], None)),
            None => json(&list(&[], None)),
        }
    })
    .await;
    let found = read(&site, Cloud, 100).await;
    assert_eq!(found.threads[0].comments.len(), 26);
    assert!(found.threads[0].has_more);
    assert_eq!(found.total, Total::Unknown);
    let asked = site.lines().into_iter();
    assert_eq!(asked.filter(|line| line.contains("/children")).count(), 25);
}

#[tokio::test]
async fn data_center_comments_are_read_to_their_end_to_find_the_newest() {
    let site = Listener::start(|request| {
        let second = request.target.contains("start=1&");
        let day = if second { 2 } else { 1 };
        let mut comment = content(&day.to_string(), "Re: Home");
        comment["history"]["createdDate"] = json!(format!("2026-09-0{day}T08:00:00.000Z"));
        comment["extensions"] = json!({ "location": if second { "resolved" } else { "footer" } });
        let next = (!second).then_some("/rest/api/x");
        json(&list(&[comment], next))
    })
    .await;
    let found = read(&site, DataCenter, 1).await;
    assert_eq!(ids(&found), ["2"]);
    assert_eq!((found.has_more, found.total), (true, Total::Exact(2)));
    let newest = &found.threads[0].comments[0];
    let (selection, resolution) = (None, Resolution::Resolved);
    let location = CommentLocation::Inline {
        selection,
        resolution,
    };
    assert_eq!(newest.location, location);
    assert_eq!(newest.author.as_ref().unwrap().label(), "ben");
    assert_eq!(site.lines().len(), 2);
}
