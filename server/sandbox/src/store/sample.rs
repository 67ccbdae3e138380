//! Reads the sample data that is compiled in.
//! Its content is in the files under `data/`.

use serde::de::DeserializeOwned;
use serde_json::Error;

use super::confluence::{Confluence, Page};
use super::jira::{Catalogue, Issue, Jira, Project};
use crate::people::Person;
use crate::personality::Deployment;

/// A Jira with the sample projects.
pub(super) fn jira() -> Result<Jira, Error> {
    let catalogue: Catalogue = parse(include_str!("../../data/jira/catalogue.json"))?;
    let projects: Vec<Project> = parse(include_str!("../../data/jira/projects.json"))?;
    let mut issues: Vec<Issue> = parse(include_str!("../../data/jira/demo.json"))?;
    issues.extend(parse::<Vec<Issue>>(include_str!(
        "../../data/jira/ops.json"
    ))?);
    issues.extend(parse::<Vec<Issue>>(include_str!(
        "../../data/jira/secret.json"
    ))?);
    issues.extend(parse::<Vec<Issue>>(include_str!(
        "../../data/jira/help.json"
    ))?);
    Ok(Jira {
        catalogue,
        projects,
        issues,
    })
}

/// A Confluence with the sample spaces.
pub(super) fn confluence(deployment: Deployment, people: &[Person]) -> Result<Confluence, Error> {
    let spaces = parse(include_str!("../../data/confluence/spaces.json"))?;
    let mut pages: Vec<Page> = parse(include_str!("../../data/confluence/demo.json"))?;
    pages.extend(parse::<Vec<Page>>(include_str!(
        "../../data/confluence/team.json"
    ))?);
    for page in &mut pages {
        let versions = page.versions.iter_mut().map(|version| &mut version.body);
        let comments = page.comments.iter_mut().map(|comment| &mut comment.body);
        versions
            .chain(comments)
            .for_each(|body| *body = localised(body, deployment, people));
    }
    Ok(Confluence { spaces, pages })
}

fn parse<T: DeserializeOwned>(json: &str) -> Result<T, Error> {
    serde_json::from_str(json)
}

/// Storage bodies too long for a JSON string, referred to as `file:name`.
const FILES: &[(&str, &str)] = &[
    (
        "file:checkout",
        include_str!("../../data/confluence/checkout.xhtml"),
    ),
    (
        "file:home",
        include_str!("../../data/confluence/home.xhtml"),
    ),
    (
        "file:release",
        include_str!("../../data/confluence/release.xhtml"),
    ),
    (
        "file:oncall",
        include_str!("../../data/confluence/oncall.xhtml"),
    ),
];

/// Puts files in place and writes references to people (`ri:user="ana"`) as the deployment does.
fn localised(body: &str, deployment: Deployment, people: &[Person]) -> String {
    let file = FILES.iter().find(|(name, _)| *name == body);
    let text = file.map_or(body, |(_, text)| text.trim_end()).to_owned();
    people.iter().fold(text, |text, person| {
        let reference = match deployment {
            Deployment::Cloud => format!("ri:account-id=\"{}\"", person.account_id),
            Deployment::DataCenter => format!("ri:userkey=\"{}\"", person.confluence_user_key),
        };
        text.replace(&format!("ri:user=\"{}\"", person.user_name), &reference)
    })
}
