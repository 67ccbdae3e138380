//! The next step where no agreement on TLS came about with a site.
//! What is wrong is said by `TlsFailure` itself.

use tls::TlsFailure;

use crate::site::Service;

pub(super) fn advice(service: Service, failure: &TlsFailure) -> String {
    let [url, ca_file, verify] = ["URL", "CA_FILE", "SSL_VERIFY"].map(|it| service.variable(it));
    match failure {
        TlsFailure::UnknownIssuer(_) => format!(
            "if that is the authority of your organisation, name its PEM file in {ca_file}; \
             {verify}=false switches the check off"
        ),
        TlsFailure::SelfSigned(_) => format!(
            "if it is the right one, name its PEM file in {ca_file}; {verify}=false switches the check off"
        ),
        TlsFailure::BadSignature => format!(
            "if your organisation has renewed its authority, name the new PEM file in {ca_file}; \
             {verify}=false switches the check off"
        ),
        TlsFailure::AuthorityItself => format!(
            "have {service} use a certificate of its own (CA:FALSE), and name the PEM file of who issued \
             it in {ca_file}; {verify}=false switches the check off"
        ),
        TlsFailure::Expired(_) => {
            format!("have the certificate of {service} renewed, or set the clock of this machine")
        }
        TlsFailure::NotYetValid(_) => {
            "set the clock of this machine, or wait until then".to_owned()
        }
        TlsFailure::WrongName(_) => format!(
            "set {url} to a name the certificate is for, or have it issued anew for the one in {url}"
        ),
        TlsFailure::ClientCertificate => {
            let [certificate, key] = ["CLIENT_CERT", "CLIENT_KEY"].map(|it| service.variable(it));
            format!("name a certificate that {service} accepts in {certificate} and {key}")
        }
        TlsFailure::NotTls | TlsFailure::HungUp => {
            format!("check scheme, host and port in {url}")
        }
        TlsFailure::Other(_) => {
            format!("check host and port in {url}, and what stands in between")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_names_a_setting_of_the_service_or_the_clock() {
        for (failure, named) in [
            (TlsFailure::BadSignature, "CONFLUENCE_CA_FILE"),
            (TlsFailure::AuthorityItself, "CONFLUENCE_SSL_VERIFY=false"),
            (TlsFailure::Expired(None), "clock"),
            (TlsFailure::NotYetValid(None), "clock"),
            (TlsFailure::WrongName(None), "CONFLUENCE_URL"),
            (TlsFailure::ClientCertificate, "CONFLUENCE_CLIENT_KEY"),
            (TlsFailure::NotTls, "CONFLUENCE_URL"),
            (TlsFailure::HungUp, "CONFLUENCE_URL"),
            (TlsFailure::Other(String::new()), "CONFLUENCE_URL"),
        ] {
            let advice = advice(Service::Confluence, &failure);
            assert!(advice.contains(named), "{failure:?}: {advice}");
        }
    }
}
