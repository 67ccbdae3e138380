//! `--header 'Name: value'`: parsed, expanded and checked; not when it is sent.

use http::{HeaderMap, HeaderName, HeaderValue};

use shared::environment::Environment;

use super::StartError;
use super::environment;

/// The headers a person added, each once.
#[derive(Debug)]
pub(super) struct ExtraHeaders {
    pub(super) headers: HeaderMap,
    pub(super) notices: Vec<String>,
}

/// Headers that belong to HTTP or to MCP: another value would break the exchange.
const RESERVED: [&str; 14] = [
    "accept",
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "last-event-id",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

pub(super) fn read(
    arguments: &[String],
    environment: &Environment,
) -> Result<ExtraHeaders, StartError> {
    let mut headers = HeaderMap::new();
    let mut notices = Vec::new();
    for (index, argument) in arguments.iter().enumerate() {
        let (name, value) = parse(argument, index + 1, environment)?;
        if headers.insert(&name, value).is_some() {
            notices.push(format!(
                "--header {name} is given twice; the last one counts"
            ));
        }
    }
    Ok(ExtraHeaders { headers, notices })
}

/// `number` is what an argument is called whose name cannot be told from a misplaced token.
fn parse(
    argument: &str,
    number: usize,
    environment: &Environment,
) -> Result<(HeaderName, HeaderValue), StartError> {
    let malformed = || {
        StartError::setting(format!(
            "--header number {number} is not of the form 'Name: value'; mind the quotes around it"
        ))
    };
    let (name, value) = argument.split_once(':').ok_or_else(malformed)?;
    let name = HeaderName::from_bytes(name.trim().as_bytes()).map_err(|_| malformed())?;
    if RESERVED.contains(&name.as_str())
        || name.as_str().starts_with("mcp-")
        || name.as_str().starts_with("proxy-")
    {
        return Err(StartError::setting(format!(
            "--header {name} is refused: the bridge sets this header itself"
        )));
    }
    let value = expand(value.trim(), &name, environment)?;
    let mut value = HeaderValue::from_str(&value).map_err(|_| {
        StartError::setting(format!(
            "--header {name} holds a character that no HTTP header may carry"
        ))
    })?;
    value.set_sensitive(true);
    Ok((name, value))
}

/// Replaces each `${VAR}`; any other `$` stands for itself.
fn expand(
    text: &str,
    header: &HeaderName,
    environment: &Environment,
) -> Result<String, StartError> {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, behind) = after.split_once('}').ok_or_else(|| {
            StartError::setting(format!("--header {header}: a ${{ has no closing brace"))
        })?;
        let value = environment::text(environment, name)?.ok_or_else(|| {
            StartError::setting(format!("--header {header}: the variable {name} is not set"))
        })?;
        expanded.push_str(before);
        expanded.push_str(value.trim_end_matches(['\r', '\n']));
        rest = behind;
    }
    expanded.push_str(rest);
    Ok(expanded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(arguments: &[&str]) -> Result<ExtraHeaders, String> {
        let environment: Environment = [("TOKEN", "tok-secret"), ("EMPTY", "")]
            .into_iter()
            .collect();
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        read(&arguments, &environment).map_err(|error| error.to_string())
    }

    fn value(argument: &str, name: &str) -> String {
        let read = read_all(&[argument]).unwrap();
        read.headers[name].to_str().unwrap().to_owned()
    }

    #[test]
    fn a_space_after_the_colon_is_optional() {
        assert_eq!(value("X-Team: blue", "x-team"), "blue");
        assert_eq!(value("X-Team:blue", "x-team"), "blue");
        assert_eq!(value("X-Team: a:b", "x-team"), "a:b");
    }

    #[test]
    fn variables_are_expanded_and_a_lone_dollar_is_not_one() {
        assert_eq!(value("A: Bearer ${TOKEN}", "a"), "Bearer tok-secret");
        assert_eq!(value("A: ${TOKEN}-${TOKEN}", "a"), "tok-secret-tok-secret");
        assert_eq!(value("A: $TOKEN $ {x}", "a"), "$TOKEN $ {x}");
    }

    #[test]
    fn an_unset_empty_or_unclosed_variable_is_refused() {
        assert!(
            read_all(&["A: ${NO}"])
                .unwrap_err()
                .contains("NO is not set")
        );
        assert!(
            read_all(&["A: ${EMPTY}"])
                .unwrap_err()
                .contains("EMPTY is set but empty")
        );
        assert!(
            read_all(&["A: ${TOKEN"])
                .unwrap_err()
                .contains("no closing brace")
        );
    }

    #[test]
    fn headers_of_the_exchange_itself_are_refused() {
        for name in [
            "Host",
            "Content-Length",
            "content-type",
            "Accept",
            "Mcp-Session-Id",
            "MCP-Method",
            "Connection",
            "Transfer-Encoding",
            "Last-Event-ID",
            "Proxy-Authorization",
        ] {
            let error = read_all(&[&format!("{name}: x")]).unwrap_err();
            assert!(error.contains("refused"), "{error}");
        }
    }

    #[test]
    fn the_last_of_two_counts_and_a_notice_says_so() {
        let read = read_all(&["X-Team: a", "x-team: b"]).unwrap();
        assert_eq!(read.headers["x-team"], "b");
        assert_eq!(read.headers.len(), 1);
        assert_eq!(read.notices.len(), 1);
        assert!(read.notices[0].contains("x-team"));
    }

    #[test]
    fn a_malformed_header_is_told_by_number_and_not_shown() {
        for wrong in ["tok-secret", "Bearer tok-secret: x", ": tok-secret", ""] {
            let error = read_all(&["A: b", wrong]).unwrap_err();
            assert!(error.contains("number 2"), "{error}");
            assert!(!error.contains("tok-secret"), "{error}");
        }
        let error = read_all(&["A: tok-secret\u{7}"]).unwrap_err();
        assert!(!error.contains("tok-secret"), "{error}");
    }

    #[test]
    fn a_value_is_never_printed() {
        let printed = format!("{:?}", read_all(&["A: ${TOKEN}"]).unwrap());
        assert!(!printed.contains("tok-secret"), "{printed}");
    }
}
