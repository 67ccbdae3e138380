//! Mentions in a page: `ri:user`, which holds an id and no name.
//! What a mention looks like in Markdown is the part of `inline`.

use std::collections::HashSet;

use super::tree::{Element, Node};
use crate::markup::people::{Names, Person};

/// The attribute that a name is kept in. No attribute of a page has a name with a blank.
pub(super) const NAME: &str = "display name";

/// Whom the page mentions, each once, in their order.
pub(super) fn people(nodes: &[Node]) -> Vec<Person> {
    let mut people = Vec::new();
    walk(nodes, &mut people);
    let mut seen = HashSet::new();
    people.retain(|person| seen.insert(person.clone()));
    people
}

fn walk(nodes: &[Node], people: &mut Vec<Person>) {
    for node in nodes {
        if let Node::Element(element) = node {
            people.extend(person(element));
            walk(&element.children, people);
        }
    }
}

/// Puts names to mentions.
pub(super) fn name(nodes: &mut [Node], names: &Names) {
    for node in nodes {
        if let Node::Element(element) = node {
            if let Some(name) = person(element).and_then(|person| names.get(&person)) {
                element.add_attribute(NAME, name);
            }
            self::name(&mut element.children, names);
        }
    }
}

/// Whom an element means.
pub(super) fn person(element: &Element) -> Option<Person> {
    if element.name != "ri:user" {
        return None;
    }
    let get = |name| element.attribute(name).map(str::to_owned);
    get("ri:account-id")
        .map(Person::AccountId)
        .or_else(|| get("ri:userkey").map(Person::UserKey))
        .or_else(|| get("ri:username").map(Person::UserName))
}
