//! Confluence Cloud: REST v2, and of v1 what v2 lacks (search, the current user, downloads).
//! A new endpoint is one more file here.

mod attachments;
mod comments;
mod pages;
mod search;
mod spaces;
mod users;
mod view;
mod writing;

use axum::Router;
use axum::routing::any;

use crate::site::Site;
use crate::site::refusal::Refusal;

/// All endpoints, relative to the context path.
pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .merge(pages::routes())
        .merge(spaces::routes())
        .merge(comments::routes())
        .merge(attachments::routes())
        .merge(users::routes())
        .merge(search::routes())
        .merge(writing::routes())
        .route("/rest/api/content", any(removed))
        .route("/rest/api/content/{id}", any(removed))
        .route("/rest/api/content/{id}/child/comment", any(removed))
}

/// What v2 has replaced: making, reading and changing pages, and comments.
async fn removed() -> Refusal {
    Refusal::gone("This deprecated endpoint has been removed. Use the v2 API: /wiki/api/v2/pages.")
}
