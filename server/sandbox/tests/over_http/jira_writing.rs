//! Writing in both Jiras: what is carried out and what is refused, in which words.

use reqwest::Response;
use sandbox::{Personality, people};
use serde_json::{Value, json};

use crate::{JiraCloud, JiraDataCenter, World, each};

const BOTH: [(Personality, &str); 2] =
    [(JiraCloud, "/rest/api/3"), (JiraDataCenter, "/rest/api/2")];

async fn sent(world: &World, site: Personality, path: &str, body: &Value) -> Response {
    let request = world.post(site, path, &people::ana()).json(body);
    request.send().await.unwrap()
}

/// The `errors` of a 400, after which nothing has been carried out.
async fn wrong(world: &World, site: Personality, path: &str, body: &Value) -> Value {
    let before = world.sandbox.changes();
    let answer = sent(world, site, path, body).await;
    assert_eq!(answer.status(), 400, "{body}");
    assert_eq!(world.sandbox.changes(), before, "{body}");
    let told: Value = answer.json().await.unwrap();
    told["errors"].clone()
}

/// What was carried out so far, without saying where and by whom.
fn changes(world: &World) -> Vec<String> {
    let changes = world.sandbox.changes().into_iter();
    changes
        .map(|change| format!("{} {}", change.deed, change.object))
        .collect()
}

fn text(site: Personality, words: &str) -> Value {
    if site == JiraDataCenter {
        return json!(words);
    }
    let words = json!({ "type": "text", "text": words });
    json!({ "type": "doc", "version": 1, "content": [{ "type": "paragraph", "content": [words] }] })
}

fn ben(site: Personality) -> Value {
    match site {
        JiraCloud => json!({ "accountId": people::ben().account_id }),
        _ => json!({ "name": "ben" }),
    }
}

#[tokio::test]
async fn an_issue_is_created_with_its_fields_and_read_back() {
    let world = World::start().await;
    for (site, root) in BOTH {
        let body = json!({ "fields": {
            "project": { "key": "DEMO" }, "issuetype": { "name": "Task" }, "summary": "New",
            "description": text(site, "Words"), "assignee": ben(site), "labels": ["a"],
            "priority": { "name": "High" }, "duedate": "2026-12-24",
        } });
        let answer = sent(&world, site, &format!("{root}/issue"), &body).await;
        assert_eq!(answer.status(), 201);
        let created: Value = answer.json().await.unwrap();
        assert_eq!(created["key"], "DEMO-15");
        let path = format!("{root}/issue/{}", created["id"].as_str().unwrap());
        let issue = world.json(site, &path, &people::ana()).await;
        let fields = &issue["fields"];
        assert_eq!(fields["summary"], "New");
        assert_eq!(fields["assignee"]["displayName"], "Ben Okafor");
        assert_eq!(fields["reporter"]["displayName"], "Ana Sousa");
        assert_eq!(fields["status"]["name"], "To Do");
        assert_eq!(fields["priority"]["name"], "High");
        assert_eq!(
            (&fields["labels"], &fields["duedate"]),
            (&json!(["a"]), &json!("2026-12-24"))
        );
        assert_eq!(fields["description"], text(site, "Words"));
    }
    assert_eq!(changes(&world), ["created issue DEMO-15"; 2]);
}

#[tokio::test]
async fn every_wrong_field_of_a_new_issue_is_named() {
    let world = World::start().await;
    for (site, root) in BOTH {
        let path = format!("{root}/issue");
        for (field, value) in [
            ("project", json!({ "key": "NOPE" })),
            ("project", json!({ "name": "Kestrel Webshop" })),
            ("issuetype", json!({ "name": "task" })),
            ("summary", json!("two\nlines")),
            ("labels", json!(["with space"])),
            ("priority", json!("High")),
            ("duedate", json!("24.12.2026")),
            ("customfield_10040", json!({ "value": "Porto" })),
            ("colour", json!("red")),
        ] {
            let mut fields = json!({
                "project": { "key": "DEMO" }, "issuetype": { "name": "Task" }, "summary": "New"
            });
            fields[field] = value;
            let errors = wrong(&world, site, &path, &json!({ "fields": fields })).await;
            let named: Vec<&String> = errors.as_object().unwrap().keys().collect();
            assert_eq!(named, [field], "{errors}");
        }
        let unknown = json!({ "fields": {}, "notify": true });
        let errors = wrong(&world, site, &path, &unknown).await;
        assert_eq!(errors, json!({}));
    }
}

#[tokio::test]
async fn neither_deployment_takes_the_form_of_the_other() {
    let world = World::start().await;
    for ((site, root), (other, _)) in BOTH.into_iter().zip(BOTH.into_iter().rev()) {
        let body = json!({ "fields": {
            "project": { "key": "DEMO" }, "issuetype": { "name": "Task" }, "summary": "New",
            "description": text(other, "Words"), "assignee": ben(other),
        } });
        let errors = wrong(&world, site, &format!("{root}/issue"), &body).await;
        let named: Vec<&String> = errors.as_object().unwrap().keys().collect();
        assert_eq!(named, ["description", "assignee"], "{errors}");
        let path = format!("{root}/issue/DEMO-1/comment");
        let errors = wrong(
            &world,
            site,
            &path,
            &json!({ "body": text(other, "Words") }),
        )
        .await;
        assert!(errors["comment"].as_str().unwrap().contains("not valid"));
    }
    let named = "/rest/api/3/user/assignable/search?username=ana&project=DEMO";
    let (status, _) = world.refusal(JiraCloud, named, &people::ana()).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn a_project_says_what_it_wants_to_be_told_and_keeps_to_it() {
    let world = World::start().await;
    for (site, root) in BOTH {
        let types = format!("{root}/issue/createmeta/OPS/issuetypes");
        let list = if site == JiraCloud {
            ["issueTypes", "fields"]
        } else {
            ["values", "values"]
        };
        let found = world.json(site, &types, &people::ana()).await;
        assert_eq!(
            each(&found[list[0]], "name"),
            ["Story", "Task", "Sub-task", "Bug", "Epic"]
        );
        let fields = world
            .json(site, &format!("{types}/10002"), &people::ana())
            .await;
        let required = fields[list[1]].as_array().unwrap().iter();
        let required =
            required.filter(|it| it["required"] == true && it["hasDefaultValue"] == false);
        let required: Vec<&str> = required.filter_map(|it| it["name"].as_str()).collect();
        assert_eq!(required, ["Summary", "Issue Type", "Project", "Standort"]);

        let mut fields = json!({
            "project": { "key": "OPS" }, "issuetype": { "id": "10002" }, "summary": "New"
        });
        let path = format!("{root}/issue");
        let errors = wrong(&world, site, &path, &json!({ "fields": fields })).await;
        assert_eq!(
            errors,
            json!({ "customfield_10040": "Standort is required." })
        );
        fields["customfield_10040"] = json!({ "value": "Porto" });
        let answer = sent(&world, site, &path, &json!({ "fields": fields })).await;
        assert_eq!(answer.status(), 201);
    }
    let hidden = "/rest/api/3/issue/createmeta/OPS/issuetypes";
    assert_eq!(
        world.refusal(JiraCloud, hidden, &people::ben()).await.0,
        404
    );
}

#[tokio::test]
async fn only_sub_tasks_have_a_parent_on_data_center() {
    let world = World::start().await;
    for (site, root) in BOTH {
        let path = format!("{root}/issue");
        let new = |kind: &str, parent: Option<&str>| {
            let mut fields = json!({
                "project": { "key": "DEMO" }, "issuetype": { "name": kind }, "summary": "New"
            });
            if let Some(parent) = parent {
                fields["parent"] = json!({ "key": parent });
            }
            json!({ "fields": fields })
        };
        let lonely = wrong(&world, site, &path, &new("Sub-task", None)).await;
        assert!(lonely.get("parent").is_some(), "{lonely}");
        let answer = sent(&world, site, &path, &new("Sub-task", Some("DEMO-3"))).await;
        assert_eq!(answer.status(), 201);
        let answer = sent(&world, site, &path, &new("Task", Some("DEMO-2"))).await;
        let expected = if site == JiraCloud { 201 } else { 400 };
        assert_eq!(answer.status(), expected);
    }
}

#[tokio::test]
async fn a_comment_is_added_for_everybody_or_internally() {
    let world = World::start().await;
    for (site, root) in BOTH {
        let path = format!("{root}/issue/HELP-1/comment");
        let body = json!({ "body": text(site, "Open") });
        assert_eq!(sent(&world, site, &path, &body).await.status(), 201);
        let internal = json!([{ "key": "sd.public.comment", "value": { "internal": true } }]);
        let body = json!({ "body": text(site, "Closed"), "properties": internal });
        assert_eq!(sent(&world, site, &path, &body).await.status(), 201);
        let page = world.json(site, &path, &people::ana()).await;
        assert_eq!(page["comments"][3]["body"], text(site, "Closed"));
        if site == JiraCloud {
            assert_eq!(page["comments"][2]["jsdPublic"], true);
            assert_eq!(page["comments"][3]["jsdPublic"], false);
        }
        let other = json!([{ "key": "mine", "value": 1 }]);
        let body = json!({ "body": text(site, "Odd"), "properties": other });
        wrong(&world, site, &path, &body).await;
    }
    let expected = [
        "added comment HELP-1 for all",
        "added comment HELP-1 internally",
    ];
    assert_eq!(changes(&world), [expected, expected].concat());
}

#[tokio::test]
async fn a_transition_moves_an_issue_without_an_answer() {
    let world = World::start().await;
    for (site, root) in BOTH {
        let path = format!("{root}/issue/DEMO-3/transitions");
        let offered = world.json(site, &path, &people::ana()).await;
        assert!(offered["transitions"][0].get("fields").is_none());
        let id = offered["transitions"][3]["id"].as_str().unwrap();
        let answer = sent(&world, site, &path, &json!({ "transition": { "id": id } })).await;
        assert_eq!(answer.status(), 204);
        assert_eq!(answer.text().await.unwrap(), "");
        let path = format!("{root}/issue/DEMO-3?expand=changelog");
        let issue = world.json(site, &path, &people::ana()).await;
        assert_eq!(issue["fields"]["status"]["name"], "Done");
        assert_eq!(issue["fields"]["resolution"]["name"], "Done");
        assert!(
            issue["changelog"]
                .to_string()
                .contains("\"toString\":\"Done\"")
        );
    }
    assert_eq!(changes(&world), ["took transition DEMO-3 to Done"; 2]);
}

#[tokio::test]
async fn a_screen_must_be_filled_in_and_with_nothing_else() {
    let world = World::start().await;
    for (site, root) in BOTH {
        let path = format!("{root}/issue/OPS-1/transitions");
        let shown = format!("{path}?expand=transitions.fields");
        let offered = world.json(site, &shown, &people::ana()).await;
        let names = each(&offered["transitions"], "name");
        assert_eq!(
            names,
            ["Wieder öffnen", "Warten lassen", "Abschließen", "Verwerfen"]
        );
        assert_eq!(
            offered["transitions"][2]["fields"]["resolution"]["required"],
            true
        );
        let id = &offered["transitions"][2]["id"];
        let without = json!({ "transition": { "id": id } });
        let errors = wrong(&world, site, &path, &without).await;
        assert_eq!(errors, json!({ "resolution": "Resolution is required." }));
        let mut body = without.clone();
        body["fields"] = json!({ "resolution": { "name": "Done" }, "summary": "x" });
        let errors = wrong(&world, site, &path, &body).await;
        assert!(errors.get("summary").is_some(), "{errors}");
        body["fields"] = json!({ "resolution": { "name": "Done" } });
        body["update"] = json!({ "comment": [{ "add": { "body": text(site, "Bye") } }] });
        assert_eq!(sent(&world, site, &path, &body).await.status(), 204);
        wrong(
            &world,
            site,
            &path,
            &json!({ "transition": { "id": "999" } }),
        )
        .await;
        wrong(&world, site, &path, &json!({ "transition": "21" })).await;
    }
}

#[tokio::test]
async fn people_who_can_be_assigned_are_found_by_the_beginnings_of_their_names() {
    let world = World::start().await;
    let ana = people::ana();
    for (site, root, member) in [
        (JiraCloud, "/rest/api/3", "query"),
        (JiraDataCenter, "/rest/api/2", "username"),
    ] {
        for (wanted, project, found) in [
            ("an", "DEMO", &["Ana Sousa"][..]),
            ("ben@kestrel", "DEMO", &["Ben Okafor"]),
            ("ben", "OPS", &[]),
            ("sousa", "SECRET", &["Ana Sousa"]),
        ] {
            let path = format!("{root}/user/assignable/search?{member}={wanted}&project={project}");
            let people = world.json(site, &path, &ana).await;
            assert_eq!(each(&people, "displayName"), found, "{path}");
        }
    }
    let id = &ana.account_id;
    let path = format!("/rest/api/3/user/assignable/search?accountId={id}&project=DEMO");
    let found = world.json(JiraCloud, &path, &ana).await;
    assert_eq!(each(&found, "accountId"), [id.as_str()]);
}

#[tokio::test]
async fn projects_are_those_that_the_caller_sees() {
    let world = World::start().await;
    let cloud = world
        .json(JiraCloud, "/rest/api/3/project/search", &people::ben())
        .await;
    assert_eq!(each(&cloud["values"], "key"), ["DEMO"]);
    let own = world
        .json(JiraDataCenter, "/rest/api/2/project", &people::grace())
        .await;
    assert_eq!(each(&own, "key"), ["DEMO", "OPS", "HELP"]);
    assert_eq!(
        each(&own, "projectTypeKey"),
        ["software", "software", "service_desk"]
    );
}
