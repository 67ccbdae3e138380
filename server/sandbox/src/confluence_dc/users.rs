//! People: the caller, or one by user name or key.
//! Account ids belong to Cloud and are refused.

use axum::routing::get;
use axum::{Json, Router};

use crate::confluence_search;
use crate::people::Person;
use crate::site::Site;
use crate::site::call::{Answer, Call};
use crate::site::refusal::Refusal;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/rest/api/user/current", get(current))
        .route("/rest/api/user", get(user))
}

async fn current(call: Call) -> Answer {
    call.params(&["expand"])?.expand(&[])?;
    Ok(Json(confluence_search::current_user(&call)))
}

async fn user(call: Call) -> Answer {
    let params = call.params(&["username", "key", "expand"])?;
    params.expand(&[])?;
    let (name, key) = (params.text("username"), params.text("key"));
    if name.is_none() && key.is_none() {
        return Err(Refusal::bad_request(
            "Either 'username' or 'key' is required",
        ));
    }
    let is_asked = |person: &&Person| {
        name.is_none_or(|name| person.user_name == name)
            && key.is_none_or(|key| person.confluence_user_key == key)
    };
    let store = call.site.shared.store();
    let Some(person) = store.people.iter().find(is_asked) else {
        return Err(Refusal::not_found("No user found with this name or key"));
    };
    Ok(Json(confluence_search::user(
        &call.site,
        &call.caller,
        person,
    )))
}
