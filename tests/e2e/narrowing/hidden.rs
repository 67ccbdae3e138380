//! What lies outside of limits, by the words that nothing else on the sample site has.

use atlassian::ids::PageId;
use atlassian::model::{Issue, SearchHit};
use atlassian::query::{Cql, Jql};
use atlassian::{
    Confluence, Credential, Deployment, DeploymentSetting, IssueFields, Jira, SearchRequest,
    SiteSettings, SiteUrl, ThreadRange,
};
use sandbox::{Change, Person, Sandbox};
use tests::world::personalities;

/// What one request may reach.
#[derive(Debug, Clone)]
pub(super) struct Within {
    pub(super) projects: Vec<&'static str>,
    pub(super) spaces: Vec<&'static str>,
}

/// Everything a person sees, read from the sites without any server in between.
pub(super) struct Everything {
    jira: Jira,
    confluence: Confluence,
    credential: Credential,
    issues: Vec<Issue>,
    pages: Vec<Hit>,
}

#[derive(Debug)]
struct Hit {
    title: String,
    id: String,
    space: String,
}

fn settings(
    sandbox: &Sandbox,
    personality: sandbox::Personality,
    deployment: Deployment,
) -> SiteSettings {
    let url = SiteUrl::parse(sandbox.url(personality).as_str()).unwrap();
    let mut settings = SiteSettings::new(url);
    settings.deployment = DeploymentSetting::Fixed(deployment);
    settings
}

fn clients(sandbox: &Sandbox, deployment: Deployment) -> (Jira, Confluence) {
    let (jira, confluence) = personalities(deployment);
    let jira = Jira::new(settings(sandbox, jira, deployment)).unwrap();
    let confluence = Confluence::new(settings(sandbox, confluence, deployment)).unwrap();
    (jira, confluence)
}

fn credential(person: &Person, deployment: Deployment) -> Credential {
    let credential = match deployment {
        Deployment::Cloud => Credential::basic(&person.email, &person.api_token),
        Deployment::DataCenter => Credential::bearer(&person.personal_access_token),
    };
    credential.unwrap()
}

impl Everything {
    pub(super) async fn read(sandbox: &Sandbox, deployment: Deployment, person: &Person) -> Self {
        let (jira, confluence) = clients(sandbox, deployment);
        let credential = credential(person, deployment);
        let request = SearchRequest {
            fields: IssueFields::All,
            limit: 100,
            cursor: None,
        };
        let jql = Jql::new("project in (DEMO, OPS, SECRET)");
        let issues = jira
            .search(&credential, &jql, request)
            .await
            .unwrap()
            .issues;
        let cql = Cql::new("type = page");
        let found = confluence
            .search(&credential, &cql, 100, None)
            .await
            .unwrap();
        let page = |hit: SearchHit| Hit {
            title: hit.title,
            id: hit.id.unwrap_or_default(),
            space: hit.space_key.unwrap_or_default(),
        };
        let pages: Vec<_> = found.hits.into_iter().map(page).collect();
        assert!(
            issues.len() > 20 && pages.len() > 10,
            "the sample site is there"
        );
        Self {
            jira,
            confluence,
            credential,
            issues,
            pages,
        }
    }

    /// Whether what Jira says tells of no issue that is not within; `asked` is what was asked for.
    pub(super) fn check_issues(
        &self,
        within: &Within,
        asked: &str,
        answer: &str,
    ) -> Result<(), String> {
        for issue in &self.issues {
            let key = issue.key.as_str();
            let summary = issue.summary.as_deref().unwrap_or_default();
            let told = answer.contains(summary) || names(answer, key) && !asked.contains(key);
            if told && !within.has_issue(key) {
                return Err(format!("of {key}: {summary}"));
            }
        }
        Ok(())
    }

    /// Whether what Confluence says tells of no page that is not within.
    pub(super) fn check_pages(
        &self,
        within: &Within,
        asked: &str,
        answer: &str,
    ) -> Result<(), String> {
        let is_hidden = |page: &&Hit| !within.has_space(&page.space);
        for page in self.pages.iter().filter(is_hidden) {
            let has_namesake = self
                .pages
                .iter()
                .any(|other| within.has_space(&other.space) && other.title.contains(&page.title));
            let tells = |text: &str| answer.contains(text) && !asked.contains(text);
            if tells(&page.id) || tells(&page.title) && !has_namesake {
                return Err(format!("of {page:?}"));
            }
        }
        Ok(())
    }

    /// Whether what was made or changed is within. Comments are found by the traces they leave.
    pub(super) async fn check_change(
        &self,
        within: &Within,
        change: &Change,
    ) -> Result<(), String> {
        let object = change.object.split(' ').next().unwrap_or_default();
        let is_within = match PageId::parse(object) {
            Err(_) => within.has_issue(object),
            Ok(_) if change.deed.contains("comment") => true,
            Ok(id) => {
                let page = self.confluence.page(&self.credential, &id).await.unwrap();
                let space = page.space.and_then(|space| space.key);
                space.is_some_and(|key| within.has_space(&key))
            }
        };
        is_within.then_some(()).ok_or_else(|| format!("{change:?}"))
    }

    /// How often each object outside was touched: versions of pages, comments on them and on issues.
    pub(super) async fn traces(&self, within: &Within) -> Vec<(String, u64)> {
        let mut traces = Vec::new();
        for issue in self
            .issues
            .iter()
            .filter(|issue| !within.has_issue(issue.key.as_str()))
        {
            let detail = atlassian::IssueDetail::WithStatusHistory;
            let now = self
                .jira
                .issue(&self.credential, &issue.key, detail)
                .await
                .unwrap();
            let comments = self
                .jira
                .comments(&self.credential, &issue.key, 100)
                .await
                .unwrap();
            let changes = now
                .status_history
                .map_or(0, |history| history.changes.len() as u64);
            traces.push((issue.key.to_string(), comments.total * 1000 + changes));
        }
        traces.extend(self.traces_on_pages(within).await);
        traces
    }

    /// The same of pages alone.
    async fn traces_on_pages(&self, within: &Within) -> Vec<(String, u64)> {
        let mut traces = Vec::new();
        let is_hidden = |page: &&Hit| !within.has_space(&page.space);
        for hidden in self.pages.iter().filter(is_hidden) {
            let id = PageId::parse(&hidden.id).unwrap();
            let page = self.confluence.page(&self.credential, &id).await.unwrap();
            let (skip, enough) = (0, 100);
            let range = ThreadRange { skip, enough };
            let threads = self
                .confluence
                .page_comments(&self.credential, &id, page.kind, range)
                .await
                .unwrap()
                .threads;
            let comments: usize = threads.iter().map(|thread| thread.comments.len()).sum();
            let version = page.version.map_or(0, |version| version.number);
            traces.push((id.to_string(), comments as u64 * 1000 + version));
        }
        traces
    }
}

impl Within {
    fn has_issue(&self, key: &str) -> bool {
        let project = key.rsplit_once('-').map_or("", |(project, _)| project);
        self.projects.contains(&project)
    }

    fn has_space(&self, key: &str) -> bool {
        self.spaces.contains(&key)
    }
}

/// Whether a text names the issue itself and not one whose key begins alike.
fn names(text: &str, key: &str) -> bool {
    text.match_indices(key).any(|(at, _)| {
        let next = text[at + key.len()..].chars().next();
        !next.is_some_and(|next| next.is_ascii_digit())
    })
}
