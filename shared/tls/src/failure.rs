//! What is wrong when a connection with TLS does not come about, read from the error of an HTTP client; not
//! what to do about it, which depends on whose settings these are.

use std::error::Error;
use std::{fmt, io};

use jiff::Timestamp;
use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, InvalidMessage, OtherError};

use crate::name::Name;
use crate::readable::readable;
use crate::verifier::Untrusted;

/// The most characters of what the TLS library says.
const MOST: usize = 300;

/// What keeps two sides from agreeing on TLS. `Display` says it of the server, as in `mcp.example.com …`; it
/// is one line of bounded length, whatever the server shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsFailure {
    /// Nobody who is trusted has vouched for the certificate: this issuer's own is missing.
    UnknownIssuer(Name),
    /// The certificate vouches for itself.
    SelfSigned(Name),
    /// The certificate was not signed with the key that its issuer is trusted with: the issuer has another one by
    /// now, or somebody else has taken its name.
    BadSignature,
    /// The certificate is that of an authority, and webpki takes no such one for a server's.
    AuthorityItself,
    /// A certificate is no longer valid.
    Expired(Option<Moment>),
    /// A certificate is not valid yet.
    NotYetValid(Option<Moment>),
    /// The certificate is for other names than the one that was called, for these if it is known.
    WrongName(Option<String>),
    /// The server wants to see a certificate, or another one than it was shown.
    ClientCertificate,
    /// What answers there is not TLS.
    NotTls,
    /// The connection was closed before there was an agreement.
    HungUp,
    /// Anything else, in the words of the TLS library.
    Other(String),
}

/// A limit of the time in which a certificate is valid, and when that was found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The first or last second it is valid.
    pub limit: UnixTime,
    /// What the clock of this machine said.
    pub now: UnixTime,
}

impl TlsFailure {
    /// The failure in an error, or in what caused it. An end of the connection counts as one, so this is for
    /// errors of connecting; later ones have nothing to tell but [`Self::ClientCertificate`].
    #[must_use]
    pub fn of(error: &(dyn Error + 'static)) -> Option<Self> {
        let mut next = Some(error);
        while let Some(cause) = next {
            if let Some(error) = cause.downcast_ref::<rustls::Error>() {
                return Some(Self::of_rustls(error));
            }
            let io = cause.downcast_ref::<io::Error>();
            // The source of an `io::Error` is the source of what is in it.
            next = match io.and_then(io::Error::get_ref) {
                Some(inner) if inner.is::<rustls::Error>() || inner.is::<io::Error>() => {
                    Some(inner)
                }
                _ if io.is_some_and(|io| io.kind() == io::ErrorKind::UnexpectedEof) => {
                    return Some(Self::HungUp);
                }
                _ => cause.source(),
            };
        }
        None
    }

    fn of_rustls(error: &rustls::Error) -> Self {
        match error {
            rustls::Error::InvalidCertificate(reason) => Self::of_certificate(reason),
            rustls::Error::AlertReceived(alert) if is_about_our_certificate(*alert) => {
                Self::ClientCertificate
            }
            rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => Self::NotTls,
            other => Self::other(other),
        }
    }

    fn of_certificate(reason: &CertificateError) -> Self {
        match reason {
            CertificateError::Other(OtherError(reason)) => {
                let of_webpki = reason.downcast_ref::<webpki::Error>();
                match (reason.downcast_ref::<Untrusted>(), of_webpki) {
                    (Some(Untrusted::UnknownIssuer(name)), _) => Self::UnknownIssuer(name.clone()),
                    (Some(Untrusted::SelfSigned(name)), _) => Self::SelfSigned(name.clone()),
                    (_, Some(webpki::Error::CaUsedAsEndEntity)) => Self::AuthorityItself,
                    _ => Self::other(reason),
                }
            }
            CertificateError::BadSignature => Self::BadSignature,
            CertificateError::Expired => Self::Expired(None),
            CertificateError::ExpiredContext { time, not_after } => Self::Expired(Some(Moment {
                limit: *not_after,
                now: *time,
            })),
            CertificateError::NotValidYet => Self::NotYetValid(None),
            CertificateError::NotValidYetContext { time, not_before } => {
                let (limit, now) = (*not_before, *time);
                Self::NotYetValid(Some(Moment { limit, now }))
            }
            CertificateError::NotValidForName => Self::WrongName(None),
            CertificateError::NotValidForNameContext { presented, .. } => {
                Self::WrongName(Some(match presented.as_slice() {
                    [] => "none".to_owned(),
                    [one] => one.clone(),
                    [first @ .., last] => format!("{} and {last}", first.join(", ")),
                }))
            }
            other => Self::other(other),
        }
    }

    fn other(reason: &dyn fmt::Display) -> Self {
        Self::Other(readable(&reason.to_string(), MOST))
    }
}

/// What a server says that does not like the certificate it was shown, or misses one (RFC 8446 section
/// 6.2). In TLS 1.3 the client learns it when the handshake is over for it; the server has read no request
/// of it then, and will not.
fn is_about_our_certificate(alert: AlertDescription) -> bool {
    matches!(
        alert,
        AlertDescription::CertificateRequired
            | AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied
    )
}

impl fmt::Display for TlsFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownIssuer(name) => write!(
                formatter,
                "shows a certificate from an issuer that this machine does not trust ({name})"
            ),
            Self::SelfSigned(name) => write!(
                formatter,
                "shows a certificate that is self-signed ({name}), so that nobody vouches for it"
            ),
            Self::BadSignature => formatter.write_str(
                "shows a certificate that was not signed with the key its issuer is trusted with",
            ),
            Self::AuthorityItself => formatter.write_str(
                "shows the certificate of an authority (CA:TRUE) instead of one that was issued to it",
            ),
            Self::Expired(None) => formatter.write_str("shows a certificate that has expired"),
            Self::Expired(Some(moment)) => {
                write!(formatter, "shows a certificate that expired at {moment}")
            }
            Self::NotYetValid(None) => formatter.write_str("shows a certificate that is not valid yet"),
            Self::NotYetValid(Some(moment)) => {
                write!(formatter, "shows a certificate that is not valid before {moment}")
            }
            Self::WrongName(None) => formatter.write_str("shows a certificate for other names"),
            Self::WrongName(Some(names)) => {
                write!(formatter, "shows a certificate for other names (valid for: {names})")
            }
            Self::ClientCertificate => formatter
                .write_str("wants a certificate of the client or refuses the one it was shown"),
            Self::NotTls => formatter.write_str("answers with something that is not TLS"),
            Self::HungUp => formatter.write_str("hung up during the TLS handshake"),
            Self::Other(reason) => write!(formatter, "failed in the TLS handshake ({reason})"),
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (limit, now) = (date(self.limit), date(self.now));
        write!(
            formatter,
            "{limit}, while the clock of this machine says {now}"
        )
    }
}

fn date(time: UnixTime) -> String {
    let second = i64::try_from(time.as_secs()).ok();
    let timestamp = second.and_then(|second| Timestamp::from_second(second).ok());
    timestamp.map_or_else(
        || "a time out of range".to_owned(),
        |timestamp| timestamp.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    )
}

#[cfg(test)]
mod tests;
