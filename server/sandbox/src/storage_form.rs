//! Whether a body that was sent is storage format: well-formed XHTML with Confluence's two prefixes.
//! What its elements mean is not looked at.

use quick_xml::Reader;
use quick_xml::escape::resolve_html5_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::site::refusal::Refusal;

/// Takes what Confluence's parser would take.
pub(crate) fn check(storage: &str) -> Result<(), Refusal> {
    let mut reader = Reader::from_str(storage);
    reader.config_mut().check_comments = true;
    let mut open = 0_usize;
    loop {
        let event = reader.read_event();
        let wrong = |why: String| Refusal::bad_request(format!("Error parsing xhtml: {why}"));
        match event.map_err(|error| wrong(error.to_string()))? {
            Event::Start(tag) => {
                open += 1;
                name(&tag).map_err(wrong)?;
            }
            Event::Empty(tag) => name(&tag).map_err(wrong)?,
            Event::End(_) => open -= 1,
            Event::GeneralRef(entity) => known(&entity).map_err(wrong)?,
            Event::Decl(_) | Event::DocType(_) | Event::PI(_) => {
                return Err(wrong("no declarations are allowed here".to_owned()));
            }
            Event::Eof if open > 0 => {
                return Err(wrong("an element is not closed at the end".to_owned()));
            }
            Event::Eof => return Ok(()),
            Event::Text(_) | Event::CData(_) | Event::Comment(_) => {}
        }
    }
}

/// Only `ac:` and `ri:` are declared by Confluence; attributes have to be quoted and be there once.
fn name(tag: &BytesStart<'_>) -> Result<(), String> {
    let declared = |name: &str| match name.split_once(':') {
        Some((prefix, _)) if !["ac", "ri", "xml", "xmlns"].contains(&prefix) => {
            Err(format!("Undeclared namespace prefix {prefix:?}"))
        }
        _ => Ok(()),
    };
    declared(tag.name().as_ref())?;
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        declared(attribute.key.as_ref())?;
        let value = &*attribute.value;
        quick_xml::escape::unescape_with(value, resolve_html5_entity)
            .map_err(|error| error.to_string())?;
        if value.contains('<') {
            return Err("Unexpected character '<' in attribute value".to_owned());
        }
    }
    Ok(())
}

fn known(entity: &BytesRef<'_>) -> Result<(), String> {
    let name: &str = entity;
    let is_number = matches!(entity.resolve_char_ref(), Ok(Some(_)));
    if is_number || resolve_html5_entity(name).is_some() {
        Ok(())
    } else {
        Err(format!("Undeclared general entity {name:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn storage_with_macros_and_html_entities_is_taken() {
        for storage in [
            "",
            "plain &amp; simple",
            "<p>a&nbsp;&#8211;&#x2013;<br /></p>",
            "<ac:link><ri:page ri:content-title=\"a &gt; b\" /></ac:link>",
            "<ac:plain-text-body><![CDATA[a < b & c]]></ac:plain-text-body>",
        ] {
            assert!(check(storage).is_ok(), "{storage}");
        }
    }

    #[test]
    fn b_49_what_is_not_well_formed_is_refused() {
        for storage in [
            "a & b",
            "a < b",
            "<p>open",
            "<p></b>",
            "</p>",
            "<p>&nosuch;</p>",
            "<x:y />",
            "<a href=b></a>",
            "<a href=\"1\" href=\"2\"></a>",
            "<a title=\"a & b\"></a>",
            "<?xml version=\"1.0\"?><p></p>",
            "<!-- open",
        ] {
            let refusal = check(storage)
                .err()
                .unwrap_or_else(|| panic!("{storage} was taken"));
            assert_eq!(refusal.status, 400, "{storage}");
        }
    }
}
