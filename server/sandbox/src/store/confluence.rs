//! Spaces, pages, their versions and comments of one Confluence.
//! Queries over them and their JSON are elsewhere.

mod writing;

use serde::Deserialize;

use super::Audience;
use super::attachment::Attachment;
use crate::moment::Moment;
use crate::people::Person;
pub(crate) use writing::{Draft, Remark};

/// One Confluence.
#[derive(Deserialize)]
pub(crate) struct Confluence {
    pub(crate) spaces: Vec<Space>,
    pub(crate) pages: Vec<Page>,
}

#[derive(Deserialize)]
pub(crate) struct Space {
    pub(crate) id: u64,
    pub(crate) key: String,
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: SpaceKind,
    #[serde(default)]
    pub(crate) viewers: Audience,
    pub(crate) homepage: Option<u64>,
    pub(crate) description: Option<String>,
    pub(crate) by: Option<String>,
    pub(crate) created: Moment,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SpaceKind {
    Global,
    Personal,
}

/// A page or blog post.
#[derive(Deserialize)]
pub(crate) struct Page {
    pub(crate) id: u64,
    #[serde(rename = "type", default)]
    pub(crate) kind: PageKind,
    /// Key of its space.
    pub(crate) space: String,
    pub(crate) parent: Option<u64>,
    pub(crate) position: Option<u32>,
    /// In the trash it is not found by anybody.
    #[serde(default)]
    pub(crate) trashed: bool,
    /// Who may see it, within those who see the space and the pages above.
    #[serde(default)]
    pub(crate) viewers: Audience,
    #[serde(default)]
    pub(crate) labels: Vec<String>,
    #[serde(default)]
    pub(crate) attachments: Vec<Attachment>,
    /// Oldest first, at least one.
    pub(crate) versions: Vec<Version>,
    /// Oldest first.
    #[serde(default)]
    pub(crate) comments: Vec<Comment>,
}

#[derive(Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PageKind {
    #[default]
    Page,
    BlogPost,
}

#[derive(Deserialize)]
pub(crate) struct Version {
    pub(crate) title: String,
    pub(crate) by: Option<String>,
    pub(crate) at: Moment,
    pub(crate) message: Option<String>,
    #[serde(default)]
    pub(crate) minor: bool,
    /// XHTML in storage format.
    pub(crate) body: String,
}

#[derive(Deserialize)]
pub(crate) struct Comment {
    pub(crate) id: u64,
    /// The comment it answers.
    pub(crate) parent: Option<u64>,
    #[serde(default)]
    pub(crate) location: Location,
    /// The words of the page that it is about; only of those in the text.
    pub(crate) selection: Option<String>,
    #[serde(default)]
    pub(crate) resolution: Resolution,
    pub(crate) by: Option<String>,
    pub(crate) at: Moment,
    /// XHTML in storage format.
    pub(crate) body: String,
}

/// What has become of a comment in the text.
#[derive(Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Resolution {
    #[default]
    Open,
    Resolved,
}

#[derive(Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Location {
    #[default]
    Footer,
    Inline,
}

impl Confluence {
    /// All spaces that a person may see.
    pub(crate) fn spaces_for<'a>(&'a self, person: &'a Person) -> impl Iterator<Item = &'a Space> {
        self.spaces
            .iter()
            .filter(|space| space.viewers.includes(person))
    }

    pub(crate) fn space(&self, key: &str) -> Option<&Space> {
        self.spaces.iter().find(|space| space.key == key)
    }

    /// All pages and blog posts that a person may see.
    pub(crate) fn pages_for<'a>(&'a self, person: &'a Person) -> impl Iterator<Item = &'a Page> {
        self.pages.iter().filter(|page| self.shows(page, person))
    }

    /// The page or blog post with this id, if the person may see it.
    pub(crate) fn page_for<'a>(&'a self, person: &'a Person, id: &str) -> Option<&'a Page> {
        let id: u64 = id.parse().ok()?;
        self.pages
            .iter()
            .find(|page| page.id == id && self.shows(page, person))
    }

    /// The file with this id and its page, if the person may see that.
    pub(crate) fn attachment_for<'a>(
        &'a self,
        person: &'a Person,
        id: &str,
    ) -> Option<(&'a Page, &'a Attachment)> {
        self.pages_for(person).find_map(|page| {
            let mut files = page.attachments.iter();
            Some((page, files.find(|file| file.called() == id)?))
        })
    }

    /// The file with this id, for who need not be told what it hangs on.
    pub(crate) fn attachment(&self, id: u64) -> Option<&Attachment> {
        let mut files = self.pages.iter().flat_map(|page| &page.attachments);
        files.find(|file| file.id == id)
    }

    /// The pages above, from the home page down to the parent.
    pub(crate) fn ancestors<'a>(&'a self, page: &Page) -> Vec<&'a Page> {
        let parent = |page: &Page| {
            self.pages
                .iter()
                .find(|other| Some(other.id) == page.parent)
        };
        let mut above: Vec<&Page> =
            std::iter::successors(parent(page), |page| parent(page)).collect();
        above.reverse();
        above
    }

    /// A restriction on a page holds for everything below it too.
    fn shows(&self, page: &Page, person: &Person) -> bool {
        // The page comes first: it is at hand, while the space has to be looked up.
        !page.trashed
            && page.viewers.includes(person)
            && self
                .space(&page.space)
                .is_some_and(|space| space.viewers.includes(person))
            && self
                .ancestors(page)
                .iter()
                .all(|above| above.viewers.includes(person))
    }
}

impl Page {
    /// The version shown by default.
    pub(crate) fn current(&self) -> &Version {
        self.versions
            .last()
            .expect("a page has at least one version")
    }

    pub(crate) fn first(&self) -> &Version {
        self.versions
            .first()
            .expect("a page has at least one version")
    }

    /// The comment with this id.
    pub(crate) fn comment(&self, id: &str) -> Option<&Comment> {
        let found = |comment: &&Comment| comment.id.to_string() == id;
        self.comments.iter().find(found)
    }

    /// Number of the current version, counted from 1.
    pub(crate) fn number(&self) -> usize {
        self.versions.len()
    }

    /// Version `number`, counted from 1.
    pub(crate) fn version(&self, number: usize) -> Option<&Version> {
        self.versions.get(number.checked_sub(1)?)
    }
}

impl PageKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::BlogPost => "blogpost",
        }
    }
}

impl SpaceKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Personal => "personal",
        }
    }
}

impl Location {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Footer => "footer",
            Self::Inline => "inline",
        }
    }
}

impl Resolution {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Resolved => "resolved",
        }
    }
}

/// The words of a storage body, without tags, entities resolved as far as search needs.
pub(crate) fn words(storage: &str) -> String {
    let mut text = String::new();
    let mut rest = storage;
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        text.push(' ');
        rest = &rest[start..];
        if let Some(data) = rest.strip_prefix("<![CDATA[") {
            let end = data.find("]]>").unwrap_or(data.len());
            text.push_str(&data[..end]);
            rest = data.get(end + 3..).unwrap_or_default();
        } else {
            rest = rest.find('>').map_or("", |end| &rest[end + 1..]);
        }
    }
    text.push_str(rest);
    let entities = [
        ("&nbsp;", " "),
        ("&ndash;", "–"),
        ("&auml;", "ä"),
        ("&ouml;", "ö"),
        ("&uuml;", "ü"),
        ("&rarr;", "→"),
        ("&euro;", "€"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    let resolved = entities
        .iter()
        .fold(text, |text, (entity, sign)| text.replace(entity, sign));
    resolved.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn the_words_of_a_body_have_no_tags_but_keep_code() {
        let storage = "<p>Pay&nbsp;&amp; <strong>ride</strong></p><ac:plain-text-body>\
            <![CDATA[if a < b {}]]></ac:plain-text-body>";
        assert_eq!(words(storage), "Pay & ride if a < b {}");
    }
}
