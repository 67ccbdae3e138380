//! Sites below a context path, and Cloud's Confluence with and without `/wiki`: reading, writing, the links
//! in answers and addresses pasted from a browser, with a tool of each service.

use atlassian::Deployment;
use reqwest::Url;
use sandbox::{Person, Sandbox, people};
use serde_json::{Value, json};
use tests::transport::{call_tool, is_error, text};
use tests::world::{DEPLOYMENTS, Server, World, personalities, site_variables, token_of};

const DATA_CENTER: Deployment = Deployment::DataCenter;

async fn told(world: &World, deployment: Deployment, tool: &str, arguments: Value) -> String {
    let token = token_of(&people::ana(), deployment);
    let answer = call_tool(&world.server, &token, tool, &arguments).await;
    assert!(!is_error(&answer), "{tool} {arguments}: {}", text(&answer));
    text(&answer).to_owned()
}

/// Every address in a text.
fn addresses(text: &str) -> Vec<Url> {
    let starts = text.match_indices("http://").map(|(at, _)| &text[at..]);
    let ends = |c: char| c.is_whitespace() || "()<>`\"]".contains(c);
    starts
        .filter_map(|rest| Url::parse(rest.split(ends).next()?).ok())
        .collect()
}

/// The first address of the site in a text; all of those at its origin are below its path.
#[track_caller]
fn link(text: &str, site: &Url) -> Url {
    let of_site = |url: &Url| url.origin() == site.origin();
    let links: Vec<_> = addresses(text).into_iter().filter(of_site).collect();
    assert!(!links.is_empty(), "no link to {site} in {text}");
    let below = |url: &Url| url.path().starts_with(site.path());
    assert!(links.iter().all(below), "{site}: {text}");
    links[0].clone()
}

/// Reads and writes, also by what is given to open in a browser, on both services.
async fn use_both(world: &World, deployment: Deployment) {
    let (jira, confluence) = personalities(deployment);
    let on_issues = ["get-jira-issue", "comment-jira-issue"];
    let on_pages = ["get-confluence-page", "comment-confluence-page"];
    for (site, [read, write], argument, name) in [
        (jira, on_issues, "issue_key", "DEMO-1"),
        (confluence, on_pages, "page_id", "98310"),
    ] {
        let mut name = name.to_owned();
        for _ in 0..2 {
            let reading = json!({ argument: name });
            let read = told(world, deployment, read, reading).await;
            let comment = json!({ argument: name, "comment": "Seen" });
            let written = told(world, deployment, write, comment).await;
            link(&written, &world.sandbox.url(site));
            // The second time by the address that was given.
            name = link(&read, &world.sandbox.url(site)).to_string();
        }
    }
    for request in world.sandbox.requests() {
        assert_eq!(request.refusal, None, "{request:?}");
    }
    assert_eq!(world.sandbox.changes().len(), 4);
}

#[tokio::test]
async fn b_46_sites_are_read_and_written_below_their_paths_and_their_links_are_too() {
    for deployment in DEPLOYMENTS {
        let world = World::start(deployment).await;
        let (jira, confluence) = personalities(deployment);
        let paths = [jira, confluence].map(|site| world.sandbox.url(site).path().to_owned());
        let expected = match deployment {
            Deployment::Cloud => ["/", "/wiki"],
            Deployment::DataCenter => ["/jira", "/confluence"],
        };
        assert_eq!(paths, expected);
        use_both(&world, deployment).await;
    }
}

/// Copied from the address bar with or without a slash at the end, and `/wiki` or not.
#[tokio::test]
async fn b_46_a_cloud_confluence_may_be_named_with_wiki_and_without() {
    for path in ["", "/", "/wiki", "/wiki/"] {
        let sandbox = Sandbox::start().await.unwrap();
        let mut variables = site_variables(&sandbox, Deployment::Cloud);
        let site = variables
            .iter_mut()
            .find(|(name, _)| name == "CONFLUENCE_URL");
        let (_, url) = site.unwrap();
        *url = url
            .trim_end_matches('/')
            .trim_end_matches("/wiki")
            .to_owned()
            + path;
        let server = Server::start(&[], &variables).await;
        use_both(&World { sandbox, server }, Deployment::Cloud).await;
    }
}

async fn refused(world: &World, person: &Person, tool: &str, arguments: Value) -> String {
    let token = token_of(person, DATA_CENTER);
    let answer = call_tool(&world.server, &token, tool, &arguments).await;
    assert!(is_error(&answer), "{tool} {arguments}: {}", text(&answer));
    text(&answer).to_owned()
}

/// Another application may live beside a context path.
#[tokio::test]
async fn an_address_beside_the_context_path_is_not_one_of_the_site() {
    let world = World::start(DATA_CENTER).await;
    let (jira, confluence) = personalities(DATA_CENTER);
    let beside = |site, path: &str| {
        let mut url = world.sandbox.url(site);
        url.set_path(path);
        url.to_string()
    };
    let ana = people::ana();
    for (tool, arguments) in [
        (
            "get-jira-issue",
            json!({"issue_key": beside(jira, "/browse/DEMO-1")}),
        ),
        (
            "get-jira-issue",
            json!({"issue_key": beside(jira, "/jira2/browse/DEMO-1")}),
        ),
        (
            "get-confluence-page",
            json!({"page_id": beside(confluence, "/display/DEMO/Checkout+flow")}),
        ),
    ] {
        refused(&world, &ana, tool, arguments).await;
    }
    assert_eq!(world.sandbox.requests(), []);
}
