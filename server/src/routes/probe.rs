//! Whether the sites answer, asked at most once in a while, whoever and however many want to know.

use std::time::Duration;

use atlassian::{Confluence, Error, Jira};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::identity::Identity;

/// How long what a site answered is told again: health checks come in bursts.
const REMEMBERED: Duration = Duration::from_secs(10);

/// How long a site may take to answer before it counts as not answering.
const PATIENCE: Duration = Duration::from_secs(3);

/// Remembers what the sites answered last.
#[derive(Default)]
pub(super) struct Probe(Mutex<Option<(Instant, Sites)>>);

/// What became of asking both sites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sites {
    pub(super) jira: Site,
    pub(super) confluence: Site,
}

/// What became of asking one site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Site {
    NotConfigured,
    Answers,
    /// Why it does not.
    Silent(String),
}

impl Probe {
    /// Asks both sites, without credentials, unless they were asked a moment ago.
    pub(super) async fn ask(&self, identity: &Identity) -> Sites {
        let mut last = self.0.lock().await;
        if let Some((asked, sites)) = &*last
            && asked.elapsed() < REMEMBERED
        {
            return sites.clone();
        }
        let (jira, confluence) = tokio::join!(
            answers(identity.jira().map(Jira::answers)),
            answers(identity.confluence().map(Confluence::answers)),
        );
        let sites = Sites { jira, confluence };
        *last = Some((Instant::now(), sites.clone()));
        sites
    }
}

impl Sites {
    /// Whether a site that is configured does not answer.
    pub(super) fn some_silent(&self) -> bool {
        let is_silent = |site: &Site| matches!(site, Site::Silent(_));
        is_silent(&self.jira) || is_silent(&self.confluence)
    }

    /// Whether there is nothing this server could do for anybody: no site answers.
    pub(super) fn all_silent(&self) -> bool {
        ![&self.jira, &self.confluence].contains(&&Site::Answers)
    }
}

impl Site {
    /// As `/health` and `/readyz` tell it.
    pub(super) fn text(&self) -> String {
        match self {
            Self::NotConfigured => "not configured".to_owned(),
            Self::Answers => "ok".to_owned(),
            Self::Silent(why) => format!("error: {why}"),
        }
    }
}

async fn answers(asked: Option<impl Future<Output = Result<(), Error>>>) -> Site {
    let Some(asked) = asked else {
        return Site::NotConfigured;
    };
    match timeout(PATIENCE, asked).await {
        Ok(Ok(())) => Site::Answers,
        Ok(Err(error)) => Site::Silent(error.to_string()),
        Err(_late) => Site::Silent(format!("no answer within {} seconds", PATIENCE.as_secs())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_site_that_answers_is_enough_to_be_of_use() {
        let silent = || Site::Silent("gone".to_owned());
        for (jira, confluence, all_silent) in [
            (Site::Answers, silent(), false),
            (silent(), Site::Answers, false),
            (Site::NotConfigured, Site::Answers, false),
            (silent(), silent(), true),
            (silent(), Site::NotConfigured, true),
        ] {
            let sites = Sites { jira, confluence };
            assert_eq!(sites.all_silent(), all_silent, "{sites:?}");
        }
    }
}
