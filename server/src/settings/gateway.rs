//! The setting for Atlassian's gateway, which takes the scoped tokens of Cloud: where it is, if it is not
//! where it is for everybody. Which requests go there is known to `atlassian`.
#![expect(clippy::doc_markdown, reason = "these comments are what --help prints")]

use atlassian::{SiteSettings, SiteUrl};
use clap::Args;
use shared::environment::Environment;

use super::{SettingsError, invalid};

const VARIABLE: &str = "ATLASSIAN_GATEWAY_URL";

/// The flag, as typed.
#[derive(Debug, Clone, Default, Args)]
pub struct GatewayArguments {
    /// Address of the gateway that takes scoped API tokens of Cloud, or none; only sites outside
    /// *.atlassian.net need it [env: ATLASSIAN_GATEWAY_URL]
    #[arg(long, value_name = "URL")]
    gateway_url: Option<String>,
}

/// Where the gateway is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Gateway {
    /// Where the host of a site says.
    OfTheHost,
    /// Nowhere: every token goes to the site alone.
    Nowhere,
    /// There, for every site on Cloud.
    At(SiteUrl),
}

impl Gateway {
    /// The flag, else the variable.
    pub(super) fn read(
        arguments: &GatewayArguments,
        environment: &Environment,
    ) -> Result<Self, SettingsError> {
        let flag = arguments.gateway_url.as_deref();
        let (name, value) = match (flag, environment.filled(VARIABLE)) {
            (Some(value), _) => ("--gateway-url", value),
            (None, Some(value)) => (VARIABLE, value),
            (None, None) => return Ok(Self::OfTheHost),
        };
        if value.eq_ignore_ascii_case("none") {
            return Ok(Self::Nowhere);
        }
        let url = SiteUrl::parse(value).map_err(|error| invalid(name, error))?;
        if url.is_in_the_clear() {
            let problem = "over http:// everybody on the way can read the tokens; use https://";
            return Err(invalid(name, problem));
        }
        Ok(Self::At(url))
    }

    /// Tells it to the client of a site.
    pub(super) fn apply(&self, site: &mut SiteSettings) {
        match self {
            Self::OfTheHost => {}
            Self::Nowhere => site.gateway = None,
            Self::At(url) => site.gateway = Some(url.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::settings::Arguments;

    fn of(site: &str, flags: &[&str], variable: Option<&str>) -> Result<Option<String>, String> {
        let arguments = Arguments::parse_from(["server"].iter().chain(flags));
        let environment = Environment::from_iter(variable.map(|value| (VARIABLE, value)));
        let gateway = Gateway::read(&arguments.gateway, &environment);
        let gateway = gateway.map_err(|error| error.to_string())?;
        let mut site = SiteSettings::new(SiteUrl::parse(site).unwrap());
        gateway.apply(&mut site);
        Ok(site.gateway.map(|url| url.to_string()))
    }

    #[test]
    fn the_gateway_is_where_a_flag_or_else_a_variable_or_else_the_host_says() {
        let (cloud, own) = ("https://acme.atlassian.net", "https://jira.example.com");
        let somewhere = |url: &str| Ok(Some(url.to_owned()));
        assert_eq!(of(cloud, &[], None), somewhere("https://api.atlassian.com"));
        assert_eq!(of(own, &[], None), Ok(None));
        let variable = Some("https://gateway.example/");
        assert_eq!(of(own, &[], variable), somewhere("https://gateway.example"));
        let flags = ["--gateway-url", "http://127.0.0.1:8080"];
        let local = somewhere("http://127.0.0.1:8080");
        assert_eq!(of(cloud, &flags, variable), local);
        assert_eq!(of(cloud, &[], Some("None")), Ok(None));
    }

    #[test]
    fn a_gateway_that_is_none_is_refused_by_the_name_of_what_was_set() {
        let site = "https://acme.atlassian.net";
        let clear = of(site, &[], Some("http://gateway.example")).unwrap_err();
        assert!(
            clear.starts_with("ATLASSIAN_GATEWAY_URL: over http://"),
            "{clear}"
        );
        let no_url = of(site, &["--gateway-url", "gateway"], None).unwrap_err();
        assert!(no_url.starts_with("--gateway-url: "), "{no_url}");
    }
}
