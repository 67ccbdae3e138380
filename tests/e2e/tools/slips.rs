//! Calls as models make them when they are slightly wrong: either what can only be meant is done, or the
//! answer says what to send instead. Calls that are wrong in other ways are with their tools.

use sandbox::people;
use serde_json::json;
use tests::world::DEPLOYMENTS;

use super::assert_tells;
use crate::site::Site;

#[tokio::test]
async fn values_in_quotes_and_words_for_nothing_are_taken_as_meant() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let arguments = json!({
            "query": "checkout", "space_key": "null", "max_results": "1", "cursor": "undefined",
        });
        let told = site
            .answer(&people::ana(), "search-confluence", arguments)
            .await;
        assert_tells(&told, &["Checkout flow", "More: call again with cursor"]);
        let arguments = json!({"page_id": "98310", "include_history": "true", "title": "None"});
        let told = site
            .answer(&people::ana(), "get-confluence-page", arguments)
            .await;
        assert_tells(&told, &["## History"]);
    }
}

#[tokio::test]
async fn a_hit_tells_the_key_of_its_space_and_no_hit_what_to_try() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let search = async |arguments| {
            site.answer(&people::ana(), "search-confluence", arguments)
                .await
        };
        let told = search(json!({"query": "checkout"})).await;
        assert_tells(&told, &["Space: Webshop Handbook (DEMO)"]);
        let told = search(json!({"query": "98310"})).await;
        assert_tells(
            &told,
            &["Nothing found.", "to get-confluence-page as page_id"],
        );
        let told = search(json!({"query": "checkout", "space_key": "NOPE"})).await;
        assert_tells(&told, &["Nothing found.", "search without space_key"]);
    }
}

#[tokio::test]
async fn a_page_named_by_words_is_answered_with_the_way_to_its_number() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let fails = async |arguments| {
            site.failure(&people::ana(), "get-confluence-page", arguments)
                .await
        };
        let told = fails(json!({"page_id": "Checkout flow"})).await;
        assert_tells(&told, &["is no page id", "`title`, with `space_key`"]);
        let told = fails(json!({"title": "Checkout", "space_key": "DEMO"})).await;
        assert_tells(&told, &["has no page \"Checkout\"", "search-confluence"]);
    }
}

#[tokio::test]
async fn a_file_of_a_page_is_found_by_its_name_in_either_argument() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let named = json!({"attachment_id": "payment worker.log", "page_id": 98310});
        let told = site
            .answer(&people::ana(), "get-confluence-attachment", named)
            .await;
        assert_tells(&told, &["**File name**: payment worker.log"]);
        let alone = json!({"attachment_id": "payment worker.log"});
        let told = site
            .failure(&people::ana(), "get-confluence-attachment", alone)
            .await;
        assert_tells(&told, &["or its file name together with page_id"]);
    }
}

#[tokio::test]
async fn a_person_is_assigned_by_a_mention_and_a_document_is_no_markdown() {
    let document = r#"{"type": "doc", "version": 1, "content": []}"#;
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let issue = json!({"project_key": "DEMO", "summary": "S", "issue_type": "Task", "dry_run": "true", "due_date": ""});
        for assignee in [
            "@Ana Sousa",
            "Ana Sousa <ana@kestrel-cycles.example>",
            "myself",
        ] {
            let mut issue = issue.clone();
            issue["assignee"] = json!(assignee);
            let told = site
                .answer(&people::ana(), "create-jira-issue", issue)
                .await;
            assert_tells(&told, &["**Assignee**: Ana Sousa"]);
            assert!(!told.contains("Due Date"), "{told}");
        }
        let mut described = issue.clone();
        described["description"] = json!(document);
        let comment = json!({"issue_key": "DEMO-1", "comment": document});
        let moved = json!({"issue_key": "DEMO-1", "transition_id": "Done", "comment": document});
        for (tool, arguments) in [
            ("create-jira-issue", described),
            ("comment-jira-issue", comment),
            ("transition-jira-issue", moved),
        ] {
            let told = site.failure(&people::ana(), tool, arguments).await;
            assert_tells(
                &told,
                &["(ADF)", "write the text in Markdown; nothing was written"],
            );
        }
    }
}

#[tokio::test]
async fn a_dry_run_refuses_what_jira_would_refuse() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        for (name, value) in [
            ("summary", json!("a\nb")),
            ("due_date", json!("tomorrow")),
            ("labels", json!(["in review"])),
        ] {
            let mut issue = json!({"project_key": "DEMO", "summary": "S", "issue_type": "Task", "dry_run": true});
            issue[name] = value;
            let told = site
                .failure(&people::ana(), "create-jira-issue", issue)
                .await;
            assert_tells(&told, &["Next step: ", "nothing was written"]);
        }
    }
}
