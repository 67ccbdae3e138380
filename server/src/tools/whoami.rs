//! whoami: as whom the caller acts at each service, and with what.

mod identities;

use atlassian::Service;
use mcp::{
    Annotations, Answer, CallContext, Effect, Entry, Failure, Reach, Tool, output_schema_of,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::identity::Caller;
use crate::tools::markdown::structured;
use identities::{Identities, Identity, Told};

/// Nothing is asked.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WhoAmI {}

impl Tool<Caller> for WhoAmI {
    const NAME: &'static str = "whoami";
    const TITLE: &'static str = "Show whose account is used";
    const DESCRIPTION: &'static str = "Shows for Jira and Confluence as whom the caller acts: account, site, \
        deployment, version, kind and source of the credential, rate limit. Use it when access fails.";
    const ANNOTATIONS: Annotations = Annotations {
        effect: Effect::ReadOnly,
        reach: Reach::ClosedWorld,
    };

    fn output_schema() -> Option<Value> {
        Some(output_schema_of::<Identities>())
    }

    async fn call(self, caller: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        let (jira, confluence) = tokio::join!(at_jira(caller), at_confluence(caller));
        let identities = Identities {
            services: [jira, confluence].into_iter().flatten().collect(),
        };
        let answer = Answer::new(identities.to_markdown());
        Ok(answer.with_structured(structured(&identities)))
    }
}

async fn at_jira(caller: &Caller) -> Option<Identity> {
    if !caller.has(Service::Jira) {
        return None;
    }
    let jira = match caller.jira() {
        Ok(jira) => jira,
        Err(failure) => return Some(Identity::none(Service::Jira, failure.text())),
    };
    let (site, credential) = (jira.site, jira.credential);
    let (user, version) = tokio::join!(site.myself(credential), site.release());
    let told = Told {
        user: user.map_err(|error| jira.failure(&error).text().to_owned()),
        url: site.base_url().to_string(),
        deployment: site.deployment().await.ok(),
        // Nice to know, and no reason to fail.
        version: version.ok().flatten(),
        quota: site.quota(credential),
    };
    Some(Identity::of(Service::Jira, &jira, told))
}

async fn at_confluence(caller: &Caller) -> Option<Identity> {
    if !caller.has(Service::Confluence) {
        return None;
    }
    let confluence = match caller.confluence() {
        Ok(confluence) => confluence,
        Err(failure) => return Some(Identity::none(Service::Confluence, failure.text())),
    };
    let (site, credential) = (confluence.site, confluence.credential);
    let (user, version) = tokio::join!(site.current_user(credential), site.release());
    let told = Told {
        user: user.map_err(|error| confluence.failure(&error).text().to_owned()),
        url: site.base_url().to_string(),
        deployment: site.deployment().await.ok(),
        version: version.ok().flatten(),
        quota: site.quota(credential),
    };
    Some(Identity::of(Service::Confluence, &confluence, told))
}

/// The tool of this file.
pub(crate) const TOOLS: &[Entry<Caller>] = &[Entry::of::<WhoAmI>()];
