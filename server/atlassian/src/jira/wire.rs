//! Jira's JSON, as far as it is read: people, comments, remote links; issues, files and screens are
//! below. Every member
//! may be missing or null (B-35).
//! The verbs return the nouns of `model` instead.

use serde::Deserialize;
use serde_json::Value;

use crate::markup::RichText;
use crate::model::{self, Timestamp};

mod attachment;
mod issue;
mod screen;

pub(super) use attachment::Attachment;
pub(super) use issue::{ALL_FIELDS, Issue, OVERVIEW_FIELDS, Status};
pub(super) use screen::{Field, IssueType, Project, Transition};

/// A user of either deployment: Cloud has account ids, Data Center user names.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct User {
    account_id: Option<String>,
    name: Option<String>,
    display_name: Option<String>,
    email_address: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Comment {
    id: Option<String>,
    author: Option<User>,
    created: Option<String>,
    updated: Option<String>,
    body: Option<Value>,
    visibility: Option<Visibility>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Visibility {
    value: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RemoteLink {
    relationship: Option<String>,
    application: Option<Application>,
    object: Option<Target>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Application {
    r#type: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Target {
    url: Option<String>,
    title: Option<String>,
    summary: Option<String>,
}

impl From<User> for model::User {
    fn from(user: User) -> Self {
        Self {
            id: user.account_id.or(user.name),
            display_name: user.display_name,
            email: user.email_address,
        }
    }
}

impl From<Comment> for model::Comment {
    fn from(comment: Comment) -> Self {
        Self {
            id: comment.id.unwrap_or_default(),
            author: comment.author.map(Into::into),
            created: time(comment.created),
            updated: time(comment.updated),
            body: comment.body.and_then(RichText::of_jira),
            visibility: comment.visibility.and_then(|it| it.value),
        }
    }
}

impl From<RemoteLink> for model::RemoteLink {
    fn from(link: RemoteLink) -> Self {
        let target = link.object.unwrap_or_default();
        Self {
            url: target.url,
            title: target.title,
            summary: target.summary,
            relationship: link.relationship,
            application: link.application.and_then(|it| it.r#type),
        }
    }
}

fn time(text: Option<String>) -> Option<Timestamp> {
    Timestamp::parse(&text?)
}
