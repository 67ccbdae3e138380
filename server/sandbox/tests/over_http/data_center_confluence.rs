//! The endpoints of Confluence Data Center.

use std::collections::HashSet;

use sandbox::people;
use serde_json::{Value, json};

use crate::{ConfluenceDataCenter as Center, World, each};

async fn walk(world: &World, first: &str) -> Vec<Value> {
    let (mut path, mut all) = (first.to_owned(), Vec::new());
    loop {
        let page = world.json(Center, &path, &people::ana()).await;
        all.extend(page["results"].as_array().unwrap().iter().cloned());
        let Some(next) = page["_links"]["next"].as_str() else {
            return all;
        };
        path = next.to_owned();
    }
}

#[tokio::test]
async fn content_is_bare_until_expanded() {
    let world = World::start().await;
    let ana = people::ana();
    let bare = world.json(Center, "/rest/api/content/98310", &ana).await;
    for member in [
        "space",
        "version",
        "body",
        "ancestors",
        "history",
        "metadata",
    ] {
        assert!(bare.get(member).is_none(), "{member}");
        assert!(bare["_expandable"].get(member).is_some(), "{member}");
    }
    let path = "/rest/api/content/98310?expand=body.storage,version,space,ancestors,history,metadata.labels";
    let page = world.json(Center, path, &ana).await;
    assert_eq!(page["space"]["key"], "DEMO");
    assert_eq!(page["version"]["when"], "2026-09-14T10:31:12.000+02:00");
    assert_eq!(page["version"]["by"]["username"], "ana");
    assert_eq!(
        page["history"]["createdBy"]["userKey"],
        ana.confluence_user_key.as_str()
    );
    assert_eq!(each(&page["ancestors"], "id"), ["98300"]);
    assert_eq!(
        each(&page["metadata"]["labels"]["results"], "name"),
        ["checkout", "payments"]
    );
    let storage = page["body"]["storage"]["value"].as_str().unwrap();
    assert!(storage.contains(&format!("ri:userkey=\"{}\"", ana.confluence_user_key)));
    assert!(page["_expandable"].get("version").is_none());
    assert_eq!(page["_links"]["webui"], "/display/DEMO/Checkout+flow");
    assert_eq!(page["_links"]["context"], "/confluence");
}

#[tokio::test]
async fn an_older_version_must_be_asked_for_as_historical() {
    let world = World::start().await;
    let path = "/rest/api/content/98310?version=1";
    assert_eq!(world.refusal(Center, path, &people::ana()).await.0, 404);
    let old = world
        .json(Center, &format!("{path}&status=historical"), &people::ana())
        .await;
    assert_eq!(
        (&old["title"], &old["status"]),
        (&json!("Checkout"), &json!("historical"))
    );
}

#[tokio::test]
async fn content_is_listed_by_space_and_title_whatever_the_case() {
    let world = World::start().await;
    let path = "/rest/api/content?spaceKey=TEAM&title=onboarding&expand=version";
    let found = world.json(Center, path, &people::ana()).await;
    assert_eq!(each(&found["results"], "id"), ["98410"]);
    assert_eq!(found["results"][0]["version"]["number"], 2);
    let found = world.json(Center, path, &people::ben()).await;
    assert_eq!(found["size"], 0);
    let found = world
        .json(Center, "/rest/api/content?type=blogpost", &people::ben())
        .await;
    assert_eq!(each(&found["results"], "id"), ["98360"]);
}

#[tokio::test]
async fn hidden_content_is_not_found() {
    let world = World::start().await;
    for path in [
        "/rest/api/content/98330",
        "/rest/api/content/98331",
        "/rest/api/content/98410",
        "/rest/api/content/99020",
        "/rest/api/content/98330/child/comment",
        "/rest/experimental/content/98330/version",
        "/rest/api/space/TEAM",
    ] {
        assert_eq!(
            world.refusal(Center, path, &people::ben()).await.0,
            404,
            "{path}"
        );
    }
}

#[tokio::test]
async fn comments_are_roots_unless_all_depths_are_asked_for() {
    let world = World::start().await;
    let ana = people::ana();
    let base = "/rest/api/content/98310/child/comment";
    let ids = async |query: &str| {
        let page = world.json(Center, &format!("{base}{query}"), &ana).await;
        each(&page["results"], "id")
    };
    assert_eq!(ids("").await, ["99001", "99006", "99003", "99004", "99005"]);
    assert_eq!(
        ids("?location=footer&depth=all").await,
        ["99001", "99002", "99008", "99004", "99005"]
    );
    assert_eq!(ids("?location=inline").await, ["99003"]);
    let resolved = "?location=resolved&depth=all";
    assert_eq!(ids(resolved).await, ["99006", "99007"]);
    assert_eq!(
        world
            .refusal(Center, &format!("{base}?depth=deep"), &ana)
            .await
            .0,
        400
    );
}

#[tokio::test]
async fn comments_tell_what_they_answer_and_what_they_are_about_when_asked() {
    let world = World::start().await;
    let ana = people::ana();
    let base = "/rest/api/content/98310/child/comment";
    let path = format!("{base}?depth=all&expand=body.storage,version,ancestors&limit=2");
    let page = world.json(Center, &path, &ana).await;
    let reply = &page["results"][1];
    assert_eq!(reply["body"]["storage"]["value"], "<p>There is none.</p>");
    assert_eq!(reply["version"]["by"]["username"], "ben");
    assert_eq!(reply["ancestors"][0]["id"], "99001");
    let path = "/rest/api/content/99008?expand=ancestors";
    let deeper = world.json(Center, path, &ana).await;
    assert_eq!(each(&deeper["ancestors"], "id"), ["99001", "99002"]);
    let path = "/rest/api/content/99006?expand=extensions.inlineProperties,extensions.resolution";
    let place = &world.json(Center, path, &ana).await["extensions"];
    assert_eq!(
        place["inlineProperties"]["originalSelection"],
        "the warehouse packs"
    );
    assert_eq!(place["resolution"]["status"], "resolved");
    let comment = world
        .json(Center, "/rest/api/content/99002?expand=container", &ana)
        .await;
    assert_eq!(
        (&comment["type"], &comment["container"]["id"]),
        (&json!("comment"), &json!("98310"))
    );
}

#[tokio::test]
async fn lists_are_walked_by_their_links_exactly_once() {
    let world = World::start().await;
    for (path, expected) in [
        ("/rest/api/content?limit=4", 14),
        ("/rest/api/content/98310/child/comment?depth=all&limit=2", 8),
        ("/rest/experimental/content/98310/version?limit=3", 4),
        (
            "/rest/api/content/search?cql=lastmodified%3E2000-01-01&limit=5",
            25,
        ),
    ] {
        let all = walk(&world, path).await;
        let member = if path.contains("experimental") {
            "number"
        } else {
            "id"
        };
        let distinct: HashSet<String> = all.iter().map(|item| item[member].to_string()).collect();
        assert_eq!((all.len(), distinct.len()), (expected, expected), "{path}");
    }
}

#[tokio::test]
async fn versions_come_newest_first_with_their_authors() {
    let world = World::start().await;
    let path = "/rest/experimental/content/98310/version?expand=content";
    let versions = world.json(Center, path, &people::ben()).await;
    let newest = &versions["results"][0];
    assert_eq!(
        (&newest["number"], &newest["by"]["username"]),
        (&json!(4), &json!("ana"))
    );
    assert_eq!(versions["results"][3]["content"]["title"], "Checkout");
}

#[tokio::test]
async fn search_surrounds_content_and_counts() {
    let world = World::start().await;
    let path =
        "/rest/api/search?cql=text~%22refund*%22%20or%20title~restart&limit=1&expand=content.space";
    let found = world.json(Center, path, &people::ana()).await;
    assert_eq!(
        (&found["size"], &found["totalSize"]),
        (&json!(1), &json!(2))
    );
    let hit = &found["results"][0];
    assert_eq!(hit["content"]["type"], "comment");
    assert_eq!(hit["content"]["space"], Value::Null);
    assert_eq!(hit["entityType"], "content");
    assert_eq!(hit["lastModified"], "2026-09-15T07:55:00.000+02:00");
    let next = found["_links"]["next"].as_str().unwrap();
    let second = world.json(Center, next, &people::ana()).await;
    assert_eq!(
        second["results"][0]["title"],
        "@@@hl@@@Restart@@@endhl@@@ the payment worker"
    );
    assert_eq!(second["results"][0]["content"]["space"]["key"], "TEAM");
    assert!(second["_links"].get("next").is_none());
}

#[tokio::test]
async fn people_are_known_by_name_and_key() {
    let world = World::start().await;
    let (ana, ben) = (people::ana(), people::ben());
    let by_name = world
        .json(Center, "/rest/api/user?username=ben", &ana)
        .await;
    let path = format!("/rest/api/user?key={}", ben.confluence_user_key);
    assert_eq!(world.json(Center, &path, &ana).await, by_name);
    assert_eq!(
        world
            .refusal(Center, "/rest/api/user?username=zoe", &ana)
            .await
            .0,
        404
    );
    assert_eq!(world.refusal(Center, "/rest/api/user", &ana).await.0, 400);
}

#[tokio::test]
async fn a_space_is_found_by_key() {
    let world = World::start().await;
    let path = "/rest/api/space/DEMO?expand=description.plain,homepage.version";
    let space = world.json(Center, path, &people::ben()).await;
    assert_eq!(space["name"], "Webshop Handbook");
    assert_eq!(
        space["description"]["plain"]["value"],
        "How the webshop works and why."
    );
    assert_eq!(space["homepage"]["id"], "98300");
}
