//! A Confluence of the sandbox and a person's way to it, for tests of one topic each.

use atlassian::Deployment::{self, Cloud, DataCenter};
use atlassian::ids::PageId;
use atlassian::model::Page;
use atlassian::{Confluence, Credential};
use sandbox::{Personality, Sandbox, people};

use super::{confluence, credential};

/// A site and Ana's way to it.
pub(super) struct Site {
    pub(super) sandbox: Sandbox,
    pub(super) confluence: Confluence,
    pub(super) ana: Credential,
    pub(super) personality: Personality,
}

impl Site {
    pub(super) async fn start(deployment: Deployment) -> Self {
        let sandbox = Sandbox::start().await.unwrap();
        Self {
            confluence: confluence(&sandbox, deployment),
            ana: credential(&people::ana(), deployment),
            personality: match deployment {
                Cloud => Personality::ConfluenceCloud,
                DataCenter => Personality::ConfluenceDataCenter,
            },
            sandbox,
        }
    }

    pub(super) async fn page(&self, id: &str) -> Page {
        let id = PageId::parse(id).unwrap();
        self.confluence.page(&self.ana, &id).await.unwrap()
    }
}
