//! What the self-test reads out of answers; tolerant, because any server may be asked.

use serde_json::Value;

/// The tool of our server whose answer tells who one is.
pub(super) const WHO_AM_I: &str = "get-my-assigned-issues";

/// The member of `_meta` in which our server tells it: per service the `name` of the account and the
/// `source` of its credential, `header` or `environment`.
const IDENTITY: &str = "io.github.mcp-jira-confluence/identity";

/// What an answer to [`WHO_AM_I`] tells.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Identity {
    /// Who one is, per service.
    Known(String),
    /// The call worked, and nothing was said.
    Untold,
    /// The call failed; what the tool said.
    Refused(String),
}

pub(super) fn identity(result: &Value) -> Identity {
    if let Some(services) = result["_meta"][IDENTITY].as_object() {
        let known: Vec<_> = services
            .iter()
            .filter_map(|(service, who)| {
                let name = one_line(who["name"].as_str()?);
                let source = one_line(who["source"].as_str().unwrap_or("unknown source"));
                Some(format!("{service} acts as {name} ({source})"))
            })
            .collect();
        if !known.is_empty() {
            return Identity::Known(known.join(", "));
        }
    }
    if result["isError"] == true {
        let text = result["content"][0]["text"]
            .as_str()
            .unwrap_or("the tool failed");
        return Identity::Refused(one_line(text));
    }
    Identity::Untold
}

pub(super) fn tool_names(result: &Value) -> Vec<String> {
    let tools = result["tools"].as_array().into_iter().flatten();
    tools
        .filter_map(|tool| tool["name"].as_str())
        .map(str::to_owned)
        .collect()
}

pub(super) fn next_cursor(result: &Value) -> Option<String> {
    result["nextCursor"].as_str().map(str::to_owned)
}

pub(super) fn revision(result: &Value) -> String {
    one_line(result["protocolVersion"].as_str().unwrap_or("unknown"))
}

/// What `/health` says about itself, if it is ours.
pub(super) fn health(body: &[u8]) -> Option<String> {
    let health: Value = serde_json::from_slice(body).ok()?;
    Some(format!("says {}", one_line(health["status"].as_str()?)))
}

/// A text of the server on one line of bounded length: the report is one line per check, and a
/// terminal obeys control characters.
fn one_line(text: &str) -> String {
    let printable = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let text: String = printable.take(300).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_identity_is_told_per_service() {
        let answer = json!({ "_meta": { IDENTITY: {
            "jira": { "name": "Ana\n\u{1b}[1m Silva", "source": "header" },
            "confluence": { "name": "Bot", "source": "environment" },
            "other": 7,
        }}});
        let expected = "jira acts as Ana [1m Silva (header), confluence acts as Bot (environment)";
        assert_eq!(identity(&answer), Identity::Known(expected.to_owned()));
    }

    #[test]
    fn without_the_member_the_identity_is_untold_or_the_failure_told() {
        assert_eq!(identity(&json!({ "content": [] })), Identity::Untold);
        assert_eq!(
            identity(&json!({ "_meta": { IDENTITY: {} } })),
            Identity::Untold
        );
        let failed = json!({ "isError": true, "content": [{ "text": "no\naccess" }] });
        assert_eq!(identity(&failed), Identity::Refused("no access".to_owned()));
    }

    #[test]
    fn lists_and_health_are_read_as_far_as_they_are_there() {
        let page = json!({ "tools": [{ "name": "a" }, { "title": "b" }], "nextCursor": "2" });
        assert_eq!(
            (tool_names(&page), next_cursor(&page)),
            (vec!["a".to_owned()], Some("2".to_owned()))
        );
        assert_eq!(
            (tool_names(&json!(7)), next_cursor(&json!(7))),
            (vec![], None)
        );
        assert_eq!(health(br#"{"status":"ok"}"#), Some("says ok".to_owned()));
        assert_eq!(health(b"<html>"), None);
        assert_eq!(revision(&json!({})), "unknown");
    }
}
