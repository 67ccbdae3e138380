//! REST v2, which only Cloud speaks: flat answers with ids in place of people and spaces.
//! Data Center's v1 is next door.

use serde::Deserialize;

use super::{Body, Links};
use crate::SiteUrl;
use crate::confluence::people::People;
use crate::confluence::reach::Reach;
use crate::ids::PageId;
use crate::markup::RichText;
use crate::model::{self, CommentLocation, PageComment, PageKind, PageVersion, Timestamp};

/// Where v2 keeps pages of a kind.
pub(crate) fn collection(kind: PageKind) -> &'static str {
    match kind {
        PageKind::Page => "pages",
        PageKind::BlogPost => "blogposts",
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Page {
    id: PageId,
    pub(crate) title: Option<String>,
    pub(crate) space_id: Option<String>,
    created_at: Option<String>,
    pub(crate) version: Option<Version>,
    body: Option<Body>,
    #[serde(rename = "_links")]
    links: Option<Links>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Version {
    pub(super) number: Option<u64>,
    pub(super) created_at: Option<String>,
    pub(crate) author_id: Option<String>,
    pub(super) message: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Space {
    pub(crate) id: String,
    key: Option<String>,
    name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Comment {
    id: Option<String>,
    version: Option<Version>,
    body: Option<Body>,
}

impl Page {
    pub(in crate::confluence) fn into_text(self) -> Option<RichText> {
        self.body.and_then(Body::into_text)
    }

    /// The page in its space; `None` when that is out of reach.
    pub(in crate::confluence) fn into_page(
        self,
        kind: PageKind,
        site: &SiteUrl,
        (space, reach): (Option<model::Space>, &Reach),
        people: &People,
    ) -> Option<model::Page> {
        if !reach.includes(space.as_ref()) {
            return None;
        }
        Some(model::Page {
            id: self.id,
            kind,
            title: self.title.unwrap_or_default(),
            space,
            version: self
                .version
                .and_then(|version| version.into_version(people)),
            created: self.created_at.as_deref().and_then(Timestamp::parse),
            body: self.body.and_then(Body::into_text),
            url: self.links.unwrap_or_default().browse(site),
        })
    }
}

impl Version {
    pub(crate) fn into_version(self, people: &People) -> Option<PageVersion> {
        Some(PageVersion {
            number: self.number?,
            when: self.created_at.as_deref().and_then(Timestamp::parse),
            author: people.named(self.author_id),
            message: self.message.filter(|message| !message.is_empty()),
        })
    }
}

impl Comment {
    pub(crate) fn author_id(&self) -> Option<&String> {
        self.version.as_ref()?.author_id.as_ref()
    }

    pub(crate) fn into_comment(self, location: CommentLocation, people: &People) -> PageComment {
        let version = self.version.unwrap_or_default();
        PageComment {
            id: self.id.unwrap_or_default(),
            author: people.named(version.author_id),
            when: version.created_at.as_deref().and_then(Timestamp::parse),
            location,
            body: self.body.and_then(Body::into_text),
        }
    }
}

impl From<Space> for model::Space {
    fn from(space: Space) -> Self {
        Self {
            key: space.key,
            name: space.name,
        }
    }
}
