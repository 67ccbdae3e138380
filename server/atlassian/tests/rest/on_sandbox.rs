//! The clients against the sandbox, which refuses what Atlassian would refuse and which lets a
//! returned cookie win over the credential.

mod attachments;
mod confluence;
mod confluence_site;
mod confluence_writing;
mod faults;
mod jira;
mod jira_writing;
mod page_comments;
mod reach;

use atlassian::{Confluence, Credential, Deployment, Jira, SiteSettings, SiteUrl};
use sandbox::{Person, Personality, Sandbox};

fn settings(sandbox: &Sandbox, personality: Personality) -> SiteSettings {
    let url = SiteUrl::parse(sandbox.url(personality).as_str()).unwrap();
    SiteSettings::new(url)
}

/// A client of a product's site; Cloud has to be said, because the sandbox has no Cloud host name.
fn jira(sandbox: &Sandbox, deployment: Deployment) -> Jira {
    let personality = match deployment {
        Deployment::Cloud => Personality::JiraCloud,
        Deployment::DataCenter => Personality::JiraDataCenter,
    };
    let url = settings(sandbox, personality).base_url;
    crate::jira(url.as_str(), deployment)
}

fn confluence(sandbox: &Sandbox, deployment: Deployment) -> Confluence {
    let personality = match deployment {
        Deployment::Cloud => Personality::ConfluenceCloud,
        Deployment::DataCenter => Personality::ConfluenceDataCenter,
    };
    let url = settings(sandbox, personality).base_url;
    crate::confluence(url.as_str(), deployment)
}

/// What a person signs in with.
fn credential(person: &Person, deployment: Deployment) -> Credential {
    match deployment {
        Deployment::Cloud => Credential::basic(&person.email, &person.api_token).unwrap(),
        Deployment::DataCenter => Credential::bearer(&person.personal_access_token).unwrap(),
    }
}

/// Nothing was sent that Atlassian does not know.
#[track_caller]
fn assert_understood(sandbox: &Sandbox) {
    for request in sandbox.requests() {
        assert!(request.refusal.is_none(), "{request:?}");
        assert!(!request.cookie_sent, "{request:?}");
    }
}
