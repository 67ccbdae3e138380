//! What all reading tools have in common: names or addresses, marks around what people wrote, a budget,
//! places to go on from; and the tools that gather: summaries, links, passages, identities.

use atlassian::Deployment;
use sandbox::people;
use serde_json::{Value, json};
use tests::world::{DEPLOYMENTS, personalities, token_of};

use super::{Site, all_between, assert_tells, walk};

/// A call of each tool that tells what people wrote.
fn calls() -> Vec<(&'static str, Value)> {
    let page = json!({"page_id": "98310", "include_comments": true, "include_history": true});
    vec![
        (
            "get-jira-issue",
            json!({"issue_key": "DEMO-1", "include_comments": true}),
        ),
        ("get-my-assigned-issues", json!({})),
        ("summarize-jira-issue", json!({"issue_key": "DEMO-1"})),
        ("extract-confluence-links", json!({"issue_key": "DEMO-1"})),
        ("get-confluence-page", page),
        ("search-confluence", json!({"query": "checkout"})),
        (
            "ask-confluence-page",
            json!({"page_id": "98310", "question": "Fees?"}),
        ),
    ]
}

/// What a text says outside the marks, and what it quotes.
fn parted(told: &str) -> (String, String) {
    let number = &told.split_once("<untrusted-").expect("marks").1[..8];
    let (open, close) = (
        format!("<untrusted-{number}"),
        format!("</untrusted-{number}>\n"),
    );
    let (mut own, mut quoted) = (String::new(), String::new());
    for piece in told.split(&close) {
        let (before, within) = piece.split_once(&open).unwrap_or((piece, ""));
        own += before;
        quoted += within;
    }
    (own, quoted)
}

#[tokio::test]
async fn what_people_wrote_stands_between_marks_and_nowhere_else() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        for (tool, arguments) in calls() {
            let told = site.answer(&people::ana(), tool, arguments).await;
            let (own, quoted) = parted(&told);
            for theirs in [
                "Checkout",
                "Grace",
                "Carol",
                "Webshop",
                "double click",
                "http",
            ] {
                assert!(!own.contains(theirs), "{tool}: {own}");
            }
            assert!(quoted.contains("Checkout"), "{tool}: {quoted}");
        }
    }
}

#[tokio::test]
async fn every_id_may_be_an_address_of_the_configured_site_and_of_no_other() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let (jira, confluence) = personalities(deployment);
        let issue = format!("{}/browse/DEMO-1?focusedId=1", site.world.sandbox.url(jira));
        let wiki = site.world.sandbox.url(confluence).to_string();
        let page = format!("{wiki}/spaces/DEMO/pages/98310/Checkout+flow");
        let titled = format!("{wiki}/display/DEMO/Checkout+flow");
        // 98310 in little-endian bytes, base64.
        let tiny = format!("{wiki}/x/BoAB");
        for tool in [
            "get-jira-issue",
            "summarize-jira-issue",
            "extract-confluence-links",
        ] {
            let told = site
                .answer(&people::ana(), tool, json!({"issue_key": issue}))
                .await;
            assert_tells(&told, &["DEMO-1"]);
            let elsewhere = json!({"issue_key": "https://evil.example/browse/DEMO-1"});
            let failure = site.failure(&people::ana(), tool, elsewhere).await;
            assert_tells(&failure, &["belongs to https://evil.example"]);
            assert_eq!(site.requests(), []);
        }
        for tool in ["get-confluence-page", "ask-confluence-page"] {
            for address in [&page, &titled, &tiny] {
                let mut arguments = json!({"page_id": address});
                if tool == "ask-confluence-page" {
                    arguments["question"] = json!("fees");
                }
                let told = site.answer(&people::ana(), tool, arguments).await;
                assert_tells(&told, &["**Title**: Checkout flow"]);
            }
        }
    }
}

#[tokio::test]
async fn a_page_that_is_too_long_is_cut_and_read_on_to_its_end() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let tool = "get-confluence-page";
        let whole = json!({"page_id": "98310"});
        let whole = site.answer(&people::ana(), tool, whole).await;
        let short = json!({"page_id": "98310", "max_chars": 1000});
        let parts = walk(&site, &people::ana(), tool, short).await;
        assert!(parts.len() >= 2, "{}", parts.len());
        assert!(parts.iter().all(|part| part.chars().count() <= 1_100));
        assert_tells(&parts[0], &["more characters of the page are left out."]);
        let joined = parts.concat();
        for line in whole
            .lines()
            .filter(|line| line.len() > 8 && !line.contains("untrusted-"))
        {
            assert!(joined.contains(line), "{line:?} is lost");
        }
    }
}

#[tokio::test]
async fn b_39_the_cursor_walks_all_comments_newest_first_and_each_once() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let arguments = json!({"issue_key": "DEMO-4", "include_comments": true});
        let parts = walk(&site, &people::ana(), "get-jira-issue", arguments).await;
        let comments = parts
            .iter()
            .map(|part| part.split_once("## Comments").unwrap().1);
        let dates: Vec<_> = comments
            .flat_map(|part| all_between(part, " date=\"", "\""))
            .collect();
        assert_eq!(dates.len(), 34, "{deployment}");
        let sorted = dates.is_sorted_by(|a, b| a >= b);
        assert!(sorted, "{dates:?}");
    }
}

#[tokio::test]
async fn a_cursor_of_another_tool_or_of_a_text_that_has_changed_says_so() {
    let site = Site::start(Deployment::DataCenter).await;
    let ana = people::ana();
    let short = json!({"page_id": "98310", "max_chars": 1000});
    let told = site.answer(&ana, "get-confluence-page", short).await;
    let cursor = all_between(&told, "cursor `", "`")[0];
    let other_page = json!({"page_id": "98311", "cursor": cursor});
    let failure = site.failure(&ana, "get-confluence-page", other_page).await;
    assert_tells(&failure, &["has changed", "leave the cursor out"]);
    for (tool, arguments) in [
        (
            "ask-confluence-page",
            json!({"page_id": "98310", "question": "x", "cursor": cursor}),
        ),
        (
            "get-jira-issue",
            json!({"issue_key": "DEMO-1", "cursor": "made up"}),
        ),
    ] {
        let failure = site.failure(&ana, tool, arguments).await;
        assert_tells(&failure, &["this cursor is none", "leave it out"]);
    }
}

/// B-40 and B-44: the status history was promised and absent, and the whole answer was told twice.
#[tokio::test]
async fn b_40_b_44_a_summary_has_references_history_and_comments_and_says_nothing_twice() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let arguments = json!({"issue_key": "DEMO-1"});
        let told = site
            .answer(&people::ana(), "summarize-jira-issue", arguments)
            .await;
        assert_tells(
            &told,
            &[
                "# Jira Issue Summary: DEMO-1",
                "**Title**: Checkout pays twice",
                "## Description",
                "## Confluence References",
                "- [Checkout flow](http",
                "## Links outside Jira",
                "- [Idempotent requests, a primer](",
                "## Status history (newest first)",
                "In Review → In Progress (Ben Okafor)",
                "## Comments (5, newest first)",
            ],
        );
        for once in ["- [Checkout flow](", "charged twice.", "## Comments"] {
            assert_eq!(told.matches(once).count(), 1, "{once}: {told}");
        }
    }
}

#[tokio::test]
async fn b_42_the_links_of_an_issue_are_listed_by_kind_with_their_sources() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let tool = "extract-confluence-links";
        let told = site
            .answer(&people::ana(), tool, json!({"issue_key": "DEMO-1"}))
            .await;
        assert_tells(
            &told,
            &[
                "# Links Found in DEMO-1",
                "link(s) total (1 Confluence, 0 Git)",
                "## Confluence Links (1)",
                "### 1. Checkout flow",
                "**URL**: http",
                "**Source**: Remote Link",
            ],
        );
        for (git, said) in [
            (true, "Confluence or Git links"),
            (false, "No Confluence links"),
        ] {
            let arguments = json!({"issue_key": "DEMO-7", "include_git_urls": git});
            let told = site.answer(&people::ana(), tool, arguments).await;
            assert_tells(&told, &[said, "DEMO-7"]);
        }
    }
}

/// B-56: the first thousand characters were told, whatever the question.
#[tokio::test]
async fn b_56_the_passages_that_matter_for_the_question_are_told_within_the_budget() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let ask = async |kind: &str, question: &str, most: u32| {
            let arguments = json!({"page_id": "98310", "question": question,
                "context_type": kind, "max_chars": most});
            site.answer(&people::ana(), "ask-confluence-page", arguments)
                .await
        };
        let told = ask("specific", "Which fee does Stripe take?", 24_000).await;
        assert_tells(
            &told,
            &[
                "**Question:** Which fee",
                "**Context (specific):**",
                "| Stripe |",
            ],
        );
        assert_eq!(told.matches("| Stripe |").count(), 1, "{told}");
        let told = ask("summary", "zebra crossing", 24_000).await;
        assert_tells(&told, &["*No passage has a word of the question.*"]);
        let told = ask("details", "Which fee does Stripe take?", 1_000).await;
        assert_tells(
            &told,
            &[
                "| Stripe |",
                "less relevant passages are left out.",
                "cursor `",
            ],
        );
        let walked = json!({"page_id": "98310", "question": "fee", "context_type": "details",
            "max_chars": 1000});
        let parts = walk(&site, &people::ana(), "ask-confluence-page", walked).await;
        let all = parts.concat();
        for part in ["| Stripe |", "From basket to order", "curl -X POST"] {
            assert!(all.contains(part), "{part}");
        }
    }
}

#[tokio::test]
async fn whoami_tells_account_site_and_credential_of_each_service() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let told = site.answer(&people::ana(), "whoami", json!({})).await;
        let (scheme, version) = match deployment {
            Deployment::Cloud => ("basic", "(cloud)"),
            Deployment::DataCenter => ("bearer", "(datacenter 10."),
        };
        let credential = format!("- Credential: {scheme}, from this request");
        let one = ["- Account: Ana Sousa", "- Site: http", version, &credential];
        assert_tells(&told, &["# Jira"]);
        assert_tells(&told, &[&one[..], &["# Confluence"], &one[..]].concat());
        let answer = site.result(&people::ana(), "whoami", &json!({})).await;
        let services = &answer["result"]["structuredContent"]["services"];
        for (at, service) in ["Jira", "Confluence"].iter().enumerate() {
            assert_eq!(services[at]["service"], *service, "{services}");
            assert_eq!(services[at]["signed_in"], true, "{services}");
            assert_eq!(services[at]["source"], "header", "{services}");
        }
        assert!(
            !answer
                .to_string()
                .contains(&token_of(&people::ana(), deployment))
        );
    }
}

#[tokio::test]
async fn lists_come_for_programs_too_without_the_texts() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let arguments = json!({"max_results": 2});
        let answer = site
            .result(&people::ana(), "get-my-assigned-issues", &arguments)
            .await;
        let list = &answer["result"]["structuredContent"];
        assert_eq!(list["issues"][1]["key"], "DEMO-1", "{list}");
        assert_eq!(list["total"], 6, "{list}");
        let arguments = json!({"max_results": 2, "cursor": list["next_cursor"]});
        let answer = site
            .result(&people::ana(), "get-my-assigned-issues", &arguments)
            .await;
        assert_eq!(
            answer["result"]["structuredContent"]["issues"][0]["key"],
            "SECRET-1"
        );
        let arguments = json!({"query": "payment worker"});
        let answer = site
            .result(&people::ana(), "search-confluence", &arguments)
            .await;
        let list = &answer["result"]["structuredContent"];
        assert_eq!(list["hits"][0]["id"], "98310", "{list}");
        assert!(!list.to_string().contains("worker books"), "{list}");
    }
}
