//! The transitions of an issue, and taking one.
//! Which one words mean is decided in `model`.

use http::Method;
use serde::Deserialize;
use serde_json::json;

use super::reach::AdmittedIssue;
use super::{Jira, wire};
use crate::credential::Credential;
use crate::error::Error;
use crate::model::{Filled, Transition, rich_text};

impl Jira {
    /// The transitions that the caller can take now, with the fields of their screens (B-40).
    ///
    /// # Errors
    /// [`Error::NotFound`] when the issue does not exist or the caller may not see it.
    pub async fn transitions(
        &self,
        credential: &Credential,
        issue: &AdmittedIssue,
    ) -> Result<Vec<Transition>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            transitions: Option<Vec<wire::Transition>>,
        }
        let deployment = self.deployment().await?;
        let path = ["issue", issue.key().as_str(), "transitions"];
        let path = [&["rest", "api", self.version().await?][..], &path].concat();
        let call = self.site.read(&path, format!("issue {}", issue.key()));
        let call = call.query("expand", "transitions.fields");
        let answer: Answer = call.acting_as(credential).fetch().await?;
        let found = answer.transitions.into_iter().flatten();
        let found = found.filter_map(|transition| transition.into_transition(deployment));
        Ok(found.collect())
    }

    /// Takes a transition with the fields that its screen has [filled](crate::model::Screen::filled),
    /// and with a comment in Markdown if its screen takes one. Sent once; Jira answers nothing (B-34).
    ///
    /// # Errors
    /// [`Error::Rejected`] with Jira's word on each field, [`Error::OutcomeUnknown`] when the issue may
    /// have moved all the same.
    pub async fn take_transition(
        &self,
        credential: &Credential,
        issue: &AdmittedIssue,
        transition: &Transition,
        filled: Filled,
        comment: Option<&str>,
    ) -> Result<(), Error> {
        let mut body = json!({ "transition": { "id": transition.id } });
        let fields = self.within_reach(credential, filled).await?;
        if !fields.is_empty() {
            body["fields"] = fields.into();
        }
        if let Some(markdown) = comment {
            let text = rich_text(self.deployment().await?, markdown);
            body["update"] = json!({ "comment": [{ "add": { "body": text } }] });
        }
        let path = ["issue", issue.key().as_str(), "transitions"];
        let path = [&["rest", "api", self.version().await?][..], &path].concat();
        let what = format!("issue {}", issue.key());
        let call = self.site.write(Method::POST, &path, &body, what);
        call.acting_as(credential).fetch().await
    }
}
