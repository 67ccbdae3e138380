//! Whole PDFs, written here.

use pdf_extract::{
    Dictionary, Document, EncryptionState, EncryptionVersion, Object, Permissions, SaveOptions,
    Stream, dictionary,
};
use proptest::prelude::*;

use super::*;

/// A document whose pages draw this, in a font of Latin letters without widths.
fn document(pages: &[&[u8]]) -> Document {
    let mut document = Document::with_version("1.5");
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica",
        "Encoding" => "WinAnsiEncoding",
    });
    let resources = dictionary! { "Font" => dictionary! { "F1" => font } };
    with_pages(document, pages, &resources)
}

fn with_pages(mut document: Document, pages: &[&[u8]], resources: &Dictionary) -> Document {
    let tree = document.new_object_id();
    let kids = pages.iter().map(|content| {
        let mut content = Stream::new(Dictionary::new(), content.to_vec());
        content.compress().unwrap();
        let content = document.add_object(content);
        let page = dictionary! {
            "Type" => "Page", "Parent" => tree, "Contents" => content,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            "Resources" => resources.clone(),
        };
        Object::Reference(document.add_object(page))
    });
    let kids: Vec<_> = kids.collect();
    let count = i64::try_from(kids.len()).unwrap();
    let pages = dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count };
    document.objects.insert(tree, Object::Dictionary(pages));
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    document
}

fn bytes(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn pages(bytes: &[u8]) -> Vec<String> {
    match read(bytes) {
        Reading::Text { pages, total } => {
            assert_eq!(pages.len(), total);
            pages
        }
        other => panic!("expected text, not {other:?}"),
    }
}

#[test]
fn each_page_is_read_line_by_line() {
    let first =
        b"BT /F1 12 Tf 72 700 Td (Release plan) Tj 0 -14 Td (Gr\xfc\xdfe) Tj 0 -40 Td (End) Tj ET";
    let second = b"BT /F1 12 Tf 14 TL 72 700 Td (a) Tj T* (b) Tj ET";
    let read = pages(&bytes(document(&[first, second])));
    assert_eq!(read, ["Release plan\nGrüße\n\nEnd", "a\nb"]);
}

#[test]
fn blanks_are_where_there_is_a_gap_although_none_is_written() {
    let content = b"BT /F1 10 Tf 1 0 0 1 72 700 Tm [(Kern) 80 (ed) -300 (words)] TJ ET \
                    BT /F1 10 Tf 150 700 Td (apart) Tj ET";
    assert_eq!(pages(&bytes(document(&[content]))), ["Kerned words apart"]);
}

#[test]
fn what_is_drawn_as_a_form_is_read_in_its_place() {
    let mut document = Document::with_version("1.5");
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica",
    });
    let fonts = dictionary! { "Font" => dictionary! { "F1" => font } };
    let form = dictionary! {
        "Type" => "XObject", "Subtype" => "Form", "Resources" => fonts.clone(),
        "Matrix" => vec![1.into(), 0.into(), 0.into(), 1.into(), 0.into(), 100.into()],
    };
    let form = Stream::new(
        form,
        b"BT /F1 9 Tf 72 500 Td (stamped) Tj ET /Itself Do".to_vec(),
    );
    let form = document.add_object(form);
    let mut resources = fonts;
    resources.set("XObject", dictionary! { "Stamp" => form, "Itself" => form });
    let content = b"BT /F1 9 Tf 72 700 Td (above) Tj ET /Stamp Do /Missing Do";
    let read = pages(&bytes(with_pages(document, &[content], &resources)));
    assert_eq!(read, ["above\n\nstamped"]);
}

#[test]
fn codes_are_read_as_the_font_says() {
    let mut document = Document::with_version("1.5");
    let map = b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
        /CMapName /X def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n\
        2 beginbfchar\n<0001> <0041>\n<0002> <00c4>\nendbfchar\nendcmap\n\
        CMapName currentdict /CMap defineresource pop\nend\nend\n";
    let map = document.add_object(Stream::new(Dictionary::new(), map.to_vec()));
    let descendant = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "CIDFontType2", "DW" => 500, "BaseFont" => "X",
        "CIDSystemInfo" => dictionary! { "Registry" => "Adobe", "Ordering" => "Identity", "Supplement" => 0 },
        "FontDescriptor" => dictionary! { "Type" => "FontDescriptor", "FontName" => "X" },
        "W" => vec![1.into(), vec![700.into(), 800.into()].into(), 3.into(), 9.into(), 400.into()],
    });
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "X", "Encoding" => "Identity-H",
        "DescendantFonts" => vec![descendant.into()], "ToUnicode" => map,
    });
    let resources = dictionary! { "Font" => dictionary! { "F1" => font } };
    // The second piece begins where the first ends: 1.5 sizes on.
    let content = b"BT /F1 10 Tf 0 0 Td <00010002> Tj 15 0 Td <0001> Tj 9 0 Td <0002> Tj ET";
    assert_eq!(
        pages(&bytes(with_pages(document, &[content], &resources))),
        ["AÄA Ä"]
    );
}

#[test]
fn a_scanned_page_is_empty() {
    assert_eq!(
        pages(&bytes(document(&[b"q 1 0 0 1 0 0 cm Q", b""]))),
        ["", ""]
    );
}

#[test]
fn what_needs_a_password_is_told_from_what_is_broken() {
    let mut secret = document(&[b"BT /F1 12 Tf 72 700 Td (secret) Tj ET"]);
    secret.trailer.set(
        "ID",
        vec![Object::string_literal("1"), Object::string_literal("2")],
    );
    let password = EncryptionVersion::V2 {
        document: &secret,
        owner_password: "owner",
        user_password: "user",
        key_length: 128,
        permissions: Permissions::all(),
    };
    let password = EncryptionState::try_from(password).unwrap();
    secret.encrypt(&password).unwrap();
    assert_eq!(read(&bytes(secret)), Reading::Encrypted);
    assert_eq!(read(b""), Reading::Broken);
    assert_eq!(read(b"%PDF-1.7\nnothing in it"), Reading::Broken);
}

#[test]
fn a_document_with_too_many_pages_is_read_from_its_beginning() {
    let content: &[u8] = b"BT /F1 12 Tf 72 700 Td (x) Tj ET";
    let read = read(&bytes(document(&vec![content; MOST_PAGES + 1])));
    let Reading::Text { pages, total } = read else {
        panic!("expected text, not {read:?}");
    };
    assert_eq!((pages.len(), total), (MOST_PAGES, MOST_PAGES + 1));
}

/// Object streams and a table of references that is a stream, as most programs write them.
#[test]
fn a_modern_file_is_read_like_an_old_one() {
    let mut document = document(&[b"BT /F1 12 Tf 72 700 Td (modern) Tj ET"]);
    let mut bytes = Vec::new();
    let modern = SaveOptions::builder()
        .use_object_streams(true)
        .use_xref_streams(true);
    document
        .save_with_options(&mut bytes, modern.build())
        .unwrap();
    assert_eq!(pages(&bytes), ["modern"]);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _any = read(&bytes);
        let _any = read(&[b"%PDF-1.5\n", &bytes[..]].concat());
    }

    #[test]
    fn no_damage_makes_it_panic(
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        end in any::<prop::sample::Index>(),
    ) {
        let page = b"BT /F1 12 Tf 72 700 Td [(some) -200 (text)] TJ T* (more) ' ET /X Do";
        let mut bytes = bytes(document(&[page, page]));
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _any = read(&bytes);
        let _any = read(&bytes[..end.index(bytes.len())]);
    }

    #[test]
    fn no_drawing_makes_it_panic(content in "(BT|ET|q|Q|/F1 9 Tf|-?[0-9.]{1,8}|Td|Tm|cm|\\(a\\)|\\[|\\]|TJ|Tj|'|\"| ){0,60}") {
        let _any = read(&bytes(document(&[content.as_bytes()])));
    }
}
