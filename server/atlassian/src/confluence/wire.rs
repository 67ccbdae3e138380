//! Confluence's JSON that both versions of the interface share. Every member may be missing or
//! null. The verbs return the nouns of `model` instead.

use serde::Deserialize;

use crate::markup::RichText;
use crate::model;

pub(super) use attachment::{Content as ContentAttachment, Flat as FlatAttachment};

mod attachment;
pub(super) mod v1;
pub(super) mod v2;

/// A list.
#[derive(Deserialize)]
pub(super) struct Answer<T> {
    pub(super) results: Option<Vec<T>>,
    #[serde(rename = "_links")]
    links: Option<Links>,
}

impl<T> Default for Answer<T> {
    fn default() -> Self {
        Self {
            results: None,
            links: None,
        }
    }
}

impl<T> Answer<T> {
    /// The link to where the list goes on.
    pub(super) fn next(&self) -> Option<&str> {
        self.links.as_ref()?.next.as_deref()
    }

    /// Whether the list goes on; its length proves nothing.
    pub(super) fn has_next(&self) -> bool {
        self.next().is_some()
    }
}

/// Addresses: `base` is the site for people, the others are relative to it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Links {
    pub(super) base: Option<String>,
    pub(super) next: Option<String>,
    webui: Option<String>,
    download: Option<String>,
}

impl Links {
    /// The address for a browser; without one, the site itself.
    fn browse(self, site: &crate::SiteUrl) -> String {
        let base = self.base.unwrap_or_else(|| site.to_string());
        base + &self.webui.unwrap_or_default()
    }
}

/// A user of either deployment: Cloud has account ids, Data Center user names.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct User {
    r#type: Option<String>,
    account_id: Option<String>,
    username: Option<String>,
    display_name: Option<String>,
    public_name: Option<String>,
    email: Option<String>,
}

impl User {
    pub(super) fn is_anonymous(&self) -> bool {
        self.r#type.as_deref() == Some("anonymous")
    }
}

impl From<User> for model::User {
    fn from(user: User) -> Self {
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        Self {
            id: user.account_id.or(user.username),
            display_name: filled(user.display_name).or(filled(user.public_name)),
            email: filled(user.email),
        }
    }
}

/// `body.storage.value`, the same in both versions.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Body {
    storage: Option<Storage>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Storage {
    value: Option<String>,
}

impl Body {
    fn into_text(self) -> Option<RichText> {
        self.storage?.value.map(RichText::of_confluence)
    }
}
