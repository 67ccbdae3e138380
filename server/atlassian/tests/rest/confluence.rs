//! Confluence's verbs: the requests that are sent and the noun that is made of the answers.

use atlassian::Deployment::{Cloud, DataCenter};
use atlassian::ids::{PageId, SpaceKey};
use atlassian::model::{CommentLocation, Cursor, Total};
use atlassian::query::Cql;
use atlassian::{Error, RichText, Service};
use serde_json::{Value, json};

use crate::listener::{Listener, Reply, Seen, json, reply};
use crate::{confluence, token};

fn id() -> PageId {
    PageId::parse("7").unwrap()
}

fn missing() -> Reply {
    reply(404, &[], r#"{"errors":[{"title":"Not Found"}]}"#)
}

fn path(request: &Seen) -> &str {
    request.target.split('?').next().unwrap()
}

fn cloud_page(id: &str, title: &str) -> Value {
    json!({
        "id": id, "title": title, "spaceId": "3", "createdAt": "2026-09-01T08:00:00Z",
        "version": { "number": 4, "createdAt": "2026-09-14T08:31:12.000Z", "authorId": "u1", "message": "" },
        "body": { "storage": { "value": "<p>x</p>" } },
        "_links": { "base": "https://acme.example/wiki", "webui": "/spaces/DS/pages/7" }
    })
}

async fn cloud_site() -> Listener {
    Listener::start(|request| match path(request) {
        "/wiki/api/v2/pages/7" => json(&cloud_page("7", "Home")),
        "/wiki/api/v2/pages" => {
            json(&json!({ "results": [cloud_page("8", "HOME"), cloud_page("7", "Home")] }))
        }
        "/wiki/api/v2/spaces/3" => json(&json!({ "id": "3", "key": "DS", "name": "Docs" })),
        "/wiki/api/v2/spaces" if request.target.ends_with("keys=DS") => {
            json(&json!({ "results": [{ "id": "3", "key": "DS", "name": "Docs" }] }))
        }
        "/wiki/api/v2/spaces" => json(&json!({ "results": [] })),
        "/wiki/api/v2/users-bulk" => {
            json(&json!({ "results": [{ "accountId": "u1", "displayName": "Ana", "email": "" }] }))
        }
        _ => missing(),
    })
    .await
}

#[tokio::test]
async fn b_45_b_47_a_cloud_page_comes_from_v2_with_space_and_author() {
    let site = cloud_site().await;
    let page = confluence(&site.url, Cloud)
        .page(&token(), &id())
        .await
        .unwrap();
    assert_eq!((page.id.as_str(), page.title.as_str()), ("7", "Home"));
    let space = page.space.unwrap();
    assert_eq!(
        (space.key.as_deref(), space.name.as_deref()),
        (Some("DS"), Some("Docs"))
    );
    let version = page.version.unwrap();
    assert_eq!((version.number, version.message), (4, None));
    assert_eq!(
        version.when.unwrap().to_string(),
        "2026-09-14T08:31:12+00:00"
    );
    let author = version.author.unwrap();
    assert_eq!((author.label(), &author.email), ("Ana", &None));
    assert_eq!(page.body, Some(RichText::Storage("<p>x</p>".to_owned())));
    assert_eq!(page.url, "https://acme.example/wiki/spaces/DS/pages/7");
    let mut lines = site.lines();
    lines.sort();
    assert_eq!(
        lines,
        [
            "GET /wiki/api/v2/pages/7?body-format=storage",
            "GET /wiki/api/v2/spaces/3",
            "POST /wiki/api/v2/users-bulk",
        ]
    );
    let bulk = site
        .seen()
        .into_iter()
        .find(|it| it.method == "POST")
        .unwrap();
    assert_eq!(bulk.json(), json!({ "accountIds": ["u1"] }));
}

#[tokio::test]
async fn a_cloud_page_survives_a_hidden_space_and_author() {
    let site = Listener::start(|request| match path(request) {
        "/wiki/api/v2/pages/7" => json(&cloud_page("7", "Home")),
        _ => missing(),
    })
    .await;
    let page = confluence(&site.url, Cloud)
        .page(&token(), &id())
        .await
        .unwrap();
    assert_eq!(page.space, None);
    assert_eq!(page.version.unwrap().author.unwrap().label(), "u1");
}

#[tokio::test]
async fn b_35_a_page_of_nulls_is_a_page() {
    let nulls = json!({ "id": "7", "title": null, "spaceId": null, "version": null, "space": null,
        "history": null, "body": null, "_links": null, "createdAt": null });
    for deployment in [Cloud, DataCenter] {
        let site = Listener::saying(nulls.clone()).await;
        let page = confluence(&site.url, deployment)
            .page(&token(), &id())
            .await
            .unwrap();
        assert_eq!(
            (page.title.as_str(), page.body, page.version),
            ("", None, None)
        );
        assert_eq!(site.lines().len(), 1, "nobody and nothing to look up");
    }
}

#[tokio::test]
async fn b_57_a_cloud_title_is_looked_up_exactly_in_its_space() {
    let site = cloud_site().await;
    let confluence = confluence(&site.url, Cloud);
    let ds = SpaceKey::parse("DS").unwrap();
    let page = confluence
        .page_by_title(&token(), &ds, "Home")
        .await
        .unwrap();
    assert_eq!(
        (page.id.as_str(), page.space.unwrap().key.as_deref()),
        ("7", Some("DS"))
    );
    let second = site.lines().remove(1);
    let query = "title=Home&space-id=3&status=current&body-format=storage";
    assert_eq!(second, format!("GET /wiki/api/v2/pages?{query}"));
    for (space, title, what) in [
        ("NOPE", "Home", "space NOPE"),
        ("DS", "Hom", "page \"Hom\" in space DS"),
    ] {
        let space = SpaceKey::parse(space).unwrap();
        let error = confluence
            .page_by_title(&token(), &space, title)
            .await
            .unwrap_err();
        let expected = Error::NotFound {
            service: Service::Confluence,
            what: what.to_owned(),
            message: None,
        };
        assert_eq!(error, expected);
    }
}

fn content(id: &str, title: &str) -> Value {
    json!({
        "id": id, "type": "page", "title": title, "space": { "key": "DS", "name": "Docs" },
        "version": { "number": 4, "when": "2026-09-14T10:31:12.000+02:00", "by": { "username": "ana", "displayName": "Ana" }, "message": "m" },
        "history": { "createdDate": "2026-09-01T08:00:00.000Z", "createdBy": { "username": "ben" } },
        "body": { "storage": { "value": "<p>x</p>" } }, "_links": { "webui": "/display/DS/Home" }
    })
}

#[tokio::test]
async fn a_data_center_page_comes_whole_from_v1() {
    let site = Listener::start(|request| match path(request) {
        "/confluence/rest/api/content/7" => json(&content("7", "Home")),
        "/confluence/rest/api/content" => json(&json!({ "results": [content("7", "Home")] })),
        _ => missing(),
    })
    .await;
    let confluence = confluence(&format!("{}/confluence", site.url), DataCenter);
    let by_id = confluence.page(&token(), &id()).await.unwrap();
    let ds = SpaceKey::parse("DS").unwrap();
    let by_title = confluence
        .page_by_title(&token(), &ds, "home")
        .await
        .unwrap();
    assert_eq!(by_id, by_title);
    assert_eq!(
        by_id.url,
        format!("{}/confluence/display/DS/Home", site.url)
    );
    assert_eq!(by_id.version.unwrap().author.unwrap().label(), "Ana");
    assert_eq!(
        by_id.created.unwrap().to_string(),
        "2026-09-01T08:00:00+00:00"
    );
    let expand = "expand=body.storage%2Cversion%2Cspace%2Chistory";
    assert_eq!(
        site.lines(),
        [
            format!("GET /confluence/rest/api/content/7?{expand}"),
            format!("GET /confluence/rest/api/content?spaceKey=DS&title=home&type=page&{expand}"),
        ]
    );
}

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
async fn b_54_a_search_returns_excerpts_and_pages_by_the_link() {
    let cases = [
        (
            Cloud,
            "/wiki",
            "/rest/api/search?cursor=a%3Db&cql=x",
            "a=b",
            "cursor=a%3Db",
            Total::Approximate(9),
        ),
        (
            DataCenter,
            "",
            "/rest/api/search?start=1&cql=x",
            "1",
            "start=1",
            Total::Exact(9),
        ),
    ];
    for (deployment, base, next, cursor, sent, total) in cases {
        let site = Listener::saying(hits(next)).await;
        let confluence = confluence(&site.url, deployment);
        let cql = Cql::new("x = \"y\"");
        let page = confluence.search(&token(), &cql, 1, None).await.unwrap();
        assert_eq!(
            (page.total, page.next.clone()),
            (total, Some(Cursor::new(cursor)))
        );
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
        confluence
            .search(&token(), &cql, 1, page.next.as_ref())
            .await
            .unwrap();
        let line = format!(
            "GET {base}/rest/api/search?cql=x+%3D+%22y%22&limit=1&excerpt=highlight&expand=content.space"
        );
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

#[tokio::test]
async fn an_anonymous_visitor_is_nobody() {
    let site = Listener::saying(json!({ "type": "anonymous", "displayName": "Anonymous" })).await;
    for deployment in [Cloud, DataCenter] {
        let error = confluence(&site.url, deployment)
            .current_user(&token())
            .await
            .unwrap_err();
        assert!(matches!(error, Error::Unauthorized { .. }), "{error:?}");
    }
    let site = Listener::saying(json!({ "type": "known", "username": "ana" })).await;
    let user = confluence(&site.url, DataCenter)
        .current_user(&token())
        .await
        .unwrap();
    assert_eq!(user.label(), "ana");
    assert_eq!(site.only().line(), "GET /rest/api/user/current");
}
