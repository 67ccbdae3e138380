//! The clients over real sockets: against a scripted listener, which shows every byte that was
//! sent, and against the sandbox, which is strict about what it accepts.

#![expect(
    clippy::unwrap_used,
    reason = "a precondition that does not hold fails the test, which is what unwrap says"
)]

mod accounts;
mod attachments;
mod confluence;
mod corporate;
mod gateway;
mod jira;
mod listener;
mod metering;
mod on_sandbox;
mod probe;
mod redirects;
mod retries;
mod statuses;
mod transport;

use std::future::pending;
use std::time::Duration;

use atlassian::{
    Confluence, Credential, Deployment, DeploymentSetting, Jira, SiteSettings, SiteUrl,
};

/// Settings for a site whose deployment needs no probe.
fn settings(url: &str, deployment: Deployment) -> SiteSettings {
    SiteSettings {
        deployment: DeploymentSetting::Fixed(deployment),
        ..SiteSettings::new(SiteUrl::parse(url).unwrap())
    }
}

/// The outcome of something that is timed: once this is so, the clock runs ahead to what is timed next.
async fn in_no_time_once<T>(outcome: impl Future<Output = T>, is_so: impl Fn() -> bool) -> T {
    let running_ahead = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::pause();
        pending().await
    };
    let outcome = tokio::select! {
        outcome = outcome => outcome,
        never = running_ahead => never,
    };
    tokio::time::resume();
    outcome
}

fn jira(url: &str, deployment: Deployment) -> Jira {
    Jira::new(settings(url, deployment)).unwrap()
}

fn confluence(url: &str, deployment: Deployment) -> Confluence {
    Confluence::new(settings(url, deployment)).unwrap()
}

fn token() -> Credential {
    Credential::bearer("s3cret-token").unwrap()
}
