//! Jira's verbs: the request that is sent and the noun that is made of the answer.

use atlassian::Deployment::{Cloud, DataCenter};
use atlassian::ids::IssueKey;
use atlassian::model::StatusCategory;
use atlassian::{IssueDetail, RichText};
use serde_json::{Value, json};

mod search;

use crate::listener::Listener;
use crate::{jira, token};

fn key() -> IssueKey {
    IssueKey::parse("DEMO-1").unwrap()
}

fn full_issue() -> Value {
    let user = json!({ "name": "ana", "displayName": "Ana", "emailAddress": "a@example.com" });
    let status = json!({ "name": "Fertig", "statusCategory": { "key": "done" } });
    let other = |key: &str| json!({ "key": key, "fields": { "summary": "S", "status": status } });
    json!({
        "key": "DEMO-1", "id": "10001", "self": "ignored",
        "fields": {
            "summary": "Title", "status": status, "priority": { "name": "High" },
            "issuetype": { "name": "Bug" }, "assignee": user, "reporter": user,
            "labels": ["a", "b"], "created": "2026-09-14T08:31:12.000+0000",
            "updated": "2026-09-14T10:31:12.000+0200", "duedate": "2026-10-01",
            "resolution": { "name": "Done" }, "description": "h1. T", "parent": other("DEMO-9"),
            "issuelinks": [
                { "type": { "inward": "is blocked by", "outward": "blocks" }, "outwardIssue": other("DEMO-2") },
                { "type": { "inward": "is blocked by", "outward": "blocks" }, "inwardIssue": other("DEMO-3") },
                { "type": null }
            ]
        }
    })
}

#[tokio::test]
async fn b_38_an_issue_is_asked_for_with_every_field_that_is_shown() {
    let fields = "summary%2Cstatus%2Cpriority%2Cissuetype%2Cassignee%2Creporter%2Clabels%2C\
                  created%2Cupdated%2Cduedate%2Cresolution%2Cparent%2Cissuelinks%2C\
                  attachment%2Cdescription";
    for (deployment, version) in [(Cloud, 3), (DataCenter, 2)] {
        let site = Listener::saying(json!({ "key": "DEMO-1" })).await;
        let jira = jira(&site.url, deployment);
        jira.issue(&token(), &key(), IssueDetail::Fields)
            .await
            .unwrap();
        jira.issue(&token(), &key(), IssueDetail::WithStatusHistory)
            .await
            .unwrap();
        let line = format!("GET /rest/api/{version}/issue/DEMO-1?fields={fields}");
        assert_eq!(
            site.lines(),
            [line.clone(), format!("{line}&expand=changelog")]
        );
    }
}

#[tokio::test]
async fn an_issue_is_read_with_all_its_parts() {
    let site = Listener::saying(full_issue()).await;
    let jira = jira(&format!("{}/jira", site.url), DataCenter);
    let issue = jira
        .issue(&token(), &key(), IssueDetail::Fields)
        .await
        .unwrap();
    assert_eq!(issue.url, format!("{}/jira/browse/DEMO-1", site.url));
    let status = issue.status.unwrap();
    assert_eq!(
        (status.name.as_str(), status.category),
        ("Fertig", Some(StatusCategory::Done))
    );
    assert_eq!(issue.assignee.unwrap().label(), "Ana");
    assert_eq!(
        issue.created.unwrap().to_string(),
        "2026-09-14T08:31:12+00:00"
    );
    assert_eq!(
        issue.updated.unwrap().to_string(),
        "2026-09-14T10:31:12+02:00"
    );
    assert_eq!(issue.due_date.as_deref(), Some("2026-10-01"));
    assert_eq!(issue.description, Some(RichText::Wiki("h1. T".to_owned())));
    assert_eq!(issue.parent.unwrap().key.as_str(), "DEMO-9");
    let links: Vec<_> = issue
        .links
        .iter()
        .map(|it| format!("{} {}", it.relation, it.issue.key))
        .collect();
    assert_eq!(links, ["blocks DEMO-2", "is blocked by DEMO-3"]);
    assert_eq!(issue.status_history, None);
}

#[tokio::test]
async fn b_35_an_issue_of_nulls_is_an_issue() {
    let mut nulls = full_issue();
    for (_, value) in nulls["fields"].as_object_mut().unwrap() {
        *value = Value::Null;
    }
    for answer in [
        nulls,
        json!({ "key": "DEMO-1", "fields": null }),
        json!({ "key": "DEMO-1" }),
    ] {
        let site = Listener::saying(answer).await;
        let issue = jira(&site.url, Cloud)
            .issue(&token(), &key(), IssueDetail::Fields)
            .await;
        let issue = issue.unwrap();
        assert_eq!(
            (issue.summary, issue.assignee, issue.priority),
            (None, None, None)
        );
        assert!(issue.labels.is_empty() && issue.links.is_empty());
        assert_eq!(issue.description, None);
    }
}

#[tokio::test]
async fn the_status_history_is_oldest_first_and_tells_what_is_missing() {
    let change = |day: u8, items: Value| {
        let created = format!("2026-09-{day:02}T08:00:00.000+0000");
        json!({ "created": created, "author": { "displayName": "Ana" }, "items": items })
    };
    let status =
        |from: &str, to: &str| json!({ "field": "status", "fromString": from, "toString": to });
    let site = Listener::saying(
        json!({ "key": "DEMO-1", "changelog": { "total": 7, "histories": [
        change(3, json!([status("B", "C"), { "field": "labels", "toString": "x" }])),
        change(1, json!([status("A", "B")])),
        { "items": null },
    ] } }),
    )
    .await;
    let jira = jira(&site.url, Cloud);
    let issue = jira
        .issue(&token(), &key(), IssueDetail::WithStatusHistory)
        .await
        .unwrap();
    let history = issue.status_history.unwrap();
    let names: Vec<_> = history
        .changes
        .iter()
        .map(|it| it.to.as_deref().unwrap())
        .collect();
    assert_eq!((names, history.omitted), (vec!["B", "C"], 4));
}

#[tokio::test]
async fn b_39_comments_are_asked_for_newest_first_and_counted() {
    let comment = |id: &str, day: u8| {
        let created = format!("2026-09-{day:02}T08:00:00.000+0000");
        json!({ "id": id, "created": created, "body": "*x*", "visibility": { "value": "Staff" } })
    };
    let site = Listener::saying(json!({
        "total": 30, "comments": [comment("1", 1), comment("2", 2), { "id": "3", "author": null }]
    }))
    .await;
    for (deployment, version) in [(Cloud, 3), (DataCenter, 2)] {
        let page = jira(&site.url, deployment)
            .comments(&token(), &key(), 5)
            .await
            .unwrap();
        let ids: Vec<_> = page
            .comments
            .iter()
            .map(|comment| comment.id.as_str())
            .collect();
        assert_eq!((page.total, ids), (30, vec!["2", "1", "3"]));
        assert_eq!(page.comments[0].visibility.as_deref(), Some("Staff"));
        let line = format!(
            "GET /rest/api/{version}/issue/DEMO-1/comment?orderBy=-created&startAt=0&maxResults=5"
        );
        assert_eq!(site.seen().pop().unwrap().line(), line);
    }
}

#[tokio::test]
async fn remote_links_are_read_with_their_gaps() {
    let site = Listener::saying(json!([
        { "relationship": "mentioned in", "application": { "type": "com.atlassian.confluence" },
          "object": { "url": "https://a.example", "title": "T", "summary": null } },
        { "object": null }
    ]))
    .await;
    let links = jira(&site.url, DataCenter)
        .remote_links(&token(), &key())
        .await
        .unwrap();
    assert_eq!(links[0].url.as_deref(), Some("https://a.example"));
    assert_eq!(
        links[0].application.as_deref(),
        Some("com.atlassian.confluence")
    );
    assert_eq!(links[1].url, None);
    assert_eq!(
        site.only().line(),
        "GET /rest/api/2/issue/DEMO-1/remotelink"
    );
}
