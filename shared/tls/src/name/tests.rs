//! Names out of certificates that are made here, and out of what is none.

use proptest::prelude::*;
use rcgen::string::{BmpString, PrintableString, TeletexString};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, DnValue, IsCa,
    KeyPair,
};

use super::*;

fn params(name: &DistinguishedName) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = name.clone();
    params
}

type Authority = CertifiedIssuer<'static, KeyPair>;

fn root(name: &DistinguishedName) -> Authority {
    let mut params = params(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn below(issuer: &Authority, name: &str) -> Authority {
    let mut params = params(&named([(DnType::CommonName, name)]));
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::signed_by(params, KeyPair::generate().unwrap(), issuer).unwrap()
}

fn named<V: Into<DnValue>>(parts: impl IntoIterator<Item = (DnType, V)>) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    for (kind, value) in parts {
        name.push(kind, value);
    }
    name
}

/// The name in a certificate for somebody with this one.
fn shown(name: &DistinguishedName) -> String {
    let root = root(name);
    match origin(root.der(), []) {
        Origin::Itself(name) => name.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_name_begins_with_what_is_most_specific_and_leaves_out_what_does_not_tell_people_apart() {
    let zscaler = named([
        (DnType::CountryName, "US"),
        (DnType::OrganizationName, "Zscaler"),
        (DnType::OrganizationalUnitName, "Zscaler Inc."),
        (DnType::CommonName, "Zscaler Intermediate Root CA"),
    ]);
    assert_eq!(
        shown(&zscaler),
        "CN=Zscaler Intermediate Root CA, O=Zscaler"
    );
    let unit = named([
        (DnType::CountryName, "US"),
        (DnType::OrganizationalUnitName, "Class 3"),
    ]);
    assert_eq!(shown(&unit), "OU=Class 3");
    assert_eq!(
        shown(&named([(DnType::CountryName, "US")])),
        "no readable name"
    );
    assert_eq!(shown(&DistinguishedName::new()), "no readable name");
}

#[test]
fn a_value_with_signs_is_quoted_so_that_it_looks_like_one() {
    let name = named([
        (DnType::CommonName, r#"a\b "c", O=Zscaler"#),
        (DnType::OrganizationName, "x"),
    ]);
    assert_eq!(shown(&name), r#"CN="a\\b \"c\", O=Zscaler", O=x"#);
}

#[test]
fn every_kind_of_text_that_authorities_use_is_read() {
    let teletex = TeletexString::try_from("Old CA").unwrap();
    for (value, text) in [
        (DnValue::from("Société"), "Société"),
        (
            DnValue::PrintableString(PrintableString::try_from("Old CA").unwrap()),
            "Old CA",
        ),
        (
            DnValue::BmpString(BmpString::try_from("Ω CA").unwrap()),
            "Ω CA",
        ),
        (DnValue::TeletexString(teletex), "Old CA"),
    ] {
        assert_eq!(
            shown(&named([(DnType::CommonName, value)])),
            format!("CN={text}")
        );
    }
}

#[test]
fn a_name_is_short_and_on_one_line_whatever_the_server_writes_into_it() {
    let long = "x".repeat(10_000);
    let forged = "CA\r\n2026-01-01T00:00:00Z ERROR bridge: \u{1b}[2Jforged";
    let name = named([
        (DnType::OrganizationName, forged),
        (DnType::CommonName, &long),
    ]);
    let expected = format!(
        "CN={}…, O=CA 2026-01-01T00:00:00Z ERROR bridge: [2Jforged",
        &long[..79]
    );
    assert_eq!(shown(&name), expected);
    let parts = (0..100).map(|kind| (DnType::CustomDnType(vec![2, 5, 4, 3, kind]), "unused"));
    let many = parts.chain([(DnType::CommonName, long.as_str())]);
    assert_eq!(shown(&named(many)).chars().count(), 83);
}

#[test]
fn the_missing_issuer_is_the_one_at_the_end_of_what_was_shown_in_any_order() {
    let root = root(&named([(DnType::CommonName, "Root")]));
    let upper = below(&root, "Upper");
    let lower = below(&upper, "Lower");
    let leaf = below(&lower, "server");
    let stranger = self::root(&named([(DnType::CommonName, "Stranger")]));
    let follow = |others: &[&Authority]| {
        let others = others.iter().map(|it| it.der().as_ref());
        match origin(leaf.der(), others) {
            Origin::Issuer(name) => name.to_string(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(follow(&[]), "CN=Lower");
    assert_eq!(follow(&[&lower]), "CN=Upper");
    assert_eq!(follow(&[&lower, &upper]), "CN=Root");
    assert_eq!(follow(&[&stranger, &upper, &lower]), "CN=Root");
    assert_eq!(follow(&[&upper, &lower, &root]), "CN=Root");
    assert_eq!(follow(&[&upper, &stranger]), "CN=Lower");
}

#[test]
fn a_certificate_without_a_version_is_read_as_well() {
    // Version 1: serial number, algorithm, issuer, validity, subject.
    let name = |text: u8| {
        let attribute = vec![0x30, 8, 6, 3, 0x55, 4, 3, 12, 1, text];
        [vec![0x30, 12, 0x31, 10], attribute].concat()
    };
    let fields = [
        vec![2, 1, 1, 0x30, 0],
        name(b'i'),
        vec![0x30, 0],
        name(b's'),
    ]
    .concat();
    let content = [vec![0x30, u8::try_from(fields.len()).unwrap()], fields].concat();
    let certificate = [vec![0x30, u8::try_from(content.len()).unwrap()], content].concat();
    let Origin::Issuer(issuer) = origin(&certificate, []) else {
        panic!("it has an issuer");
    };
    assert_eq!(issuer.to_string(), "CN=i");
}

proptest! {
    #[test]
    fn whatever_bytes_a_server_calls_a_certificate_are_read_to_an_end(
        own in proptest::collection::vec(any::<u8>(), 0..300),
        other in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        origin(&own, [other.as_slice()]);
        prop_assert!(Name::of(&own).to_string().chars().count() <= MOST);
    }

    #[test]
    fn a_damaged_certificate_is_read_to_an_end(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut certificate = root(&named([(DnType::CommonName, "Root")])).der().to_vec();
        let at = at.index(certificate.len());
        certificate[at] = byte;
        let shown = match origin(&certificate, []) {
            Origin::Issuer(name) | Origin::Itself(name) => name.to_string(),
            Origin::Unknown => String::new(),
        };
        prop_assert!(shown.chars().count() <= MOST && !shown.contains(char::is_control));
    }
}
