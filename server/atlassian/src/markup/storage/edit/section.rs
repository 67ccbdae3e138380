//! Sections: what stands below a heading, up to the next heading that is not lower, within the element
//! the heading is in.

use std::ops::Range;

use super::EditError;
use super::pieces::{Kind, Piece, pieces};

/// The page with `content` in place of what stands below the heading; the heading stays.
///
/// The heading is named by its text, with or without `#` before it.
///
/// # Errors
/// No heading like this, or several.
///
/// ```
/// use atlassian::markup::storage::edit::replace_section;
/// let page = "<h1>A</h1><p>a</p><h2>B</h2><p>b</p><h1>C</h1>";
/// let changed = replace_section(page, "B", "<p>new</p>")?;
/// assert_eq!(changed, "<h1>A</h1><p>a</p><h2>B</h2><p>new</p><h1>C</h1>");
/// # Ok::<(), atlassian::markup::storage::edit::EditError>(())
/// ```
pub fn replace_section(page: &str, heading: &str, content: &str) -> Result<String, EditError> {
    let section = find(page, heading)?;
    Ok([&page[..section.start], content, &page[section.end..]].concat())
}

/// The page with `addition` at the end of what stands below the heading.
///
/// # Errors
/// No heading like this, or several.
pub fn append_to_section(page: &str, heading: &str, addition: &str) -> Result<String, EditError> {
    let section = find(page, heading)?;
    Ok([&page[..section.end], addition, &page[section.end..]].concat())
}

/// A heading and what belongs to it.
struct Section {
    title: String,
    /// What stands below the heading.
    content: Range<usize>,
}

fn find(page: &str, heading: &str) -> Result<Range<usize>, EditError> {
    let wanted = one_line(heading.trim_start_matches([' ', '#']));
    let sections = sections(page, &pieces(page)?);
    let lower = wanted.to_lowercase();
    let same: Vec<_> = sections.iter().filter(|it| it.title == wanted).collect();
    let similar = || {
        sections
            .iter()
            .filter(|it| it.title.to_lowercase() == lower)
    };
    let found = if same.is_empty() {
        similar().collect()
    } else {
        same
    };
    match found[..] {
        [section] => Ok(section.content.clone()),
        [] => Err(EditError::NoSection {
            heading: wanted,
            headings: sections.into_iter().map(|section| section.title).collect(),
        }),
        _ => Err(EditError::SeveralSections {
            count: found.len(),
            heading: wanted,
        }),
    }
}

/// A heading whose section has not ended yet.
struct Running {
    /// Number of the section.
    section: usize,
    level: u8,
    /// How many elements it is in.
    depth: usize,
}

/// All sections in the order of their headings.
fn sections(page: &str, pieces: &[Piece]) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut running: Vec<Running> = Vec::new();
    let mut depth = 0_usize;
    for (place, piece) in pieces.iter().enumerate() {
        match &piece.kind {
            Kind::Open(tag) => {
                if let Some(level) = level(&tag.name) {
                    let over = |it: &Running| it.depth == depth && it.level >= level;
                    end(&mut running, &mut sections, piece.at.start, over);
                    let (title, below) = title(page, &pieces[place..]);
                    let section = sections.len();
                    running.push(Running {
                        section,
                        level,
                        depth,
                    });
                    sections.push(Section {
                        title,
                        content: below..page.len(),
                    });
                }
                depth += 1;
            }
            Kind::Close => {
                depth = depth.saturating_sub(1);
                let over = |it: &Running| it.depth > depth;
                end(&mut running, &mut sections, piece.at.start, over);
            }
            _ => {}
        }
    }
    sections
}

fn end(
    running: &mut Vec<Running>,
    sections: &mut [Section],
    at: usize,
    over: impl Fn(&Running) -> bool,
) {
    running.retain(|it| {
        let ends = over(it);
        if ends {
            sections[it.section].content.end = at;
        }
        !ends
    });
}

fn level(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h', digit @ b'1'..=b'6'] => Some(digit - b'0'),
        _ => None,
    }
}

/// The text of the heading that the pieces begin with, and where it ends.
fn title(page: &str, pieces: &[Piece]) -> (String, usize) {
    let (mut text, mut depth) = (String::new(), 0_usize);
    for piece in pieces {
        match &piece.kind {
            Kind::Open(_) => depth += 1,
            Kind::Close => depth -= 1,
            Kind::Text => text.push_str(&page[piece.at.clone()]),
            Kind::Entity(character) => text.push_str(character),
            Kind::Empty(_) | Kind::Data | Kind::Comment => {}
        }
        if depth == 0 {
            return (one_line(&text), piece.at.end);
        }
    }
    (one_line(&text), page.len())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PAGE: &str = "<p>in</p><h1>One &amp; <em>only</em></h1><p>1</p><h2>Two</h2><p>2</p><h3>Three</h3>\
        <p>3</p><h2>Four</h2><ac:layout><ac:layout-cell><h2>Five</h2><p>5</p></ac:layout-cell>\
        <ac:layout-cell><p>6</p></ac:layout-cell></ac:layout><h1>Six</h1>";

    fn replaced(heading: &str) -> String {
        replace_section(PAGE, heading, "[]").unwrap()
    }

    #[test]
    fn a_section_ends_before_a_heading_that_is_not_lower() {
        assert!(replaced("Two").contains("<h2>Two</h2>[]<h2>Four</h2>"));
        assert!(replaced("Three").contains("<h3>Three</h3>[]<h2>Four</h2>"));
        assert!(replaced("one & only").ends_with("</h1>[]<h1>Six</h1>"));
        assert!(replaced("## Six").ends_with("<h1>Six</h1>[]"));
    }

    #[test]
    fn a_section_ends_with_the_element_its_heading_is_in() {
        assert!(replaced("Five").contains("<h2>Five</h2>[]</ac:layout-cell><ac:layout-cell><p>6"));
        assert!(replaced("Four").contains("<h2>Four</h2>[]<h1>Six</h1>"));
    }

    #[test]
    fn an_addition_stands_at_the_end_of_its_section() {
        let page = append_to_section(PAGE, "Two", "[]").unwrap();
        assert!(page.contains("<p>3</p>[]<h2>Four</h2>"));
        let page = append_to_section(PAGE, "Five", "[]").unwrap();
        assert!(page.contains("<p>5</p>[]</ac:layout-cell>"));
    }

    #[test]
    fn a_heading_that_is_not_there_or_not_alone_is_told() {
        let error = replace_section(PAGE, "Seven", "").unwrap_err().to_string();
        assert!(
            error.contains("no heading \"Seven\"; it has \"One & only\", \"Two\""),
            "{error}"
        );
        let twice = "<h1>A</h1><h2>A</h2>";
        let error = replace_section(twice, "A", "").unwrap_err().to_string();
        assert!(error.contains("2 headings \"A\""), "{error}");
        assert!(
            replace_section("<p>a</p>", "A", "")
                .unwrap_err()
                .to_string()
                .contains("none at all")
        );
        assert!(replace_section("<p>", "A", "").is_err());
    }

    proptest! {
        #[test]
        fn all_bytes_outside_a_section_stay_as_they_are(
            before in "(<p>[a-z&&[^&]]{0,5}</p>|<h[12]>x</h[12]>){0,0}(<p>[a-z]{0,5}(&amp;)?</p>){0,4}",
            inside in "(<p>[a-z]{0,5}</p>|<h3>[a-z]{0,3}</h3>){0,4}",
            after in "(<p>[a-z]{0,5}</p>){0,4}",
            content in "(<p>[a-zäöü]{0,9}</p>){0,3}",
        ) {
            let page = format!("{before}<h2>Here</h2>{inside}<h2>There</h2>{after}");
            let expected = format!("{before}<h2>Here</h2>{content}<h2>There</h2>{after}");
            prop_assert_eq!(replace_section(&page, "Here", &content).unwrap(), expected);
        }
    }
}
