//! REST v1, which Data Center speaks: everything is "content", details are expanded on request.
//! Cloud's v2 is next door.

use serde::Deserialize;

use super::{Body, Links, User};
use crate::SiteUrl;
use crate::confluence::reach::Reach;
use crate::ids::{CommentId, PageId};
use crate::markup::RichText;
use crate::model::{
    CommentLocation, Page, PageComment, PageKind, PageVersion, Resolution, Space, Timestamp,
};

/// What v1 calls pages of a kind.
pub(crate) fn type_of(kind: PageKind) -> &'static str {
    match kind {
        PageKind::Page => "page",
        PageKind::BlogPost => "blogpost",
    }
}

#[derive(Deserialize)]
pub(crate) struct Content {
    id: PageId,
    r#type: Option<String>,
    pub(crate) title: Option<String>,
    space: Option<SpaceWire>,
    version: Option<Version>,
    history: Option<History>,
    body: Option<Body>,
    extensions: Option<Extensions>,
    ancestors: Option<Vec<Reference>>,
    container: Option<Reference>,
    #[serde(rename = "_links")]
    links: Option<Links>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SpaceWire {
    key: Option<String>,
    name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Version {
    pub(super) by: Option<User>,
    pub(super) when: Option<String>,
    pub(super) number: Option<u64>,
    pub(super) message: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct History {
    created_by: Option<User>,
    created_date: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Extensions {
    location: Option<String>,
    inline_properties: Option<InlineProperties>,
    resolution: Option<Resolved>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct InlineProperties {
    original_selection: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Resolved {
    status: Option<String>,
}

/// Content that is named by another one.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Reference {
    id: Option<String>,
}

impl Content {
    /// The page; `None` when it is out of reach.
    pub(in crate::confluence) fn into_page(self, site: &SiteUrl, reach: &Reach) -> Option<Page> {
        let space = self.space.map(Space::from);
        if !reach.includes(space.as_ref()) {
            return None;
        }
        let created = self.history.and_then(|history| history.created_date);
        Some(Page {
            id: self.id,
            kind: match self.r#type {
                Some(text) if text == type_of(PageKind::BlogPost) => PageKind::BlogPost,
                _ => PageKind::Page,
            },
            title: self.title.unwrap_or_default(),
            space,
            version: self.version.and_then(Version::into_version),
            created: created.as_deref().and_then(Timestamp::parse),
            body: self.body.and_then(Body::into_text),
            url: self.links.unwrap_or_default().browse(site),
        })
    }

    pub(in crate::confluence) fn into_space(self) -> Option<Space> {
        self.space.map(Space::from)
    }

    pub(in crate::confluence) fn into_text(self) -> Option<RichText> {
        self.body.and_then(Body::into_text)
    }

    pub(crate) fn into_comment(self) -> PageComment {
        let (version, history) = (
            self.version.unwrap_or_default(),
            self.history.unwrap_or_default(),
        );
        // The nearest one is the last.
        let parent = self.ancestors.unwrap_or_default().pop();
        let parent = parent.and_then(|parent| parent.id);
        PageComment {
            id: CommentId::parse(self.id.as_str()).ok(),
            reply_to: parent.and_then(|id| CommentId::parse(&id).ok()),
            author: history.created_by.or(version.by).map(Into::into),
            when: history
                .created_date
                .or(version.when)
                .as_deref()
                .and_then(Timestamp::parse),
            location: self.extensions.unwrap_or_default().location(),
            body: self.body.and_then(Body::into_text),
        }
    }

    /// Whether this is a comment on that page.
    pub(in crate::confluence) fn is_comment_on(&self, page: &PageId) -> bool {
        let container = self.container.as_ref().and_then(|it| it.id.as_deref());
        self.r#type.as_deref() == Some("comment") && container == Some(page.as_str())
    }

    /// The two versions a page knows without asking for the list: the first and the current one.
    pub(crate) fn into_versions(self) -> Vec<PageVersion> {
        let current = self.version.and_then(Version::into_version);
        let only = current.as_ref().is_some_and(|version| version.number == 1);
        let first = self.history.filter(|_| !only).map(|history| PageVersion {
            number: 1,
            when: history.created_date.as_deref().and_then(Timestamp::parse),
            author: history.created_by.map(Into::into),
            message: None,
        });
        current.into_iter().chain(first).collect()
    }
}

impl Extensions {
    fn location(self) -> CommentLocation {
        let resolved = self.resolution.and_then(|it| it.status);
        let status = self.location.as_deref();
        match (status, resolved.as_deref()) {
            (Some("inline" | "resolved"), resolved) => CommentLocation::Inline {
                selection: self.inline_properties.and_then(|it| it.original_selection),
                resolution: match resolved {
                    Some("dangling") => Resolution::Dangling,
                    Some("resolved") => Resolution::Resolved,
                    _ if status == Some("resolved") => Resolution::Resolved,
                    _ => Resolution::Open,
                },
            },
            _ => CommentLocation::Footer,
        }
    }
}

impl From<SpaceWire> for Space {
    fn from(space: SpaceWire) -> Self {
        Self {
            key: space.key,
            name: space.name,
        }
    }
}

impl Version {
    pub(crate) fn into_version(self) -> Option<PageVersion> {
        Some(PageVersion {
            number: self.number?,
            when: self.when.as_deref().and_then(Timestamp::parse),
            author: self.by.map(Into::into),
            message: self.message.filter(|message| !message.is_empty()),
        })
    }
}
