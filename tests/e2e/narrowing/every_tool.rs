//! Every tool with generated arguments under generated limits: nothing outside is told or changed.

use atlassian::Deployment;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestError, TestRunner};
use sandbox::people;
use serde_json::Value;
use tests::transport::call;
use tests::world::{DEPLOYMENTS, World, token_of};

use super::arguments::{self, Choices};
use super::hidden::{Everything, Within};
use super::{answer, list};

const PROJECTS: [&str; 3] = ["DEMO", "OPS", "SECRET"];
const SPACES: [&str; 2] = ["DEMO", "TEAM"];

/// How many calls are made under one pair of limits.
const CALLS: u32 = 24;

/// Limits of an operator and of a request, by the keys they name.
struct Limits {
    projects: [Vec<&'static str>; 2],
    spaces: [Vec<&'static str>; 2],
}

impl Limits {
    fn of(choices: &mut Choices<'_>) -> Self {
        Self {
            projects: [choices.some_of(&PROJECTS), choices.some_of(&PROJECTS)],
            spaces: [choices.some_of(&SPACES), choices.some_of(&SPACES)],
        }
    }

    async fn world(&self, deployment: Deployment) -> World {
        let (projects, spaces) = (self.projects[0].join(","), self.spaces[0].join(","));
        let variables = [
            ("JIRA_PROJECTS_FILTER", projects.as_str()),
            ("CONFLUENCE_SPACES_FILTER", spaces.as_str()),
        ];
        World::with(deployment, &[], &variables).await
    }

    fn headers(&self, deployment: Deployment) -> [(&'static str, String); 3] {
        let token = token_of(&people::ana(), deployment);
        [
            ("authorization", format!("Bearer {token}")),
            ("x-jira-projects-filter", self.projects[1].join(",")),
            (
                "x-confluence-spaces-filter",
                self.spaces[1].join(",").to_lowercase(),
            ),
        ]
    }

    fn within(&self) -> Within {
        // An empty variable is no limit; an empty header allows nothing.
        let both = |[operator, request]: &[Vec<&'static str>; 2]| {
            let mut both = request.clone();
            both.retain(|key| operator.is_empty() || operator.contains(key));
            both
        };
        Within {
            projects: both(&self.projects),
            spaces: both(&self.spaces),
        }
    }
}

/// Calls under limits, all made from numbers.
async fn try_out(deployment: Deployment, numbers: &[u16]) -> Result<(), String> {
    let mut choices = Choices(numbers.iter());
    let limits = Limits::of(&mut choices);
    let world = limits.world(deployment).await;
    let mut everything = Everything::read(&world.sandbox, deployment, &people::ana()).await;
    let (within, headers) = (limits.within(), limits.headers(deployment));
    let headers = headers
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let before = everything.traces(&within).await;
    let offered = answer(&world, &headers, &list()).await;
    let tools = offered["result"]["tools"].as_array().unwrap();
    for _ in 0..CALLS {
        let tool = &tools[choices.below(tools.len())];
        let name = tool["name"].as_str().unwrap();
        let arguments = arguments::of(tool, &mut choices);
        let writes = tool["annotations"]["readOnlyHint"] != true;
        if let Some(title) = arguments["title"].as_str().filter(|_| writes) {
            everything.note_title(title);
        }
        let told = answer(&world, &headers, &call(1, name, &arguments)).await;
        let (asked, said) = (arguments.to_string(), told.to_string());
        // What one service says about the other is text to it.
        let checked = match speaks_of_issues(tool) {
            true => everything.check_issues(&within, &asked, &said),
            false => everything.check_pages(&within, &asked, &said),
        };
        checked.map_err(|what| format!("{within:?} {name} {asked} told {what}: {said}"))?;
    }
    for change in world.sandbox.changes() {
        everything.check_change(&within, &change).await?;
    }
    let after = everything.traces(&within).await;
    (before == after)
        .then_some(())
        .ok_or_else(|| format!("{within:?}: {before:?} became {after:?}"))
}

fn speaks_of_issues(tool: &Value) -> bool {
    let schema = tool["inputSchema"]["properties"].as_object();
    let mut arguments = schema.into_iter().flatten().map(|(name, _)| name);
    let name = tool["name"].as_str().unwrap();
    name.contains("jira")
        || name.contains("assigned")
        || arguments.any(|it| it.contains("issue_key"))
}

/// The number of calls on each deployment is a parameter: `PROPTEST_CASES=10000`.
#[test]
fn no_tool_tells_or_changes_what_is_outside_of_the_limits() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let config = Config {
        cases: (Config::default().cases / CALLS).max(1),
        failure_persistence: None,
        // Each try is a server and a site of its own.
        max_shrink_iters: 50,
        ..Config::default()
    };
    let numbers = proptest::collection::vec(any::<u16>(), 300);
    let tried = TestRunner::new(config).run(&numbers, |numbers| {
        for deployment in DEPLOYMENTS {
            let tried = runtime.block_on(try_out(deployment, &numbers));
            tried.map_err(TestCaseError::fail)?;
        }
        Ok(())
    });
    match tried {
        Ok(()) => {}
        Err(TestError::Fail(why, numbers)) => panic!("{why}\nmade from {numbers:?}"),
        Err(abort) => panic!("{abort}"),
    }
}
