//! Makes text that a server chose fit for a sentence, a log line or a terminal; not what the text says.

/// At most so many characters of it, on one line: white space becomes blanks, and what has no glyph of its
/// own (control and format characters, escapes, what reverses the direction of writing) is taken out.
pub(crate) fn readable(text: &str, most: usize) -> String {
    let words = text.split_whitespace();
    let words = words.map(|word| {
        word.chars()
            .filter(|it| is_printable(*it))
            .collect::<String>()
    });
    let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    cut(&words.join(" "), most)
}

/// At most so many characters, the last of which tells that there were more.
pub(crate) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most - 1).chain(['…']).collect(),
    }
}

/// The standard library knows which characters are not to be printed as they are, and writes those as
/// escapes of several characters. It escapes quotes, too.
fn is_printable(character: char) -> bool {
    matches!(character, '"' | '\'' | '\\') || character.escape_debug().len() == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_on_its_line_and_does_nothing_to_a_terminal() {
        for (text, shown) in [
            (
                "Société «Générale» – O'Brien \"CA\"",
                "Société «Générale» – O'Brien \"CA\"",
            ),
            ("認証局 ルート", "認証局 ルート"),
            ("a\r\nb\u{2028}c\u{85}\td", "a b c d"),
            ("red \u{1b}[31malert\u{7}", "red [31malert"),
            ("\u{202e}gnp.exe\u{200b}\u{feff}\0", "gnp.exe"),
            ("\u{1b} \n", ""),
        ] {
            assert_eq!(readable(text, 100), shown);
        }
    }

    #[test]
    fn what_is_too_long_says_so() {
        assert_eq!(readable("abcd", 4), "abcd");
        assert_eq!(readable("äöüß!", 4), "äöü…");
        assert_eq!(readable(&"x".repeat(10_000), 80).chars().count(), 80);
    }
}
