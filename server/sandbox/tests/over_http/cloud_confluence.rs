//! The endpoints of Confluence Cloud.

use std::collections::HashSet;

use sandbox::people;
use serde_json::{Value, json};

use crate::{ConfluenceCloud, World, each};

/// Walks a list by its `_links.next`; v2 links start at the origin, v1 links at the base.
async fn walk(world: &World, first: &str) -> Vec<Value> {
    let (mut path, mut all) = (first.to_owned(), Vec::new());
    loop {
        let page = world.json(ConfluenceCloud, &path, &people::ana()).await;
        all.extend(page["results"].as_array().unwrap().iter().cloned());
        let Some(next) = page["_links"]["next"].as_str() else {
            return all;
        };
        path = next.strip_prefix("/wiki").unwrap_or(next).to_owned();
    }
}

fn distinct(items: &[Value], pointer: &str) -> usize {
    items
        .iter()
        .map(|item| item.pointer(pointer).unwrap().to_string())
        .collect::<HashSet<_>>()
        .len()
}

#[tokio::test]
async fn a_page_has_ids_instead_of_names_and_its_body_on_request() {
    let world = World::start().await;
    let ana = people::ana();
    let page = world
        .json(
            ConfluenceCloud,
            "/api/v2/pages/98310?body-format=storage",
            &ana,
        )
        .await;
    assert_eq!(page["title"], "Checkout flow");
    assert_eq!(
        (&page["spaceId"], &page["parentId"]),
        (&json!("65537"), &json!("98300"))
    );
    assert_eq!(page["authorId"], ana.account_id.as_str());
    assert_eq!(page["version"]["number"], 4);
    assert_eq!(page["version"]["createdAt"], "2026-09-14T08:31:12.000Z");
    let storage = page["body"]["storage"]["value"].as_str().unwrap();
    assert!(storage.contains(&format!("ri:account-id=\"{}\"", ana.account_id)));
    assert!(storage.contains("<![CDATA[") && storage.contains("ri:attachment"));
    let plain = world
        .json(ConfluenceCloud, "/api/v2/pages/98310", &ana)
        .await;
    assert_eq!(plain["body"], json!({}));
    let old = world
        .json(ConfluenceCloud, "/api/v2/pages/98310?version=1", &ana)
        .await;
    assert_eq!(
        (&old["title"], &old["status"]),
        (&json!("Checkout"), &json!("historical"))
    );
    let path = "/api/v2/pages/98310?body-format=view";
    assert_eq!(world.refusal(ConfluenceCloud, path, &ana).await.0, 400);
    let path = "/api/v2/pages/98310?version=9";
    assert_eq!(world.refusal(ConfluenceCloud, path, &ana).await.0, 404);
}

#[tokio::test]
async fn a_page_without_anything_has_nulls() {
    let world = World::start().await;
    let page = world
        .json(ConfluenceCloud, "/api/v2/pages/98350", &people::ben())
        .await;
    for member in [
        "authorId",
        "ownerId",
        "lastOwnerId",
        "parentId",
        "parentType",
        "position",
    ] {
        assert_eq!(page.get(member), Some(&Value::Null), "{member}");
    }
}

#[tokio::test]
async fn hidden_pages_and_blog_posts_are_not_pages() {
    let world = World::start().await;
    for (path, person) in [
        ("/api/v2/pages/98330", people::ben()),
        ("/api/v2/pages/98331", people::ben()),
        ("/api/v2/pages/98410", people::ben()),
        ("/api/v2/pages/98330/labels", people::ben()),
        ("/api/v2/pages/98330/versions", people::ben()),
        ("/api/v2/pages/98330/footer-comments", people::ben()),
        ("/api/v2/pages/98330/inline-comments", people::ben()),
        ("/api/v2/spaces/65538", people::ben()),
        ("/api/v2/pages/98360", people::ana()),
        ("/api/v2/pages/word", people::ana()),
    ] {
        assert_eq!(
            world.refusal(ConfluenceCloud, path, &person).await.0,
            404,
            "{path}"
        );
    }
    let post = world
        .json(ConfluenceCloud, "/api/v2/blogposts/98360", &people::ana())
        .await;
    assert_eq!(post["title"], "Ten thousand orders");
    world
        .json(ConfluenceCloud, "/api/v2/pages/98331", &people::carol())
        .await;
}

#[tokio::test]
async fn pages_are_found_by_title_and_numeric_space_id() {
    let world = World::start().await;
    let ana = people::ana();
    let both = world
        .json(ConfluenceCloud, "/api/v2/pages?title=Onboarding", &ana)
        .await;
    assert_eq!(each(&both["results"], "id"), ["98340", "98410"]);
    let path = "/api/v2/pages?title=Onboarding&space-id=65538";
    let one = world.json(ConfluenceCloud, path, &ana).await;
    assert_eq!(each(&one["results"], "id"), ["98410"]);
    let path = "/api/v2/pages?space-id=DEMO";
    assert_eq!(world.refusal(ConfluenceCloud, path, &ana).await.0, 400);
}

#[tokio::test]
async fn lists_are_walked_by_cursor_exactly_once() {
    let world = World::start().await;
    for (path, expected) in [
        ("/api/v2/pages?limit=3&body-format=storage", 14),
        ("/api/v2/spaces?limit=1", 2),
        ("/api/v2/pages/98310/versions?limit=3", 4),
        (
            "/api/v2/pages/98310/footer-comments?limit=1&body-format=storage",
            3,
        ),
        ("/api/v2/pages/98310/labels?limit=1", 2),
    ] {
        let all = walk(&world, path).await;
        let id = if path.contains("versions") {
            "/number"
        } else {
            "/id"
        };
        assert_eq!(
            (all.len(), distinct(&all, id)),
            (expected, expected),
            "{path}"
        );
    }
    let page = world
        .get(ConfluenceCloud, "/api/v2/pages?limit=1", &people::ana())
        .send()
        .await
        .unwrap();
    let link = page.headers()["link"].to_str().unwrap().to_owned();
    let body: Value = page.json().await.unwrap();
    assert_eq!(
        link,
        format!(
            "<{}>; rel=\"next\"",
            body["_links"]["next"].as_str().unwrap()
        )
    );
}

#[tokio::test]
async fn comments_and_versions_can_be_sorted() {
    let world = World::start().await;
    let ana = people::ana();
    let path = "/api/v2/pages/98310/footer-comments?sort=-created-date&body-format=storage";
    let comments = world.json(ConfluenceCloud, path, &ana).await;
    assert_eq!(
        each(&comments["results"], "id"),
        ["99005", "99004", "99001"]
    );
    let path = "/api/v2/pages/98310/inline-comments?sort=-created-date&body-format=storage";
    let inline = world.json(ConfluenceCloud, path, &ana).await;
    assert_eq!(each(&inline["results"], "id"), ["99003", "99006"]);
    assert_eq!(
        comments["results"][0]["body"]["storage"]["value"],
        "<p>Fix is under way.</p>"
    );
    let versions = world
        .json(ConfluenceCloud, "/api/v2/pages/98310/versions", &ana)
        .await;
    assert_eq!(versions["results"][0]["number"], 4);
    let path = "/api/v2/pages/98310/versions?sort=modified-date";
    let versions = world.json(ConfluenceCloud, path, &ana).await;
    assert_eq!(versions["results"][0]["page"]["title"], "Checkout");
    let path = "/api/v2/pages/98310/versions?sort=taste";
    assert_eq!(world.refusal(ConfluenceCloud, path, &ana).await.0, 400);
}

#[tokio::test]
async fn inline_comments_are_apart_from_those_below_the_page() {
    let world = World::start().await;
    let path = "/api/v2/pages/98310/inline-comments?body-format=storage";
    let comments = world.json(ConfluenceCloud, path, &people::ana()).await;
    assert_eq!(each(&comments["results"], "id"), ["99006", "99003"]);
    let [resolved, open] = [0, 1].map(|place| &comments["results"][place]);
    assert_eq!(resolved["resolutionStatus"], "resolved");
    assert_eq!(open["resolutionStatus"], "open");
    assert_eq!(open["properties"]["inlineOriginalSelection"], "25 cents");
}

/// The lists of a page have the beginnings of threads only; a reply names its comment and no page.
#[tokio::test]
async fn replies_are_told_for_each_comment_by_itself_and_by_its_own_collection_only() {
    let world = World::start().await;
    let ana = people::ana();
    for (comment, replies) in [
        ("footer-comments/99001", &["99002"][..]),
        ("footer-comments/99002", &["99008"]),
        ("footer-comments/99008", &[]),
        ("inline-comments/99006", &["99007"]),
    ] {
        let path = format!("/api/v2/{comment}/children?sort=-created-date&limit=250");
        let found = world.json(ConfluenceCloud, &path, &ana).await;
        assert_eq!(each(&found["results"], "id"), replies, "{comment}");
    }
    let one = async |path| world.json(ConfluenceCloud, path, &ana).await;
    let start = one("/api/v2/footer-comments/99001").await;
    assert_eq!(
        (&start["pageId"], &start["parentCommentId"]),
        (&json!("98310"), &Value::Null)
    );
    let reply = one("/api/v2/inline-comments/99007").await;
    assert_eq!(
        (&reply["pageId"], &reply["parentCommentId"]),
        (&Value::Null, &json!("99006"))
    );
    for (path, person) in [
        ("/api/v2/footer-comments/99003", &ana),
        ("/api/v2/inline-comments/99001/children", &ana),
        ("/api/v2/footer-comments/99020", &people::ben()),
        ("/api/v2/footer-comments/99020/children", &people::ben()),
    ] {
        let refused = world.refusal(ConfluenceCloud, path, person).await;
        assert_eq!(refused.0, 404, "{path}");
    }
}

#[tokio::test]
async fn spaces_are_found_by_key_and_id() {
    let world = World::start().await;
    let ana = people::ana();
    let spaces = world
        .json(ConfluenceCloud, "/api/v2/spaces?keys=DEMO,NOPE", &ana)
        .await;
    assert_eq!(each(&spaces["results"], "key"), ["DEMO"]);
    assert_eq!(spaces["results"][0]["homepageId"], "98300");
    let spaces = world
        .json(ConfluenceCloud, "/api/v2/spaces?ids=65538&ids=65537", &ana)
        .await;
    assert_eq!(spaces["results"].as_array().unwrap().len(), 2);
    let space = world
        .json(ConfluenceCloud, "/api/v2/spaces/65537", &ana)
        .await;
    assert_eq!(
        (&space["key"], &space["type"]),
        (&json!("DEMO"), &json!("global"))
    );
    let spaces = world
        .json(ConfluenceCloud, "/api/v2/spaces", &people::ben())
        .await;
    assert_eq!(each(&spaces["results"], "key"), ["DEMO"]);
}

#[tokio::test]
async fn people_are_known_by_account_id_and_hide_their_address() {
    let world = World::start().await;
    let (ana, ben) = (people::ana(), people::ben());
    let body = json!({ "accountIds": [ana.account_id, ben.account_id, "712020:unknown"] });
    let request = world
        .post(ConfluenceCloud, "/api/v2/users-bulk", &ana)
        .json(&body);
    let users: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(
        each(&users["results"], "displayName"),
        ["Ana Sousa", "Ben Okafor"]
    );
    assert_eq!(each(&users["results"], "email"), [ana.email.as_str(), ""]);
    let path = format!("/rest/api/user?accountId={}", ben.account_id);
    assert_eq!(
        world.json(ConfluenceCloud, &path, &ana).await["displayName"],
        "Ben Okafor"
    );
    let (status, _) = world
        .refusal(ConfluenceCloud, "/rest/api/user?username=ben", &ana)
        .await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn search_highlights_what_was_found() {
    let world = World::start().await;
    let path = "/rest/api/search?cql=siteSearch%20~%20%22idempotency%22%20and%20type%3Dpage";
    let found = world.json(ConfluenceCloud, path, &people::ben()).await;
    assert_eq!(found["totalSize"], 2);
    let titles: Vec<_> = found["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hit| hit["content"]["title"].as_str().unwrap())
        .collect();
    assert_eq!(titles, ["Checkout flow", "Payment retries"]);
    let hit = &found["results"][0];
    assert!(
        hit["excerpt"]
            .as_str()
            .unwrap()
            .contains("@@@hl@@@idempotency@@@endhl@@@")
    );
    assert_eq!(hit["lastModified"], "2026-09-14T08:31:12.000Z");
    assert_eq!(hit["url"], "/spaces/DEMO/pages/98310/Checkout+flow");
    assert_eq!(hit["resultGlobalContainer"]["title"], "Webshop Handbook");
    assert!(hit["content"].get("space").is_none());
    assert_eq!(
        hit["content"]["_expandable"]["space"],
        "/rest/api/space/DEMO"
    );
    let path = format!("{path}&expand=content.space,content.version&excerpt=none");
    let found = world.json(ConfluenceCloud, &path, &people::ben()).await;
    assert_eq!(found["results"][0]["content"]["space"]["key"], "DEMO");
    assert_eq!(found["results"][0]["excerpt"], "");
}

#[tokio::test]
async fn search_is_walked_by_cursor_and_leaves_out_what_is_hidden() {
    let world = World::start().await;
    let all = walk(
        &world,
        "/rest/api/search?cql=lastmodified%3E2000-01-01&limit=4",
    )
    .await;
    assert_eq!(all.len(), 25);
    assert_eq!(distinct(&all, "/content/id"), 25);
    let path = "/rest/api/search?cql=text~%22marker-restricted-prices%22";
    assert_eq!(
        world.json(ConfluenceCloud, path, &people::ben()).await["totalSize"],
        0
    );
    assert_eq!(
        world.json(ConfluenceCloud, path, &people::carol()).await["totalSize"],
        1
    );
    for cql in ["colour%3Dred", "type%3Delephant", "title~", ""] {
        let path = format!("/rest/api/search?cql={cql}");
        let (status, text) = world.refusal(ConfluenceCloud, &path, &people::ana()).await;
        assert_eq!(status, 400);
        assert!(text.contains("Could not parse cql"), "{text}");
    }
}

#[tokio::test]
async fn people_of_the_crowd_have_a_page_of_their_own() {
    let world = World::start().await;
    let crowd = world.sandbox.add_crowd(2);
    let theirs = crowd[1].belongings.clone().unwrap();
    let path = format!("/api/v2/pages/{}?body-format=storage", theirs.page_id);
    let page = world.json(ConfluenceCloud, &path, &crowd[1]).await;
    assert!(page["body"].to_string().contains(&theirs.marker));
    assert_eq!(
        world.refusal(ConfluenceCloud, &path, &crowd[0]).await.0,
        404
    );
    let spaces = world
        .json(ConfluenceCloud, "/api/v2/spaces", &crowd[1])
        .await;
    assert_eq!(each(&spaces["results"], "key"), ["~crowd-0002"]);
}
