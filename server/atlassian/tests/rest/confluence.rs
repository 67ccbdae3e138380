//! Confluence's verbs: the requests that are sent and the noun that is made of the answers.

use atlassian::Deployment::{Cloud, DataCenter};
use atlassian::ids::{PageId, SpaceKey};
use atlassian::{Error, RichText, Service};
use serde_json::{Value, json};

mod comments;
mod history;
mod names;
mod search;

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
