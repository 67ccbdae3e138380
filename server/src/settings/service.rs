//! The settings of one service: where it is, how long it may take, and with which account the server
//! may act itself.

use std::num::NonZeroUsize;
use std::time::Duration;

use atlassian::{
    Deployment, DeploymentSetting, Service, SiteSettings, SiteUrl, Timeouts, TlsVerification,
};
use shared::credentials::{Configured, EmailToken};
use shared::environment::Environment;

use super::gateway::Gateway;
use super::{SettingsError, invalid, network};
use crate::identity::Policy;

/// One service as configured.
#[derive(Debug)]
pub struct ServiceSettings {
    /// Where it is and how it is reached.
    pub site: SiteSettings,
    /// The server's own account there, if it has one.
    pub credential: Option<ConfiguredCredential>,
}

/// The server's own account at one service.
#[derive(Debug, Clone)]
pub struct ConfiguredCredential {
    /// The token, or user and token; both parts are from one source.
    pub value: Configured,
    /// The variable the token came from.
    pub variable: String,
}

impl ServiceSettings {
    /// Reads the variables of one service; `None` when it has no address.
    pub(super) fn read(
        service: Service,
        environment: &Environment,
        policy: Policy,
        gateway: &Gateway,
        notices: &mut Vec<String>,
    ) -> Result<Option<Self>, SettingsError> {
        let credential = credential(service, environment, policy, notices)?;
        let name = service.variable("URL");
        let Some(url) = environment.filled(&name) else {
            if credential.is_some() {
                notices.push(format!(
                    "{name} is not set, so the {service} credentials are not used"
                ));
            }
            return Ok(None);
        };
        let base_url = SiteUrl::parse(url).map_err(|error| invalid(&name, error))?;
        if let Some(base) = base_url.pasted_below(service) {
            let problem = format!(
                "it is the address of something within {service}; set the address of the site itself, {base}"
            );
            return Err(invalid(&name, problem));
        }
        network::check_encryption(service, &base_url, environment)?;
        let mut site = SiteSettings::new(base_url);
        gateway.apply(&mut site);
        site.network = network::read(service, environment)?;
        site.tls = tls(service, environment);
        notices.extend(unclear_tls(service, environment));
        site.deployment = deployment(service, environment)?;
        site.timeouts = timeouts(service, environment)?;
        if let Some(most) = max_concurrent(service, environment)? {
            site.max_concurrent = most;
        }
        Ok(Some(Self { site, credential }))
    }
}

/// Certificates are checked unless the variable says exactly `false`, as in the Python project.
fn tls(service: Service, environment: &Environment) -> TlsVerification {
    let value = environment.filled(&service.variable("SSL_VERIFY"));
    if value.is_some_and(|value| value.eq_ignore_ascii_case("false")) {
        TlsVerification::Off
    } else {
        TlsVerification::On
    }
}

/// Of what looks like an answer to whether certificates are checked and is taken as none.
fn unclear_tls(service: Service, environment: &Environment) -> Option<String> {
    let name = service.variable("SSL_VERIFY");
    let value = environment.filled(&name)?;
    let is_clear = ["true", "false"]
        .iter()
        .any(|word| value.eq_ignore_ascii_case(word));
    (!is_clear).then(|| format!("{name} is neither true nor false, so certificates are checked"))
}

fn deployment(
    service: Service,
    environment: &Environment,
) -> Result<DeploymentSetting, SettingsError> {
    let name = service.variable("DEPLOYMENT");
    let value = environment.filled(&name).unwrap_or("auto");
    match value.to_ascii_lowercase().as_str() {
        "auto" => Ok(DeploymentSetting::Auto),
        "cloud" => Ok(DeploymentSetting::Fixed(Deployment::Cloud)),
        "datacenter" | "server" => Ok(DeploymentSetting::Fixed(Deployment::DataCenter)),
        _ => Err(invalid(name, "it must be one of auto, cloud, datacenter")),
    }
}

/// `*_TIMEOUT_SECONDS`: how long one request to the service may take in all, 60 unless set. A site that
/// is silent that long may be slow, so the limit on silence becomes the same.
fn timeouts(service: Service, environment: &Environment) -> Result<Timeouts, SettingsError> {
    let name = service.variable("TIMEOUT_SECONDS");
    let Some(value) = environment.filled(&name) else {
        return Ok(Timeouts::default());
    };
    let seconds = value
        .parse()
        .ok()
        .filter(|seconds| (1..=3600).contains(seconds));
    let Some(total) = seconds.map(Duration::from_secs) else {
        return Err(invalid(
            name,
            "it must be a whole number of seconds from 1 to 3600",
        ));
    };
    Ok(Timeouts {
        connect: Timeouts::default().connect.min(total),
        read: total,
        total,
    })
}

/// `*_MAX_CONCURRENT`: how many requests one account may have under way at the service.
fn max_concurrent(
    service: Service,
    environment: &Environment,
) -> Result<Option<NonZeroUsize>, SettingsError> {
    let name = service.variable("MAX_CONCURRENT");
    let Some(value) = environment.filled(&name) else {
        return Ok(None);
    };
    let most = value
        .parse()
        .ok()
        .filter(|most: &NonZeroUsize| most.get() <= 1000);
    most.map(Some)
        .ok_or_else(|| invalid(name, "it must be a whole number from 1 to 1000"))
}

/// `*_PERSONAL_TOKEN` before `*_USERNAME`, then `*_EMAIL`, with `*_API_TOKEN` (fault B-02: the Python
/// server asked for one name and read the other).
fn credential(
    service: Service,
    environment: &Environment,
    policy: Policy,
    notices: &mut Vec<String>,
) -> Result<Option<ConfiguredCredential>, SettingsError> {
    let [personal, username, email, api] =
        ["PERSONAL_TOKEN", "USERNAME", "EMAIL", "API_TOKEN"].map(|name| service.variable(name));
    if let Some(token) = environment.secret(&personal)? {
        let value = Configured::Token(token);
        return Ok(Some(ConfiguredCredential {
            value,
            variable: personal,
        }));
    }
    let user = environment
        .filled(&username)
        .or_else(|| environment.filled(&email));
    match (user, environment.secret(&api)?) {
        (Some(user), Some(token)) => {
            let value = Configured::EmailToken(EmailToken {
                email: user.to_owned(),
                token,
            });
            Ok(Some(ConfiguredCredential {
                value,
                variable: api,
            }))
        }
        (None, Some(_)) if policy != Policy::HeadersOnly => {
            let problem = format!("it needs {email} (or {username}) beside it");
            Err(invalid(api, problem))
        }
        (Some(_), None) => {
            let problem = format!("without {api} the user name for {service} is not used");
            notices.push(problem);
            Ok(None)
        }
        (None, _) => Ok(None),
    }
}
