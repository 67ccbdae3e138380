//! What an element says about how its text is drawn, as far as it decides whether the text is seen:
//! declarations of CSS, and the attributes HTML had before it.
//! What follows for the text inside is the part of `unseen`.

use super::tree::Element;
use crate::markup::hidden::ink::Colour;

/// What one element says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Style {
    /// Nothing of it is drawn, and nothing inside can change that.
    pub(super) gone: bool,
    /// `visibility`, which what is inside may say anew.
    pub(super) visible: Option<bool>,
    /// Whether letters are too small to be seen.
    pub(super) tiny: Option<bool>,
    pub(super) ink: Option<Colour>,
    pub(super) paper: Option<Background>,
}

/// What an element is drawn on.
#[derive(Debug, PartialEq)]
pub(super) enum Background {
    Colour(Colour),
    /// An image, or a colour by a name of Atlassian's.
    Unknown,
}

/// Letters of this size are no letters, in pixels; the page's own are 14.
const TINY: f64 = 2.0;
const USUAL: f64 = 14.0;

/// Further left or above than this is outside of any window, in pixels.
const OUTSIDE: f64 = -500.0;

/// What an element says by all its attributes.
pub(super) fn of(element: &Element) -> Style {
    let mut style = Style {
        gone: element.has("hidden"),
        ink: element.attribute("color").and_then(Colour::parse),
        ..Style::default()
    };
    if let Some(colour) = element.attribute("bgcolor") {
        style.paper = Colour::parse(colour).map(Background::Colour);
    }
    // Atlassian's names of highlights are pale shades, not the colours of CSS.
    if let Some(name) = element.attribute("data-highlight-colour") {
        let exact = Colour::parse(name).filter(|_| name.starts_with('#'));
        style.paper = Some(exact.map_or(Background::Unknown, Background::Colour));
    }
    if let Some(declarations) = element.attribute("style") {
        read(declarations, &mut style);
    }
    style
}

fn read(declarations: &str, style: &mut Style) {
    let text = without_comments(declarations).to_lowercase();
    let (mut usual, mut important) = (Vec::new(), Vec::new());
    for declaration in split(&text, ';') {
        let Some((name, value)) = declaration.split_once(':') else {
            continue;
        };
        match value.trim().strip_suffix("!important") {
            Some(value) => important.push((name.trim(), value.trim())),
            None => usual.push((name.trim(), value.trim())),
        }
    }
    usual.extend(important);
    for (name, value) in &usual {
        declare(name, value, style);
    }
    let of = |wanted: &str| {
        let found = usual.iter().rev().find(|(name, _)| *name == wanted);
        found.map(|(_, value)| *value)
    };
    style.gone |= is_clipped(of) || is_outside(of);
}

fn declare(name: &str, value: &str, style: &mut Style) {
    match name {
        "display" => style.gone |= value == "none",
        "visibility" => style.visible = Some(!matches!(value, "hidden" | "collapse")),
        "opacity" => style.gone |= size(value).is_some_and(|it| it.is_below(0.1)),
        "color" | "-webkit-text-fill-color" => {
            style.ink = Colour::parse(value).or(style.ink.take());
        }
        "background-color" => {
            style.paper = Colour::parse(value).map(Background::Colour);
        }
        "background" => style.paper = background(value),
        "font-size" => style.tiny = size(value).map(|it| it.is_tiny()).or(style.tiny),
        "font" => {
            let mut parts = split(value, ' ').into_iter();
            let found =
                parts.find_map(|part| size(part.split('/').next()?).filter(Size::is_length));
            style.tiny = found.map(|it| it.is_tiny()).or(style.tiny);
        }
        _ => {}
    }
}

/// The shorthand: a colour among other words, or an image.
fn background(value: &str) -> Option<Background> {
    if value.contains("url(") || value.contains("gradient(") {
        return Some(Background::Unknown);
    }
    let words = split(value, ' ');
    if let [only] = words.as_slice() {
        return Colour::parse(only).map(Background::Colour);
    }
    let is_exact = |colour: &Colour| !matches!(colour, Colour::Other(_));
    let mut colours = words.into_iter().filter_map(Colour::parse);
    let colour = colours.find(is_exact).map(Background::Colour);
    Some(colour.unwrap_or(Background::Unknown))
}

/// Ways to leave an element no room.
fn is_clipped<'a>(of: impl Fn(&str) -> Option<&'a str>) -> bool {
    let cut = of("overflow").is_some_and(|it| it.contains("hidden") || it.contains("clip"));
    let flat = ["height", "max-height", "width", "max-width"]
        .iter()
        .filter_map(|name| size(of(name)?))
        .any(|it| it.is_length() && it.is_below(TINY));
    let zero = |value: &str| value.contains("scale(0)") || value.contains("scale(0,");
    let clipped = |value: &str| {
        let inner = value
            .split_once('(')
            .map(|(_, inner)| inner.trim_end_matches(')'));
        let separator = |c: char| c == ',' || c.is_whitespace();
        let mut sides = inner.into_iter().flat_map(|it| it.split(separator));
        sides.all(|side| side.is_empty() || size(side).is_some_and(|it| it.is_below(TINY)))
    };
    let inset = |value: &str| {
        let first = value
            .strip_prefix("inset(")
            .and_then(|it| it.split([' ', ')']).next());
        first
            .and_then(|it| it.strip_suffix('%')?.parse::<f64>().ok())
            .is_some_and(|it| it >= 50.0)
    };
    (cut && flat)
        || of("transform").is_some_and(zero)
        || of("clip").is_some_and(|it| it.starts_with("rect") && clipped(it))
        || of("clip-path").is_some_and(inset)
}

/// Whether an element is pushed out of every window.
fn is_outside<'a>(of: impl Fn(&str) -> Option<&'a str>) -> bool {
    let moved = of("position").is_some_and(|it| matches!(it, "absolute" | "fixed" | "relative"));
    let far = |name: &str| {
        of(name)
            .and_then(size)
            .is_some_and(|it| it.is_below(OUTSIDE))
    };
    (moved
        && ["left", "top", "right", "bottom"]
            .iter()
            .any(|name| far(name)))
        || ["text-indent", "margin-left", "margin-top"]
            .iter()
            .any(|name| far(name))
}

/// A number with its unit.
struct Size<'a> {
    number: f64,
    unit: &'a str,
}

fn size(value: &str) -> Option<Size<'_>> {
    let value = value.trim();
    let end = value.find(|c: char| c.is_ascii_alphabetic() || c == '%');
    let (number, unit) = value.split_at(end.unwrap_or(value.len()));
    let number = number.trim().parse().ok()?;
    Some(Size { number, unit })
}

impl Size<'_> {
    /// Whether it is less than so many pixels, or than the number where it has no unit.
    fn is_below(&self, pixels: f64) -> bool {
        let pixel = match self.unit {
            "em" | "rem" | "ex" | "ch" => USUAL,
            "vw" | "vh" => 10.0,
            "cm" | "mm" | "in" | "pc" => 3.0,
            _ => 1.0,
        };
        self.number * pixel < pixels
    }

    fn is_tiny(&self) -> bool {
        match self.unit {
            "%" => self.number / 100.0 * USUAL <= TINY,
            "px" | "pt" => self.number <= TINY,
            _ => self.is_below(TINY),
        }
    }

    /// Whether it is a length, not a bare number such as the weight of a font.
    fn is_length(&self) -> bool {
        self.number == 0.0 || !self.unit.is_empty()
    }
}

/// The text cut where the mark stands outside brackets and quotes.
fn split(text: &str, mark: char) -> Vec<&str> {
    let (mut parts, mut from) = (Vec::new(), 0);
    let (mut depth, mut quote) = (0_usize, None);
    for (at, c) in text.char_indices() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'', None) => quote = Some(c),
            ('(', None) => depth += 1,
            (')', None) => depth = depth.saturating_sub(1),
            (c, None) if c == mark && depth == 0 => {
                parts.push(text[from..at].trim());
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(text[from..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_of(declarations: &str) -> Style {
        let mut style = Style::default();
        read(declarations, &mut style);
        style
    }

    #[test]
    fn every_way_to_draw_nothing_is_known() {
        for declarations in [
            "display:none",
            "DISPLAY : NONE ;",
            "display:none !important; display:block",
            "/* x */dis/**/play:none",
            "opacity:0",
            "opacity: 0.05",
            "position:absolute;left:-9999px",
            "position: fixed; top: -100em",
            "text-indent:-9999px",
            "overflow:hidden;height:0",
            "width:1px;overflow:hidden",
            "clip:rect(0 0 0 0)",
            "clip: rect(1px, 1px, 1px, 1px)",
            "clip-path: inset(50%)",
            "transform:scale(0)",
            "background:url(data:a;b);display:none",
        ] {
            assert!(read_of(declarations).gone, "{declarations}");
        }
        for declarations in [
            "display:block",
            "opacity:0.9",
            "opacity:1",
            "position:relative;left:10px",
            "position:absolute;top:-5px",
            "text-indent:2em",
            "margin-left:-10px",
            "overflow:hidden;height:200px",
            "height:0",
            "clip:rect(0, 100px, 100px, 0)",
            "clip-path:inset(5%)",
            "transform:scale(0.9)",
            "content:'display:none'",
            "content:';display:none'",
        ] {
            assert!(!read_of(declarations).gone, "{declarations}");
        }
    }

    #[test]
    fn letters_of_two_pixels_are_none() {
        for (declarations, tiny) in [
            ("font-size:0", Some(true)),
            ("font-size: 2px", Some(true)),
            ("font-size:1pt", Some(true)),
            ("font-size:0.1em", Some(true)),
            ("font-size:5%", Some(true)),
            ("font:0/0 a", Some(true)),
            ("font: italic 400 1px/2 Arial", Some(true)),
            ("font-size:11px", Some(false)),
            ("font-size:0.8em", Some(false)),
            ("font-size:80%", Some(false)),
            ("font: bold 12px Arial", Some(false)),
            ("font-size:small", None),
        ] {
            assert_eq!(read_of(declarations).tiny, tiny, "{declarations}");
        }
    }

    #[test]
    fn the_last_declaration_counts_unless_one_is_important() {
        let white = Colour::parse("white");
        assert_eq!(read_of("color:red;color:white").ink, white);
        assert_eq!(read_of("color:white!important;color:red").ink, white);
        assert_eq!(read_of("color:white;color:inherit").ink, white);
        assert_eq!(read_of("visibility:hidden").visible, Some(false));
        assert_eq!(read_of("visibility:visible").visible, Some(true));
        let paper = |declarations: &str| read_of(declarations).paper;
        let red = || Colour::parse("red").map(Background::Colour);
        assert_eq!(paper("background-color:red"), red());
        assert_eq!(paper("background: no-repeat scroll red 0 0"), red());
        assert_eq!(paper("background: red"), red());
        assert_eq!(
            paper("background: scroll tomato"),
            Some(Background::Unknown)
        );
        assert_eq!(paper("background: none"), None);
        assert_eq!(
            paper("background:url(a.png) red"),
            Some(Background::Unknown)
        );
    }
}
