//! Flags before variables before defaults, and what is refused at start.

use std::net::Ipv4Addr;
use std::time::Duration;

use atlassian::{Deployment, DeploymentSetting, Timeouts, TlsVerification};
use clap::Parser as _;
use shared::credentials::Configured;

use super::*;

fn load(flags: &[&str], variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    // A named file keeps a `.env` in the current folder out of the test.
    let empty = tempfile::NamedTempFile::new().unwrap();
    let file = empty.path().to_str().unwrap();
    let flags = [&["server", "--env-file", file], flags].concat();
    let arguments = Arguments::try_parse_from(flags).unwrap();
    Settings::load(arguments, Environment::from_iter(variables.iter().copied()))
}

fn jira(variables: &[(&str, &str)]) -> Result<ServiceSettings, String> {
    let settings = load(&[], variables).map_err(|error| error.to_string())?;
    let SiteSource::Configured { jira, .. } = settings.sites else {
        panic!("not configured")
    };
    Ok(*jira.expect("Jira is configured"))
}

const URL: (&str, &str) = ("JIRA_URL", "https://jira.example");

#[test]
fn flags_win_over_variables_and_host_over_sse_host() {
    let both = [
        URL,
        ("HOST", "a"),
        ("SSE_HOST", "b"),
        ("PORT", "1"),
        ("SSE_PORT", "2"),
    ];
    let settings = load(&["-H", "c", "--port", "3", "-l", "warning"], &both).unwrap();
    assert_eq!((settings.host.as_str(), settings.port), ("c", 3));
    assert_eq!(settings.log_level, LogLevel::Warn);
    let settings = load(&[], &both).unwrap();
    assert_eq!((settings.host.as_str(), settings.port), ("a", 1));
    let settings = load(&[], &[URL, ("SSE_HOST", "b"), ("SSE_PORT", "2")]).unwrap();
    assert_eq!((settings.host.as_str(), settings.port), ("b", 2));
    let settings = load(&[], &[URL]).unwrap();
    assert_eq!((settings.host.as_str(), settings.port), ("127.0.0.1", 8000));
    let settings = load(&[], &[URL, ("SSE_LOG_LEVEL", "DEBUG"), ("HOST", "")]).unwrap();
    assert_eq!(
        (settings.host.as_str(), settings.log_level),
        ("127.0.0.1", LogLevel::Debug)
    );
}

/// B-03: the Python server did not start without credentials.
#[test]
fn b_03_one_address_is_all_that_is_needed() {
    assert!(jira(&[URL]).unwrap().credential.is_none());
    assert!(load(&[], &[("CONFLUENCE_URL", "https://c.example")]).is_ok());
    let error = load(&[], &[("JIRA_URL", " ")]).unwrap_err().to_string();
    assert!(
        error.contains("JIRA_URL") && error.contains("--demo"),
        "{error}"
    );
}

/// B-02: it asked for `*_EMAIL` and read `*_USERNAME`, and then acted anonymously.
#[test]
fn b_02_both_names_of_the_user_are_read_and_half_a_credential_is_refused() {
    let user = |variables: &[(&str, &str)]| match jira(variables).unwrap().credential {
        Some(ConfiguredCredential {
            value: Configured::EmailToken(both),
            variable,
        }) => Some((both.email, variable)),
        Some(ConfiguredCredential { variable, .. }) => Some(("token".to_owned(), variable)),
        None => None,
    };
    let token = ("JIRA_API_TOKEN", "t");
    let by_email = user(&[URL, token, ("JIRA_EMAIL", "ana@x.io")]);
    assert_eq!(
        by_email,
        Some(("ana@x.io".to_owned(), "JIRA_API_TOKEN".to_owned()))
    );
    let by_both = user(&[
        URL,
        token,
        ("JIRA_EMAIL", "ana@x.io"),
        ("JIRA_USERNAME", "ben@x.io"),
    ]);
    assert_eq!(by_both.unwrap().0, "ben@x.io");
    let personal = user(&[
        URL,
        token,
        ("JIRA_EMAIL", "a@x.io"),
        ("JIRA_PERSONAL_TOKEN", "p"),
    ]);
    assert_eq!(
        personal,
        Some(("token".to_owned(), "JIRA_PERSONAL_TOKEN".to_owned()))
    );
    let error = jira(&[URL, token]).unwrap_err();
    assert_eq!(
        error,
        "JIRA_API_TOKEN: it needs JIRA_EMAIL (or JIRA_USERNAME) beside it"
    );
    assert_eq!(user(&[URL, ("JIRA_EMAIL", "ana@x.io")]), None);
}

#[test]
fn a_site_is_reached_as_its_variables_say() {
    let site = |name, value| jira(&[URL, (name, value)]).map(|jira| jira.site);
    assert_eq!(
        site("JIRA_SSL_VERIFY", "False").unwrap().tls,
        TlsVerification::Off
    );
    for kept in ["true", "0", "no", ""] {
        assert_eq!(
            site("JIRA_SSL_VERIFY", kept).unwrap().tls,
            TlsVerification::On,
            "{kept}"
        );
    }
    for (value, deployment) in [
        ("auto", DeploymentSetting::Auto),
        ("Cloud", DeploymentSetting::Fixed(Deployment::Cloud)),
        (
            "datacenter",
            DeploymentSetting::Fixed(Deployment::DataCenter),
        ),
        ("", DeploymentSetting::Auto),
    ] {
        assert_eq!(
            site("JIRA_DEPLOYMENT", value).unwrap().deployment,
            deployment,
            "{value}"
        );
    }
    let error = site("JIRA_DEPLOYMENT", "moon").unwrap_err();
    assert_eq!(
        error,
        "JIRA_DEPLOYMENT: it must be one of auto, cloud, datacenter"
    );
}

#[test]
fn a_value_that_cannot_be_is_told_by_the_name_of_its_variable() {
    for (name, value) in [
        ("PORT", "eighty"),
        ("LOG_LEVEL", "loud"),
        ("CREDENTIALS", "everything"),
        ("ALLOWED_HOSTS", "http://x"),
        ("JIRA_URL", "jira.example"),
    ] {
        let error = load(
            &[],
            &[("CONFLUENCE_URL", "https://c.example"), (name, value)],
        );
        let error = error.unwrap_err().to_string();
        assert!(error.starts_with(&format!("{name}: ")), "{error}");
    }
}

#[test]
fn an_address_copied_from_the_browser_is_answered_with_that_of_the_site() {
    for (url, own) in [
        ("https://j.example/browse/DEMO-1", "https://j.example"),
        (
            "https://j.example/jira/rest/api/2",
            "https://j.example/jira",
        ),
    ] {
        let error = jira(&[("JIRA_URL", url)]).unwrap_err();
        assert!(
            error.starts_with("JIRA_URL: ") && error.ends_with(&format!("itself, {own}")),
            "{error}"
        );
    }
}

#[test]
fn a_placeholder_stops_the_start_and_a_name_that_is_nearly_right_is_noticed() {
    let token = [URL, ("JIRA_PERSONAL_TOKEN", "${JIRA_TOKEN}")];
    let error = load(&[], &token).unwrap_err().to_string();
    assert!(
        error.starts_with("JIRA_PERSONAL_TOKEN: it is still the placeholder"),
        "{error}"
    );
    assert!(load(&["--demo"], &token).is_ok());
    let settings = load(&[], &[URL, ("READONLY", "true")]).unwrap();
    assert!(
        settings.notices[0].contains("READ_ONLY is"),
        "{:?}",
        settings.notices
    );
}

/// B-06: whoever reached the Python server acted as its operator.
#[test]
fn b_06_the_servers_own_credentials_are_not_offered_beyond_this_machine_unless_chosen() {
    let everywhere = IpAddr::from(Ipv4Addr::UNSPECIFIED);
    let with_token = [URL, ("JIRA_PERSONAL_TOKEN", "p")];
    let exposure = |flags: &[&str], variables: &[(&str, &str)], address| {
        load(flags, variables).unwrap().check_exposure(address)
    };
    let error = exposure(&[], &with_token, everywhere)
        .unwrap_err()
        .to_string();
    assert!(error.contains("--credentials headers-only"), "{error}");
    assert!(exposure(&[], &with_token, Ipv4Addr::LOCALHOST.into()).is_ok());
    let proxy = "--behind-tls-proxy";
    assert!(exposure(&[proxy], &[URL], everywhere).is_ok());
    for policy in ["headers-only", "fallback", "hybrid"] {
        let flags = ["--credentials", policy, proxy];
        assert!(exposure(&flags, &with_token, everywhere).is_ok());
        let chosen = [with_token[0], with_token[1], ("CREDENTIALS", policy)];
        assert!(exposure(&[proxy], &chosen, everywhere).is_ok());
    }
}

#[test]
fn the_demo_uses_nothing_of_the_environment_and_stays_on_this_machine() {
    let settings = load(&["--demo"], &[URL, ("JIRA_PERSONAL_TOKEN", "p")]).unwrap();
    assert!(matches!(
        settings.sites,
        SiteSource::Demo(DemoDeployment::Datacenter)
    ));
    let error = settings
        .check_exposure(Ipv4Addr::UNSPECIFIED.into())
        .unwrap_err();
    assert!(matches!(error, SettingsError::DemoExposed { .. }));
    let settings = load(&["--demo", "cloud"], &[]).unwrap();
    assert!(matches!(
        settings.sites,
        SiteSource::Demo(DemoDeployment::Cloud)
    ));
}

#[test]
fn what_no_longer_has_an_effect_is_answered_with_its_replacement() {
    let variables = [
        URL,
        ("JIRA_TOKEN", "t"),
        ("JIRA_CLOUD_ID", "1"),
        ("CONFLUENCE_API_TOKEN", ""),
    ];
    let settings = load(&["--reload", "--workers", "4"], &variables).unwrap();
    let notices = settings.notices.join("\n");
    for part in ["--reload", "--workers", "JIRA_TOKEN: ", "JIRA_CLOUD_ID: "] {
        assert!(notices.contains(part), "{part} in {notices}");
    }
    assert!(!notices.contains("CONFLUENCE"), "{notices}");
}

#[test]
fn a_check_of_certificates_that_was_meant_to_be_off_and_is_on_is_noticed() {
    let notices = |value| {
        load(&[], &[URL, ("JIRA_SSL_VERIFY", value)])
            .unwrap()
            .notices
    };
    assert!(notices("0")[0].starts_with("JIRA_SSL_VERIFY is neither true nor false"));
    for clear in ["False", "true", ""] {
        assert_eq!(notices(clear), Vec::<String>::new(), "{clear}");
    }
}

#[test]
fn a_token_of_a_service_without_an_address_is_noticed() {
    let settings = load(&[], &[URL, ("CONFLUENCE_PERSONAL_TOKEN", "p")]).unwrap();
    assert!(settings.notices[0].starts_with("CONFLUENCE_URL is not set"));
}

#[test]
fn the_time_a_service_may_take_is_set_in_whole_seconds_for_each() {
    let limit = |value: &str| {
        let settings = jira(&[URL, ("JIRA_TIMEOUT_SECONDS", value)])?;
        Ok::<_, String>(settings.site.timeouts)
    };
    assert_eq!(jira(&[URL]).unwrap().site.timeouts, Timeouts::default());
    let seconds = Duration::from_secs;
    let short = limit("2").unwrap();
    assert_eq!((short.connect, short.total), (seconds(2), seconds(2)));
    // A site that thinks for long is silent for long.
    let long = limit("300").unwrap();
    assert_eq!((long.read, long.total), (seconds(300), seconds(300)));
    assert_eq!(long.connect, Timeouts::default().connect);
    for wrong in ["0", "3601", "1.5", "-1", "1s", "soon"] {
        let error = limit(wrong).unwrap_err();
        assert!(error.starts_with("JIRA_TIMEOUT_SECONDS: "), "{error}");
    }
    let other = jira(&[URL, ("CONFLUENCE_TIMEOUT_SECONDS", "2")]).unwrap();
    assert_eq!(other.site.timeouts, Timeouts::default());
}

#[test]
fn b_60_how_much_one_account_may_ask_at_once_is_set_for_each_service() {
    let most = |value: &str| {
        let settings = jira(&[URL, ("JIRA_MAX_CONCURRENT", value)])?;
        Ok::<_, String>(settings.site.max_concurrent.get())
    };
    assert_eq!(jira(&[URL]).unwrap().site.max_concurrent.get(), 8);
    assert_eq!((most("1"), most("1000")), (Ok(1), Ok(1000)));
    for wrong in ["0", "1001", "-1", "many"] {
        let error = most(wrong).unwrap_err();
        assert!(error.starts_with("JIRA_MAX_CONCURRENT: "), "{error}");
    }
}
