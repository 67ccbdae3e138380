//! The settings as a whole: flags and variables in, one value or one refusal out.

use std::io;
use std::net::{IpAddr, Ipv4Addr};

use super::*;

fn resolve(name: &str) -> io::Result<Vec<IpAddr>> {
    match name {
        "localhost" | "me.test" => Ok(vec![Ipv4Addr::LOCALHOST.into()]),
        "mixed.test" => Ok(vec![
            Ipv4Addr::LOCALHOST.into(),
            Ipv4Addr::new(10, 0, 0, 1).into(),
        ]),
        "empty.test" => Ok(Vec::new()),
        _ => Err(io::ErrorKind::NotFound.into()),
    }
}

fn read(arguments: &[&str], variables: &[(&str, &str)]) -> Result<Settings, String> {
    let arguments = ["bridge"].iter().chain(arguments);
    let environment = variables.iter().copied().collect();
    Settings::read(arguments, &environment, &resolve).map_err(|error| error.to_string())
}

fn headers(arguments: &[&str], variables: &[(&str, &str)]) -> Vec<(String, String)> {
    let settings = read(arguments, variables).unwrap();
    let headers = settings.credentials.headers();
    assert!(headers.values().all(http::HeaderValue::is_sensitive));
    let mut pairs: Vec<_> = headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    pairs.sort();
    pairs
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected
        .iter()
        .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
        .collect()
}

const JIRA: (&str, &str) = ("JIRA_PERSONAL_TOKEN", "jira-tok");
const CONFLUENCE: (&str, &str) = ("CONFLUENCE_PERSONAL_TOKEN", "conf-tok");

#[test]
fn the_address_is_the_argument_then_the_variable_then_the_default() {
    let url = |arguments: &[&str], variables: &[(&str, &str)]| {
        read(arguments, variables).unwrap().target.to_string()
    };
    let variable = [("SSE_SERVER_URL", "http://v:1")];
    assert_eq!(url(&["http://a:1"], &variable), "http://a:1");
    assert_eq!(url(&[], &variable), "http://v:1");
    assert_eq!(url(&[], &[]), "http://localhost:8000");
}

/// Each row: variables, flag, headers on the wire.
#[test]
fn b_08_tokens_become_headers_as_the_table_says() {
    let auto = &["https://h"][..];
    let service = &["https://h", "--token-headers", "service"][..];
    let bearer = pairs(&[("authorization", "Bearer jira-tok")]);
    assert_eq!(headers(auto, &[JIRA]), bearer);
    let same = [JIRA, ("CONFLUENCE_PERSONAL_TOKEN", "jira-tok")];
    assert_eq!(headers(auto, &same), bearer);
    assert_eq!(
        headers(auto, &[CONFLUENCE]),
        pairs(&[("authorization", "Bearer conf-tok")])
    );
    let both = pairs(&[
        ("x-confluence-token", "conf-tok"),
        ("x-jira-token", "jira-tok"),
    ]);
    assert_eq!(headers(auto, &[JIRA, CONFLUENCE]), both);
    assert_eq!(headers(service, &[JIRA, CONFLUENCE]), both);
    assert_eq!(
        headers(service, &[JIRA]),
        pairs(&[("x-jira-token", "jira-tok")])
    );
    assert_eq!(headers(auto, &[]), []);
}

#[test]
fn a_cloud_account_is_basic_when_shared_and_a_service_header_when_not() {
    let jira = [("JIRA_USERNAME", "ana@x.io"), ("JIRA_API_TOKEN", "t")];
    let both = [
        jira[0],
        jira[1],
        ("CONFLUENCE_EMAIL", "ana@x.io"),
        ("CONFLUENCE_API_TOKEN", "t"),
    ];
    assert_eq!(
        headers(&["https://h"], &jira),
        pairs(&[("x-jira-token", "ana@x.io:t")])
    );
    let basic = pairs(&[("authorization", "Basic YW5hQHguaW86dA==")]);
    assert_eq!(headers(&["https://h"], &both), basic);
}

#[test]
fn a_user_name_wins_over_an_email_and_a_personal_token_over_an_api_token() {
    let account = [
        ("JIRA_USERNAME", "name@x.io"),
        ("JIRA_EMAIL", "mail@x.io"),
        ("JIRA_API_TOKEN", "t"),
    ];
    assert_eq!(
        headers(&["https://h"], &account),
        pairs(&[("x-jira-token", "name@x.io:t")])
    );
    let with_personal = [account[0], account[1], account[2], JIRA];
    let settings = read(&["https://h"], &with_personal).unwrap();
    assert_eq!(settings.credentials.sources, ["JIRA_PERSONAL_TOKEN"]);
    assert!(
        settings.notices[0].contains("JIRA_API_TOKEN is not"),
        "{:?}",
        settings.notices
    );
}

#[test]
fn half_an_account_is_refused_by_name() {
    let error = read(&[], &[("JIRA_API_TOKEN", "tok-secret")]).unwrap_err();
    assert!(
        error.contains("JIRA_API_TOKEN") && error.contains("JIRA_EMAIL"),
        "{error}"
    );
    let error = read(&[], &[("CONFLUENCE_EMAIL", "ana@x.io")]).unwrap_err();
    assert!(
        error.contains("CONFLUENCE_EMAIL is set without CONFLUENCE_API_TOKEN"),
        "{error}"
    );
}

#[test]
fn a_variable_that_is_set_but_empty_is_refused_by_name() {
    for name in [
        "SSE_SERVER_URL",
        "LOG_LEVEL",
        "JIRA_PERSONAL_TOKEN",
        "JIRA_PERSONAL_TOKEN_FILE",
        "JIRA_USERNAME",
        "JIRA_EMAIL",
        "JIRA_API_TOKEN",
        "JIRA_API_TOKEN_FILE",
        "CONFLUENCE_PERSONAL_TOKEN",
        "CONFLUENCE_USERNAME",
        "CONFLUENCE_EMAIL",
        "CONFLUENCE_API_TOKEN",
    ] {
        let error = read(&[], &[(name, "")]).unwrap_err();
        assert!(
            error.starts_with(&format!("{name} is set but empty")),
            "{error}"
        );
    }
}

#[test]
fn a_token_is_read_from_a_file_without_its_line_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    let variables = [("JIRA_PERSONAL_TOKEN_FILE", path.to_str().unwrap())];
    for content in ["tok", "tok\n", "tok\r\n"] {
        std::fs::write(&path, content).unwrap();
        let expected = pairs(&[("authorization", "Bearer tok")]);
        assert_eq!(headers(&["https://h"], &variables), expected);
    }
    for content in ["", "\n", "tok\n\n", "tok secret\n"] {
        std::fs::write(&path, content).unwrap();
        let error = read(&["https://h"], &variables).unwrap_err();
        assert!(error.starts_with("JIRA_PERSONAL_TOKEN_FILE"), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }
    let both = [variables[0], JIRA];
    assert!(read(&[], &both).unwrap_err().contains("are both set"));
    let missing = [("JIRA_PERSONAL_TOKEN_FILE", "/no/such/file")];
    assert!(read(&[], &missing).unwrap_err().contains("cannot be read"));
}

#[test]
fn a_token_that_cannot_be_one_is_refused_by_name_and_not_shown() {
    for token in [
        "\"tok-secret\"",
        "'tok-secret",
        "Bearer tok-secret",
        "tok-secret\n\n",
        "tok-secrét",
    ] {
        let error = read(&["https://h"], &[("JIRA_PERSONAL_TOKEN", token)]).unwrap_err();
        assert!(error.starts_with("JIRA_PERSONAL_TOKEN "), "{error}");
        assert!(!error.contains("tok-secr"), "{error}");
    }
}

#[test]
fn an_explicit_credential_header_replaces_the_configured_one_with_a_notice() {
    let arguments = [
        "https://h",
        "--header",
        "authorization: Token ${JIRA_PERSONAL_TOKEN}",
    ];
    assert_eq!(
        headers(&arguments, &[JIRA]),
        pairs(&[("authorization", "Token jira-tok")])
    );
    let settings = read(&arguments, &[JIRA]).unwrap();
    assert!(
        settings.notices.iter().any(|n| n.contains("replaces")),
        "{:?}",
        settings.notices
    );
}

#[test]
fn credentials_leave_over_https_or_to_this_machine_only() {
    for url in [
        "https://h",
        "http://localhost",
        "http://127.9.9.9",
        "http://[::1]:80",
        "http://me.test",
    ] {
        assert!(read(&[url], &[JIRA]).is_ok(), "{url}");
    }
    for url in [
        "http://h",
        "http://10.0.0.1",
        "http://mixed.test",
        "http://empty.test",
        "http://0.0.0.0",
    ] {
        let error = read(&[url], &[JIRA]).unwrap_err();
        assert!(
            error.contains("unencrypted") && error.contains("--allow-http"),
            "{error}"
        );
        assert!(read(&[url, "--header", "X-Any: 1"], &[]).is_err(), "{url}");
        assert!(read(&[url], &[]).is_ok(), "{url} without credentials");
    }
    assert!(read(&["http://h", "--allow-http", "H"], &[JIRA]).is_ok());
    assert!(read(&["http://h", "--allow-http", "other"], &[JIRA]).is_err());
}

#[test]
fn this_machine_is_reached_without_a_proxy_and_its_name_is_pinned() {
    let route = |url: &str| read(&[url], &[JIRA]).unwrap().route;
    let local = route("http://me.test:8000");
    assert_eq!(local.proxy, ProxyUse::Never);
    assert_eq!(local.pinned, [IpAddr::from(Ipv4Addr::LOCALHOST)]);
    assert_eq!(route("http://127.0.0.1").proxy, ProxyUse::Never);
    assert_eq!(route("https://localhost").proxy, ProxyUse::Never);
    assert_eq!(route("https://h").proxy, ProxyUse::Environment);
    assert_eq!(
        read(&["http://localhost"], &[]).unwrap().route.proxy,
        ProxyUse::Never
    );
}

#[test]
fn no_token_is_said_once() {
    let notices = read(&[], &[]).unwrap().notices;
    assert_eq!(notices.iter().filter(|n| n.contains("no token")).count(), 1);
    assert_eq!(read(&[], &[JIRA]).unwrap().notices, [""; 0]);
}

#[test]
fn a_file_named_by_the_flag_is_read_below_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.env");
    std::fs::write(
        &path,
        "JIRA_PERSONAL_TOKEN=file\nSSE_SERVER_URL=https://from.file\n",
    )
    .unwrap();
    let arguments = [
        "--env-file",
        path.to_str().unwrap(),
        "--header",
        "X-T: ${JIRA_PERSONAL_TOKEN}",
    ];
    let settings = read(&arguments, &[("SSE_SERVER_URL", "https://real")]).unwrap();
    assert_eq!(settings.target.to_string(), "https://real");
    assert_eq!(settings.credentials.headers()["x-t"], "file");
}

#[test]
fn what_may_be_a_token_is_not_repeated_by_the_command_line_parser() {
    for arguments in [
        &["https://h", "tok-secret"][..],
        &[
            "https://h",
            "--header",
            "Authorization:",
            "Bearer",
            "tok-secret",
        ],
        &["--jira-token=tok-secret"],
        &["check", "https://h", "tok-secret"],
    ] {
        let error = read(arguments, &[]).unwrap_err();
        assert!(!error.contains("tok-secret"), "{error}");
    }
}

#[test]
fn settings_never_print_a_token() {
    let variables = [
        JIRA,
        ("CONFLUENCE_USERNAME", "a@x"),
        ("CONFLUENCE_API_TOKEN", "conf-tok"),
    ];
    let settings = read(
        &["https://h", "--header", "X-K: ${JIRA_PERSONAL_TOKEN}"],
        &variables,
    );
    let printed = format!("{:?}", settings.unwrap());
    assert!(!printed.contains("-tok"), "{printed}");
}

/// Hosts kill what does not end within two seconds.
#[test]
fn a_goodbye_ends_within_a_second_and_one_without_a_host_within_two() {
    let timing = read(&["https://h"], &[]).unwrap().timing;
    // The last answers, then the last messages, then the end of the session.
    let goodbye = timing.farewell * 3;
    assert!(goodbye < Duration::from_secs(1));
    assert!(timing.parent_watch + goodbye < Duration::from_secs(2));
}

#[test]
fn durations_level_and_command_come_from_the_flags() {
    let arguments = [
        "check",
        "https://h",
        "--drain",
        "2",
        "--connect-wait",
        "5ms",
        "--idle",
        "90s",
        "--call-timeout",
        "120",
        "--log-level",
        "warning",
    ];
    let settings = read(&arguments, &[]).unwrap();
    assert_eq!(settings.command, Command::Check);
    assert_eq!(settings.timing.drain, Duration::from_secs(2));
    assert_eq!(settings.timing.connect_wait, Duration::from_millis(5));
    assert_eq!(settings.timing.idle, Duration::from_secs(90));
    assert_eq!(settings.timing.call_timeout, Some(Duration::from_secs(120)));
    assert_eq!(settings.log_level, LogLevel::Warn);
    let untouched = read(&["https://h"], &[]).unwrap().timing;
    assert_eq!(untouched.call_timeout, None, "no limit of our own");
    assert_eq!(
        read(&[], &[("LOG_LEVEL", "DEBUG")]).unwrap().log_level,
        LogLevel::Debug
    );
    assert!(
        read(&[], &[("LOG_LEVEL", "loud")])
            .unwrap_err()
            .starts_with("LOG_LEVEL")
    );
}
