//! What Atlassian's descriptions no longer have, or never had: each is refused, so that a client that calls
//! it is found out.

use reqwest::Method;
use sandbox::{Personality, people};
use serde_json::json;

use crate::{ConfluenceCloud, ConfluenceDataCenter, JiraCloud, World, authenticated, refusal};

/// Status and words of the refusal.
async fn refused(world: &World, method: Method, site: Personality, path: &str) -> (u16, String) {
    let request = world.client.request(method, world.address(site, path));
    let request = authenticated(request, site, &people::ana()).json(&json!({}));
    refusal(request.send().await.unwrap()).await
}

#[tokio::test]
async fn confluence_cloud_v1_has_no_page_to_create_read_or_update_and_no_comments() {
    let world = World::start().await;
    for (method, path) in [
        (Method::POST, "/rest/api/content"),
        (
            Method::GET,
            "/rest/api/content?title=Checkout+flow&spaceKey=DEMO",
        ),
        (Method::GET, "/rest/api/content/98310"),
        (Method::PUT, "/rest/api/content/98310"),
        (Method::GET, "/rest/api/content/98310/child/comment"),
    ] {
        let (status, told) = refused(&world, method, ConfluenceCloud, path).await;
        assert_eq!(status, 410, "{path}");
        assert!(told.contains("/wiki/api/v2/pages"), "{told}");
    }
}

#[tokio::test]
async fn confluence_cloud_v2_takes_the_number_of_a_space_as_a_text() {
    let world = World::start().await;
    let ana = people::ana();
    let spaces = world.json(ConfluenceCloud, "/api/v2/spaces?keys=DEMO", &ana);
    let number = spaces.await["results"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let wrong = number.parse::<u64>().unwrap();
    let mut outcomes = Vec::new();
    for space in [json!(wrong), json!("DEMO"), json!(number)] {
        let body = json!({ "representation": "storage", "value": "" });
        let page = json!({ "spaceId": space, "status": "current", "title": "A", "body": body });
        let request = world.post(ConfluenceCloud, "/api/v2/pages", &ana);
        let answer = request.json(&page).send().await.unwrap();
        outcomes.push(answer.status().as_u16());
    }
    assert_eq!(outcomes, [400, 400, 200]);
}

#[tokio::test]
async fn jira_cloud_has_no_search_but_the_one_by_token() {
    let world = World::start().await;
    for method in [Method::GET, Method::POST] {
        for version in [2, 3] {
            let path = format!("/rest/api/{version}/search");
            let (status, told) = refused(&world, method.clone(), JiraCloud, &path).await;
            assert_eq!(status, 410, "{path}");
            assert!(told.contains("/rest/api/3/search/jql"), "{told}");
        }
    }
}

#[tokio::test]
async fn confluence_data_center_has_no_list_of_versions_below_content() {
    let world = World::start().await;
    let path = "/rest/api/content/98310/version";
    let (status, told) = refused(&world, Method::GET, ConfluenceDataCenter, path).await;
    assert_eq!(status, 404);
    assert!(
        told.contains("is not offered by Confluence Data Center"),
        "{told}"
    );
}
