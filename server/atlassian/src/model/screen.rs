//! Screens: the fields that can or must be filled in to create an issue or to take a transition, and
//! values for them in the words of a person.
//! Asking for screens is done in `jira`.

use serde_json::{Map, Value, json};

use crate::markup;
use crate::site::Deployment;

/// The fields of a screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    /// Whose JSON it is filled in with.
    pub(crate) deployment: Deployment,
    /// In Jira's order.
    pub(crate) fields: Vec<Field>,
}

/// A field of a screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its id, as in `summary` or `customfield_10040`.
    pub id: String,
    /// Its name, which may be in any language.
    pub name: String,
    /// Whether it must be filled in: it is required, and Jira has no value of its own for it.
    pub required: bool,
    /// Names of the values it can have; empty where it has no list of them, or a hidden one.
    pub options: Vec<String>,
    /// How a value of it looks.
    pub(crate) kind: FieldKind,
}

/// How the values of a field look in JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FieldKind {
    /// Text, number or date: as given.
    Plain,
    /// ADF on Cloud, wiki markup on Data Center.
    RichText,
    /// `{"value": …}`, an option of a select field.
    Option,
    /// `{"name": …}`, as priorities, resolutions, versions and components.
    Named,
    /// A person.
    Person,
    /// `{"key": …}`, another issue.
    Issue,
    /// The key of an epic, on Data Center.
    Epic,
    /// Several of them.
    List(Box<Self>),
}

/// A screen that is filled in. Made by [`Screen::filled`] only.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filled {
    /// By id of the field.
    pub(crate) values: Map<String, Value>,
    /// Keys or numbers of issues that the values name.
    pub(crate) issues: Vec<String>,
}

/// Why a screen cannot be filled in as wanted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScreenProblem {
    /// The screen has no such field.
    #[error("Jira has no field {name:?} to fill in here; there is: {known}")]
    UnknownField {
        /// What was asked for.
        name: String,
        /// Names of the fields that are there.
        known: String,
    },
    /// The field has a list of values, and this is none of them.
    #[error("{field} cannot be {given:?}; it can be: {options}")]
    UnknownOption {
        /// Name of the field.
        field: String,
        /// What was asked for.
        given: String,
        /// What it can be.
        options: String,
    },
    /// Two values for one field, under two of its names.
    #[error("{field} is given twice")]
    GivenTwice {
        /// Name of the field.
        field: String,
    },
    /// Fields that must be filled in are not.
    #[error("these fields must be filled in: {fields}")]
    Missing {
        /// Their names, with the values they can have.
        fields: String,
    },
}

/// What Jira fills in by itself, whatever it says of these fields.
const FILLED_BY_JIRA: [&str; 3] = ["project", "issuetype", "reporter"];

impl Screen {
    /// A screen that asks for nothing.
    #[cfg(test)]
    pub(crate) fn empty() -> Self {
        Self {
            deployment: Deployment::Cloud,
            fields: Vec::new(),
        }
    }

    /// The field with this id or name; capitals do not matter. `parent` is the epic where the screen
    /// knows the epic of an issue by another name, as on Data Center.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        let name = name.trim().to_lowercase();
        let by = |fits: &dyn Fn(&Field) -> bool| self.fields.iter().find(|field| fits(field));
        by(&|field| field.id.to_lowercase() == name)
            .or_else(|| by(&|field| field.name.to_lowercase() == name))
            .or_else(|| by(&|field| name == "parent" && field.kind == FieldKind::Epic))
    }

    /// Values by the id or name of their field, as Jira takes them: Markdown for rich text, names for
    /// options, ids for people, keys for issues. A value that is an object already is left alone.
    ///
    /// # Errors
    /// A field or option that is not there, or two values for one field.
    pub fn filled(&self, values: &Map<String, Value>) -> Result<Filled, ScreenProblem> {
        let mut filled = Filled::default();
        for (name, value) in values {
            let field = self
                .field(name)
                .ok_or_else(|| ScreenProblem::UnknownField {
                    name: name.clone(),
                    known: match &self.fields[..] {
                        [] => "none".to_owned(),
                        fields => listed(fields.iter().map(|field| field.name.clone())),
                    },
                })?;
            let value = field.value(self.deployment, value)?;
            filled.issues.extend(field.kind.issues(&value));
            let earlier = filled.values.insert(field.id.clone(), value);
            if earlier.is_some() {
                let field = field.name.clone();
                return Err(ScreenProblem::GivenTwice { field });
            }
        }
        Ok(filled)
    }

    /// The fields that must be filled in and are not, as a [`ScreenProblem::Missing`].
    ///
    /// It is certain for new issues. Of an issue that exists, a transition also requires fields that
    /// have a value already, so there it only explains a refusal.
    #[must_use]
    pub fn missing(&self, filled: &Filled) -> Option<ScreenProblem> {
        let missing = self.fields.iter().filter(|field| {
            field.required
                && !FILLED_BY_JIRA.contains(&&*field.id)
                && !filled.values.contains_key(&field.id)
        });
        let fields = listed(missing.map(Field::with_options));
        (!fields.is_empty()).then_some(ScreenProblem::Missing { fields })
    }
}

impl FieldKind {
    /// The issues that a value of a field names.
    fn issues(&self, value: &Value) -> Vec<String> {
        let named = match (self, value) {
            (Self::Issue | Self::Epic, Value::Object(members)) => {
                members.values().filter_map(Value::as_str).collect()
            }
            (Self::Issue | Self::Epic, Value::String(key)) => vec![key.as_str()],
            (Self::List(kind), Value::Array(items)) => {
                return items.iter().flat_map(|item| kind.issues(item)).collect();
            }
            _ => Vec::new(),
        };
        named.into_iter().map(str::to_owned).collect()
    }
}

impl Field {
    fn with_options(&self) -> String {
        let name = &self.name;
        if self.options.is_empty() {
            return name.clone();
        }
        format!("{name} ({})", listed(self.options.iter().cloned()))
    }

    fn value(&self, deployment: Deployment, given: &Value) -> Result<Value, ScreenProblem> {
        match (&self.kind, given) {
            (FieldKind::List(_), Value::Object(_)) => Ok(json!([given])),
            (_, Value::Object(_) | Value::Null) => Ok(given.clone()),
            (FieldKind::List(kind), Value::Array(items)) => {
                let items = items.iter().map(|item| self.one(kind, deployment, item));
                items.collect()
            }
            (FieldKind::List(kind), one) => Ok(json!([self.one(kind, deployment, one)?])),
            (kind, given) => self.one(kind, deployment, given),
        }
    }

    /// One value, not a list.
    fn one(
        &self,
        kind: &FieldKind,
        deployment: Deployment,
        given: &Value,
    ) -> Result<Value, ScreenProblem> {
        let Some(text) = given.as_str() else {
            return Ok(given.clone());
        };
        Ok(match kind {
            FieldKind::Plain | FieldKind::Epic | FieldKind::List(_) => given.clone(),
            FieldKind::RichText => rich_text(deployment, text),
            FieldKind::Option => json!({ "value": self.option(text)? }),
            FieldKind::Named => json!({ "name": self.option(text)? }),
            FieldKind::Person => person(deployment, text),
            FieldKind::Issue => json!({ "key": text }),
        })
    }

    /// The option as Jira writes it.
    fn option(&self, given: &str) -> Result<String, ScreenProblem> {
        let wanted = given.trim().to_lowercase();
        let mut options = self.options.iter();
        let found = options.find(|option| option.to_lowercase() == wanted);
        match found {
            Some(option) => Ok(option.clone()),
            None if self.options.is_empty() => Ok(given.trim().to_owned()),
            None => Err(ScreenProblem::UnknownOption {
                field: self.name.clone(),
                given: given.to_owned(),
                options: listed(self.options.iter().cloned()),
            }),
        }
    }
}

/// Most names told; who has more options than that must know what to look for.
const MOST: usize = 40;

/// Names one behind the other, not endlessly many.
fn listed(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.collect();
    let told = names.iter().take(MOST).cloned().collect::<Vec<_>>();
    let mut told = told.join(", ");
    if names.len() > MOST {
        told.push_str(&format!(" and {} more", names.len() - MOST));
    }
    told
}

/// Markdown in the dialect of the deployment (B-37).
pub(crate) fn rich_text(deployment: Deployment, markdown: &str) -> Value {
    match deployment {
        Deployment::Cloud => markup::adf::from_markdown(markdown),
        Deployment::DataCenter => markup::wiki::from_markdown(markdown).into(),
    }
}

/// Somebody, by account id or user name (B-36).
fn person(deployment: Deployment, id: &str) -> Value {
    match deployment {
        Deployment::Cloud => json!({ "accountId": id }),
        Deployment::DataCenter => json!({ "name": id }),
    }
}

#[cfg(test)]
mod tests;
