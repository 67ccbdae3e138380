//! What is a link and what is not, by kind and by host; not who shows it.

use proptest::prelude::*;

use super::*;

/// Addresses in a text by kind: `c` for Confluence, `g` for Git.
fn found(markdown: &str) -> Vec<String> {
    let site = SiteUrl::parse("https://docs.corp.example/wiki").unwrap();
    let mut links = Links::new(Some(site));
    links.written(markdown, "Description Link");
    let told = |link: &Link| match link.kind {
        Kind::Confluence => format!("c {}", link.address),
        Kind::Git => format!("g {}", link.address),
    };
    links.found.iter().map(told).collect()
}

#[test]
fn b_42_what_only_looks_like_confluence_or_git_is_neither() {
    for text in [
        "https://en.wikipedia.org/wiki/Foo",
        "https://digital.example/a/b",
        "https://example.org/legitimate/page",
        "https://github.com",
        "https://github.com/features/actions",
        "https://gitlab.com/explore/projects",
        "https://example.org/display/x",
        "https://a.example/wiki/x",
        "xhttps://github.com/o/r",
        "mailto:git@github.com",
        "git@ home: to/do",
        "see https:// and http://",
    ] {
        assert_eq!(found(text), [""; 0], "{text}");
    }
}

#[test]
fn b_42_confluence_is_known_by_site_host_or_path() {
    for address in [
        "https://docs.corp.example/wiki/x/AgAB",
        "https://docs.corp.example/wiki/spaces/DOCS/overview",
        "https://acme.atlassian.net/wiki/spaces/DOCS/pages/5/T",
        "https://c.example/pages/viewpage.action?pageId=5",
        "https://c.example/display/DOCS/Release+notes",
        "https://c.example/wiki/spaces/DOCS/pages/5/T",
        "https://c.example/confluence/x/AgAB",
    ] {
        assert_eq!(found(address), [format!("c {address}")]);
    }
}

#[test]
fn b_42_repositories_are_known_on_every_host_and_in_every_form() {
    for address in [
        "https://github.com/o/r",
        "https://github.com/o/r/pull/5",
        "https://github.com/o/r.git",
        "https://gitlab.com/group/sub/r/-/merge_requests/1",
        "https://bitbucket.org/o/r/src/main/",
        "https://gitlab.corp.example/a/b",
        "https://git.corp.example/a/b",
        "https://github-enterprise.corp.example/a/b",
        "https://corp.example/gitlab/a/b",
        "https://bitbucket.corp.example/projects/KEY/repos/r/browse",
        "https://code.corp.example/scm/key/r.git",
        "https://dev.azure.com/org/project/_git/r?path=%2Fa",
        "https://org.visualstudio.com/project/_git/r",
        "ssh://git@h.example:7999/o/r.git",
        "git@github.com:o/r.git",
        "git@ssh.dev.azure.com:v3/org/project/r",
        "git://h.example/o/r.git",
    ] {
        assert_eq!(found(address), [format!("g {address}")]);
    }
}

#[test]
fn b_42_the_sentence_around_an_address_is_not_part_of_it() {
    for (text, address) in [
        ("See https://github.com/o/r.", "https://github.com/o/r"),
        (
            "(https://github.com/o/r/pull/5), and",
            "https://github.com/o/r/pull/5",
        ),
        ("<https://github.com/o/r>", "https://github.com/o/r"),
        ("**https://github.com/o/r**", "https://github.com/o/r"),
        ("| https://github.com/o/r | x |", "https://github.com/o/r"),
        (
            "`git clone git@github.com:o/r.git`!",
            "git@github.com:o/r.git",
        ),
        (
            "https://github.com/o/a\\_b\\_c",
            "https://github.com/o/a_b_c",
        ),
        (
            "https://github.com/o/r/wiki/A_(b)",
            "https://github.com/o/r/wiki/A_(b)",
        ),
        (
            "[https://github.com/o/r](https://github.com/o/r)",
            "https://github.com/o/r",
        ),
        (
            "https://ana:s3cret@github.com/o/r",
            "https://github.com/o/r",
        ),
    ] {
        assert_eq!(found(text), [format!("g {address}")], "{text}");
    }
}

#[test]
fn b_42_a_link_is_told_once_with_its_title_and_all_its_sources() {
    let mut links = Links::new(None);
    links.remote(&RemoteLink {
        url: Some("https://wiki.example/x".to_owned()),
        title: Some("Design\nnotes".to_owned()),
        summary: Some("How it works".to_owned()),
        relationship: None,
        application: Some("com.atlassian.confluence".to_owned()),
    });
    links.written(
        "[the code](https://github.com/o/r.git) https://github.com/o/r/",
        "Description Link",
    );
    links.written("http://github.com/o/r#readme", "Comment Link (Ana)");
    let listed = links.listed(Wanted::ConfluenceAndGit);
    assert_eq!((listed.confluence, listed.git), (1, Some(1)));
    assert_eq!(
        listed.text,
        "## Confluence Links (1)\n\n### 1. Design notes\n\n**URL**: https://wiki.example/x  \n\
         **Source**: Remote Link  \n**Summary**: How it works  \n\n\
         ## Git Repository Links (1)\n\n### 1. the code\n\n**URL**: https://github.com/o/r.git  \n\
         **Source**: Description Link, Comment Link (Ana)  \n\n"
    );
    let only = links.listed(Wanted::Confluence);
    assert_eq!(only.git, None);
    assert!(!only.text.contains("Git"), "{}", only.text);
}

proptest! {
    #[test]
    fn no_text_breaks_the_search(text in "\\PC{0,60}|(https?://|git@|[a-z.:/\\[\\]()\\\\ äö]){0,30}") {
        let _found = found(&text);
    }
}
