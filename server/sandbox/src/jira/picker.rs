//! `issue/picker`: issues that fit what somebody types, by key or by words of the summary.
//! The history of what a person has looked at is not kept, so its section is empty.

use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::site::Site;
use crate::site::call::{Answer, Call};

/// How many issues a section shows.
const MOST: usize = 20;

pub(super) fn routes(root: &str) -> Router<Site> {
    Router::new().route(&format!("{root}/issue/picker"), get(picker))
}

async fn picker(call: Call) -> Answer {
    let known = [
        "query",
        "currentJQL",
        "currentIssueKey",
        "showSubTasks",
        "showSubTaskParent",
    ];
    let params = call.params(&known)?;
    let typed = params.text("query").unwrap_or_default().to_lowercase();
    let store = call.site.shared.store();
    let fits = |key: &str, summary: &str| {
        key.to_lowercase().starts_with(&typed) || summary.to_lowercase().contains(&typed)
    };
    let found = store.jira(call.site.personality);
    let issues: Vec<Value> = found
        .issues_for(&call.caller)
        .filter(|issue| !typed.is_empty() && fits(&issue.key, &issue.summary))
        .take(MOST)
        .map(|issue| {
            json!({"id": issue.id.to_string(), "key": issue.key,
            "keyHtml": issue.key, "summary": issue.summary, "summaryText": issue.summary})
        })
        .collect();
    Ok(Json(json!({"sections": [
        {"id": "hs", "label": "History Search", "sub": "No issues", "issues": []},
        {"id": "cs", "label": "Current Search", "sub": format!("Showing {}", issues.len()),
            "issues": issues},
    ]})))
}
