//! Words of a person become values of fields, or an explanation.

use super::*;
use crate::site::Deployment::{Cloud, DataCenter};

fn field(id: &str, name: &str, kind: FieldKind, options: &[&str]) -> Field {
    Field {
        id: id.to_owned(),
        name: name.to_owned(),
        required: false,
        options: options.iter().map(|&option| option.to_owned()).collect(),
        kind,
    }
}

fn screen(deployment: Deployment) -> Screen {
    let list = |kind| FieldKind::List(Box::new(kind));
    Screen {
        deployment,
        fields: vec![
            field("summary", "Zusammenfassung", FieldKind::Plain, &[]),
            field("assignee", "Assignee", FieldKind::Person, &[]),
            field("priority", "Priority", FieldKind::Named, &["High", "Low"]),
            field("labels", "Labels", list(FieldKind::Plain), &[]),
            field(
                "components",
                "Components",
                list(FieldKind::Named),
                &["Shop"],
            ),
            field("customfield_1", "Standort", FieldKind::Option, &["Porto"]),
            field("customfield_2", "Epic Link", FieldKind::Epic, &[]),
        ],
    }
}

fn filled(deployment: Deployment, values: Value) -> Result<Value, ScreenProblem> {
    let Value::Object(values) = values else {
        panic!("not an object")
    };
    let filled = screen(deployment).filled(&values)?;
    Ok(Value::Object(filled.values))
}

#[test]
fn names_become_what_jira_calls_them_whatever_their_capitals() {
    let given = json!({
        "zusammenfassung": "A", "PRIORITY": "high", "Labels": ["a", "b"], "Components": "shop",
        "standort": "porto", "parent": "DEMO-2"
    });
    let expected = json!({
        "summary": "A", "priority": { "name": "High" }, "labels": ["a", "b"],
        "components": [{ "name": "Shop" }], "customfield_1": { "value": "Porto" },
        "customfield_2": "DEMO-2"
    });
    assert_eq!(filled(DataCenter, given), Ok(expected));
}

#[test]
fn b_36_people_are_named_as_their_deployment_names_them() {
    let given = json!({ "assignee": "x" });
    let cloud = json!({ "assignee": { "accountId": "x" } });
    let own = json!({ "assignee": { "name": "x" } });
    assert_eq!(filled(Cloud, given.clone()), Ok(cloud));
    assert_eq!(filled(DataCenter, given), Ok(own));
}

#[test]
fn what_is_json_already_is_left_alone() {
    let given =
        json!({ "customfield_1": { "id": "7" }, "priority": null, "components": { "id": "1" } });
    let expected =
        json!({ "customfield_1": { "id": "7" }, "priority": null, "components": [{ "id": "1" }] });
    assert_eq!(filled(Cloud, given), Ok(expected));
}

#[test]
fn what_is_not_there_is_told_with_what_is() {
    let unknown = filled(Cloud, json!({ "colour": "red" }))
        .unwrap_err()
        .to_string();
    assert!(unknown.starts_with("Jira has no field \"colour\" to fill in here; there is: "));
    assert!(
        unknown.ends_with("Components, Standort, Epic Link"),
        "{unknown}"
    );
    assert_eq!(
        filled(Cloud, json!({ "priority": "Urgent" }))
            .unwrap_err()
            .to_string(),
        "Priority cannot be \"Urgent\"; it can be: High, Low"
    );
}

#[test]
fn two_values_under_two_names_of_a_field_are_one_too_many() {
    let twice = filled(Cloud, json!({ "summary": "a", "Zusammenfassung": "b" }));
    assert_eq!(
        twice.unwrap_err().to_string(),
        "Zusammenfassung is given twice"
    );
}

#[test]
fn issues_that_values_name_are_known_in_every_form() {
    let mut screen = screen(Cloud);
    screen
        .fields
        .push(field("parent", "Parent", FieldKind::Issue, &[]));
    for (values, issues) in [
        (json!({ "parent": "DEMO-1" }), "DEMO-1"),
        (json!({ "parent": { "id": "10001" } }), "10001"),
        (json!({ "Epic Link": "DEMO-2" }), "DEMO-2"),
    ] {
        let filled = screen.filled(values.as_object().unwrap()).unwrap();
        assert_eq!(filled.issues, [issues], "{values}");
    }
}

#[test]
fn what_must_be_filled_in_is_told_with_its_options_unless_jira_fills_it_in() {
    let mut screen = screen(Cloud);
    for field in &mut screen.fields {
        field.required = ["summary", "customfield_1"].contains(&&*field.id);
    }
    let mut reporter = field("reporter", "Reporter", FieldKind::Person, &[]);
    reporter.required = true;
    screen.fields.push(reporter);
    let nothing = screen.filled(&Map::new()).unwrap();
    assert_eq!(
        screen.missing(&nothing).unwrap().to_string(),
        "these fields must be filled in: Zusammenfassung, Standort (Porto)"
    );
    let values = json!({ "summary": "a", "Standort": "porto" });
    let enough = screen.filled(values.as_object().unwrap()).unwrap();
    assert_eq!(screen.missing(&enough), None);
}

#[test]
fn a_long_list_of_options_is_cut() {
    let many = (0..45).map(|number| number.to_string());
    assert!(listed(many).ends_with("38, 39 and 5 more"));
}
