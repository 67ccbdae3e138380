//! Changes to one Confluence: new pages, new versions, new comments.
//! Whether somebody may make them, the endpoints decide.

use super::{Comment, Confluence, Location, Page, PageKind, Resolution, Version};
use crate::moment::Moment;
use crate::store::Audience;

/// A page that is to be made.
pub(crate) struct Draft {
    /// Key of its space.
    pub(crate) space: String,
    pub(crate) parent: Option<u64>,
    pub(crate) version: Version,
}

/// A comment that is to be made.
pub(crate) struct Remark {
    pub(crate) page: u64,
    /// The comment it answers.
    pub(crate) parent: Option<u64>,
    pub(crate) by: String,
    pub(crate) at: Moment,
    pub(crate) body: String,
}

impl Confluence {
    /// The page of a space that has this title, whatever the case of its letters and whoever may see
    /// it: titles are unique among all of them.
    pub(crate) fn titled(&self, space: &str, kind: PageKind, title: &str) -> Option<&Page> {
        let title = title.to_lowercase();
        self.pages.iter().find(|page| {
            !page.trashed
                && page.kind == kind
                && page.space == space
                && page.current().title.to_lowercase() == title
        })
    }

    /// Makes a page and tells its id.
    pub(crate) fn add_page(&mut self, draft: Draft) -> u64 {
        let id = self.unused_id();
        self.pages.push(Page {
            id,
            kind: PageKind::Page,
            space: draft.space,
            parent: draft.parent,
            position: None,
            trashed: false,
            viewers: Audience::default(),
            labels: Vec::new(),
            attachments: Vec::new(),
            versions: vec![draft.version],
            comments: Vec::new(),
        });
        id
    }

    /// Gives a page its next version.
    pub(crate) fn add_version(&mut self, id: u64, version: Version) {
        if let Some(page) = self.pages.iter_mut().find(|page| page.id == id) {
            page.versions.push(version);
        }
    }

    /// Makes a comment at the foot of a page, or where the one is that it answers, and tells its id.
    pub(crate) fn add_comment(&mut self, remark: Remark) -> u64 {
        let id = self.unused_id();
        if let Some(page) = self.pages.iter_mut().find(|page| page.id == remark.page) {
            let parent = remark.parent;
            let above = page.comments.iter().find(|it| Some(it.id) == parent);
            page.comments.push(Comment {
                id,
                parent,
                location: above.map_or(Location::Footer, |above| above.location),
                selection: None,
                resolution: Resolution::Open,
                by: Some(remark.by),
                at: remark.at,
                body: remark.body,
            });
        }
        id
    }

    /// Above all ids there are: pages and comments share their numbers.
    fn unused_id(&self) -> u64 {
        let comments = self.pages.iter().flat_map(|page| &page.comments);
        let taken = comments.map(|comment| comment.id);
        taken
            .chain(self.pages.iter().map(|page| page.id))
            .max()
            .unwrap_or(0)
            + 1
    }
}
