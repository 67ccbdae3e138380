//! Which addresses lead to Confluence and which to a Git repository, by the configured site, by names of
//! hosts and by paths that only one product has. A word somewhere in an address decides nothing (B-42).

use atlassian::SiteUrl;

use super::address::Address;

/// What an address leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Confluence,
    Git,
}

/// What Jira itself says about a remote link.
pub(super) fn kind_of_application(application: Option<&str>) -> Option<Kind> {
    (application? == "com.atlassian.confluence").then_some(Kind::Confluence)
}

/// What an address leads to, if it is one of the two.
pub(super) fn kind(address: &Address, confluence: Option<&SiteUrl>) -> Option<Kind> {
    if confluence.is_some_and(|site| site.contains(&address.url)) || is_confluence(address) {
        return Some(Kind::Confluence);
    }
    is_git(address).then_some(Kind::Git)
}

/// Cloud sites have Confluence below `/wiki`; elsewhere the path must be one of Confluence's own.
fn is_confluence(address: &Address) -> bool {
    if !address.is_web() {
        return false;
    }
    let segments = address.segments();
    if address.host().ends_with(".atlassian.net") {
        return segments.first() == Some(&"wiki");
    }
    match segments.as_slice() {
        ["confluence", _, ..] => true,
        [.., "pages", "viewpage.action"] => true,
        [.., "display", space, title] => !space.is_empty() && !title.is_empty(),
        _ => segments.windows(4).any(|part| {
            let number = part[3].bytes().all(|byte| byte.is_ascii_digit());
            part[0] == "spaces" && part[2] == "pages" && number
        }),
    }
}

/// Paths of the three large hosts that are no repositories.
const NOT_OWNERS: [&str; 12] = [
    "about",
    "apps",
    "explore",
    "features",
    "login",
    "marketplace",
    "orgs",
    "search",
    "settings",
    "sponsors",
    "topics",
    "users",
];

fn is_git(address: &Address) -> bool {
    let (host, segments) = (address.host(), address.segments());
    if !address.is_web() {
        return segments.len() >= 2;
    }
    if segments.iter().any(|segment| segment.ends_with(".git")) && segments.len() >= 2 {
        return true;
    }
    is_azure(&segments) || is_bitbucket_server(&segments) || is_git_host(&host, &segments)
}

/// A host named after Git or one of the products, as in `github.com` or `gitlab.corp.example`.
fn is_git_host(host: &str, segments: &[&str]) -> bool {
    const NAMES: [&str; 4] = ["github", "gitlab", "bitbucket", "git"];
    let named = host.split(['.', '-']).any(|label| NAMES.contains(&label));
    let below = segments.first().is_some_and(|first| NAMES.contains(first));
    let owner_and_repository =
        |segments: &[&str]| segments.len() >= 2 && !NOT_OWNERS.contains(&segments[0]);
    // `https://corp.example/gitlab/owner/repository`
    (named && owner_and_repository(segments)) || (below && owner_and_repository(&segments[1..]))
}

/// `/organisation/project/_git/repository`, on `dev.azure.com`, `*.visualstudio.com` and own servers.
fn is_azure(segments: &[&str]) -> bool {
    let at = segments.iter().position(|segment| *segment == "_git");
    at.is_some_and(|at| segments.len() > at + 1)
}

/// `/projects/KEY/repos/repository` and `/users/name/repos/repository`.
fn is_bitbucket_server(segments: &[&str]) -> bool {
    segments
        .windows(4)
        .any(|part| matches!(part[0], "projects" | "users") && part[2] == "repos")
}
