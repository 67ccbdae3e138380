//! A sandbox and a server before it, in one process.

use std::net::SocketAddr;

use atlassian::Deployment;
use sandbox::{Fingerprint, Person, Personality, Sandbox, SeenCredential};
use server::settings::{Arguments, Settings};
use shared::environment::Environment;
use tokio_util::sync::CancellationToken;

/// Both deployments.
pub const DEPLOYMENTS: [Deployment; 2] = [Deployment::Cloud, Deployment::DataCenter];

/// The two personalities of one deployment.
#[must_use]
pub fn personalities(deployment: Deployment) -> (Personality, Personality) {
    match deployment {
        Deployment::Cloud => (Personality::JiraCloud, Personality::ConfluenceCloud),
        Deployment::DataCenter => (
            Personality::JiraDataCenter,
            Personality::ConfluenceDataCenter,
        ),
    }
}

/// The variables that point a server at the sandbox, with the deployment set so that none is probed.
#[must_use]
pub fn site_variables(sandbox: &Sandbox, deployment: Deployment) -> Vec<(String, String)> {
    let (jira, confluence) = personalities(deployment);
    let name = match deployment {
        Deployment::Cloud => "cloud",
        Deployment::DataCenter => "datacenter",
    };
    [
        ("JIRA_URL", sandbox.url(jira).to_string()),
        ("CONFLUENCE_URL", sandbox.url(confluence).to_string()),
        ("JIRA_DEPLOYMENT", name.to_owned()),
        ("CONFLUENCE_DEPLOYMENT", name.to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

const HEADER_TIMEOUT: &str = "--header-timeout";

/// A running server. One that was started here stops when this is dropped.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    stop: CancellationToken,
}

impl Server {
    /// Starts a server with these flags and variables, and nothing of this process's environment. Who
    /// connects may be as slow as a busy machine makes it, unless the flags say otherwise.
    pub async fn start(flags: &[&str], variables: &[(String, String)]) -> Self {
        let mut all = vec!["server", "--port", "0"];
        if !flags.iter().any(|flag| flag.starts_with(HEADER_TIMEOUT)) {
            all.extend([HEADER_TIMEOUT, "300s"]);
        }
        let arguments: Arguments = clap::Parser::parse_from(all.iter().chain(flags));
        let environment = Environment::from_iter(variables.iter().cloned());
        let settings = Settings::load(arguments, environment).unwrap();
        let listener = server::listen(&settings).await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        tokio::spawn(server::run(listener, settings, stop.clone()));
        Self { address, stop }
    }

    /// A server that runs elsewhere, as in a process of its own.
    #[must_use]
    pub fn at(address: SocketAddr) -> Self {
        Self {
            address,
            stop: CancellationToken::new(),
        }
    }

    /// The address of one of its routes.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Stops serving new requests; event streams end.
    pub fn stop(&self) {
        self.stop.cancel();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// A sandbox and a server before it.
pub struct World {
    /// The sites and the record of what they saw.
    pub sandbox: Sandbox,
    /// The server before them.
    pub server: Server,
}

impl World {
    /// Both, with no credential in the server's environment.
    pub async fn start(deployment: Deployment) -> Self {
        Self::with(deployment, &[], &[]).await
    }

    /// Both, with further flags and variables for the server.
    pub async fn with(deployment: Deployment, flags: &[&str], variables: &[(&str, &str)]) -> Self {
        let sandbox = Sandbox::start().await.unwrap();
        let mut all = site_variables(&sandbox, deployment);
        all.extend(
            variables
                .iter()
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned())),
        );
        let server = Server::start(flags, &all).await;
        Self { sandbox, server }
    }
}

/// What a person sends as their token: on Cloud together with the e-mail address.
#[must_use]
pub fn token_of(person: &Person, deployment: Deployment) -> String {
    match deployment {
        Deployment::Cloud => format!("{}:{}", person.email, person.api_token),
        Deployment::DataCenter => person.personal_access_token.clone(),
    }
}

/// How a site sees what [`token_of`] became.
#[must_use]
pub fn seen_of(person: &Person, deployment: Deployment) -> SeenCredential {
    match deployment {
        Deployment::Cloud => SeenCredential::Basic {
            user: person.email.clone(),
            token: Fingerprint::of(&person.api_token),
        },
        Deployment::DataCenter => {
            SeenCredential::Bearer(Fingerprint::of(&person.personal_access_token))
        }
    }
}

/// A plain HTTP client as a test's stand-in for curl: no proxy, no certificates, no cookies.
#[must_use]
pub fn http_client() -> reqwest::Client {
    reqwest::Client::builder()
        .tls_certs_only([])
        .no_proxy()
        .build()
        .unwrap()
}
