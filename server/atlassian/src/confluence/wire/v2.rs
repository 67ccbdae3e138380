//! REST v2, which only Cloud speaks: flat answers with ids in place of people and spaces.
//! Data Center's v1 is next door.

use serde::Deserialize;

use super::{Body, Links};
use crate::SiteUrl;
use crate::confluence::people::People;
use crate::confluence::reach::Reach;
use crate::ids::{CommentId, PageId};
use crate::markup::RichText;
use crate::model::{
    self, CommentLocation, PageComment, PageKind, PageVersion, Resolution, Timestamp,
};

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
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Comment {
    id: Option<String>,
    pub(crate) page_id: Option<String>,
    pub(crate) blog_post_id: Option<String>,
    pub(crate) parent_comment_id: Option<String>,
    version: Option<Version>,
    body: Option<Body>,
    resolution_status: Option<String>,
    properties: Option<InlineProperties>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct InlineProperties {
    inline_original_selection: Option<String>,
}

/// The two collections v2 keeps comments in; each knows only its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shelf {
    Footer,
    Inline,
}

impl Shelf {
    /// Its name in paths.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Footer => "footer-comments",
            Self::Inline => "inline-comments",
        }
    }
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

    pub(crate) fn id(&self) -> Option<CommentId> {
        CommentId::parse(self.id.as_deref()?).ok()
    }

    pub(crate) fn when(&self) -> Option<Timestamp> {
        Timestamp::parse(self.version.as_ref()?.created_at.as_deref()?)
    }

    pub(crate) fn into_comment(self, shelf: Shelf, people: &People) -> PageComment {
        let (id, when, location) = (self.id(), self.when(), self.location(shelf));
        let parent = self.parent_comment_id.as_deref();
        let version = self.version.unwrap_or_default();
        PageComment {
            id,
            reply_to: parent.and_then(|id| CommentId::parse(id).ok()),
            author: people.named(version.author_id),
            when,
            location,
            body: self.body.and_then(Body::into_text),
        }
    }

    fn location(&self, shelf: Shelf) -> CommentLocation {
        let properties = self.properties.as_ref();
        match shelf {
            Shelf::Footer => CommentLocation::Footer,
            Shelf::Inline => CommentLocation::Inline {
                selection: properties.and_then(|it| it.inline_original_selection.clone()),
                resolution: match self.resolution_status.as_deref() {
                    Some("resolved") => Resolution::Resolved,
                    Some("dangling") => Resolution::Dangling,
                    _ => Resolution::Open,
                },
            },
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
