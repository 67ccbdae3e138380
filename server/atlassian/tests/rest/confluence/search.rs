//! Searching with CQL, by cursor on Cloud and by offset on Data Center.

use atlassian::Deployment::{Cloud, DataCenter};
use atlassian::model::{Cursor, Total};
use atlassian::query::Cql;
use atlassian::{Error, Service};
use serde_json::{Value, json};

use crate::listener::Listener;
use crate::{confluence, token};

fn hits(next: &str) -> Value {
    json!({
        "results": [{
            "content": { "id": "7", "type": "page", "title": "A & B", "space": { "key": "DS", "name": "Docs" } },
            "title": "A &amp; @@@hl@@@B@@@endhl@@@", "excerpt": "x @@@hl@@@y@@@endhl@@@ &amp; z",
            "url": "/spaces/DS/pages/7", "lastModified": "2026-09-14T08:31:12.000Z",
            "resultGlobalContainer": { "title": "Docs", "displayUrl": "/spaces/DS" }
        }],
        "totalSize": 9, "_links": { "base": "https://acme.example/wiki", "next": next }
    })
}

#[tokio::test]
async fn b_54_a_hit_is_told_by_its_excerpt() {
    let site = Listener::saying(hits("")).await;
    for deployment in [Cloud, DataCenter] {
        let confluence = confluence(&site.url, deployment);
        let page = confluence
            .search(&token(), &Cql::new("x"), 1, None)
            .await
            .unwrap();
        let hit = &page.hits[0];
        assert_eq!((hit.title.as_str(), hit.kind.as_str()), ("A & B", "page"));
        assert_eq!(hit.excerpt.as_deref(), Some("x y & z"));
        assert_eq!(hit.space_key.as_deref(), Some("DS"));
        assert_eq!(
            hit.last_modified.unwrap().to_string(),
            "2026-09-14T08:31:12+00:00"
        );
        assert_eq!(
            hit.url.as_deref(),
            Some("https://acme.example/wiki/spaces/DS/pages/7")
        );
        assert_eq!(page.next, None);
    }
}

#[tokio::test]
async fn b_54_a_search_goes_on_where_the_link_says() {
    let (cloud, own) = (
        "/rest/api/search?cursor=a%3Db&cql=x",
        "/rest/api/search?start=1&cql=x",
    );
    let cases = [
        (
            Cloud,
            "/wiki",
            cloud,
            "a=b",
            "cursor=a%3Db",
            Total::Approximate(9),
        ),
        (DataCenter, "", own, "1", "start=1", Total::Exact(9)),
    ];
    let shown = "limit=1&excerpt=highlight&expand=content.space";
    for (deployment, base, next, cursor, sent, total) in cases {
        let site = Listener::saying(hits(next)).await;
        let confluence = confluence(&site.url, deployment);
        let cql = Cql::new("x = \"y\"");
        let page = confluence.search(&token(), &cql, 1, None).await.unwrap();
        assert_eq!(
            (page.total, page.next.clone()),
            (total, Some(Cursor::new(cursor)))
        );
        confluence
            .search(&token(), &cql, 1, page.next.as_ref())
            .await
            .unwrap();
        let line = format!("GET {base}/rest/api/search?cql=x+%3D+%22y%22&{shown}");
        assert_eq!(site.lines(), [line.clone(), format!("{line}&{sent}")]);
    }
}

#[tokio::test]
async fn a_foreign_cursor_is_refused_before_anything_is_sent() {
    let site = Listener::saying(json!({})).await;
    let confluence = confluence(&site.url, DataCenter);
    let foreign = Cursor::new("a=b");
    let error = confluence
        .search(&token(), &Cql::new("x"), 1, Some(&foreign))
        .await
        .unwrap_err();
    assert_eq!(
        error,
        Error::InvalidCursor {
            service: Service::Confluence
        }
    );
    assert!(site.lines().is_empty());
}
