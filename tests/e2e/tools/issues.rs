//! get-jira-issue and get-my-assigned-issues.

use atlassian::Deployment;
use sandbox::{Effect, Fault, people};
use serde_json::json;
use tests::world::{DEPLOYMENTS, personalities};

use super::{Site, all_between, assert_tells, walk};

const ISSUE: &str = "get-jira-issue";
const MINE: &str = "get-my-assigned-issues";

#[tokio::test]
async fn an_issue_is_told_with_its_facts_its_links_and_its_description() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let arguments = json!({"issue_key": "DEMO-1"});
        let told = site.answer(&people::ana(), ISSUE, arguments).await;
        assert_tells(
            &told,
            &[
                "# Jira Issue: DEMO-1\n",
                "**Title**: Checkout pays twice after a double click",
                "**Status**: In Progress",
                "**Priority**: Highest",
                "**Type**: Bug",
                "**Assignee**: Ana Sousa",
                "**Reporter**: Grace Tanaka",
                "**Created**: 2026-09-08T",
                "**Updated**: 2026-09-17T",
                "**Due Date**: 2026-09-25",
                "**Labels**: checkout, payments",
                "**Parent**: DEMO-2: Checkout that nobody fears",
                "/browse/DEMO-1",
                "**Linked issues**",
                "- blocks DEMO-3: Offer instalments for cargo bikes",
                "## Description",
                " author=\"Grace Tanaka\" date=\"2026-09-08T",
                "A customer who clicks **Pay now** twice is charged twice.",
                "1. Put a cargo bike into the basket\n2. Go to checkout\n   1. as a guest",
                "| Browser | Network | Charged |\n| --- | --- | --- |",
                "```json\n{\"order\": \"K-20817\"",
            ],
        );
        assert!(!told.contains("## Comments"), "{told}");
        assert!(!told.contains("## Status history"), "{told}");
    }
}

#[tokio::test]
async fn links_that_cannot_be_read_do_not_hide_the_issue() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let (jira, _) = personalities(deployment);
        let switched_off =
            Effect::status(404, r#"{"errorMessages":["Issue linking is disabled"]}"#);
        site.world
            .sandbox
            .inject(Fault::new(jira, "/remotelink", switched_off));
        let arguments = json!({"issue_key": "DEMO-1", "include_comments": true});
        let told = site.answer(&people::ana(), ISSUE, arguments).await;
        assert_tells(
            &told,
            &[
                "# Jira Issue: DEMO-1",
                "They could not be read",
                "## Comments",
            ],
        );
    }
}

/// B-38 and B-40: the due date was lost and the status history fetched but never shown.
#[tokio::test]
async fn b_38_b_40_with_comments_come_the_discussion_the_links_and_the_status_history() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let arguments = json!({"issue_key": "DEMO-1", "include_comments": true});
        let told = site.answer(&people::ana(), ISSUE, arguments).await;
        assert_tells(
            &told,
            &[
                "**Due Date**: 2026-09-25",
                "## Links outside Jira",
                "[Idempotent requests, a primer](https://payments.example.org/idempotency)",
                "## Status history (newest first)",
                "In Review → In Progress (Ben Okafor)",
                "In Progress → In Review (Ana Sousa)",
                "To Do → In Progress (Ana Sousa)",
                "## Comments (5, newest first)",
                " author=\"Ana Sousa\" date=\"2026-09-17T",
                "Server side is ready for review",
                " author=\"Carol Lindqvist\" date=\"2026-09-10T",
                " author=\"Ben Okafor\" date=\"2026-09-08T",
                "```javascript",
            ],
        );
    }
}

#[tokio::test]
async fn b_39_of_many_comments_the_newest_are_shown_and_the_others_counted() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let arguments = json!({"issue_key": "DEMO-4", "include_comments": true});
        let told = site.answer(&people::ana(), ISSUE, arguments).await;
        let (_, told) = told.split_once("## Comments").unwrap();
        assert_eq!(all_between(told, " author=\"", "\"").len(), 5, "{told}");
        let parts = [
            " (34, newest first)",
            "*29 older comments are not shown. More: call again with cursor `",
        ];
        assert_tells(told, &parts);
    }
}

/// B-35: the Python server failed on every unassigned issue.
#[tokio::test]
async fn b_35_an_issue_with_nothing_filled_in_is_a_readable_answer() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        for comments in [false, true] {
            let arguments = json!({"issue_key": "DEMO-7", "include_comments": comments});
            let told = site.answer(&people::ana(), ISSUE, arguments).await;
            assert_tells(
                &told,
                &[
                    "**Title**: Imported without details",
                    "**Priority**: None",
                    "**Assignee**: Unassigned",
                    "**Reporter**: Unknown",
                    "**Due Date**: No due date",
                ],
            );
            for absent in ["null", "## Description", "## Comments", "Labels"] {
                assert!(!told.contains(absent), "{absent}: {told}");
            }
        }
    }
}

#[tokio::test]
async fn a_moved_issue_is_found_by_its_old_key_and_told_by_its_new_one() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        for comments in [false, true] {
            let arguments = json!({"issue_key": "ops-4", "include_comments": comments});
            let told = site.answer(&people::ana(), ISSUE, arguments).await;
            assert_tells(&told, &["# Jira Issue: DEMO-9", "/browse/DEMO-9"]);
        }
    }
}

#[tokio::test]
async fn an_issue_that_the_caller_may_not_see_is_told_like_one_that_is_not_there() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let told = async |key: &str, comments: bool| {
            let arguments = json!({"issue_key": key, "include_comments": comments});
            let failure = site.failure(&people::ben(), ISSUE, arguments).await;
            assert_tells(&failure, &["Jira has no issue", key, "Next step: "]);
            failure.replace(key, "KEY")
        };
        for comments in [false, true] {
            let hidden = told("OPS-1", comments).await;
            assert_eq!(hidden, told("OPS-999", comments).await, "{deployment}");
            assert_eq!(hidden, told("NOPE-1", comments).await, "{deployment}");
        }
    }
}

/// B-12: keys went into the path as they came.
#[tokio::test]
async fn b_12_a_text_that_is_no_key_is_refused_before_anything_is_sent() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        for key in [
            "",
            "DEMO",
            "DEMO-1/../../myself",
            "DEMO-1?expand=x",
            "DEMO-1%2f",
            "-1",
            "1-1",
        ] {
            let arguments = json!({"issue_key": key});
            let failure = site.failure(&people::ana(), ISSUE, arguments).await;
            assert_tells(&failure, &["is no issue key", "such as DEMO-1"]);
            assert_eq!(site.requests(), [], "{key}");
        }
    }
}

const OPEN_ISSUES_OF_ANA: [&str; 6] = [
    "OPS-7", "DEMO-1", "SECRET-1", "SECRET-2", "DEMO-9", "DEMO-14",
];

#[tokio::test]
async fn my_issues_are_the_callers_own_highest_priority_first_then_newest() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let told = site.answer(&people::ana(), MINE, json!({})).await;
        assert_eq!(keys(&told), OPEN_ISSUES_OF_ANA, "{deployment}");
        assert_tells(
            &told,
            &[
                "6 of 6 issues assigned to Ana Sousa",
                "**DEMO-1**: Checkout pays twice after a double click",
                "  - Status: In Progress\n  - Priority: Highest\n  - Type: Bug\n",
                "  - Due Date: 2026-09-25",
            ],
        );
        let told = site.answer(&people::ben(), MINE, json!({})).await;
        assert_tells(&told, &["3 of 3 issues assigned to Ben Okafor"]);
    }
}

#[tokio::test]
async fn somebody_without_issues_is_told_so_by_name() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        for done in [false, true] {
            let arguments = json!({"include_done": done});
            let told = site.answer(&people::grace(), MINE, arguments).await;
            let expected = "No issues are assigned to Grace Tanaka.";
            assert_eq!(told, expected, "{deployment}");
        }
    }
}

/// B-41: done was told by status names, which are in another language in project OPS.
#[tokio::test]
async fn b_41_issues_that_are_done_in_any_language_are_shown_on_request_only() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let open = site.answer(&people::eva(), MINE, json!({})).await;
        assert_eq!(keys(&open), ["OPS-2"], "{deployment}");
        let arguments = json!({"include_done": true});
        let all = site.answer(&people::eva(), MINE, arguments).await;
        assert_eq!(keys(&all), ["OPS-2", "OPS-3", "OPS-8"], "{deployment}");
        assert_tells(&all, &["**OPS-3**", "  - Status: Erledigt"]);
    }
}

#[tokio::test]
async fn the_cursor_walks_my_issues_in_order_and_each_exactly_once() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        for (size, pages) in [(1, 6), (2, 3), (4, 2), (6, 1), (100, 1)] {
            let arguments = json!({"max_results": size});
            let walked = walk(&site, &people::ana(), MINE, arguments).await;
            assert_eq!(walked.len(), pages, "{deployment}, {size} at a time");
            let found: Vec<_> = walked.iter().flat_map(|page| keys(page)).collect();
            assert_eq!(found, OPEN_ISSUES_OF_ANA, "{deployment}, {size} at a time");
        }
    }
}

#[tokio::test]
async fn a_number_of_results_out_of_bounds_is_brought_within() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        for size in [-5, 0, 101, i64::MAX] {
            let arguments = json!({"max_results": size});
            let told = site.answer(&people::ana(), MINE, arguments).await;
            assert_eq!(keys(&told), OPEN_ISSUES_OF_ANA, "{deployment}, {size}");
        }
    }
}

#[tokio::test]
async fn a_cursor_that_nobody_named_is_a_failure_with_a_way_out() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let arguments = json!({"cursor": "made up"});
        let failure = site.failure(&people::ana(), MINE, arguments).await;
        assert_tells(&failure, &["Jira", "Next step: "]);
    }
}

/// B-33: Atlassian has removed the old search from Cloud.
#[tokio::test]
async fn b_33_each_deployment_is_searched_through_its_own_interface_only() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let arguments = json!({"max_results": 2});
        site.answer(&people::ana(), MINE, arguments).await;
        let sent = site.requests().into_iter();
        let sent: Vec<_> = sent
            .map(|request| format!("{} {}", request.method, request.path))
            .collect();
        let expected: &[&str] = match deployment {
            Deployment::Cloud => &[
                "POST /rest/api/3/search/jql",
                "POST /rest/api/3/search/approximate-count",
            ],
            Deployment::DataCenter => &["POST /jira/rest/api/2/search"],
        };
        assert_eq!(sent, expected, "{deployment}");
    }
}

fn keys(told: &str) -> Vec<&str> {
    all_between(told, "\n**", "**: ")
}
