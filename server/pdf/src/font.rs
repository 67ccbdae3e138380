//! The codes of a font → characters and widths; how a font looks does not matter here.

use std::collections::HashMap;

use lopdf::{Dictionary, Document, Object};

use crate::MOST_UNPACKED;

/// How wide a character is of which nothing is known, in sizes of the font.
const USUAL_WIDTH: f64 = 0.5;

/// The most widths that are read of one font: there are no more codes.
const MOST_WIDTHS: usize = 65_536;

/// A font as far as text needs it. It is made of a dictionary, which it borrows from.
pub(crate) struct Font<'a> {
    decode: Option<Decode<'a>>,
    widths: Widths,
}

/// Codes → characters. The parser's own type for it has no public name.
type Decode<'a> = Box<dyn Fn(&[u8], &mut String) + 'a>;

/// How wide the characters of a font are, in sizes of the font.
enum Widths {
    Unknown,
    /// By codes of one byte, from the first on.
    Simple {
        first: usize,
        widths: Vec<f64>,
    },
    /// By codes of two bytes.
    Composite {
        usual: f64,
        widths: HashMap<u16, f64>,
    },
}

/// The dictionary to read a font from. Where a font says which characters its codes are, that is better
/// than what can be told from the names of its shapes.
pub(crate) fn dictionary(font: &Dictionary) -> Dictionary {
    let mut font = font.clone();
    if font.has(b"ToUnicode") {
        font.remove(b"Encoding");
    }
    font
}

impl<'a> Font<'a> {
    /// What [`dictionary`] gave. A font that cannot be read has no characters.
    pub(crate) fn of(font: &'a Dictionary, document: &'a Document) -> Self {
        let encoding = font.get_font_encoding_with_limit(document, MOST_UNPACKED);
        let decode = encoding.ok().map(|encoding| -> Decode<'a> {
            Box::new(move |codes, text| {
                // What was understood before a code that is none stays.
                let _incomplete = encoding.write_to_string(codes, text);
            })
        });
        Self {
            decode,
            widths: Widths::of(font, document),
        }
    }

    /// The characters of a text.
    pub(crate) fn characters(&self, codes: &[u8]) -> String {
        let mut text = String::new();
        if let Some(decode) = &self.decode {
            decode(codes, &mut text);
        }
        text.replace(|c: char| c.is_control() && c != '\n', "")
    }

    /// How wide a text is and how many codes it has, in sizes of the font.
    pub(crate) fn width(&self, codes: &[u8]) -> (f64, usize) {
        match &self.widths {
            Widths::Unknown => (USUAL_WIDTH * codes.len() as f64, codes.len()),
            Widths::Simple { first, widths } => {
                let of = |code: &u8| {
                    let at = usize::from(*code).checked_sub(*first)?;
                    widths.get(at).copied()
                };
                let width = codes.iter().map(|code| of(code).unwrap_or(USUAL_WIDTH));
                (width.sum(), codes.len())
            }
            Widths::Composite { usual, widths } => {
                let pairs = codes.chunks_exact(2);
                let count = pairs.len();
                let codes = pairs.map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
                let width = codes.map(|code| widths.get(&code).copied().unwrap_or(*usual));
                (width.sum(), count)
            }
        }
    }

    pub(crate) fn widths_are_known(&self) -> bool {
        !matches!(self.widths, Widths::Unknown)
    }
}

impl Widths {
    fn of(font: &Dictionary, document: &Document) -> Self {
        if let Ok(list) = font.get_deref(b"DescendantFonts", document)
            && let Ok([descendant, ..]) = list.as_array().map(Vec::as_slice)
            && let Some(descendant) =
                resolved(document, descendant).and_then(|it| it.as_dict().ok())
        {
            return Self::composite(descendant, document);
        }
        let Some(widths) = list(font, b"Widths", document) else {
            return Self::Unknown;
        };
        let first = font.get_deref(b"FirstChar", document);
        let first = first.and_then(Object::as_i64).unwrap_or(0);
        // A Type 3 font has a size of its own for its shapes.
        let unit = match list(font, b"FontMatrix", document) {
            Some([scale, ..]) => number(document, scale).unwrap_or(0.001),
            _ => 0.001,
        };
        let widths = widths.iter().take(256);
        let widths = widths.map(|it| number(document, it).unwrap_or(0.0) * unit);
        Self::Simple {
            first: usize::try_from(first).unwrap_or(0),
            widths: widths.collect(),
        }
    }

    /// ISO 32000-1, 9.7.4.3: `first [w w …]`, or `first last w`.
    fn composite(font: &Dictionary, document: &Document) -> Self {
        let usual = font.get_deref(b"DW", document).ok();
        let usual = usual.and_then(|it| number(document, it)).unwrap_or(1000.0);
        let mut widths = HashMap::new();
        let mut rest = list(font, b"W", document).unwrap_or_default();
        let code = |it: &Object| resolved(document, it)?.as_i64().ok();
        while let [first, second, behind @ ..] = rest {
            let Some(first) = code(first) else { break };
            if let Some(each) = resolved(document, second).and_then(|it| it.as_array().ok()) {
                for (code, width) in (first..).zip(each.iter().take(MOST_WIDTHS)) {
                    set(&mut widths, code, number(document, width));
                }
                rest = behind;
            } else if let ([width, behind @ ..], Some(last)) = (behind, code(second)) {
                let width = number(document, width);
                for code in (first..=last).take(MOST_WIDTHS) {
                    set(&mut widths, code, width);
                }
                rest = behind;
            } else {
                break;
            }
        }
        Self::Composite {
            usual: usual / 1000.0,
            widths,
        }
    }
}

fn set(widths: &mut HashMap<u16, f64>, code: i64, width: Option<f64>) {
    if let (Ok(code), Some(width)) = (u16::try_from(code), width) {
        widths.insert(code, width / 1000.0);
    }
}

fn list<'a>(of: &'a Dictionary, key: &[u8], document: &'a Document) -> Option<&'a [Object]> {
    let list = of.get_deref(key, document).ok()?;
    list.as_array().ok().map(Vec::as_slice)
}

fn resolved<'a>(document: &'a Document, object: &'a Object) -> Option<&'a Object> {
    document.dereference(object).ok().map(|(_, object)| object)
}

fn number(document: &Document, object: &Object) -> Option<f64> {
    let number = resolved(document, object)?.as_float().ok()?;
    number.is_finite().then(|| number.into())
}
