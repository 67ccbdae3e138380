//! What a certificate says about whom it is for and who issued it, as a person reads it; not whether it is
//! true: a server can show any certificate.

use std::fmt;

use der::asn1::AnyRef;
use der::{Reader as _, SliceReader, Tag, Tagged as _};

use crate::readable::{cut, readable};

/// The most characters of a name.
const MOST: usize = 200;

/// The most characters of one of its parts, so that a long one leaves room for the others. X.520 allows 64
/// (`ub-common-name`, `ub-organization-name`).
const MOST_OF_PART: usize = 80;

// Object identifiers (X.520) as they are encoded.
const COMMON_NAME: &[u8] = &[0x55, 4, 3];
const ORGANIZATION: &[u8] = &[0x55, 4, 10];
const ORGANIZATIONAL_UNIT: &[u8] = &[0x55, 4, 11];

/// The name of somebody in a certificate, as in `CN=Example Root CA, O="Example, Inc."`: the most specific
/// part first, in whatever order the certificate has them, and values with signs in quotes. On one line,
/// printable, at most 200 characters.
#[derive(Clone, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// Reads the content of an X.501 `Name`.
    fn of(content: &[u8]) -> Self {
        let parts: Vec<(&[u8], String)> = elements(content).flat_map(attributes).collect();
        let of_kind = |kind| parts.iter().filter(move |part| part.0 == kind);
        let of_kinds = |kinds: &[&'static [u8]]| {
            let wanted = kinds.iter().flat_map(|kind| of_kind(*kind));
            let shown: Vec<_> = wanted.map(|(kind, value)| part(kind, value)).collect();
            (!shown.is_empty()).then(|| cut(&shown.join(", "), MOST))
        };
        let shown = of_kinds(&[COMMON_NAME, ORGANIZATION]);
        let shown = shown.or_else(|| of_kinds(&[ORGANIZATIONAL_UNIT]));
        Self(shown.unwrap_or_else(|| "no readable name".to_owned()))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// As it is displayed, because it is printable already.
impl fmt::Debug for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Who a certificate is for, and who issued it: the content of both names as it is encoded, which is how
/// they are compared (RFC 5280 section 7.1 allows more, and `webpki` compares like this).
#[derive(Clone, Copy)]
struct Parties<'a> {
    subject: &'a [u8],
    issuer: &'a [u8],
}

impl<'a> Parties<'a> {
    /// Reads as much of a certificate as is needed (RFC 5280 section 4.1).
    fn of(certificate: &'a [u8]) -> Option<Self> {
        let signed = elements(certificate).next()?;
        let content = elements(signed.value()).next()?;
        // The version comes first, if it is told.
        let fields = elements(content.value());
        let mut fields = fields.skip_while(|field| field.tag().is_context_specific());
        let (_serial, _algorithm, issuer) = (fields.next()?, fields.next()?, fields.next()?);
        let (_validity, subject) = (fields.next()?, fields.next()?);
        (issuer.tag() == Tag::Sequence && subject.tag() == Tag::Sequence).then_some(Self {
            subject: subject.value(),
            issuer: issuer.value(),
        })
    }

    fn is_self_issued(self) -> bool {
        self.subject == self.issuer
    }
}

/// Where the certificates that a server shows lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// To this issuer, whose own certificate is the first that is not among them or has no issuer but itself.
    Issuer(Name),
    /// Nowhere: the server's certificate names itself as its issuer.
    Itself(Name),
    /// A certificate that cannot be read.
    Unknown,
}

/// Follows the certificates of a server from its own on, in whatever order they were sent.
pub(crate) fn origin<'a>(own: &'a [u8], others: impl IntoIterator<Item = &'a [u8]>) -> Origin {
    let Some(mut last) = Parties::of(own) else {
        return Origin::Unknown;
    };
    if last.is_self_issued() {
        return Origin::Itself(Name::of(last.subject));
    }
    let mut others: Vec<_> = others.into_iter().filter_map(Parties::of).collect();
    // Each is taken once, so that those which issued each other end, too.
    while let Some(next) = others.iter().position(|it| it.subject == last.issuer) {
        last = others.swap_remove(next);
    }
    Origin::Issuer(Name::of(last.issuer))
}

/// The elements that an encoding consists of, up to the first that is none.
fn elements(encoded: &[u8]) -> impl Iterator<Item = AnyRef<'_>> {
    let mut reader = SliceReader::new(encoded).ok();
    std::iter::from_fn(move || {
        let reader = reader.as_mut().filter(|reader| !reader.is_finished())?;
        reader.decode::<AnyRef<'_>>().ok()
    })
}

/// The kinds and values in one step of a name, most often one.
fn attributes(step: AnyRef<'_>) -> impl Iterator<Item = (&[u8], String)> {
    elements(step.value()).filter_map(|attribute| {
        let mut both = elements(attribute.value());
        let (kind, value) = (both.next()?, both.next()?);
        Some((kind.value(), text(value)?))
    })
}

/// A `DirectoryString` (X.520), of whatever age.
fn text(value: AnyRef<'_>) -> Option<String> {
    let bytes = value.value();
    Some(match value.tag() {
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String => {
            String::from_utf8_lossy(bytes).into_owned()
        }
        // Everybody writes Latin-1 there.
        Tag::TeletexString => bytes.iter().copied().map(char::from).collect(),
        Tag::BmpString => {
            let units = bytes
                .chunks_exact(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units)
                .map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect()
        }
        _ => return None,
    })
}

fn part(kind: &[u8], value: &str) -> String {
    let key = match kind {
        COMMON_NAME => "CN",
        ORGANIZATION => "O",
        _ => "OU",
    };
    let value = readable(value, MOST_OF_PART);
    // Otherwise a value could look like several parts.
    if value.contains([',', '+', '"', '\\', '<', '>', ';', '=']) {
        let value = value.replace('\\', r"\\").replace('"', "\\\"");
        return format!("{key}=\"{value}\"");
    }
    format!("{key}={value}")
}

#[cfg(test)]
mod tests;
