//! Links to Confluence and to Git repositories in what people wrote about an issue: found by parsing
//! addresses, told apart by the rules of hosts, each once with all the places it was found in. Pure:
//! nothing is fetched.

mod address;
mod hosts;
mod text;

use std::fmt::Write as _;

use atlassian::model::{Comment, Issue, RemoteLink};
use atlassian::{RichText, SiteUrl};

use crate::answer::one_line;
use address::Address;
use hosts::Kind;

/// The links of an issue, as they are found.
#[derive(Debug)]
pub(crate) struct Links {
    /// The configured Confluence, which is recognised wherever it is.
    confluence: Option<SiteUrl>,
    found: Vec<Link>,
}

/// One link.
#[derive(Debug)]
struct Link {
    address: Address,
    kind: Kind,
    title: Option<String>,
    summary: Option<String>,
    /// Where it was found, in words.
    sources: Vec<String>,
}

/// Which links are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Confluence,
    ConfluenceAndGit,
}

impl Links {
    /// No links yet.
    pub(crate) fn new(confluence: Option<SiteUrl>) -> Self {
        let found = Vec::new();
        Self { confluence, found }
    }

    /// Takes the links of an issue: those made as such, those in its description, those in comments.
    pub(crate) fn collect(&mut self, issue: &Issue, comments: &[Comment], links: &[RemoteLink]) {
        for link in links {
            self.remote(link);
        }
        if let Some(text) = &issue.description {
            self.written(&text.to_markdown(), "Description Link");
        }
        for comment in comments {
            let author = comment.author.as_ref().map(atlassian::model::User::label);
            let author = one_line(author.unwrap_or("unknown user"));
            let text = comment.body.as_ref().map(RichText::to_markdown);
            self.written(
                &text.unwrap_or_default(),
                &format!("Comment Link ({author})"),
            );
        }
    }

    fn remote(&mut self, link: &RemoteLink) {
        let Some(address) = link.url.as_deref().and_then(Address::parse) else {
            return;
        };
        let application = link.application.as_deref();
        let kind = hosts::kind_of_application(application)
            .or_else(|| hosts::kind(&address, self.confluence.as_ref()));
        let title = link.title.as_deref().map(one_line);
        let summary = link.summary.as_deref().map(one_line);
        let summary = summary.filter(|summary| !summary.is_empty());
        let Some(kind) = kind else { return };
        let link = self.add(address, kind, title, "Remote Link");
        link.summary = link.summary.take().or(summary);
    }

    fn written(&mut self, markdown: &str, source: &str) {
        for (address, title) in text::addresses(markdown) {
            if let Some(kind) = hosts::kind(&address, self.confluence.as_ref()) {
                self.add(address, kind, title, source);
            }
        }
    }

    fn add(
        &mut self,
        address: Address,
        kind: Kind,
        title: Option<String>,
        source: &str,
    ) -> &mut Link {
        let title = title.filter(|title| !title.is_empty());
        let known = self
            .found
            .iter()
            .position(|link| link.address.is_same(&address));
        let at = known.unwrap_or(self.found.len());
        if known.is_none() {
            self.found.push(Link {
                address,
                kind,
                title: None,
                summary: None,
                sources: Vec::new(),
            });
        }
        let link = &mut self.found[at];
        link.title = link.title.take().or(title);
        if !link.sources.iter().any(|known| known == source) {
            link.sources.push(source.to_owned());
        }
        link
    }

    fn of(&self, kind: Kind) -> impl Iterator<Item = &Link> {
        self.found.iter().filter(move |link| link.kind == kind)
    }

    /// Links to Confluence as bullets.
    pub(crate) fn confluence_bullets(&self) -> String {
        let mut out = String::new();
        for link in self.of(Kind::Confluence) {
            let summary = link.summary.as_ref();
            let summary = summary.map_or_else(String::new, |summary| format!(" - {summary}"));
            let _infallible = writeln!(out, "- [{}]({}){summary}", link.name(), link.address);
        }
        out
    }

    /// The remote links that do not lead to Confluence.
    pub(crate) fn not_confluence(&self, links: Vec<RemoteLink>) -> Vec<RemoteLink> {
        let leads_there = |link: &RemoteLink| {
            let address = link.url.as_deref().and_then(Address::parse);
            address.is_some_and(|address| {
                self.of(Kind::Confluence)
                    .any(|known| known.address.is_same(&address))
            })
        };
        links
            .into_iter()
            .filter(|link| !leads_there(link))
            .collect()
    }

    /// The links that are wanted as Markdown, and how many of each kind there are.
    pub(crate) fn listed(&self, wanted: Wanted) -> Listed {
        let mut text = String::new();
        let (confluence, git) = (
            self.of(Kind::Confluence).count(),
            self.of(Kind::Git).count(),
        );
        section(
            &mut text,
            "Confluence Links",
            self.of(Kind::Confluence),
            confluence,
        );
        if wanted == Wanted::ConfluenceAndGit {
            section(&mut text, "Git Repository Links", self.of(Kind::Git), git);
        }
        let git = (wanted == Wanted::ConfluenceAndGit).then_some(git);
        Listed {
            text,
            confluence,
            git,
        }
    }
}

/// Links as Markdown.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) text: String,
    pub(crate) confluence: usize,
    /// None when they are not wanted.
    pub(crate) git: Option<usize>,
}

impl Link {
    fn name(&self) -> &str {
        self.title.as_deref().unwrap_or(match self.kind {
            Kind::Confluence => "Confluence Page",
            Kind::Git => "Git Repository",
        })
    }
}

fn section<'a>(
    out: &mut String,
    heading: &str,
    links: impl Iterator<Item = &'a Link>,
    count: usize,
) {
    if count == 0 {
        return;
    }
    let _infallible = writeln!(out, "## {heading} ({count})\n");
    for (at, link) in links.enumerate() {
        let _infallible = writeln!(out, "### {}. {}\n", at + 1, link.name());
        let _infallible = writeln!(out, "**URL**: {}  ", link.address);
        let _infallible = writeln!(out, "**Source**: {}  ", link.sources.join(", "));
        if let Some(summary) = &link.summary {
            let _infallible = writeln!(out, "**Summary**: {summary}  ");
        }
        out.push('\n');
    }
}

#[cfg(test)]
mod tests;
