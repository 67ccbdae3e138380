//! Writes lines as storage format: marks, links to what Confluence knows, images, times, statuses.
//! Blocks are the parent's.

use super::{Original, attribute, cdata, parameter, text};
use crate::markup::document::leaf::Leaves;
use crate::markup::document::{Inline, Style, words};
use crate::markup::reference::{Colour, Page, Person, Reference};

/// The line as XHTML.
pub(super) fn line(content: &[Inline], original: Option<&Original<'_>>) -> String {
    let mut line = Line {
        xml: String::new(),
        original,
    };
    write(&Leaves::of(content).nest(), &mut line);
    line.xml
}

/// A line in the making, and the page as it was.
struct Line<'a> {
    xml: String,
    original: Option<&'a Original<'a>>,
}

fn write(content: &[Inline], out: &mut Line<'_>) {
    for inline in content {
        match inline {
            Inline::Text(part) => out.xml.push_str(&text(part)),
            Inline::Code(part) => out.xml.push_str(&format!("<code>{}</code>", text(part))),
            Inline::Styled(style, inside) => {
                let name = match style {
                    Style::Strong => "strong",
                    Style::Emphasis => "em",
                    Style::Strike => "del",
                };
                out.xml.push_str(&format!("<{name}>"));
                write(inside, out);
                out.xml.push_str(&format!("</{name}>"));
            }
            Inline::Link { url, text } => link(url, text, out),
            Inline::Image { url, alt } => image(url, alt, out),
            Inline::Break => out.xml.push_str("<br />"),
        }
    }
}

fn link(url: &str, inside: &[Inline], out: &mut Line<'_>) {
    let shown = words(inside);
    match Reference::parse(url) {
        Reference::Web(url) => web(&url, inside, out),
        Reference::Person(person) => out.xml.push_str(&mention(&person)),
        Reference::Page(page) => page_link(&page, inside, out),
        Reference::Attachment(name) => {
            let target = format!("<ri:attachment ri:filename=\"{}\" />", attribute(&name));
            resource_link("", &target, inside, shown == name, out);
        }
        Reference::Status(colour) if !shown.trim().is_empty() => {
            out.xml.push_str(&status(colour, shown.trim()));
        }
        Reference::Date(day) => out.xml.push_str(&format!("<time datetime=\"{day}\" />")),
        Reference::Emoji(name) => {
            let name = attribute(name.trim_matches(':'));
            out.xml
                .push_str(&format!("<ac:emoticon ac:name=\"{name}\" />"));
        }
        Reference::Kept(number) => match out.original.and_then(|it| it.inline(number, &shown)) {
            Some(part) => out.xml.push_str(part),
            None if inside.is_empty() => out.xml.push_str(&text(url)),
            None => write(inside, out),
        },
        Reference::Unknown if !url.trim().is_empty() && !inside.is_empty() => {
            write(inside, out);
            out.xml.push_str(&text(&format!(" ({url})")));
        }
        _ if inside.is_empty() => out.xml.push_str(&text(url)),
        _ => write(inside, out),
    }
}

fn web(url: &str, inside: &[Inline], out: &mut Line<'_>) {
    if let Some(anchor) = url.strip_prefix('#').filter(|anchor| !anchor.is_empty()) {
        let start = format!(" ac:anchor=\"{}\"", attribute(anchor));
        return resource_link(&start, "", inside, false, out);
    }
    out.xml
        .push_str(&format!("<a href=\"{}\">", attribute(url)));
    if inside.is_empty() {
        out.xml
            .push_str(&text(url.strip_prefix("mailto:").unwrap_or(url)));
    } else {
        write(inside, out);
    }
    out.xml.push_str("</a>");
}

fn mention(person: &Person) -> String {
    let (name, value) = match person {
        Person::AccountId(id) => ("account-id", id),
        Person::UserName(name) => ("username", name),
        Person::UserKey(key) => ("userkey", key),
    };
    format!(
        "<ac:link><ri:user ri:{name}=\"{}\" /></ac:link>",
        attribute(value)
    )
}

fn page_link(page: &Page, inside: &[Inline], out: &mut Line<'_>) {
    let space = page
        .space
        .as_deref()
        .map(|key| format!("ri:space-key=\"{}\" ", attribute(key)));
    let target = format!(
        "<ri:page {}ri:content-title=\"{}\" />",
        space.unwrap_or_default(),
        attribute(&page.title)
    );
    let anchor = page
        .anchor
        .as_deref()
        .map(|it| format!(" ac:anchor=\"{}\"", attribute(it)));
    let same = words(inside) == page.title;
    resource_link(&anchor.unwrap_or_default(), &target, inside, same, out);
}

/// A link to a resource of Confluence; `same` if its words are those Confluence shows by itself.
fn resource_link(
    attributes: &str,
    target: &str,
    inside: &[Inline],
    same: bool,
    out: &mut Line<'_>,
) {
    out.xml.push_str(&format!("<ac:link{attributes}>{target}"));
    if let ([Inline::Text(plain)], false) = (inside, same) {
        let plain = cdata(plain);
        out.xml.push_str(&format!(
            "<ac:plain-text-link-body>{plain}</ac:plain-text-link-body>"
        ));
    } else if !inside.is_empty() && !same {
        out.xml.push_str("<ac:link-body>");
        write(inside, out);
        out.xml.push_str("</ac:link-body>");
    }
    out.xml.push_str("</ac:link>");
}

fn status(colour: Colour, title: &str) -> String {
    let colour = match colour {
        Colour::Neutral => String::new(),
        Colour::Purple => parameter("colour", "Purple"),
        Colour::Blue => parameter("colour", "Blue"),
        Colour::Red => parameter("colour", "Red"),
        Colour::Yellow => parameter("colour", "Yellow"),
        Colour::Green => parameter("colour", "Green"),
    };
    let title = parameter("title", title);
    format!("<ac:structured-macro ac:name=\"status\">{title}{colour}</ac:structured-macro>")
}

fn image(url: &str, alt: &str, out: &mut Line<'_>) {
    let target = match Reference::parse(url) {
        Reference::Web(url) => format!("<ri:url ri:value=\"{}\" />", attribute(&url)),
        Reference::Attachment(name) => {
            format!("<ri:attachment ri:filename=\"{}\" />", attribute(&name))
        }
        _ => {
            let shown = if alt.is_empty() { url } else { alt };
            return out.xml.push_str(&text(shown));
        }
    };
    let alt = Some(alt).filter(|alt| !alt.is_empty());
    let alt = alt.map(|alt| format!(" ac:alt=\"{}\"", attribute(alt)));
    out.xml.push_str(&format!(
        "<ac:image{}>{target}</ac:image>",
        alt.unwrap_or_default()
    ));
}
