//! No secret leaves the server but upstream: not in a log at any level, not in an answer, not in an
//! error at start; and none is in the repository.

mod doors;
mod repository;

use std::path::Path;

use atlassian::Deployment;
use sandbox::{Effect, Fault, Sandbox, people};
use tempfile::tempdir;
use tests::leaks;
use tests::programs::{RunningServer, run_server};
use tests::world::{DEPLOYMENTS, personalities, site_variables};

/// The credentials of everybody who takes part, and the users they may be joined to.
fn secrets() -> (Vec<String>, Vec<String>) {
    let everybody = [people::ana(), people::ben(), people::service_account()];
    let secrets = everybody
        .iter()
        .flat_map(|person| {
            [
                &person.api_token,
                &person.personal_access_token,
                &person.password,
            ]
        })
        .cloned()
        .chain([doors::UNUSABLE.to_owned()]);
    let users = everybody
        .iter()
        .flat_map(|person| [&person.email, &person.user_name])
        .cloned();
    (secrets.collect(), users.collect())
}

fn assert_no_secret(place: &str, text: &str) {
    let (secrets, users) = secrets();
    let secrets: Vec<_> = secrets.iter().map(String::as_str).collect();
    let users: Vec<_> = users.iter().map(String::as_str).collect();
    leaks::assert_none(place, text, &secrets, &users);
}

/// The server's own account at both sites, one as a token and one as a user with a token.
fn own_account(deployment: Deployment) -> Vec<(String, String)> {
    let own = people::service_account();
    let (user, token) = match deployment {
        Deployment::Cloud => (own.email, own.api_token),
        Deployment::DataCenter => (own.user_name, own.password),
    };
    [
        ("JIRA_PERSONAL_TOKEN", own.personal_access_token),
        ("CONFLUENCE_USERNAME", user),
        ("CONFLUENCE_API_TOKEN", token),
        ("JIRA_TIMEOUT_SECONDS", "1".to_owned()),
        ("CONFLUENCE_TIMEOUT_SECONDS", "1".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

fn faults() -> [Option<Effect>; 7] {
    let refused = r#"{"errorMessages":["no"],"message":"no"}"#;
    [
        None,
        Some(Effect::status(401, refused)),
        Some(Effect::status(500, refused)),
        Some(Effect::HtmlLoginPage),
        Some(Effect::CutBody),
        Some(Effect::Stall),
        Some(Effect::NullFields),
    ]
}

/// B-04: tokens could be seen in the log and in errors. Everything is logged that can be, also by the
/// libraries; tokens come through every door, well formed and not, while the sites work and while
/// they fail in each way.
#[tokio::test]
async fn b_04_no_token_is_in_any_log_line_or_answer() {
    for deployment in DEPLOYMENTS {
        let sandbox = Sandbox::start().await.unwrap();
        let mut variables = site_variables(&sandbox, deployment);
        variables.extend(own_account(deployment));
        let format = match deployment {
            Deployment::Cloud => "json",
            Deployment::DataCenter => "text",
        };
        let level = ["--log-level", "trace", "--log-format", format];
        let flags = [&level[..], &["--credentials", "hybrid"]].concat();
        for fault in faults() {
            // One each: a server keeps back a credential that a site refused before.
            let server = RunningServer::start(&flags, &variables).await;
            sandbox.heal();
            if let Some(effect) = &fault {
                let (jira, confluence) = personalities(deployment);
                sandbox.inject(Fault::new(jira, "", effect.clone()));
                sandbox.inject(Fault::new(confluence, "", effect.clone()));
            }
            let place = format!("an answer on {deployment} with {fault:?}");
            for answer in doors::through_all(&server.server, deployment).await {
                assert_no_secret(&place, &answer);
            }
            let ended = server.terminate().await;
            let log = ended.stderr;
            assert!(log.contains("TRACE"), "not everything was logged");
            assert!(log.contains("upstream answer"), "no call was logged");
            assert!(log.contains("tool called"), "no call was recorded");
            assert_no_secret("the log", &log);
            assert_eq!(ended.stdout, "");
        }
        assert!(sandbox.requests().len() > 50, "the sites were hardly asked");
    }
}

async fn refusal(folder: &Path, variables: &[(&str, &str)]) -> String {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let level = ("SSE_LOG_LEVEL", "trace");
    let variables: Vec<_> = variables.iter().chain([&level]).map(owned).collect();
    let ended = run_server(folder, &[], &variables).await;
    assert_eq!(ended.code(), Some(2), "{}", ended.stderr);
    format!("{}{}", ended.stdout, ended.stderr)
}

/// B-04: what a person pasted into the wrong place is named by its place and never repeated.
#[tokio::test]
async fn b_04_an_error_at_start_does_not_repeat_a_secret_from_a_wrong_place() {
    let url = ("JIRA_URL", "https://jira.invalid");
    let secret = people::ana().api_token;
    let in_url = format!("https://ana:{secret}@jira.invalid");
    let in_query = format!("https://jira.invalid/?os_authType=basic&token={secret}");
    let in_words = format!("{secret} and more");
    let hosts = format!("a host, {secret}:443/x");
    let folder = tempdir().unwrap();
    for variables in [
        &[url, ("JIRA_API_TOKEN", &secret)][..],
        &[("JIRA_URL", &in_url)],
        &[("JIRA_URL", &in_query)],
        &[("JIRA_URL", &secret)],
        &[url, ("JIRA_PERSONAL_TOKEN", &in_words)],
        &[url, ("JIRA_PERSONAL_TOKEN_FILE", &secret)],
        &[
            url,
            ("JIRA_PERSONAL_TOKEN", &secret),
            ("JIRA_PERSONAL_TOKEN_FILE", &secret),
        ],
        &[url, ("JIRA_DEPLOYMENT", &secret)],
        &[url, ("JIRA_TIMEOUT_SECONDS", &secret)],
        &[url, ("JIRA_MAX_CONCURRENT", &secret)],
        &[url, ("JIRA_CA_FILE", &secret)],
        &[url, ("JIRA_CLIENT_CERT", &secret)],
        &[url, ("JIRA_CLIENT_KEY", &secret)],
        &[url, ("JIRA_PROXY", &secret)],
        &[url, ("JIRA_ALLOW_HTTP", &secret)],
        &[url, ("CREDENTIALS", &secret)],
        &[url, ("LOG_LEVEL", &secret)],
        &[url, ("PORT", &secret)],
        &[url, ("ALLOWED_HOSTS", &hosts)],
    ] {
        let told = refusal(folder.path(), variables).await;
        let setting = variables.last().unwrap().0;
        assert!(told.contains(setting), "{setting}: {told}");
        assert_no_secret(setting, &told);
    }
}

#[tokio::test]
async fn b_04_nor_does_one_about_a_setting_of_the_operators() {
    let url = ("JIRA_URL", "https://jira.invalid");
    let secret = people::ana().api_token;
    let folder = tempdir().unwrap();
    for name in [
        "LOG_FORMAT",
        "AUDIT_KEY_FILE",
        "ENABLE_METRICS",
        "DRAIN_DELAY_SECONDS",
    ] {
        let told = refusal(folder.path(), &[url, (name, &secret)]).await;
        assert!(told.contains(name), "{name}: {told}");
        assert_no_secret(name, &told);
    }
}

#[tokio::test]
async fn b_04_a_broken_line_of_an_env_file_is_told_by_its_number() {
    let secret = people::ana().api_token;
    let folder = tempdir().unwrap();
    for line in [
        format!("JIRA_API_TOKEN={secret} and more"),
        format!("JIRA_API_TOKEN \"{secret}\""),
        format!("JIRA_API_TOKEN=\"{secret}"),
        secret.clone(),
    ] {
        let file = format!("JIRA_URL=https://jira.invalid\n{line}\n");
        std::fs::write(folder.path().join(".env"), file).unwrap();
        let told = refusal(folder.path(), &[]).await;
        assert!(told.contains("line 2 of .env"), "{told}");
        assert_no_secret("the error", &told);
    }
}
