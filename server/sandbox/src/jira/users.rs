//! `myself`: who the caller is; and who can be assigned issues of a project.
//! People in general cannot be searched here: nobody needs more than those.

use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::view::View;
use crate::people::Person;
use crate::personality::Deployment;
use crate::site::Site;
use crate::site::call::{Answer, Call};
use crate::site::refusal::Refusal;

pub(super) fn routes(deployment: Deployment, root: &str) -> Router<Site> {
    let assignable = format!("{root}/user/assignable/search");
    let router = Router::new().route(&format!("{root}/myself"), get(myself));
    match deployment {
        Deployment::Cloud => router.route(&assignable, get(assignable_on_cloud)),
        Deployment::DataCenter => router.route(&assignable, get(assignable_on_data_center)),
    }
}

async fn myself(call: Call) -> Answer {
    call.params(&["expand"])?
        .expand(&["groups", "applicationRoles"])?;
    let store = call.site.shared.store();
    let mut user = View::of(&call, &store).user(&call.caller);
    user["locale"] = json!("en_GB");
    user["groups"] = json!({ "size": 1, "items": [] });
    user["applicationRoles"] = json!({ "size": 1, "items": [] });
    user["expand"] = json!("groups,applicationRoles");
    if call.site.personality.deployment() == Deployment::DataCenter {
        user["deleted"] = json!(false);
    }
    Ok(Json(user))
}

/// By account id, or by the beginning of a name or an e-mail address.
async fn assignable_on_cloud(call: Call) -> Answer {
    let params = call.params(&["query", "accountId", "project", "startAt", "maxResults"])?;
    let start = params.number("startAt")?.unwrap_or(0);
    let limit = params.number("maxResults")?.unwrap_or(50).min(1000);
    let fits = match (params.text("query"), params.text("accountId")) {
        (Some(query), None) => Wanted::Words(query.to_lowercase()),
        (None, Some(id)) => Wanted::AccountId(id.to_owned()),
        _ => {
            let why = "The query parameter 'query' or 'accountId' is required.";
            return Err(Refusal::bad_request(why));
        }
    };
    assignable(&call, params.text("project"), &fits, start, limit)
}

/// By the beginning of a user name, a name or an e-mail address; there is no `startAt`.
async fn assignable_on_data_center(call: Call) -> Answer {
    let params = call.params(&["username", "project", "maxResults"])?;
    let limit = params.number("maxResults")?.unwrap_or(50).min(1000);
    let words = params.text("username").unwrap_or_default().to_lowercase();
    assignable(
        &call,
        params.text("project"),
        &Wanted::Words(words),
        0,
        limit,
    )
}

enum Wanted {
    AccountId(String),
    Words(String),
}

impl Wanted {
    fn fits(&self, deployment: Deployment, person: &Person) -> bool {
        let words = match self {
            Self::AccountId(id) => return person.account_id == *id,
            Self::Words(words) => words.as_str(),
        };
        let name = person.display_name.to_lowercase();
        let user_name = deployment == Deployment::DataCenter && person.user_name.starts_with(words);
        let mut names = name.split(' ');
        user_name
            || person.email.starts_with(words)
            || name.starts_with(words)
            || names.any(|part| part.starts_with(words))
    }
}

fn assignable(
    call: &Call,
    project: Option<&str>,
    wanted: &Wanted,
    start: usize,
    limit: usize,
) -> Answer {
    let store = call.site.shared.store();
    let view = View::of(call, &store);
    let key = project.ok_or_else(|| Refusal::bad_request("Project or issue is required."))?;
    let project = view.jira.project_for(view.caller, key);
    let project = project.ok_or_else(|| {
        Refusal::not_found(format!("No project could be found with key '{key}'."))
    })?;
    let fitting = view.store.people.iter().filter(|person| {
        project.viewers.includes(person) && wanted.fits(view.deployment(), person)
    });
    let shown: Vec<Value> = fitting
        .skip(start)
        .take(limit)
        .map(|person| view.user(person))
        .collect();
    Ok(Json(shown.into()))
}
