//! The settings for corporate networks: certificate files, proxy, and whether a site may be reached
//! without encryption. What makes a certificate or an address valid is known to `atlassian`.

use std::fs;

use atlassian::{Authorities, ClientCertificate, Network, Proxy, ProxyUrl, Service, SiteUrl};
use shared::environment::Environment;

use super::{SettingsError, invalid};

/// Reads `*_CA_FILE`, `*_CLIENT_CERT`, `*_CLIENT_KEY` and `*_PROXY`.
pub(super) fn read(service: Service, environment: &Environment) -> Result<Network, SettingsError> {
    Ok(Network {
        authorities: authorities(service, environment)?,
        client_certificate: client_certificate(service, environment)?,
        proxy: proxy(service, environment)?,
    })
}

/// Refuses `http://` beyond this machine unless `*_ALLOW_HTTP` is `true`.
pub(super) fn check_encryption(
    service: Service,
    url: &SiteUrl,
    environment: &Environment,
) -> Result<(), SettingsError> {
    let name = service.variable("ALLOW_HTTP");
    let allowed = match environment.filled(&name) {
        None => false,
        Some(value) if value.eq_ignore_ascii_case("false") => false,
        Some(value) if value.eq_ignore_ascii_case("true") => true,
        Some(_) => return Err(invalid(name, "it must be true or false")),
    };
    if url.is_in_the_clear() && !allowed {
        let problem = format!(
            "over http:// everybody on the way can read the tokens; use https://, or set \
             {name}=true if you trust the network up to {service}"
        );
        return Err(invalid(service.variable("URL"), problem));
    }
    Ok(())
}

fn authorities(service: Service, environment: &Environment) -> Result<Authorities, SettingsError> {
    let name = service.variable("CA_FILE");
    let Some(pem) = file(&name, environment)? else {
        return Ok(Authorities::default());
    };
    Authorities::from_pem(&pem).map_err(|error| invalid(name, error))
}

/// The key may stand in the file of the certificate.
fn client_certificate(
    service: Service,
    environment: &Environment,
) -> Result<Option<ClientCertificate>, SettingsError> {
    let [certificate_name, key_name] = ["CLIENT_CERT", "CLIENT_KEY"].map(|it| service.variable(it));
    let key = file(&key_name, environment)?;
    let Some(certificate) = file(&certificate_name, environment)? else {
        return match key {
            Some(_) => Err(invalid(
                key_name,
                format!("it needs {certificate_name} beside it"),
            )),
            None => Ok(None),
        };
    };
    ClientCertificate::from_pem(&certificate, key.as_deref().unwrap_or_default())
        .map(Some)
        .map_err(|error| invalid(format!("{certificate_name}, {key_name}"), error))
}

fn proxy(service: Service, environment: &Environment) -> Result<Proxy, SettingsError> {
    let name = service.variable("PROXY");
    match environment.filled(&name) {
        None => Ok(Proxy::System),
        Some(value) if value.eq_ignore_ascii_case("none") => Ok(Proxy::None),
        Some(value) => ProxyUrl::parse(value)
            .map(Proxy::Through)
            .map_err(|error| invalid(name, error)),
    }
}

/// The content of the file that a variable names. Should somebody have put the content itself there,
/// it is not repeated.
fn file(name: &str, environment: &Environment) -> Result<Option<Vec<u8>>, SettingsError> {
    let Some(path) = environment.filled(name) else {
        return Ok(None);
    };
    fs::read(path)
        .map(Some)
        .map_err(|error| invalid(name, format!("cannot read the file it names: {error}")))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn network(variables: &[(&str, &str)]) -> Result<Network, String> {
        let environment = Environment::from_iter(variables.iter().copied());
        read(Service::Jira, &environment).map_err(|error| error.to_string())
    }

    /// Writes a certificate and its key; returns both paths.
    fn written(folder: &Path) -> (String, String) {
        let made = rcgen::generate_simple_self_signed(["jira.example".to_owned()]).unwrap();
        let write = |name: &str, text: String| {
            let path = folder.join(name);
            fs::write(&path, text).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let certificate = write("certificate.pem", made.cert.pem());
        (
            certificate,
            write("key.pem", made.signing_key.serialize_pem()),
        )
    }

    #[test]
    fn certificates_come_from_the_files_the_variables_name() {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = written(folder.path());
        let network = network(&[
            ("JIRA_CA_FILE", &certificate),
            ("JIRA_CLIENT_CERT", &certificate),
            ("JIRA_CLIENT_KEY", &key),
        ]);
        assert!(network.unwrap().client_certificate.is_some());
        let other = self::network(&[("CONFLUENCE_CLIENT_CERT", &certificate)]).unwrap();
        assert!(other.client_certificate.is_none());
    }

    #[test]
    fn a_file_that_is_of_no_use_is_told_by_the_name_of_its_variable() {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = written(folder.path());
        for (variables, told) in [
            (
                vec![("JIRA_CA_FILE", "/no/such/file")],
                "JIRA_CA_FILE: cannot read the file",
            ),
            (
                vec![("JIRA_CA_FILE", &*key)],
                "JIRA_CA_FILE: it contains no certificate",
            ),
            (
                vec![("JIRA_CLIENT_KEY", &*key)],
                "JIRA_CLIENT_KEY: it needs JIRA_CLIENT_CERT",
            ),
            (
                vec![("JIRA_CLIENT_CERT", &*certificate)],
                "JIRA_CLIENT_CERT, JIRA_CLIENT_KEY: it contains no private key",
            ),
        ] {
            let error = network(&variables).unwrap_err();
            assert!(error.starts_with(told), "{error}");
        }
    }

    #[test]
    fn a_proxy_is_an_address_or_none() {
        let proxy = |value| network(&[("JIRA_PROXY", value)]).map(|it| it.proxy);
        assert!(matches!(proxy("").unwrap(), Proxy::System));
        assert!(matches!(proxy("None").unwrap(), Proxy::None));
        assert!(matches!(
            proxy("http://proxy.example:3128").unwrap(),
            Proxy::Through(_)
        ));
        let error = proxy("ana:hunter2@proxy.example:3128").unwrap_err();
        assert!(
            error.starts_with("JIRA_PROXY: ") && !error.contains("hunter2"),
            "{error}"
        );
    }

    #[test]
    fn tokens_travel_in_the_clear_only_where_that_is_allowed() {
        let check = |url, variables: &[(&str, &str)]| {
            let environment = Environment::from_iter(variables.iter().copied());
            check_encryption(Service::Jira, &SiteUrl::parse(url).unwrap(), &environment)
                .map_err(|error| error.to_string())
        };
        let far = "http://jira.example";
        for refused in [
            &[][..],
            &[("JIRA_ALLOW_HTTP", "false")],
            &[("CONFLUENCE_ALLOW_HTTP", "true")],
        ] {
            let error = check(far, refused).unwrap_err();
            assert!(
                error.starts_with("JIRA_URL: ") && error.contains("JIRA_ALLOW_HTTP=true"),
                "{error}"
            );
        }
        assert_eq!(check(far, &[("JIRA_ALLOW_HTTP", "True")]), Ok(()));
        for safe in [
            "https://jira.example",
            "http://127.0.0.1:8080",
            "http://[::1]/jira",
            "http://localhost",
        ] {
            assert_eq!(check(safe, &[]), Ok(()), "{safe}");
        }
        let error = check("https://jira.example", &[("JIRA_ALLOW_HTTP", "yes")]).unwrap_err();
        assert!(error.starts_with("JIRA_ALLOW_HTTP: "), "{error}");
    }
}
