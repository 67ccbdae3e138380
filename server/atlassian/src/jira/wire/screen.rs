//! Projects, issue types, fields and transitions on the wire.
//! What becomes of them is in `model`.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use super::issue::Status;
use crate::ids::ProjectKey;
use crate::model::{self, FieldKind, Screen};
use crate::site::Deployment;

#[derive(Deserialize)]
pub(in crate::jira) struct Project {
    key: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::jira) struct IssueType {
    id: Option<String>,
    name: Option<String>,
    untranslated_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::jira) struct Field {
    field_id: Option<String>,
    name: Option<String>,
    required: Option<bool>,
    has_default_value: Option<bool>,
    schema: Option<Schema>,
    allowed_values: Option<Vec<Value>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Schema {
    r#type: Option<String>,
    items: Option<String>,
    system: Option<String>,
    custom: Option<String>,
}

#[derive(Deserialize)]
pub(in crate::jira) struct Transition {
    id: Option<String>,
    name: Option<String>,
    to: Option<Status>,
    fields: Option<HashMap<String, Option<Field>>>,
}

impl Project {
    pub(in crate::jira) fn into_project(self) -> Option<model::Project> {
        Some(model::Project {
            key: ProjectKey::parse(&self.key?).ok()?,
            name: self.name,
        })
    }
}

impl IssueType {
    pub(in crate::jira) fn into_issue_type(self) -> Option<model::IssueType> {
        Some(model::IssueType {
            id: self.id?,
            name: self.name?,
            untranslated_name: self.untranslated_name,
        })
    }
}

impl Field {
    /// The field, whose id is told by itself or by the place it stands in.
    pub(in crate::jira) fn into_field(self, place: Option<String>) -> Option<model::Field> {
        let id = self.field_id.or(place)?;
        let kind = self.schema.unwrap_or_default().kind();
        let option = |value: &Value| {
            let told = value["name"].as_str().or(value["value"].as_str());
            told.map(str::to_owned)
        };
        let options = self.allowed_values.unwrap_or_default();
        Some(model::Field {
            name: self.name.unwrap_or_else(|| id.clone()),
            id,
            required: self.required == Some(true) && self.has_default_value != Some(true),
            options: options.iter().filter_map(option).collect(),
            kind,
        })
    }
}

impl Schema {
    fn kind(&self) -> FieldKind {
        let is_custom = |name: &str| {
            let kind = self.custom.as_deref();
            kind.is_some_and(|kind| kind.rsplit(':').next() == Some(name))
        };
        let described = matches!(self.system.as_deref(), Some("description" | "environment"));
        if described || is_custom("textarea") {
            return FieldKind::RichText;
        }
        if is_custom("gh-epic-link") {
            return FieldKind::Epic;
        }
        match (self.r#type.as_deref(), self.items.as_deref()) {
            (Some("array"), items) => FieldKind::List(Box::new(kind_of(items))),
            (kind, _) => kind_of(kind),
        }
    }
}

fn kind_of(schema_type: Option<&str>) -> FieldKind {
    match schema_type {
        Some("option") => FieldKind::Option,
        Some("user") => FieldKind::Person,
        Some("issuelink") => FieldKind::Issue,
        Some("priority" | "resolution" | "version" | "component" | "securitylevel" | "group") => {
            FieldKind::Named
        }
        _ => FieldKind::Plain,
    }
}

impl Transition {
    pub(in crate::jira) fn into_transition(
        self,
        deployment: Deployment,
    ) -> Option<model::Transition> {
        let fields = self.fields.into_iter().flatten();
        let fields = fields.filter_map(|(id, field)| field?.into_field(Some(id)));
        let mut fields: Vec<_> = fields.collect();
        fields.sort_by(|a, b| a.id.cmp(&b.id));
        Some(model::Transition {
            name: self.name.or_else(|| self.id.clone())?,
            id: self.id?,
            to: self.to.and_then(Status::into_status),
            screen: Screen { deployment, fields },
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kind(schema: Value) -> FieldKind {
        serde_json::from_value::<Schema>(schema).unwrap().kind()
    }

    #[test]
    fn the_schema_of_a_field_tells_what_its_values_look_like() {
        let list = |kind| FieldKind::List(Box::new(kind));
        for (kind, items, system, expected) in [
            ("string", None, Some("summary"), FieldKind::Plain),
            ("string", None, Some("description"), FieldKind::RichText),
            ("user", None, Some("assignee"), FieldKind::Person),
            ("issuelink", None, Some("parent"), FieldKind::Issue),
            (
                "array",
                Some("string"),
                Some("labels"),
                list(FieldKind::Plain),
            ),
            ("array", Some("option"), None, list(FieldKind::Option)),
        ] {
            let schema = json!({ "type": kind, "items": items, "system": system });
            assert_eq!(self::kind(schema.clone()), expected, "{schema}");
        }
    }

    #[test]
    fn custom_fields_are_known_by_their_kind() {
        for (kind, custom, expected) in [
            (
                "string",
                "system.customfieldtypes:textarea",
                FieldKind::RichText,
            ),
            (
                "string",
                "system.customfieldtypes:textfield",
                FieldKind::Plain,
            ),
            (
                "option",
                "system.customfieldtypes:select",
                FieldKind::Option,
            ),
            (
                "any",
                "com.pyxis.greenhopper.jira:gh-epic-link",
                FieldKind::Epic,
            ),
        ] {
            let schema = json!({ "type": kind, "custom": custom });
            assert_eq!(self::kind(schema.clone()), expected, "{schema}");
        }
    }

    #[test]
    fn b_35_fields_and_transitions_of_nulls_are_left_out_or_empty() {
        let nulls =
            json!({ "name": null, "required": null, "schema": null, "allowedValues": null });
        let field: Field = serde_json::from_value(nulls.clone()).unwrap();
        assert!(field.into_field(None).is_none());
        let field: Field = serde_json::from_value(nulls).unwrap();
        let field = field.into_field(Some("x".to_owned())).unwrap();
        assert_eq!((field.name.as_str(), field.required), ("x", false));
        for fields in [json!(null), json!({ "resolution": null })] {
            let nulls = json!({ "id": "1", "name": null, "to": null, "fields": fields });
            let transition: Transition = serde_json::from_value(nulls).unwrap();
            let transition = transition.into_transition(Deployment::Cloud).unwrap();
            assert_eq!((transition.name.as_str(), transition.to), ("1", None));
        }
    }
}
