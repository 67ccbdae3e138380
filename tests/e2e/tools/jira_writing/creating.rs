//! create-jira-issue: what the words of a caller become, and what they are answered when they are wrong.

use atlassian::Deployment;
use sandbox::people;
use serde_json::{Value, json};
use tests::world::DEPLOYMENTS;

use super::super::{Site, assert_tells};
use super::{CREATE, ISSUE};

/// A task in project DEMO, with further arguments.
fn task(more: Value) -> Value {
    let mut arguments = json!({"project_key": "DEMO", "summary": "New", "issue_type": "Task"});
    let all = arguments.as_object_mut().unwrap();
    all.extend(more.as_object().unwrap().clone());
    arguments
}

#[tokio::test]
async fn an_issue_is_created_and_reads_as_it_was_written() {
    let description = "**Steps**\n\n1. Go\n2. Stop\n\n| a | b |\n| --- | --- |\n| 1 | 2 |";
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let arguments = task(json!({
            "summary": " Pump is empty ", "description": description, "assignee": "ben okafor",
            "labels": ["shop", "tools"], "priority": "high", "due_date": "2026-12-24",
            "fields": {"Story point estimate": 3, "components": ["checkout"]},
        }));
        let told = site.told(CREATE, arguments).await;
        let parts = [
            "Created DEMO-15: Pump is empty",
            "**Type**: Task",
            "**Assignee**: Ben Okafor",
        ];
        assert_tells(&told, &parts);
        assert_eq!(site.carried_out(), ["created issue DEMO-15 by ana"]);
        let told = site.told(ISSUE, json!({"issue_key": "DEMO-15"})).await;
        assert_tells(
            &told,
            &[
                "**Title**: Pump is empty",
                "**Priority**: High",
                "**Assignee**: Ben Okafor",
                "**Reporter**: Ana Sousa",
                "**Due Date**: 2026-12-24",
                "**Labels**: shop, tools",
                description,
            ],
        );
    }
}

/// B-36: the assignee was sent as a user name, which Cloud refuses.
#[tokio::test]
async fn b_36_the_assignee_is_whoever_the_words_mean() {
    let ben = people::ben();
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let id = match deployment {
            Deployment::Cloud => &ben.account_id,
            Deployment::DataCenter => &ben.user_name,
        };
        for (wanted, name) in [
            (id, "Ben Okafor"),
            (&ben.email, "Ben Okafor"),
            (&"BEN".to_owned(), "Ben Okafor"),
            (&"me".to_owned(), "Ana Sousa"),
        ] {
            let told = site.told(CREATE, task(json!({"assignee": wanted}))).await;
            assert_tells(&told, &[&format!("**Assignee**: {name}")]);
        }
        let told = site.told(CREATE, task(json!({"assignee": " "}))).await;
        assert!(!told.contains("Assignee"), "{told}");
    }
}

#[tokio::test]
async fn b_36_words_that_could_mean_several_people_are_answered_with_candidates() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let failure = site.refused(CREATE, task(json!({"assignee": "a"}))).await;
        let ana = match deployment {
            Deployment::Cloud => format!("- `{}`: Ana Sousa", people::ana().account_id),
            Deployment::DataCenter => "- `ana`: Ana Sousa, ana@kestrel-cycles.example".to_owned(),
        };
        assert_tells(
            &failure,
            &["\"a\" does not say whom", &ana, "Assistant Service"],
        );
        let failure = site.refused(CREATE, task(json!({"assignee": "zoe"}))).await;
        assert_tells(
            &failure,
            &["nobody called \"zoe\" can be assigned issues of DEMO"],
        );
        assert_eq!(site.writes(), 0);
    }
}

#[tokio::test]
async fn a_wrong_project_or_type_is_answered_with_those_there_are() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let failure = site
            .refused(CREATE, task(json!({"project_key": "DEM"})))
            .await;
        let parts = [
            "project DEM",
            "DEMO (Kestrel Webshop)",
            "HELP (Kestrel Customer Help)",
        ];
        assert_tells(&failure, &parts);
        let failure = site
            .refused(CREATE, task(json!({"issue_type": "Ticket"})))
            .await;
        assert_tells(
            &failure,
            &[
                "no issue type \"ticket\"",
                "Story, Task, Sub-task, Bug, Epic",
            ],
        );
        // Nobody learns of a project that is hidden from them.
        let hidden = task(json!({"project_key": "SECRET"}));
        let failure = site.failure(&people::ben(), CREATE, hidden).await;
        assert_tells(&failure, &["project SECRET", "DEMO (Kestrel Webshop)"]);
        assert!(
            !failure.contains("Heron") && !failure.contains("OPS"),
            "{failure}"
        );
    }
}

#[tokio::test]
async fn fields_that_are_missing_or_wrong_are_named() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let mut arguments = task(json!({"project_key": "OPS"}));
        let failure = site.refused(CREATE, arguments.clone()).await;
        assert_tells(
            &failure,
            &["must be filled in: Standort (Porto, Lissabon)", "`fields`"],
        );
        arguments["fields"] = json!({"Standort": "Berlin"});
        let failure = site.refused(CREATE, arguments.clone()).await;
        assert_tells(
            &failure,
            &["Standort cannot be \"Berlin\"; it can be: Porto, Lissabon"],
        );
        arguments["fields"] = json!({"Standort": "Porto", "colour": "red"});
        let failure = site.refused(CREATE, arguments.clone()).await;
        assert_tells(&failure, &["Jira has no field \"colour\"", "Standort"]);
        assert_eq!(site.writes(), 0);
        arguments["fields"] = json!({"standort": "lissabon"});
        site.told(CREATE, arguments).await;
        // What only Jira can tell, it tells under the name of the field.
        let failure = site
            .refused(CREATE, task(json!({"fields": {"Due date": "tomorrow"}})))
            .await;
        assert_tells(
            &failure,
            &["(400: duedate: Error parsing date string: tomorrow"],
        );
        let failure = site
            .refused(CREATE, task(json!({"fields": {"Labels": ["two words"]}})))
            .await;
        assert_tells(
            &failure,
            &["(400: labels: The label 'two words' contains spaces"],
        );
    }
}

#[tokio::test]
async fn the_parent_is_an_epic_or_the_issue_of_a_sub_task() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let arguments = task(json!({"issue_type": "Sub-task", "parent_key": "demo-3"}));
        site.told(CREATE, arguments).await;
        let told = site.told(ISSUE, json!({"issue_key": "DEMO-15"})).await;
        assert_tells(&told, &["**Parent**: DEMO-3: "]);
        let failure = site
            .refused(CREATE, task(json!({"issue_type": "Sub-task"})))
            .await;
        assert_tells(&failure, &["must be filled in: Parent"]);
        let lost = task(json!({"issue_type": "Sub-task", "parent_key": "DEMO-999"}));
        let failure = site.refused(CREATE, lost.clone()).await;
        assert_tells(&failure, &["(400: parent: Could not find issue"]);
        let mut rehearsed = lost;
        rehearsed["dry_run"] = json!(true);
        let failure = site.failure(&people::ana(), CREATE, rehearsed).await;
        assert_tells(&failure, &["Jira has no issue DEMO-999"]);
    }
}
