//! What the brackets of a text say about it before it is parsed: how deep it nests, and how long the
//! list is that it may be. Whether it is JSON is for the parser to say.

use memchr::memchr2;

/// The shape of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    /// The most brackets and braces open at a time.
    pub(super) depth: usize,
    /// How many elements the outermost array has; 0 when the text is none.
    pub(super) elements: usize,
}

impl Shape {
    /// One pass without recursion, whatever the text is.
    pub(super) fn of(text: &[u8]) -> Self {
        let mut shape = Self {
            depth: 0,
            elements: 0,
        };
        let is_list = text.trim_ascii_start().first() == Some(&b'[');
        let (mut open, mut at) = (0usize, 0);
        while let Some(byte) = text.get(at) {
            at += 1;
            match byte {
                b'[' | b'{' => {
                    open += 1;
                    shape.depth = shape.depth.max(open);
                }
                b']' | b'}' => open = open.saturating_sub(1),
                b',' if open == 1 && is_list => shape.elements += 1,
                b'"' => at = end_of_string(text, at),
                _ => {}
            }
        }
        // As many commas, and one more.
        shape.elements += usize::from(is_list);
        shape
    }
}

/// Where a string ends that begins at `at`, behind its quotation mark.
fn end_of_string(text: &[u8], mut at: usize) -> usize {
    while let Some(found) = text.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        if text[at + found] == b'"' {
            return at + found + 1;
        }
        at += found + 2;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> (usize, usize) {
        let Shape { depth, elements } = Shape::of(text.as_bytes());
        (depth, elements)
    }

    #[test]
    fn brackets_and_braces_count_and_those_in_strings_do_not() {
        assert_eq!(shape("7"), (0, 0));
        assert_eq!(shape(r#"{"a": [1, 2, {}], "b": [[]]}"#), (3, 0));
        assert_eq!(shape(r#"{"a": "[[[[\"[[[["}"#), (1, 0));
        assert_eq!(shape(r#"{"a\\": [], "b": "\\\\"}"#), (2, 0));
        assert_eq!(shape(&"[".repeat(10_000)), (10_000, 1));
        assert_eq!(shape("]]}}[[]]"), (2, 0));
    }

    #[test]
    fn the_elements_of_a_list_are_counted_and_those_of_lists_in_it_are_not() {
        assert_eq!(shape(r#" [{"a": [1, 2]}, {}, ","]"#), (3, 3));
        assert_eq!(shape("[{}]"), (2, 1));
    }

    #[test]
    fn texts_that_break_off_have_a_shape_too() {
        for text in ["\"", "\"\\", "\"\\\"", "[\"", "{\"a", ""] {
            assert!(Shape::of(text.as_bytes()).depth <= 1, "{text}");
        }
    }
}
