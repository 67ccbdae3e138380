//! Confluence Data Center: REST v1, in which most of an answer comes by expansion.
//! A new endpoint is one more file here.

mod attachments;
mod comments;
mod content;
mod search;
mod server_information;
mod space;
mod users;
mod versions;
mod view;
mod writing;

use axum::Router;

use crate::site::Site;

/// All endpoints, relative to the context path.
pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .merge(server_information::routes())
        .merge(content::routes())
        .merge(comments::routes())
        .merge(attachments::routes())
        .merge(versions::routes())
        .merge(search::routes())
        .merge(users::routes())
        .merge(space::routes())
        .merge(writing::routes())
}
