//! Both Jiras: Cloud speaks REST v3 with ADF and account ids, Data Center REST v2 with wiki
//! markup and user names. What they share is most of it; a new endpoint is one more file here.

mod attachments;
mod changelog;
mod comments;
mod create;
mod create_metadata;
mod fields;
mod issue;
mod picker;
mod projects;
mod remote_links;
mod search;
mod server_info;
mod transitions;
mod users;
mod view;
mod written;

use axum::Router;

use crate::personality::{Deployment, Personality};
use crate::site::Site;

/// All endpoints of one Jira, relative to its context path.
pub(crate) fn routes(personality: Personality) -> Router<Site> {
    let deployment = personality.deployment();
    let root = api_root(deployment);
    Router::new()
        .merge(server_info::routes(deployment))
        .merge(users::routes(deployment, root))
        .merge(projects::routes(deployment))
        .merge(issue::routes(root))
        .merge(create::routes(root))
        .merge(create_metadata::routes(root))
        .merge(transitions::routes(root))
        .merge(comments::routes(root))
        .merge(attachments::routes(deployment, root))
        .merge(changelog::routes(deployment, root))
        .merge(remote_links::routes(root))
        .merge(picker::routes(root))
        .merge(search::routes(deployment))
}

/// The REST version that is current on this deployment.
fn api_root(deployment: Deployment) -> &'static str {
    match deployment {
        Deployment::Cloud => "/rest/api/3",
        Deployment::DataCenter => "/rest/api/2",
    }
}
