//! Making and changing pages and comments on both Confluences.

use sandbox::{Effect, Fault, Personality, people};
use serde_json::{Value, json};

use crate::{ConfluenceCloud, ConfluenceDataCenter, World, authenticated};

const BOTH: [Personality; 2] = [ConfluenceCloud, ConfluenceDataCenter];

/// The body of a new page: below this parent, or below none.
fn page(site: Personality, title: &str, parent: Option<&str>, storage: &str) -> Value {
    let mut page = match site {
        ConfluenceCloud => json!({
            "spaceId": "65537", "status": "current", "title": title,
            "body": { "representation": "storage", "value": storage },
        }),
        _ => json!({
            "type": "page", "title": title, "space": { "key": "DEMO" },
            "body": { "storage": { "value": storage, "representation": "storage" } },
        }),
    };
    match (site, parent) {
        (_, None) => {}
        (ConfluenceCloud, Some(id)) => page["parentId"] = json!(id),
        (_, Some(id)) => page["ancestors"] = json!([{ "id": id }]),
    }
    page
}

/// The body of a next version of page 98311.
fn version(site: Personality, title: &str, number: usize) -> Value {
    match site {
        ConfluenceCloud => json!({
            "id": "98311", "status": "current", "title": title,
            "body": { "representation": "storage", "value": "<p>New</p>" },
            "version": { "number": number, "message": "why" },
        }),
        _ => json!({
            "type": "page", "title": title,
            "body": { "storage": { "value": "<p>New</p>", "representation": "storage" } },
            "version": { "number": number, "message": "why" },
        }),
    }
}

fn comment(site: Personality, page: &str, storage: &str) -> Value {
    match site {
        ConfluenceCloud => json!({
            "pageId": page, "body": { "representation": "storage", "value": storage },
        }),
        _ => json!({
            "type": "comment", "container": { "id": page, "type": "page" },
            "body": { "storage": { "value": storage, "representation": "storage" } },
        }),
    }
}

fn pages(site: Personality) -> &'static str {
    match site {
        ConfluenceCloud => "/api/v2/pages",
        _ => "/rest/api/content",
    }
}

fn comments(site: Personality) -> &'static str {
    match site {
        ConfluenceCloud => "/api/v2/footer-comments",
        _ => "/rest/api/content",
    }
}

/// Status and body of a write by Ben, who does not see space TEAM.
async fn send(
    world: &World,
    site: Personality,
    method: &str,
    path: &str,
    body: &Value,
) -> (u16, Value) {
    let method = method.parse().unwrap();
    let request = world.client.request(method, world.address(site, path));
    let answer = authenticated(request, site, &people::ben())
        .json(body)
        .send()
        .await
        .unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or_default())
}

/// The page has this title, number of version and content.
async fn holds(world: &World, site: Personality, id: &str, expected: (&str, u64, &str)) {
    let options = match site {
        ConfluenceCloud => "body-format=storage",
        _ => "expand=body.storage,version",
    };
    let path = format!("{}/{id}?{options}", pages(site));
    let page = world.json(site, &path, &people::ana()).await;
    let found = (
        page["title"].as_str().unwrap(),
        page["version"]["number"].as_u64().unwrap(),
        page["body"]["storage"]["value"].as_str().unwrap(),
    );
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_page_is_made_changed_and_commented_on_and_all_of_it_is_found() {
    for site in BOTH {
        let world = World::start().await;
        let new = page(site, "Gift cards", Some("98310"), "<p>a &amp; b</p>");
        let (status, made) = send(&world, site, "POST", pages(site), &new).await;
        assert_eq!(status, 200, "{made}");
        let id = made["id"].as_str().unwrap().to_owned();
        let path = format!("{}/98311", pages(site));
        let (status, saved) = send(&world, site, "PUT", &path, &version(site, "Retries", 2)).await;
        assert_eq!(status, 200, "{saved}");
        let (status, said) = send(
            &world,
            site,
            "POST",
            comments(site),
            &comment(site, &id, "<p>Yes</p>"),
        )
        .await;
        assert_eq!(
            status,
            if site == ConfluenceCloud { 201 } else { 200 },
            "{said}"
        );

        holds(&world, site, &id, ("Gift cards", 1, "<p>a &amp; b</p>")).await;
        holds(&world, site, "98311", ("Retries", 2, "<p>New</p>")).await;
        let done = world.sandbox.changes();
        let deeds: Vec<_> = done
            .iter()
            .map(|change| (change.deed, &*change.person))
            .collect();
        let expected =
            ["created page", "changed page", "created comment"].map(|deed| (deed, "ben"));
        assert_eq!(deeds, expected);
        assert_eq!(done[0].object, id);
    }
}

#[tokio::test]
async fn a_version_that_is_not_the_next_one_is_a_conflict() {
    for site in BOTH {
        let world = World::start().await;
        let path = format!("{}/98311", pages(site));
        for number in [0, 1, 3] {
            let (status, body) = send(
                &world,
                site,
                "PUT",
                &path,
                &version(site, "Payment retries", number),
            )
            .await;
            assert_eq!(status, 409, "{body}");
        }
        assert_eq!(world.sandbox.changes(), []);
    }
}

#[tokio::test]
async fn what_confluence_would_refuse_is_refused_and_changes_nothing() {
    for site in BOTH {
        let world = World::start().await;
        let cloud = site == ConfluenceCloud;
        let create = |title, parent, storage| page(site, title, parent, storage);
        let mut unknown = create("A", None, "");
        unknown["spaceKey"] = json!("DEMO");
        for (body, status, why) in [
            (create("onboarding", None, ""), 400, "a title that is taken"),
            (create(" ", None, ""), 400, "no title"),
            (create("A", None, "<p>a & b</p>"), 400, "no XML"),
            (
                create("A", Some("98410"), ""),
                if cloud { 404 } else { 400 },
                "a parent Ben cannot see",
            ),
            (
                create("A", Some("98370"), ""),
                if cloud { 404 } else { 400 },
                "a parent in the trash",
            ),
            (unknown, 400, "an unknown member"),
        ] {
            let answer = send(&world, site, "POST", pages(site), &body).await;
            assert_eq!(answer.0, status, "{why}: {}", answer.1);
        }
        assert_eq!(world.sandbox.changes(), []);
    }
}

#[tokio::test]
async fn what_somebody_may_not_see_is_not_there_to_write_to() {
    for site in BOTH {
        let world = World::start().await;
        let mut elsewhere = page(site, "A", None, "");
        if site == ConfluenceCloud {
            elsewhere["spaceId"] = json!("65538");
        } else {
            elsewhere["space"]["key"] = json!("TEAM");
        }
        let answer = send(&world, site, "POST", pages(site), &elsewhere).await;
        assert_eq!(answer.0, 404, "{}", answer.1);
        let path = format!("{}/98311", pages(site));
        let renamed = send(&world, site, "PUT", &path, &version(site, "Onboarding", 2)).await;
        assert_eq!(renamed.0, 400, "{}", renamed.1);
        for page in ["98410", "98370", "1"] {
            let answer = send(
                &world,
                site,
                "POST",
                comments(site),
                &comment(site, page, ""),
            )
            .await;
            assert_eq!(answer.0, 404, "{}", answer.1);
        }
        assert_eq!(world.sandbox.changes(), []);
    }
}

#[tokio::test]
async fn what_was_carried_out_is_noted_although_its_answer_was_cut_and_not_what_a_fault_replaced() {
    let world = World::start().await;
    let site = ConfluenceCloud;
    let fault = |effect| Fault::new(site, "/pages", effect).on("POST").times(1);
    world.sandbox.inject(fault(Effect::EmptySuccess));
    world.sandbox.inject(fault(Effect::CutBody));
    for title in ["A", "B"] {
        send(
            &world,
            site,
            "POST",
            pages(site),
            &page(site, title, None, ""),
        )
        .await;
    }
    assert_eq!(world.sandbox.changes().len(), 1);
    world
        .json(site, "/api/v2/pages?title=B", &people::ben())
        .await;
}
