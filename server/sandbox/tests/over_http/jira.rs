//! The endpoints of both Jiras.

use std::collections::HashSet;

use sandbox::{Person, Personality, people};
use serde_json::{Value, json};

use crate::{JiraCloud, JiraDataCenter, World, each, refusal};

const BOTH: [(Personality, &str); 2] =
    [(JiraCloud, "/rest/api/3"), (JiraDataCenter, "/rest/api/2")];

async fn search(world: &World, person: &Person, body: &Value) -> Value {
    let request = world
        .post(JiraCloud, "/rest/api/3/search/jql", person)
        .json(body);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200, "{body}");
    answer.json().await.unwrap()
}

#[tokio::test]
async fn the_showcase_issue_has_every_member_in_the_form_of_its_deployment() {
    let world = World::start().await;
    let cloud = world
        .json(JiraCloud, "/rest/api/3/issue/DEMO-1", &people::ana())
        .await;
    let center = world
        .json(JiraDataCenter, "/rest/api/2/issue/DEMO-1", &people::ana())
        .await;
    for issue in [&cloud, &center] {
        let fields = &issue["fields"];
        assert_eq!(
            (&issue["id"], &issue["key"]),
            (&json!("10001"), &json!("DEMO-1"))
        );
        assert_eq!(fields["status"]["statusCategory"]["key"], "indeterminate");
        assert_eq!(fields["created"], "2026-09-08T07:12:12.000+0000");
        assert_eq!(fields["duedate"], "2026-09-25");
        assert_eq!(fields["parent"]["key"], "DEMO-2");
        assert_eq!(each(&fields["components"], "name"), ["Checkout"]);
        assert_eq!(each(&fields["fixVersions"], "id"), ["10301"]);
        assert_eq!(fields["issuelinks"][0]["outwardIssue"]["key"], "DEMO-3");
        assert_eq!(fields["comment"]["total"], 5);
        assert_eq!(fields["resolution"], Value::Null);
        assert_eq!(fields["labels"], json!(["checkout", "payments"]));
    }
    assert!(
        center["self"]
            .as_str()
            .unwrap()
            .ends_with("/jira/rest/api/2/issue/10001")
    );
    assert!(
        cloud["self"]
            .as_str()
            .unwrap()
            .ends_with("/rest/api/3/issue/10001")
    );
}

#[tokio::test]
async fn people_and_rich_text_have_the_form_of_their_deployment() {
    let world = World::start().await;
    let cloud = world
        .json(JiraCloud, "/rest/api/3/issue/DEMO-1", &people::ana())
        .await;
    let center = world
        .json(JiraDataCenter, "/rest/api/2/issue/DEMO-1", &people::ana())
        .await;
    assert_eq!(
        cloud["fields"]["assignee"]["accountId"],
        people::ana().account_id.as_str()
    );
    assert_eq!(cloud["fields"]["assignee"]["name"], Value::Null);
    assert_eq!(cloud["fields"]["reporter"]["emailAddress"], Value::Null);
    assert_eq!(cloud["fields"]["description"]["type"], "doc");
    assert_eq!(center["fields"]["assignee"]["name"], "ana");
    assert_eq!(center["fields"]["assignee"]["accountId"], Value::Null);
    let wiki = center["fields"]["description"].as_str().unwrap();
    assert!(
        wiki.starts_with("h2. What happens\r\n") && wiki.contains("[~ben]"),
        "{wiki}"
    );
}

#[tokio::test]
async fn fields_and_expansions_are_given_when_asked_for() {
    let world = World::start().await;
    for (site, root) in BOTH {
        let path = format!(
            "{root}/issue/DEMO-1?fields=summary,status&expand=names,changelog,transitions,renderedFields"
        );
        let issue = world.json(site, &path, &people::ben()).await;
        let fields: Vec<&String> = issue["fields"].as_object().unwrap().keys().collect();
        assert_eq!(fields, ["summary", "status"]);
        assert_eq!(
            issue["names"],
            json!({ "summary": "Summary", "status": "Status" })
        );
        assert_eq!(
            each(&issue["transitions"], "name"),
            ["To Do", "In Progress", "In Review", "Done"]
        );
        let log = &issue["changelog"];
        assert_eq!(log["total"], 6);
        let newest_first = log["histories"][0]["id"].as_str() > log["histories"][1]["id"].as_str();
        assert_eq!(newest_first, site == JiraCloud);
    }
}

#[tokio::test]
async fn what_has_no_value_is_null_and_not_absent() {
    let world = World::start().await;
    for (site, root) in BOTH {
        let issue = world
            .json(site, &format!("{root}/issue/DEMO-7"), &people::ana())
            .await;
        let nullable = [
            "assignee",
            "reporter",
            "creator",
            "priority",
            "description",
            "duedate",
            "resolution",
            "resolutiondate",
            "environment",
            "customfield_10016",
        ];
        for field in nullable {
            assert_eq!(issue["fields"].get(field), Some(&Value::Null), "{field}");
        }
        assert_eq!(issue["fields"]["labels"], json!([]));
        assert!(issue["fields"].get("parent").is_none());
    }
}

#[tokio::test]
async fn a_moved_issue_answers_with_its_new_key() {
    let world = World::start().await;
    for (site, root) in BOTH {
        let issue = world
            .json(site, &format!("{root}/issue/OPS-4"), &people::ben())
            .await;
        assert_eq!(issue["key"], "DEMO-9");
    }
}

#[tokio::test]
async fn what_a_person_may_not_see_does_not_exist_for_them() {
    let world = World::start().await;
    let ben = people::ben();
    for (site, root) in BOTH {
        for hidden in ["OPS-1", "SECRET-1", "NOPE-1"] {
            for tail in ["", "/comment", "/remotelink"] {
                let path = format!("{root}/issue/{hidden}{tail}");
                assert_eq!(world.refusal(site, &path, &ben).await.0, 404, "{path}");
            }
        }
        let issue = world
            .json(site, &format!("{root}/issue/DEMO-1"), &ben)
            .await;
        assert!(!issue["fields"]["issuelinks"].to_string().contains("OPS-"));
        let issue = world
            .json(site, &format!("{root}/issue/DEMO-1"), &people::ana())
            .await;
        assert!(issue["fields"]["issuelinks"].to_string().contains("OPS-7"));
    }
    let body = json!({ "jql": "updated > 2020-01-01", "fields": ["*all"], "maxResults": 100 });
    let all = search(&world, &ben, &body).await;
    assert!(all["issues"].as_array().unwrap().len() > 10);
    assert!(!all.to_string().contains("OPS-1\"") && !all.to_string().contains("SECRET-"));
}

#[tokio::test]
async fn comments_are_walked_page_by_page_exactly_once() {
    let world = World::start().await;
    for (site, root) in BOTH {
        let mut seen = Vec::new();
        loop {
            let path = format!(
                "{root}/issue/DEMO-4/comment?startAt={}&maxResults=9",
                seen.len()
            );
            let page = world.json(site, &path, &people::ana()).await;
            seen.extend(each(&page["comments"], "id"));
            if seen.len() as u64 >= page["total"].as_u64().unwrap() {
                break;
            }
        }
        assert_eq!(seen.len(), 34);
        assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 34);
        let path = format!("{root}/issue/DEMO-4/comment?orderBy=-created&maxResults=1");
        let newest = world.json(site, &path, &people::ana()).await;
        assert_eq!(newest["comments"][0]["id"], seen[33].as_str());
    }
}

#[tokio::test]
async fn embedded_comments_are_cut_on_cloud_only() {
    let world = World::start().await;
    for ((site, root), expected) in BOTH.into_iter().zip([20, 34]) {
        let path = format!("{root}/issue/DEMO-4?fields=comment");
        let issue = world.json(site, &path, &people::ana()).await;
        let comment = &issue["fields"]["comment"];
        assert_eq!(comment["comments"].as_array().unwrap().len(), expected);
        assert_eq!(comment["total"], 34);
    }
}

#[tokio::test]
async fn the_changelog_of_cloud_has_pages_and_starts_with_the_oldest() {
    let world = World::start().await;
    let mut ids = Vec::new();
    loop {
        let path = format!(
            "/rest/api/3/issue/DEMO-1/changelog?startAt={}&maxResults=4",
            ids.len()
        );
        let page = world.json(JiraCloud, &path, &people::ana()).await;
        ids.extend(each(&page["values"], "id"));
        assert_eq!(page["isLast"] == true, page.get("nextPage").is_none());
        if page["isLast"] == true {
            break;
        }
    }
    assert_eq!(ids.len(), 6);
    assert!(ids.is_sorted());
    let path = "/rest/api/3/issue/DEMO-1/changelog?startAt=1&maxResults=1";
    let page = world.json(JiraCloud, path, &people::ana()).await;
    let assigned = &page["values"][0]["items"][1];
    assert_eq!(assigned["to"], people::ana().account_id.as_str());
    assert_eq!(
        (&assigned["toString"], &assigned["from"]),
        (&json!("Ana Sousa"), &Value::Null)
    );
}

#[tokio::test]
async fn remote_links_lead_to_confluence_and_elsewhere() {
    let world = World::start().await;
    for (site, root) in BOTH {
        let links = world
            .json(
                site,
                &format!("{root}/issue/DEMO-1/remotelink"),
                &people::ana(),
            )
            .await;
        assert_eq!(links[0]["application"]["type"], "com.atlassian.confluence");
        assert!(
            links[0]["object"]["url"]
                .as_str()
                .unwrap()
                .contains("pageId=98310")
        );
        assert_eq!(links[1]["object"]["title"], "Idempotent requests, a primer");
    }
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
