//! Everything the four sites know: people, issues and pages, each deployment with its own copy.
//! How an API shows it is not here.

pub(crate) mod attachment;
pub(crate) mod confluence;
mod crowd;
mod files;
pub(crate) mod jira;
mod sample;

use std::collections::HashSet;

use serde::Deserialize;

use crate::people::{self, Person};
use crate::personality::{Deployment, Personality};
use confluence::Confluence;
use jira::Jira;

/// The state of all sites.
pub(crate) struct Store {
    pub(crate) people: Vec<Person>,
    jira_cloud: Jira,
    jira_data_center: Jira,
    confluence_cloud: Confluence,
    confluence_data_center: Confluence,
}

impl Store {
    /// The sample company.
    pub(crate) fn with_samples() -> Result<Self, serde_json::Error> {
        let people = people::all();
        Ok(Self {
            jira_cloud: sample::jira()?,
            jira_data_center: sample::jira()?,
            confluence_cloud: sample::confluence(Deployment::Cloud, &people)?,
            confluence_data_center: sample::confluence(Deployment::DataCenter, &people)?,
            people,
        })
    }

    pub(crate) fn jira(&self, personality: Personality) -> &Jira {
        match personality.deployment() {
            Deployment::Cloud => &self.jira_cloud,
            Deployment::DataCenter => &self.jira_data_center,
        }
    }

    pub(crate) fn jira_mut(&mut self, personality: Personality) -> &mut Jira {
        match personality.deployment() {
            Deployment::Cloud => &mut self.jira_cloud,
            Deployment::DataCenter => &mut self.jira_data_center,
        }
    }

    pub(crate) fn confluence(&self, personality: Personality) -> &Confluence {
        match personality.deployment() {
            Deployment::Cloud => &self.confluence_cloud,
            Deployment::DataCenter => &self.confluence_data_center,
        }
    }

    pub(crate) fn confluence_mut(&mut self, personality: Personality) -> &mut Confluence {
        match personality.deployment() {
            Deployment::Cloud => &mut self.confluence_cloud,
            Deployment::DataCenter => &mut self.confluence_data_center,
        }
    }

    pub(crate) fn person(&self, user_name: &str) -> Option<&Person> {
        self.people
            .iter()
            .find(|person| person.user_name == user_name)
    }
}

/// Who may see something, by user name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(untagged)]
pub(crate) enum Audience {
    /// Whoever may see what it is part of.
    #[default]
    Everybody,
    Only(HashSet<String>),
}

impl Audience {
    pub(crate) fn only(user_name: &str) -> Self {
        Self::Only(HashSet::from([user_name.to_owned()]))
    }

    pub(crate) fn includes(&self, person: &Person) -> bool {
        match self {
            Self::Everybody => true,
            Self::Only(names) => names.contains(&person.user_name),
        }
    }

    pub(crate) fn admit(&mut self, user_name: &str) {
        if let Self::Only(names) = self {
            names.insert(user_name.to_owned());
        }
    }
}
