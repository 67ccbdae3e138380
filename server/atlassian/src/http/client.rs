//! Makes the connection pools of a site.
//! What is sent through it is decided elsewhere.

use std::error::Error as _;

use reqwest::ClientBuilder;

use crate::site::{ClientCertificate, Proxy, Service, SiteError, SiteSettings, TlsVerification};

/// Names this program to Atlassian. Deliberately unlike a browser: Data Center applies its
/// cross-site checks to anything that looks like one.
const USER_AGENT: &str = concat!("mcp-jira-confluence-sse/", env!("CARGO_PKG_VERSION"));

/// The pools of one site, for all callers: no cookie store and no netrc (reqwest has the first only
/// with a feature that is off here and the second not at all), no redirects of its own.
#[derive(Debug, Clone)]
pub(super) struct Pools {
    /// For the site.
    pub(super) site: reqwest::Client,
    /// For hosts that the site sends downloads to: the same but for the client certificate, which is for
    /// the site alone.
    pub(super) strangers: reqwest::Client,
}

impl Pools {
    pub(super) fn open(service: Service, settings: &SiteSettings) -> Result<Self, SiteError> {
        let open = |certificate| {
            client(settings, certificate).map_err(|reason| SiteError::Tls { service, reason })
        };
        let strangers = open(None)?;
        let site = match &settings.network.client_certificate {
            None => strangers.clone(),
            certificate => open(certificate.as_ref())?,
        };
        Ok(Self { site, strangers })
    }
}

/// A client, or what the TLS library says that it lacks.
fn client(
    settings: &SiteSettings,
    certificate: Option<&ClientCertificate>,
) -> Result<reqwest::Client, String> {
    let builder = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .tcp_nodelay(true)
        .connect_timeout(settings.timeouts.connect)
        .read_timeout(settings.timeouts.read);
    let builder = route(builder, settings).map_err(|error| reason(&error))?;
    let builder = trust(builder, settings, certificate)?;
    builder.build().map_err(|error| reason(&error))
}

/// Which way the requests go. No proxy can help to reach this machine.
fn route(builder: ClientBuilder, settings: &SiteSettings) -> reqwest::Result<ClientBuilder> {
    Ok(match &settings.network.proxy {
        _ if settings.base_url.is_loopback() => builder.no_proxy(),
        Proxy::System => builder,
        Proxy::None => builder.no_proxy(),
        Proxy::Through(proxy) => builder.proxy(reqwest::Proxy::all(proxy.url())?),
    })
}

/// Who is believed to be the site, and what it is shown.
fn trust(
    builder: ClientBuilder,
    settings: &SiteSettings,
    certificate: Option<&ClientCertificate>,
) -> Result<ClientBuilder, String> {
    Ok(match (settings.base_url.is_https(), settings.tls) {
        // reqwest prepares TLS even for plain HTTP, and the platform's verifier fails on a
        // machine without CA certificates. Of the redirects of such a site only those of downloads
        // leave its origin, and one to https:// fails.
        (false, _) => builder.tls_certs_only([]),
        (true, TlsVerification::On) => {
            let identity = certificate.map(ClientCertificate::identity);
            let config = tls::client_config(&settings.network.authorities, identity);
            builder.tls_backend_preconfigured(config.map_err(|error| error.to_string())?)
        }
        (true, TlsVerification::Off) => {
            let builder = builder.tls_danger_accept_invalid_certs(true);
            match certificate {
                Some(certificate) => builder.identity(certificate.unchecked()),
                None => builder,
            }
        }
    })
}

fn reason(error: &reqwest::Error) -> String {
    let cause = error.source();
    cause.map_or_else(|| error.to_string(), ToString::to_string)
}
