//! A verifier that refuses or accepts as it is told, and what becomes of that.

use std::sync::Mutex;

use proptest::prelude::*;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified};
use rustls::pki_types::ServerName;

use super::*;

/// Says this, whatever it is shown.
#[derive(Debug)]
struct Saying(Result<(), Error>);

impl ServerCertVerifier for Saying {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        // As the platform's does on Linux.
        tracing::error!("in the words of the server");
        self.0.clone().map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0
            .clone()
            .map(|()| HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0
            .clone()
            .map(|()| HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }

    fn root_hint_subjects(&self) -> Option<&[DistinguishedName]> {
        Some(&[])
    }
}

/// What comes of a judgement about these certificates.
fn verified(judgement: Result<(), Error>, own: &[u8], others: &[Vec<u8>]) -> Result<(), Error> {
    let others: Vec<_> = others
        .iter()
        .map(|it| CertificateDer::from(it.as_slice()))
        .collect();
    let server = ServerName::try_from("mcp.example.com").unwrap();
    let now = UnixTime::now();
    Verifier(Arc::new(Saying(judgement)))
        .verify_server_cert(&own.into(), &others, &server, &[], now)
        .map(drop)
}

fn refusals() -> Vec<CertificateError> {
    let (expected, time) = (ServerName::try_from("a.example").unwrap(), UnixTime::now());
    vec![
        CertificateError::BadEncoding,
        CertificateError::Expired,
        CertificateError::ExpiredContext {
            time,
            not_after: time,
        },
        CertificateError::NotValidYet,
        CertificateError::Revoked,
        CertificateError::UnknownIssuer,
        CertificateError::BadSignature,
        CertificateError::NotValidForName,
        CertificateError::NotValidForNameContext {
            expected,
            presented: vec![],
        },
        CertificateError::InvalidPurpose,
        CertificateError::ApplicationVerificationFailure,
    ]
}

proptest! {
    #[test]
    fn what_the_platform_refuses_stays_refused_whatever_the_server_shows(
        refusal in prop::sample::select(refusals()),
        own in proptest::collection::vec(any::<u8>(), 0..100),
        others in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..100), 0..3),
    ) {
        let issuer_is_unknown = refusal == CertificateError::UnknownIssuer;
        let refusal = Error::from(refusal);
        let told = verified(Err(refusal.clone()), &own, &others).unwrap_err();
        prop_assert!(issuer_is_unknown || told == refusal, "{told:?}");
        prop_assert!(verified(Ok(()), &own, &others).is_ok());
    }
}

#[test]
fn an_error_that_is_not_about_the_certificate_passes() {
    let error = Error::General("no store".to_owned());
    assert_eq!(verified(Err(error.clone()), b"", &[]), Err(error));
}

#[test]
fn a_certificate_that_cannot_be_read_is_from_an_unknown_issuer() {
    let unknown = Error::from(CertificateError::UnknownIssuer);
    assert_eq!(verified(Err(unknown.clone()), b"?", &[]), Err(unknown));
}

#[test]
fn names_a_certificate_is_for_are_few_short_and_printable() {
    let expected = ServerName::try_from("a.example").unwrap();
    let mut presented = vec![
        "DnsName(\"*.b.example\")".to_owned(),
        "IpAddress(192.0.2.1)".to_owned(),
        "DnsName(\"c\r\nERROR\u{1b}[2J\")".to_owned(),
        format!("DnsName(\"{}\")", "x".repeat(60_000)),
        "DirectoryName".to_owned(),
    ];
    presented.extend((0..3000).map(|number| format!("DnsName(\"{number}.example\")")));
    let error = CertificateError::NotValidForNameContext {
        expected,
        presented,
    };
    let text = verified(Err(error.into()), b"", &[])
        .unwrap_err()
        .to_string();
    let start = "is only valid for *.b.example, 192.0.2.1, c ERROR[2J, xxx";
    assert!(text.contains(start), "{text}");
    assert!(
        text.ends_with("xx…, DirectoryName or 3000 others"),
        "{text}"
    );
    assert!(text.len() < 400, "{text}");
}

#[test]
fn all_that_is_not_a_judgement_is_the_platforms() {
    let verifier = Verifier(Arc::new(Saying(Ok(()))));
    assert_eq!(
        verifier.supported_verify_schemes(),
        [SignatureScheme::ED25519]
    );
    assert!(verifier.requires_raw_public_keys());
    assert!(verifier.root_hint_subjects().is_some());
}

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl tracing::Subscriber for Log {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut lines = self.0.lock().unwrap();
        event.record(&mut |_: &tracing::field::Field, value: &dyn fmt::Debug| {
            lines.push(format!("{value:?}"));
        });
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

#[test]
fn a_refusal_is_logged_in_our_words_and_not_in_those_of_the_server() {
    let log = Log::default();
    let refused = Err(CertificateError::Expired.into());
    dispatcher::with_default(&Dispatch::new(log.clone()), || verified(refused, b"", &[]))
        .unwrap_err();
    assert_eq!(
        *log.0.lock().unwrap(),
        ["mcp.example.com shows a certificate that has expired"]
    );
}
