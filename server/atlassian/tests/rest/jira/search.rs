//! Searching for issues, by token on Cloud and by offset on Data Center.

use atlassian::Deployment::{Cloud, DataCenter};
use atlassian::model::{Cursor, Total};
use atlassian::query::{IncludeDone, Jql};
use atlassian::{Error, IssueFields, SearchRequest, Service};
use serde_json::{Value, json};

use crate::listener::{Listener, json, reply};
use crate::{jira, token};

fn overview(cursor: Option<&str>) -> SearchRequest {
    let cursor = cursor.map(Cursor::new);
    SearchRequest {
        fields: IssueFields::Overview,
        limit: 2,
        cursor,
    }
}

#[tokio::test]
async fn b_33_cloud_searches_by_token_and_estimates_the_total() {
    let site = Listener::start(|request| match request.target.as_str() {
        "/rest/api/3/search/approximate-count" => json(&json!({ "count": 153 })),
        _ => json(&json!({ "issues": [{ "key": "DEMO-1" }], "nextPageToken": "t2" })),
    })
    .await;
    let jira = jira(&site.url, Cloud);
    let jql = Jql::assigned_to_me(IncludeDone::No);
    let first = jira.search(&token(), &jql, overview(None)).await.unwrap();
    assert_eq!(
        (first.total, first.next),
        (Total::Approximate(153), Some(Cursor::new("t2")))
    );
    let second = jira
        .search(&token(), &jql, overview(Some("t2")))
        .await
        .unwrap();
    assert_eq!(second.total, Total::Unknown);
    let seen = site.seen();
    assert_eq!(
        site.lines(),
        [
            "POST /rest/api/3/search/jql",
            "POST /rest/api/3/search/approximate-count",
            "POST /rest/api/3/search/jql",
        ]
    );
    let question = seen[0].json();
    assert_eq!(
        (&question["jql"], &question["maxResults"]),
        (&json!(jql.as_str()), &json!(2))
    );
    assert_eq!(question["fields"].as_array().unwrap().len(), 12);
    assert_eq!(question["nextPageToken"], Value::Null);
    assert_eq!(seen[1].json(), json!({ "jql": jql.as_str() }));
    assert_eq!(seen[2].json()["nextPageToken"], "t2");
}

#[tokio::test]
async fn a_cloud_search_on_one_page_needs_no_estimate() {
    let site = Listener::saying(json!({ "issues": [{ "key": "DEMO-1" }], "isLast": true })).await;
    let jira = jira(&site.url, Cloud);
    let page = jira
        .search(&token(), &Jql::new("x = y"), overview(None))
        .await
        .unwrap();
    assert_eq!((page.total, page.next), (Total::Exact(1), None));
    assert_eq!(site.lines().len(), 1);
}

#[tokio::test]
async fn an_estimate_that_fails_costs_only_the_total() {
    let site = Listener::start(|request| match request.target.as_str() {
        "/rest/api/3/search/approximate-count" => reply(500, &[], ""),
        _ => json(&json!({ "issues": [{ "key": "DEMO-1" }], "nextPageToken": "t2" })),
    })
    .await;
    let jira = jira(&site.url, Cloud);
    let page = jira
        .search(&token(), &Jql::new("x = y"), overview(None))
        .await
        .unwrap();
    assert_eq!((page.total, page.issues.len()), (Total::Unknown, 1));
}

#[tokio::test]
async fn data_center_searches_by_offset_and_counts() {
    let issues = json!([{ "key": "DEMO-1" }, { "key": "DEMO-2" }]);
    let site = Listener::saying(json!({ "issues": issues, "total": 4 })).await;
    let jira = jira(&site.url, DataCenter);
    let jql = Jql::new("x = y");
    let first = jira.search(&token(), &jql, overview(None)).await.unwrap();
    assert_eq!(
        (first.total, first.next),
        (Total::Exact(4), Some(Cursor::new("2")))
    );
    let second = jira
        .search(&token(), &jql, overview(Some("2")))
        .await
        .unwrap();
    assert_eq!(second.next, None);
    let starts: Vec<_> = site
        .seen()
        .iter()
        .map(|it| it.json()["startAt"].clone())
        .collect();
    assert_eq!(starts, [0, 2]);
    let foreign = jira
        .search(&token(), &jql, overview(Some("t2")))
        .await
        .unwrap_err();
    assert_eq!(
        foreign,
        Error::InvalidCursor {
            service: Service::Jira
        }
    );
}
