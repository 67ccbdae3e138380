//! `myself`: who the caller is.
//! Searching for other people is not offered yet.

use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

use super::view::View;
use crate::personality::Deployment;
use crate::site::Site;
use crate::site::call::{Answer, Call};

pub(super) fn routes(root: &str) -> Router<Site> {
    Router::new().route(&format!("{root}/myself"), get(myself))
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
