//! One drawing, followed as far as it is text: where the pen is, in which font, and what it shows (ISO
//! 32000-1, 9.2 to 9.4). How places become lines is in `lines`.

use std::collections::HashMap;

use lopdf::content::Operation;
use lopdf::{Dictionary, Object};

use crate::font::Font;
use crate::lines::{Lines, Matrix, Piece};

/// The most text that is shown at one place, in bytes.
const LONGEST_SHOWN: usize = 65_536;

/// Where text goes, and how.
#[derive(Debug, Clone)]
pub(crate) struct Pen {
    /// From where drawings are to the page.
    pub(crate) page: Matrix,
    text: Matrix,
    line: Matrix,
    font: Vec<u8>,
    size: f64,
    leading: f64,
    between_letters: f64,
    between_words: f64,
    stretch: f64,
}

/// One drawing, a page or what is drawn on it, with the fonts it names.
pub(crate) struct Drawing<'a, 'f> {
    pub(crate) resources: &'f [&'a Dictionary],
    pub(crate) fonts: HashMap<&'f [u8], Font<'f>>,
    /// How many drawings it lies in.
    pub(crate) depth: usize,
    /// How much text there may be, in bytes.
    pub(crate) most: usize,
}

impl Drawing<'_, '_> {
    /// Carries out what is about text or its place.
    pub(crate) fn follow(&self, operation: &Operation, pen: &mut Pen, lines: &mut Lines) {
        let operands = &operation.operands[..];
        match (operation.operator.as_str(), operands) {
            ("cm", _) => {
                if let Some(matrix) = matrix_of(operands) {
                    pen.page = matrix.then(pen.page);
                }
            }
            ("BT", _) => pen.begin(Matrix::IDENTITY),
            ("Tm", _) => pen.begin(matrix_of(operands).unwrap_or(pen.line)),
            ("Tf", [Object::Name(font), size]) => {
                pen.font.clone_from(font);
                pen.size = float(size);
            }
            ("Tc", [amount]) => pen.between_letters = float(amount),
            ("Tw", [amount]) => pen.between_words = float(amount),
            ("Tz", [percent]) => pen.stretch = float(percent) / 100.0,
            ("TL", [amount]) => pen.leading = float(amount),
            ("Td", [x, y]) => pen.move_line(float(x), float(y)),
            ("TD", [x, y]) => {
                pen.leading = -float(y);
                pen.move_line(float(x), float(y));
            }
            ("T*", _) => pen.next_line(),
            ("Tj" | "TJ", _) => self.show(operands, pen, lines),
            ("'", _) => {
                pen.next_line();
                self.show(operands, pen, lines);
            }
            ("\"", [words, letters, text]) => {
                (pen.between_words, pen.between_letters) = (float(words), float(letters));
                pen.next_line();
                self.show(std::slice::from_ref(text), pen, lines);
            }
            _ => {}
        }
    }

    fn show(&self, operands: &[Object], pen: &mut Pen, lines: &mut Lines) {
        for operand in operands {
            match operand {
                Object::String(codes, _) => {
                    let codes = &codes[..codes.len().min(LONGEST_SHOWN)];
                    self.show_codes(codes, pen, lines);
                }
                Object::Array(parts) => {
                    // An array has no arrays in it (9.4.3), so this goes no deeper.
                    for part in parts {
                        match part {
                            Object::String(codes, _) => self.show_codes(codes, pen, lines),
                            adjustment => pen.advance(-float(adjustment) / 1000.0 * pen.size),
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn show_codes(&self, codes: &[u8], pen: &mut Pen, lines: &mut Lines) {
        let Some(font) = self.fonts.get(&pen.font[..]) else {
            return;
        };
        let (width, count) = font.width(codes);
        let blanks = codes.iter().filter(|code| **code == b' ').count();
        let width = width * pen.size
            + pen.between_letters * count as f64
            + pen.between_words * blanks as f64;
        let text = font.characters(codes);
        lines.draw(Piece {
            text: &text,
            matrix: pen.text.then(pen.page),
            size: pen.size,
            width: width * pen.stretch,
            width_is_known: font.widths_are_known(),
        });
        pen.advance(width);
    }
}

impl Pen {
    /// At the beginning of a drawing that comes to the page like this.
    pub(crate) fn at(page: Matrix) -> Self {
        Self {
            page,
            text: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
            font: Vec::new(),
            size: 0.0,
            leading: 0.0,
            between_letters: 0.0,
            between_words: 0.0,
            stretch: 1.0,
        }
    }

    fn begin(&mut self, at: Matrix) {
        (self.text, self.line) = (at, at);
    }

    fn move_line(&mut self, x: f64, y: f64) {
        self.begin(Matrix::translation(x, y).then(self.line));
    }

    fn next_line(&mut self) {
        self.move_line(0.0, -self.leading);
    }

    fn advance(&mut self, width: f64) {
        self.text = Matrix::translation(width * self.stretch, 0.0).then(self.text);
    }
}

fn float(object: &Object) -> f64 {
    object.as_float().map_or(0.0, f64::from)
}

/// Six numbers as a map.
pub(crate) fn matrix_of(operands: &[Object]) -> Option<Matrix> {
    let numbers: Vec<_> = operands.iter().map(float).collect();
    numbers.try_into().ok().map(Matrix)
}
