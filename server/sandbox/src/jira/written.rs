//! What callers write into fields, read strictly: each value in the form of its deployment, or the reason
//! that Jira gives under the name of the field.
//! Which fields a request may write is decided by the endpoints.

use serde_json::Value;

use super::view::View;
use crate::document::{Document, check_adf};
use crate::personality::Deployment;
use crate::store::jira::{Named, Project};

/// A value, or what is wrong with it.
pub(super) type Read<T> = Result<T, String>;

/// Rich text: ADF on Cloud, wiki markup on Data Center.
pub(super) fn rich_text(deployment: Deployment, value: &Value) -> Read<Document> {
    match (deployment, value) {
        (Deployment::Cloud, document) => {
            check_adf(document).map_err(|why| {
                format!(
                    "Operation value must be an Atlassian Document (see the Atlassian Document \
                     Format) (sandbox: {why})"
                )
            })?;
            Ok(Document::Adf(document.clone()))
        }
        (Deployment::DataCenter, Value::String(text)) => Ok(Document::Wiki(text.clone())),
        (Deployment::DataCenter, _) => Err("Operation value must be a string".to_owned()),
    }
}

/// A single line.
pub(super) fn line(value: &Value) -> Read<String> {
    match value.as_str().map(str::trim) {
        None => Err("Operation value must be a string".to_owned()),
        Some("") => Err("You must specify a summary of the issue.".to_owned()),
        Some(text) if text.contains('\n') => {
            Err("The summary is invalid because it contains newline characters.".to_owned())
        }
        Some(text) if text.chars().count() > 255 => {
            Err("Summary must be less than 255 characters.".to_owned())
        }
        Some(text) => Ok(text.to_owned()),
    }
}

/// Labels, which have no spaces.
pub(super) fn labels(value: &Value) -> Read<Vec<String>> {
    let list = value.as_array().ok_or("data was not an array")?;
    let label = |value: &Value| match value.as_str() {
        None => Err("string expected".to_owned()),
        Some(text) if text.is_empty() || text.contains(char::is_whitespace) => Err(format!(
            "The label '{text}' contains spaces which is invalid."
        )),
        Some(text) => Ok(text.to_owned()),
    };
    list.iter().map(label).collect()
}

/// A day such as `2026-09-25`.
pub(super) fn day(value: &Value) -> Read<String> {
    let text = value.as_str().unwrap_or_default();
    match text.parse::<jiff::civil::Date>() {
        Ok(_) if text.len() == 10 => Ok(text.to_owned()),
        _ => Err(format!(
            "Error parsing date string: {text}, expected \"yyyy-MM-dd\""
        )),
    }
}

/// One of several, as `{"id": …}` or under the member in which its name stands; gives the name.
pub(super) fn one_of(all: &[Named], member: &str, value: &Value) -> Read<String> {
    let found = match sole(value) {
        Some(("id", text)) => all.iter().find(|named| named.id == text),
        Some((name, text)) if name == member => all.iter().find(|named| named.name == text),
        _ => None,
    };
    let found = found.map(|named| named.name.clone());
    found.ok_or_else(|| format!("Specify a valid 'id' or '{member}'"))
}

/// A person, by account id on Cloud and by user name on Data Center; gives the user name.
pub(super) fn person(view: &View<'_>, project: &Project, value: &Value) -> Read<Option<String>> {
    if value.is_null() {
        return Ok(None);
    }
    let people = &view.store.people;
    let found = match (view.deployment(), sole(value)) {
        (Deployment::Cloud, Some(("accountId" | "id", id))) => {
            people.iter().find(|person| person.account_id == id)
        }
        (Deployment::DataCenter, Some(("name", name))) => {
            people.iter().find(|person| person.user_name == name)
        }
        (Deployment::Cloud, _) => {
            return Err("Account ID is required (sandbox: {accountId} and nothing else)".into());
        }
        (Deployment::DataCenter, _) => {
            return Err("expected 'name' property to be a string".to_owned());
        }
    };
    match found {
        Some(person) if project.viewers.includes(person) => Ok(Some(person.user_name.clone())),
        Some(person) => Err(format!(
            "User '{}' cannot be assigned issues.",
            person.display_name
        )),
        None => Err("User does not exist.".to_owned()),
    }
}

/// The one member of an object of one text.
pub(super) fn sole(value: &Value) -> Option<(&str, &str)> {
    let members = value.as_object()?;
    let (name, value) = members.iter().next()?;
    (members.len() == 1).then_some((name.as_str(), value.as_str()?))
}
