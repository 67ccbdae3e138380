//! The comments of a page: roots only, unless all depths are asked for.
//! Writing comments is in `writing`.

use axum::Router;
use axum::extract::Path;
use axum::routing::get;

use super::content::paged;
use super::view::{EXPANSIONS, View, above};
use crate::site::Site;
use crate::site::call::{Answer, Call};
use crate::site::refusal::Refusal;
use crate::store::confluence::{Comment, Page, Resolution};

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/rest/api/content/{id}/child/comment", get(comments))
}

async fn comments(call: Call, Path(id): Path<String>) -> Answer {
    let allowed = ["expand", "start", "limit", "location", "depth"];
    let params = call.params(&allowed)?;
    let expand = params.expand(EXPANSIONS)?;
    let locations = params.list("location");
    let known = ["footer", "inline", "resolved"];
    if let Some(other) = locations
        .iter()
        .find(|location| !known.contains(&location.as_str()))
    {
        return Err(Refusal::bad_request(format!(
            "'{other}' is not a location of comments"
        )));
    }
    let all_depths = match params.text("depth") {
        None | Some("") => false,
        Some("all") => true,
        Some(other) => {
            return Err(Refusal::bad_request(format!(
                "depth '{other}' is not valid, use all"
            )));
        }
    };
    let store = call.site.shared.store();
    let view = View::of(&call, &store);
    let page = view.visible(&id)?;
    let fits = |comment: &&Comment| {
        (all_depths || comment.parent.is_none())
            && (locations.is_empty() || locations.iter().any(|l| l == location(page, comment)))
    };
    let all = page.comments.iter().filter(fits).collect();
    let path = format!("/rest/api/content/{id}/child/comment");
    paged(&call, &path, &params, all, |comment| {
        view.comment(page, comment, &expand)
    })
}

/// Under which location a comment is listed: a thread that is resolved as a whole.
fn location(page: &Page, comment: &Comment) -> &'static str {
    let resolved = comment.resolution == Resolution::Resolved
        || above(page, comment)
            .iter()
            .any(|above| above.resolution == Resolution::Resolved);
    if resolved {
        "resolved"
    } else {
        comment.location.name()
    }
}
