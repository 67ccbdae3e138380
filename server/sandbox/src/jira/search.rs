//! Searching with JQL: by token on Cloud, by offset on Data Center.
//! The language itself is in `query`.

use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::fields::Wanted;
use super::issue::{EXPANSIONS, names, shown};
use super::view::View;
use crate::personality::Deployment;
use crate::query::jql::{Asked, IssueRow, plan};
use crate::query::{Plan, QueryError, Strictness};
use crate::site::Site;
use crate::site::call::{Answer, Call, Sent};
use crate::site::paging::{Cursors, Page};
use crate::site::params::Expand;
use crate::site::refusal::Refusal;
use crate::store::jira::Issue;

pub(super) fn routes(deployment: Deployment) -> Router<Site> {
    match deployment {
        Deployment::Cloud => Router::new()
            .route("/rest/api/3/search/jql", post(by_token))
            .route("/rest/api/3/search/approximate-count", post(count))
            .route("/rest/api/2/search", get(removed).post(removed))
            .route("/rest/api/3/search", get(removed).post(removed)),
        Deployment::DataCenter => {
            Router::new().route("/rest/api/2/search", get(by_query).post(by_offset))
        }
    }
}

async fn removed() -> Refusal {
    Refusal::gone(
        "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API.",
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TokenSearch {
    #[serde(default)]
    jql: String,
    max_results: Option<usize>,
    next_page_token: Option<String>,
    #[serde(default)]
    fields: Vec<String>,
    /// Names separated by commas; a list is a 400 here.
    expand: Option<String>,
    // Known to Jira and without effect here.
    #[serde(rename = "properties")]
    _properties: Option<Vec<String>>,
    #[serde(rename = "fieldsByKeys")]
    _fields_by_keys: Option<bool>,
    #[serde(rename = "reconcileIssues")]
    _reconcile_issues: Option<Vec<u64>>,
}

async fn by_token(call: Call, Sent(search): Sent<TokenSearch>) -> Answer {
    call.params(&[])?;
    let expand = search.expand.as_deref().unwrap_or_default().split(',');
    let expand = expand
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty());
    let expand = Expand::strict(expand.collect(), EXPANSIONS)?;
    let wanted = Wanted::of(search.fields, "id");
    let limit = search.max_results.unwrap_or(50).clamp(1, 5000);
    let cursors = Cursors::of(&format!("{} {}", call.caller.user_name, search.jql));
    let start = cursors.read(search.next_page_token.as_deref())?;

    let store = call.site.shared.store();
    let view = View::of(&call, &store);
    let found = find(&view, &search.jql, Strictness::Strict)?;
    let page = Page::of(found, start, limit);
    let issues: Vec<Value> = page
        .items
        .iter()
        .map(|issue| match wanted.is_id_only() {
            true => json!({ "id": issue.id.to_string() }),
            false => shown(&view, issue, &wanted, &expand),
        })
        .collect();
    let mut answer = json!({ "issues": issues, "isLast": page.next().is_none() });
    if let Some(next) = page.next() {
        answer["nextPageToken"] = json!(cursors.write(next));
    }
    if expand.has("names") {
        answer["names"] = names(&wanted);
    }
    Ok(Json(answer))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Count {
    jql: String,
}

async fn count(call: Call, Sent(count): Sent<Count>) -> Answer {
    call.params(&[])?;
    let store = call.site.shared.store();
    let found = find(&View::of(&call, &store), &count.jql, Strictness::Strict)?;
    Ok(Json(json!({ "count": found.len() })))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OffsetSearch {
    #[serde(default)]
    jql: String,
    start_at: Option<usize>,
    max_results: Option<usize>,
    #[serde(default)]
    fields: Vec<String>,
    #[serde(default)]
    expand: Vec<String>,
    validate_query: Option<bool>,
}

async fn by_offset(call: Call, Sent(search): Sent<OffsetSearch>) -> Answer {
    call.params(&[])?;
    answer_by_offset(&call, search)
}

async fn by_query(call: Call) -> Answer {
    let allowed = [
        "jql",
        "startAt",
        "maxResults",
        "fields",
        "expand",
        "validateQuery",
    ];
    let params = call.params(&allowed)?;
    let search = OffsetSearch {
        jql: params.text("jql").unwrap_or_default().to_owned(),
        start_at: params.number("startAt")?,
        max_results: params.number("maxResults")?,
        fields: params.list("fields"),
        expand: params.list("expand"),
        validate_query: params.text("validateQuery").map(|value| value != "false"),
    };
    answer_by_offset(&call, search)
}

fn answer_by_offset(call: &Call, search: OffsetSearch) -> Answer {
    let expand = Expand::strict(search.expand, EXPANSIONS)?;
    let wanted = Wanted::of(search.fields, "*navigable");
    let strictness = match search.validate_query {
        Some(false) => Strictness::Lenient,
        _ => Strictness::Strict,
    };
    let store = call.site.shared.store();
    let view = View::of(call, &store);
    let found = find(&view, &search.jql, strictness)?;
    // Administrators set the upper limit; 1000 is what Data Center is delivered with.
    let limit = search.max_results.unwrap_or(50).min(1000);
    let page = Page::of(found, search.start_at.unwrap_or(0), limit);
    let issues: Vec<Value> = page
        .items
        .iter()
        .map(|issue| shown(&view, issue, &wanted, &expand))
        .collect();
    let mut answer = json!({
        "expand": "schema,names",
        "startAt": page.start, "maxResults": page.limit, "total": page.total,
        "issues": issues,
    });
    if expand.has("names") {
        answer["names"] = names(&wanted);
    }
    Ok(Json(answer))
}

/// Everything the caller may see that fits, in order.
fn find<'a>(view: &View<'a>, jql: &str, strictness: Strictness) -> Result<Vec<&'a Issue>, Refusal> {
    let asked = Asked {
        jira: view.jira,
        people: &view.store.people,
        caller: view.caller,
        deployment: view.deployment(),
        now: view.site.shared.clock.now(),
    };
    let plan: Plan = plan(jql, &asked, strictness).map_err(refusal)?;
    if plan.is_unbounded() && view.deployment() == Deployment::Cloud {
        return Err(Refusal::bad_request(
            "Unbounded JQL queries are not allowed here. Please add a search restriction to your \
             query.",
        ));
    }
    let rows = view.jira.issues_for(view.caller).map(|issue| IssueRow {
        issue,
        asked: &asked,
    });
    Ok(plan
        .run(rows, "created")
        .into_iter()
        .map(|row| row.issue)
        .collect())
}

fn refusal(error: QueryError) -> Refusal {
    Refusal::bad_request(error.0)
}
