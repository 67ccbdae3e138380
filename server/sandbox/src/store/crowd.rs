//! Further people with one issue and one page each that only they may see.
//! The named people of the sample company are elsewhere.

use super::confluence::{Confluence, Page, PageKind, Space, SpaceKind, Version};
use super::jira::{Issue, Jira, Project, ProjectKind, Step};
use super::{Audience, Store};
use crate::document::Document;
use crate::moment::Moment;
use crate::people::{Belongings, Person, of_the_crowd};

const FIRST_ISSUE_ID: u64 = 900_000;
const FIRST_PAGE_ID: u64 = 9_000_000;
const FIRST_SPACE_ID: u64 = 8_000_000;

impl Store {
    /// Adds `count` people to all sites and returns them.
    pub(crate) fn add_crowd(&mut self, count: usize, now: Moment) -> Vec<Person> {
        let there = self
            .people
            .iter()
            .filter(|person| person.belongings.is_some())
            .count();
        let numbers = (there + 1..)
            .take(count)
            .filter_map(|number| u32::try_from(number).ok());
        let crowd: Vec<Person> = numbers.map(person).collect();
        for person in &crowd {
            self.jira_cloud.settle(person, now);
            self.jira_data_center.settle(person, now);
            self.confluence_cloud.settle(person, now);
            self.confluence_data_center.settle(person, now);
        }
        self.people.extend(crowd.iter().cloned());
        crowd
    }
}

fn person(number: u32) -> Person {
    let belongings = Belongings {
        marker: format!("marker-crowd-{number:04}"),
        issue_key: format!("CROWD-{number}"),
        page_id: (FIRST_PAGE_ID + u64::from(number)).to_string(),
    };
    of_the_crowd(number, belongings)
}

impl Jira {
    fn settle(&mut self, person: &Person, now: Moment) {
        let Some(belongings) = &person.belongings else {
            return;
        };
        let name = &person.user_name;
        match self
            .projects
            .iter_mut()
            .find(|project| project.key == "CROWD")
        {
            Some(project) => project.viewers.admit(name),
            None => self.projects.push(crowd_project(name)),
        }
        let mut issue = errand(name, belongings, now);
        issue.id += issue.number();
        self.issues.push(issue);
    }
}

fn errand(name: &String, belongings: &Belongings, now: Moment) -> Issue {
    let body = Document::paragraph(format!("Only for {}.", belongings.marker));
    Issue {
        id: FIRST_ISSUE_ID,
        key: belongings.issue_key.clone(),
        former_keys: Vec::new(),
        viewers: Audience::only(name),
        issue_type: "Task".to_owned(),
        status: "To Do".to_owned(),
        summary: format!("Errand of {name}: {}", belongings.marker),
        description: Some(body),
        environment: None,
        priority: Some("Medium".to_owned()),
        resolution: None,
        assignee: Some(name.clone()),
        reporter: Some(name.clone()),
        creator: Some(name.clone()),
        created: now,
        updated: now,
        resolved: None,
        due: None,
        labels: Vec::new(),
        components: Vec::new(),
        fix_versions: Vec::new(),
        parent: None,
        story_points: None,
        location: None,
        links: Vec::new(),
        remote_links: Vec::new(),
        attachments: Vec::new(),
        comments: Vec::new(),
        history: Vec::new(),
    }
}

fn crowd_project(first_viewer: &str) -> Project {
    Project {
        id: "10090".to_owned(),
        key: "CROWD".to_owned(),
        name: "Crowd".to_owned(),
        viewers: Audience::only(first_viewer),
        kind: ProjectKind::Software,
        asks_location: false,
        workflow: ["To Do", "In Progress", "Done"].map(step).into(),
    }
}

fn step(status: &str) -> Step {
    Step {
        name: status.to_owned(),
        to: status.to_owned(),
        asks_resolution: false,
    }
}

impl Confluence {
    fn settle(&mut self, person: &Person, now: Moment) {
        let Some(belongings) = &person.belongings else {
            return;
        };
        let Ok(page_id) = belongings.page_id.parse::<u64>() else {
            return;
        };
        let name = &person.user_name;
        let key = format!("~{name}");
        self.spaces.push(Space {
            id: FIRST_SPACE_ID + (page_id - FIRST_PAGE_ID),
            key: key.clone(),
            name: person.display_name.clone(),
            kind: SpaceKind::Personal,
            viewers: Audience::only(name),
            homepage: Some(page_id),
            description: None,
            by: Some(name.clone()),
            created: now,
        });
        self.pages.push(Page {
            id: page_id,
            kind: PageKind::Page,
            space: key,
            parent: None,
            position: Some(0),
            trashed: false,
            viewers: Audience::only(name),
            labels: Vec::new(),
            attachments: Vec::new(),
            versions: vec![Version {
                title: format!("Notes of {name}"),
                by: Some(name.clone()),
                at: now,
                message: None,
                minor: false,
                body: format!("<p>Only for {}.</p>", belongings.marker),
            }],
            comments: Vec::new(),
        });
    }
}
