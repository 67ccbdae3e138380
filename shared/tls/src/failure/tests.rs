//! Errors as libraries wrap them, and each failure as a sentence.

use std::time::Duration;

use super::*;

/// As tokio-rustls and hyper-rustls wrap it.
fn wrapped(error: impl Into<Box<dyn Error + Send + Sync>>) -> io::Error {
    io::Error::other(io::Error::new(io::ErrorKind::InvalidData, error))
}

fn failure(error: rustls::Error) -> TlsFailure {
    TlsFailure::of(&wrapped(error)).unwrap()
}

fn at(seconds: u64) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(seconds))
}

#[test]
fn a_failure_is_found_in_whatever_is_around_it() {
    let plain = rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType);
    assert_eq!(TlsFailure::of(&plain), Some(TlsFailure::NotTls));
    assert_eq!(failure(plain), TlsFailure::NotTls);
    let end = io::Error::new(io::ErrorKind::UnexpectedEof, "tls handshake eof");
    assert_eq!(
        TlsFailure::of(&io::Error::other(end)),
        Some(TlsFailure::HungUp)
    );
}

#[test]
fn other_errors_have_none() {
    let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
    assert_eq!(TlsFailure::of(&refused), None);
    assert_eq!(
        TlsFailure::of(&wrapped("certificate, handshake, tls")),
        None
    );
}

#[test]
fn what_a_server_says_about_our_certificate_is_told_from_its_other_complaints() {
    for alert in [
        AlertDescription::CertificateRequired,
        AlertDescription::UnknownCA,
    ] {
        let error = rustls::Error::AlertReceived(alert);
        assert_eq!(failure(error), TlsFailure::ClientCertificate);
    }
    let error = rustls::Error::AlertReceived(AlertDescription::HandshakeFailure);
    let text = failure(error).to_string();
    assert_eq!(
        text,
        "failed in the TLS handshake (received fatal alert: HandshakeFailure)"
    );
}

#[test]
fn times_are_told_with_the_clock_they_were_compared_with() {
    // 2026-01-31 23:59:59 and a day later.
    let (limit, now) = (at(1_769_903_999), at(1_769_990_399));
    let expired = CertificateError::ExpiredContext {
        time: now,
        not_after: limit,
    };
    assert_eq!(
        failure(expired.into()).to_string(),
        "shows a certificate that expired at 2026-01-31 23:59 UTC, while the clock of this machine says \
         2026-02-01 23:59 UTC"
    );
    let early = CertificateError::NotValidYetContext {
        time: limit,
        not_before: now,
    };
    assert_eq!(
        failure(early.into()).to_string(),
        "shows a certificate that is not valid before 2026-02-01 23:59 UTC, while the clock of this machine \
         says 2026-01-31 23:59 UTC"
    );
    let nonsense = CertificateError::ExpiredContext {
        time: now,
        not_after: at(u64::MAX),
    };
    assert!(
        failure(nonsense.into())
            .to_string()
            .contains("a time out of range")
    );
}

#[test]
fn platforms_that_tell_less_are_understood_as_well() {
    for (reason, text) in [
        (
            CertificateError::Expired,
            "shows a certificate that has expired",
        ),
        (
            CertificateError::NotValidYet,
            "shows a certificate that is not valid yet",
        ),
        (
            CertificateError::NotValidForName,
            "shows a certificate for other names",
        ),
    ] {
        assert_eq!(failure(reason.into()).to_string(), text);
    }
}

#[test]
fn whatever_the_library_says_is_bounded() {
    let reason = CertificateError::UnsupportedSignatureAlgorithmContext {
        signature_algorithm_id: vec![255; 60_000],
        supported_algorithms: vec![],
    };
    assert!(failure(reason.into()).to_string().len() < 400);
}
