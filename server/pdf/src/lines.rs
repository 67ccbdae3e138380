//! Characters at places on a page → lines and words. Knows no PDF: what is drawn comes one piece at a
//! time, in the order of the file, which is the order of reading in all but strange ones.

/// A gap wider than this part of the font's size is a blank. Letters are moved by up to a tenth to
/// look well, and the blanks of a justified line shrink to about a fifth.
const BLANK: f64 = 0.17;

/// Further below than this part of the size is another line; indices and exponents are within.
const NEXT_LINE: f64 = 0.5;

/// Further below than this is another paragraph.
const NEXT_PARAGRAPH: f64 = 1.8;

/// An affine map: what a point is multiplied with to come to the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Matrix(pub(crate) [f64; 6]);

/// A piece of text where it is drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece<'a> {
    pub(crate) text: &'a str,
    /// Where it begins and in which direction it goes.
    pub(crate) matrix: Matrix,
    /// Size of its font, before the matrix.
    pub(crate) size: f64,
    /// How far it goes, before the matrix.
    pub(crate) width: f64,
    /// Whether the widths of the font are known; where not, `width` is a guess.
    pub(crate) width_is_known: bool,
}

/// The text of a page in the making.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    text: String,
    last: Option<End>,
}

/// Where the last piece ended.
#[derive(Debug, Clone, Copy)]
struct End {
    x: f64,
    y: f64,
    is_known: bool,
}

impl Matrix {
    pub(crate) const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub(crate) fn translation(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// This map, then the other.
    pub(crate) fn then(self, other: Self) -> Self {
        let ([a, b, c, d, e, f], [p, q, r, s, t, u]) = (self.0, other.0);
        Self([
            a * p + b * r,
            a * q + b * s,
            c * p + d * r,
            c * q + d * s,
            e * p + f * r + t,
            e * q + f * s + u,
        ])
    }
}

impl Lines {
    /// Draws a piece behind what has been drawn.
    pub(crate) fn draw(&mut self, piece: Piece<'_>) {
        let [a, b, c, d, x, y] = piece.matrix.0;
        let along = (a.hypot(b), (a, b));
        let size = (piece.size * c.hypot(d)).abs();
        if !(along.0 > 0.0 && size > 0.0 && x.is_finite() && y.is_finite()) {
            return;
        }
        let (cos, sin) = (along.1.0 / along.0, along.1.1 / along.0);
        if let Some(last) = self.last {
            let (right, up) = (
                (x - last.x) * cos + (y - last.y) * sin,
                (y - last.y) * cos - (x - last.x) * sin,
            );
            self.part(right / size, up / size, last.is_known);
        }
        self.text.push_str(piece.text);
        let width = piece.width * along.0;
        self.last = Some(End {
            x: x + width * cos,
            y: y + width * sin,
            is_known: piece.width_is_known,
        });
    }

    /// What stands between two pieces, of which the second begins so far right of and above the end of the
    /// first, in sizes of its font.
    fn part(&mut self, right: f64, up: f64, is_known: bool) {
        if up.abs() > NEXT_LINE || right < -1.0 && is_known {
            let is_paragraph = up < -NEXT_PARAGRAPH;
            self.break_line(if is_paragraph { "\n\n" } else { "\n" });
        } else if right > BLANK && !self.text.ends_with(char::is_whitespace) {
            self.text.push(' ');
        }
    }

    fn break_line(&mut self, with: &str) {
        let kept = self.text.trim_end().len();
        self.text.truncate(kept);
        if kept > 0 {
            self.text.push_str(with);
        }
    }

    /// How many bytes there are by now.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// The text, without blanks at its ends and at those of its lines.
    pub(crate) fn into_text(self) -> String {
        let lines = self.text.trim().lines().map(str::trim_end);
        lines.collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(pieces: &[(&str, f64, f64, f64)]) -> String {
        let mut lines = Lines::default();
        for (text, x, y, width) in pieces {
            lines.draw(Piece {
                text,
                matrix: Matrix::translation(*x, *y),
                size: 10.0,
                width: *width,
                width_is_known: true,
            });
        }
        lines.into_text()
    }

    #[test]
    fn a_gap_is_a_blank_and_a_narrow_one_is_none() {
        let word = [("Hel", 0.0, 0.0, 15.0), ("lo", 16.0, 0.0, 10.0)];
        assert_eq!(drawn(&word), "Hello");
        let words = [("Hello", 0.0, 0.0, 25.0), ("there", 28.0, 0.0, 25.0)];
        assert_eq!(drawn(&words), "Hello there");
        let with_blank = [("Hello ", 0.0, 0.0, 28.0), ("there", 31.0, 0.0, 25.0)];
        assert_eq!(drawn(&with_blank), "Hello there");
    }

    #[test]
    fn what_is_below_is_another_line_and_far_below_another_paragraph() {
        let page = [
            ("one ", 0.0, 700.0, 20.0),
            ("two", 0.0, 688.0, 20.0),
            ("three", 0.0, 660.0, 20.0),
            ("2", 20.0, 664.0, 5.0),
        ];
        assert_eq!(drawn(&page), "one\ntwo\n\nthree2");
    }

    #[test]
    fn text_that_is_turned_is_read_along_its_own_direction() {
        let mut lines = Lines::default();
        for (text, y) in [("up", 0.0), ("wards", 10.0), ("too", 40.0)] {
            lines.draw(Piece {
                text,
                matrix: Matrix([0.0, 1.0, -1.0, 0.0, 50.0, y]),
                size: 10.0,
                width: if text == "up" { 10.0 } else { 25.0 },
                width_is_known: true,
            });
        }
        assert_eq!(lines.into_text(), "upwards too");
    }

    #[test]
    fn maps_follow_each_other() {
        let moved = Matrix::translation(2.0, 3.0).then(Matrix([2.0, 0.0, 0.0, 2.0, 1.0, 1.0]));
        assert_eq!(moved, Matrix([2.0, 0.0, 0.0, 2.0, 5.0, 7.0]));
    }
}
