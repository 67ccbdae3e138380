//! What the verifiers of macOS and Windows tell by the number of an error of the system alone, as the error
//! of rustls that means the same. Others they tell themselves.

use rustls::{CertificateError, OtherError};

// macOS, Security/SecBase.h.
const ERR_SEC_NOT_TRUSTED: i32 = -67_843;
const ERR_SEC_CERTIFICATE_EXPIRED: i32 = -67_818;
const ERR_SEC_CERTIFICATE_NOT_VALID_YET: i32 = -67_819;

/// Windows, winerror.h: the way to a root ends at an issuer that is not there.
const CERT_E_CHAINING: i32 = -2_146_762_486;

/// The same refusal, by its name where it has one.
pub(super) fn named(reason: CertificateError) -> CertificateError {
    let CertificateError::Other(OtherError(text)) = &reason else {
        return reason;
    };
    match number(&text.to_string()) {
        Some(ERR_SEC_NOT_TRUSTED | CERT_E_CHAINING) => CertificateError::UnknownIssuer,
        Some(ERR_SEC_CERTIFICATE_EXPIRED) => CertificateError::Expired,
        Some(ERR_SEC_CERTIFICATE_NOT_VALID_YET) => CertificateError::NotValidYet,
        _ => reason,
    }
}

/// The number `rustls-platform-verifier` puts at the end of what the system says: `…: -67843` on macOS and
/// `… (os error -2146762486)` on Windows.
fn number(text: &str) -> Option<i32> {
    let of_windows = || text.strip_suffix(')')?.rsplit_once("(os error ");
    let (_, number) = of_windows().or_else(|| text.rsplit_once(": "))?;
    number.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn named(text: &str) -> CertificateError {
        super::named(CertificateError::Other(OtherError(Arc::from(Box::<
            dyn std::error::Error + Send + Sync,
        >::from(
            text
        )))))
    }

    #[test]
    fn errors_of_macos_and_windows_are_known_by_their_numbers() {
        for (text, name) in [
            (
                "“mcp” certificate is not trusted: -67843",
                CertificateError::UnknownIssuer,
            ),
            (
                "“mcp” certificate is expired: -67818",
                CertificateError::Expired,
            ),
            (
                "“mcp” certificate is not valid yet: -67819",
                CertificateError::NotValidYet,
            ),
            (
                "A certificate chain could not be built. (os error -2146762486)",
                CertificateError::UnknownIssuer,
            ),
        ] {
            assert_eq!(named(text), name);
        }
    }

    #[test]
    fn what_has_no_such_number_stays_what_it_is() {
        for text in [
            "“mcp: -67843” certificate is not standards compliant: -67901",
            "(os error -67818",
            "-67843",
            "",
        ] {
            let CertificateError::Other(OtherError(reason)) = named(text) else {
                panic!("{text} has another name");
            };
            assert_eq!(reason.to_string(), text);
        }
    }
}
