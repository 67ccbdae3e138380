//! People: in bulk by account id (v2), one or the caller (v1).
//! E-mail addresses of others are hidden, as on most Cloud sites.

use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::confluence_search;
use crate::people::Person;
use crate::site::Site;
use crate::site::call::{Answer, Call, Sent};
use crate::site::refusal::Refusal;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/api/v2/users-bulk", post(users_bulk))
        .route("/rest/api/user/current", get(current))
        .route("/rest/api/user", get(user))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wanted {
    account_ids: Vec<String>,
}

/// Unknown account ids are left out.
async fn users_bulk(call: Call, Sent(wanted): Sent<Wanted>) -> Answer {
    call.params(&[])?;
    if wanted.account_ids.is_empty() || wanted.account_ids.len() > 250 {
        return Err(Refusal::bad_request(
            "accountIds must name between 1 and 250 people",
        ));
    }
    let store = call.site.shared.store();
    let asked = |person: &&Person| wanted.account_ids.contains(&person.account_id);
    let people = store.people.iter().filter(asked);
    let results: Vec<Value> = people.map(|person| shown(&call, person)).collect();
    Ok(Json(json!({ "results": results })))
}

fn shown(call: &Call, person: &Person) -> Value {
    json!({
        "displayName": person.display_name,
        "timeZone": person.time_zone,
        "personalSpaceId": null,
        "isExternalCollaborator": false,
        "accountStatus": "active",
        "accountId": person.account_id,
        "email": if *person == call.caller { &person.email } else { "" },
        "accountType": "atlassian",
        "publicName": person.display_name,
        "profilePicture": { "path": "/wiki/aa-avatar/default", "isDefault": true },
    })
}

async fn current(call: Call) -> Answer {
    call.params(&["expand"])?.expand(&[])?;
    Ok(Json(confluence_search::current_user(&call)))
}

async fn user(call: Call) -> Answer {
    let params = call.params(&["accountId", "expand"])?;
    params.expand(&[])?;
    let Some(id) = params.text("accountId") else {
        return Err(Refusal::bad_request(
            "The 'accountId' query parameter is required",
        ));
    };
    let store = call.site.shared.store();
    let Some(person) = store.people.iter().find(|person| person.account_id == id) else {
        return Err(Refusal::not_found(format!(
            "No user found with account id {id}"
        )));
    };
    Ok(Json(confluence_search::user(
        &call.site,
        &call.caller,
        person,
    )))
}
