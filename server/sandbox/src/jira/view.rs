//! How the Jiras show people, statuses, rich text and small issue references in JSON.
//! The fields of a whole issue are put together elsewhere.

use serde_json::{Value, json};

use super::api_root;
use crate::document::Document;
use crate::people::Person;
use crate::personality::Deployment;
use crate::site::Site;
use crate::site::call::Call;
use crate::site::refusal::Refusal;
use crate::store::Store;
use crate::store::jira::{Category, Issue, Jira, Status};

/// What one caller sees of one Jira.
pub(super) struct View<'a> {
    pub(super) site: &'a Site,
    pub(super) store: &'a Store,
    pub(super) jira: &'a Jira,
    pub(super) caller: &'a Person,
}

impl<'a> View<'a> {
    pub(super) fn of(call: &'a Call, store: &'a Store) -> Self {
        let jira = store.jira(call.site.personality);
        Self {
            site: &call.site,
            store,
            jira,
            caller: &call.caller,
        }
    }

    pub(super) fn deployment(&self) -> Deployment {
        self.site.personality.deployment()
    }

    /// The issue, or the refusal that does not tell whether it exists.
    pub(super) fn issue(&self, name: &str) -> Result<&'a Issue, Refusal> {
        self.jira.issue_for(self.caller, name).ok_or_else(|| {
            Refusal::not_found(match self.deployment() {
                Deployment::Cloud => {
                    "Issue does not exist or you do not have permission to see it."
                }
                Deployment::DataCenter => "Issue Does Not Exist",
            })
        })
    }

    /// An address below the REST root.
    pub(super) fn link(&self, path: &str) -> String {
        format!("{}{}/{path}", self.site.base(), api_root(self.deployment()))
    }

    /// A person; Cloud hides the e-mail address of everybody but the caller.
    pub(super) fn user(&self, person: &Person) -> Value {
        let avatar = format!("{}/secure/useravatar?avatarId=10122", self.site.base());
        let avatars = json!({ "48x48": avatar, "24x24": format!("{avatar}&size=small") });
        match self.deployment() {
            Deployment::Cloud => {
                let mut user = json!({
                    "self": self.link(&format!("user?accountId={}", person.account_id)),
                    "accountId": person.account_id,
                    "avatarUrls": avatars,
                    "displayName": person.display_name,
                    "active": true,
                    "timeZone": person.time_zone,
                    "accountType": "atlassian",
                });
                if person == self.caller {
                    user["emailAddress"] = json!(person.email);
                }
                user
            }
            Deployment::DataCenter => json!({
                "self": self.link(&format!("user?username={}", person.user_name)),
                "name": person.user_name,
                "key": person.jira_user_key,
                "emailAddress": person.email,
                "avatarUrls": avatars,
                "displayName": person.display_name,
                "active": true,
                "timeZone": person.time_zone,
            }),
        }
    }

    /// The person with this user name, or null.
    pub(super) fn named(&self, user_name: Option<&String>) -> Value {
        let person = user_name.and_then(|name| self.store.person(name));
        person.map_or(Value::Null, |person| self.user(person))
    }

    /// ADF on Cloud, wiki markup on Data Center.
    pub(super) fn text(&self, document: &Document) -> Value {
        match self.deployment() {
            Deployment::Cloud => document.to_adf(&self.store.people),
            Deployment::DataCenter => json!(document.to_wiki()),
        }
    }

    pub(super) fn status(&self, status: &Status) -> Value {
        json!({
            "self": self.link(&format!("status/{}", status.id)),
            "description": "",
            "iconUrl": format!("{}/images/icons/statuses/generic.png", self.site.base()),
            "name": status.name,
            "id": status.id,
            "statusCategory": self.category(status.category),
        })
    }

    fn category(&self, category: Category) -> Value {
        // Ids and colours are the same on every Jira.
        let (id, colour) = match category {
            Category::New => (2, "blue-gray"),
            Category::Indeterminate => (4, "yellow"),
            Category::Done => (3, "green"),
        };
        json!({
            "self": self.link(&format!("statuscategory/{id}")),
            "id": id, "key": category.key(), "colorName": colour, "name": category.name(),
        })
    }

    pub(super) fn priority(&self, name: Option<&String>) -> Value {
        let priorities = &self.jira.catalogue.priorities;
        let found = priorities
            .iter()
            .find(|priority| Some(&priority.name) == name);
        found.map_or(Value::Null, |priority| {
            json!({
                "self": self.link(&format!("priority/{}", priority.id)),
                "iconUrl": format!("{}/images/icons/priorities/{}.svg", self.site.base(),
                                   priority.name.to_lowercase()),
                "name": priority.name, "id": priority.id,
            })
        })
    }

    pub(super) fn resolution(&self, name: Option<&String>) -> Value {
        let resolutions = &self.jira.catalogue.resolutions;
        let found = resolutions
            .iter()
            .find(|resolution| Some(&resolution.name) == name);
        found.map_or(Value::Null, |resolution| {
            json!({
                "self": self.link(&format!("resolution/{}", resolution.id)),
                "id": resolution.id, "description": "", "name": resolution.name,
            })
        })
    }

    pub(super) fn location(&self, name: Option<&String>) -> Value {
        let locations = &self.jira.catalogue.locations;
        let found = locations.iter().find(|it| Some(&it.name) == name);
        found.map_or(Value::Null, |location| {
            json!({
                "self": self.link(&format!("customFieldOption/{}", location.id)),
                "value": location.name, "id": location.id,
            })
        })
    }

    pub(super) fn issue_type(&self, issue: &Issue) -> Value {
        let types = &self.jira.catalogue.issue_types;
        let found = types
            .iter()
            .find(|issue_type| issue_type.name == issue.issue_type);
        found.map_or(Value::Null, |issue_type| {
            json!({
                "self": self.link(&format!("issuetype/{}", issue_type.id)),
                "id": issue_type.id,
                "description": issue_type.description,
                "iconUrl": format!("{}/images/icons/issuetypes/{}.svg", self.site.base(),
                                   issue_type.name.to_lowercase()),
                "name": issue_type.name,
                "subtask": issue_type.subtask,
                "avatarId": 10_300,
            })
        })
    }

    pub(super) fn project(&self, issue: &Issue) -> Value {
        self.jira.project_of(issue).map_or(Value::Null, |project| {
            json!({
                "self": self.link(&format!("project/{}", project.id)),
                "id": project.id, "key": project.key, "name": project.name,
                "projectTypeKey": project.kind.key(),
                "avatarUrls": {
                    "48x48": format!("{}/secure/projectavatar?pid={}", self.site.base(), project.id)
                },
            })
        })
    }

    /// An issue as it appears within another one.
    pub(super) fn brief(&self, issue: &Issue) -> Value {
        json!({
            "id": issue.id.to_string(),
            "key": issue.key,
            "self": self.link(&format!("issue/{}", issue.id)),
            "fields": {
                "summary": issue.summary,
                "status": self.jira.status(issue).map(|status| self.status(status)),
                "priority": self.priority(issue.priority.as_ref()),
                "issuetype": self.issue_type(issue),
            },
        })
    }
}
