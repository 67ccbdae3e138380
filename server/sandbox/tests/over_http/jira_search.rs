//! Searching for issues on both Jiras.

use std::collections::HashSet;

use sandbox::{Person, people};
use serde_json::{Value, json};

use crate::jira::BOTH;
use crate::{JiraCloud, JiraDataCenter, World, each, refusal};

pub(crate) async fn search(world: &World, person: &Person, body: &Value) -> Value {
    let request = world
        .post(JiraCloud, "/rest/api/3/search/jql", person)
        .json(body);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200, "{body}");
    answer.json().await.unwrap()
}

#[tokio::test]
async fn cloud_search_gives_ids_unless_fields_are_named_and_no_total() {
    let world = World::start().await;
    let found = search(&world, &people::ana(), &json!({ "jql": "key = DEMO-1" })).await;
    assert_eq!(
        found,
        json!({ "issues": [{ "id": "10001" }], "isLast": true })
    );
    let body = json!({ "jql": "key = DEMO-1", "fields": ["summary"], "expand": "names,changelog" });
    let found = search(&world, &people::ana(), &body).await;
    assert_eq!(found["issues"][0]["fields"].as_object().unwrap().len(), 1);
    assert_eq!(found["names"]["summary"], "Summary");
    assert!(found["issues"][0]["changelog"]["total"].is_number());
    assert!(found.get("total").is_none());
}

#[tokio::test]
async fn cloud_search_is_walked_by_token_exactly_once_and_tokens_fit_their_query_only() {
    let world = World::start().await;
    let jql = "project in (DEMO, OPS, SECRET) ORDER BY key";
    let (mut ids, mut token) = (Vec::new(), None::<String>);
    loop {
        let mut body = json!({ "jql": jql, "maxResults": 7 });
        if let Some(token) = &token {
            body["nextPageToken"] = json!(token);
        }
        let page = search(&world, &people::ana(), &body).await;
        ids.extend(each(&page["issues"], "id"));
        assert_eq!(page["isLast"] == true, page.get("nextPageToken").is_none());
        match page["nextPageToken"].as_str() {
            Some(next) => token = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(ids.len(), 25);
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 25);
    let body = json!({ "jql": "project = DEMO", "nextPageToken": token });
    let request = world
        .post(JiraCloud, "/rest/api/3/search/jql", &people::ana())
        .json(&body);
    assert_eq!(request.send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn cloud_refuses_unbounded_queries_and_user_names() {
    let world = World::start().await;
    for (jql, part) in [
        ("", "Unbounded JQL queries are not allowed here"),
        (
            "ORDER BY created",
            "Unbounded JQL queries are not allowed here",
        ),
        (
            "assignee = ana",
            "The value 'ana' does not exist for the field 'assignee'",
        ),
        (
            "project = SECRET2",
            "The value 'SECRET2' does not exist for the field 'project'",
        ),
    ] {
        let request = world.post(JiraCloud, "/rest/api/3/search/jql", &people::ana());
        let answer = request.json(&json!({ "jql": jql })).send().await.unwrap();
        let (status, text) = refusal(answer).await;
        assert_eq!(status, 400);
        assert!(text.contains(part), "{jql}: {text}");
    }
    let body = json!({ "jql": format!("assignee = '{}'", people::ana().account_id) });
    assert!(
        !search(&world, &people::ana(), &body).await["issues"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn cloud_counts_by_a_request_of_its_own() {
    let world = World::start().await;
    let path = "/rest/api/3/search/approximate-count";
    let request = world.post(JiraCloud, path, &people::ben());
    let answer = request
        .json(&json!({ "jql": "project = DEMO" }))
        .send()
        .await
        .unwrap();
    assert_eq!(
        answer.json::<Value>().await.unwrap(),
        json!({ "count": 14 })
    );
}

#[tokio::test]
async fn data_center_searches_by_get_and_post_with_offset_and_total() {
    let world = World::start().await;
    let ana = people::ana();
    let mut keys = Vec::new();
    loop {
        let body = json!({
            "jql": "ORDER BY key", "startAt": keys.len(), "maxResults": 10, "fields": ["summary"]
        });
        let request = world
            .post(JiraDataCenter, "/rest/api/2/search", &ana)
            .json(&body);
        let page: Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(page["total"], 26);
        let more = each(&page["issues"], "key");
        if more.is_empty() {
            break;
        }
        keys.extend(more);
    }
    assert_eq!(keys.iter().collect::<HashSet<_>>().len(), 26);
    assert_eq!(keys.len(), 26);

    let path = "/rest/api/2/search?jql=assignee%3DcurrentUser()&fields=*navigable&maxResults=1";
    let page = world.json(JiraDataCenter, path, &ana).await;
    assert_eq!(page["issues"][0]["fields"]["assignee"]["name"], "ana");
    assert!(page["issues"][0]["fields"].get("comment").is_none());
    let path = "/rest/api/2/search?jql=key%20in%20(DEMO-1,DEMO-999)";
    assert_eq!(world.refusal(JiraDataCenter, path, &ana).await.0, 400);
    let page = world
        .json(JiraDataCenter, &format!("{path}&validateQuery=false"), &ana)
        .await;
    assert_eq!(page["total"], 1);
}

#[tokio::test]
async fn people_of_the_crowd_see_their_own_issue_only() {
    let world = World::start().await;
    assert_eq!(world.sandbox.add_crowd(2).len(), 2);
    let third = world.sandbox.add_crowd(1).pop().unwrap();
    let theirs = third.belongings.clone().unwrap();
    assert_eq!(
        (theirs.issue_key.as_str(), theirs.marker.as_str()),
        ("CROWD-3", "marker-crowd-0003")
    );
    for (site, root) in BOTH {
        let issue = world
            .json(site, &format!("{root}/issue/CROWD-3"), &third)
            .await;
        assert!(
            issue["fields"]["summary"]
                .as_str()
                .unwrap()
                .contains(&theirs.marker)
        );
        for other in ["CROWD-1", "DEMO-1"] {
            let path = format!("{root}/issue/{other}");
            assert_eq!(world.refusal(site, &path, &third).await.0, 404);
        }
        let path = format!("{root}/issue/CROWD-3");
        assert_eq!(world.refusal(site, &path, &people::ana()).await.0, 404);
    }
    let body = json!({ "jql": "assignee = currentUser()", "fields": ["summary"] });
    assert_eq!(
        each(&search(&world, &third, &body).await["issues"], "key"),
        ["CROWD-3"]
    );
}
