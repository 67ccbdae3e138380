//! Arguments that Jira would refuse only when the issue is made, so that a dry run refuses them as well.
//! What a project and its fields take is looked up in `plan`.

use super::CreateJiraIssue;
use crate::tools::arguments::said;

/// Jira's limit on a summary, in characters.
const LONGEST_SUMMARY: usize = 255;

/// What is wrong with the arguments by themselves, and what to give instead.
pub(super) fn problem(asked: &CreateJiraIssue) -> Option<(String, String)> {
    summary(asked.summary.trim())
        .or_else(|| label(asked.labels.as_deref().unwrap_or_default()))
        .or_else(|| due_date(said(asked.due_date.as_ref())?))
}

fn summary(summary: &str) -> Option<(String, String)> {
    let length = summary.chars().count();
    let why = if summary.is_empty() {
        "the summary is empty".to_owned()
    } else if summary.contains(['\n', '\r']) {
        "the summary has several lines".to_owned()
    } else if length > LONGEST_SUMMARY {
        format!("the summary has {length} characters, and Jira takes {LONGEST_SUMMARY}")
    } else {
        return None;
    };
    let next_step = "give a title of one line as `summary`, and all else as `description`";
    Some((why, next_step.to_owned()))
}

fn label(labels: &[String]) -> Option<(String, String)> {
    let label = labels
        .iter()
        .find(|label| label.is_empty() || label.contains(char::is_whitespace))?;
    let why = format!("the label {label:?} is empty or has spaces, and Jira takes no such labels");
    let joined = label.split_whitespace().collect::<Vec<_>>().join("-");
    let next_step = if joined.is_empty() {
        "leave it out".to_owned()
    } else {
        format!("use {joined:?}, or several labels")
    };
    Some((why, next_step))
}

fn due_date(day: &str) -> Option<(String, String)> {
    if is_day(day) {
        return None;
    }
    let why = format!("the due date {day:?} is no day that Jira takes");
    let next_step = "give year, month and day, such as 2026-12-24";
    Some((why, next_step.to_owned()))
}

/// `2026-12-24`; how long the month is Jira knows.
fn is_day(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let number = |part: &str, digits: usize| {
        let valid = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        valid.then(|| part.parse::<u32>().ok()).flatten()
    };
    let [year, month, day] = parts[..] else {
        return false;
    };
    number(year, 4).is_some()
        && number(month, 2).is_some_and(|month| (1..=12).contains(&month))
        && number(day, 2).is_some_and(|day| (1..=31).contains(&day))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn told(name: &str, value: Value) -> Option<String> {
        let mut arguments = json!({"project_key": "DEMO", "summary": "S", "issue_type": "Task"});
        arguments[name] = value;
        let asked: CreateJiraIssue = serde_json::from_value(arguments).unwrap();
        problem(&asked).map(|(why, next_step)| format!("{why}: {next_step}"))
    }

    #[test]
    fn a_summary_is_one_line_that_says_something() {
        for (summary, part) in [
            (" ".to_owned(), "is empty"),
            ("a\nb".to_owned(), "several lines"),
            ("x".repeat(256), "has 256 characters, and Jira takes 255"),
        ] {
            let told = told("summary", json!(summary)).unwrap();
            assert!(told.contains(part), "{told}");
        }
        assert_eq!(told("summary", json!("é".repeat(255))), None);
    }

    #[test]
    fn a_label_with_spaces_is_answered_with_one_that_jira_takes() {
        let told_of = |labels| told("labels", labels);
        assert_eq!(told_of(json!(["a", "b-c"])), None);
        assert!(
            told_of(json!(["in review "]))
                .unwrap()
                .contains("\"in-review\"")
        );
        assert!(told_of(json!([""])).unwrap().contains("leave it out"));
    }

    #[test]
    fn a_due_date_is_a_day_and_no_words() {
        for day in ["2026-12-24", " 2026-01-31 ", ""] {
            assert_eq!(told("due_date", json!(day)), None, "{day}");
        }
        for day in [
            "tomorrow",
            "24.12.2026",
            "2026-13-01",
            "2026-12-24T10:00:00Z",
            "26-1-1",
        ] {
            let told = told("due_date", json!(day)).unwrap();
            assert!(told.contains("such as 2026-12-24"), "{told}");
        }
    }
}
