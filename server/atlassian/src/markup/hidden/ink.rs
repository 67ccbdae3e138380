//! Colours as CSS writes them, and whether a text can be told from what it stands on.
//! Where colours are said is the dialects' part.

/// A colour of text, or of what is behind it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::markup) enum Colour {
    Rgb([u8; 3]),
    Transparent,
    /// One that is not known here by its name or notation.
    Other(String),
}

/// What a text stands on.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::markup) enum Paper {
    /// The page itself, white for most people.
    #[default]
    Blank,
    Coloured(Colour),
    /// Something that has a colour of its own, which is not told.
    Unknown,
}

/// Below this ratio letters are not told from what they stand on. WCAG 2.2 asks for at least 3 (success
/// criterion 1.4.3); text that is meant to be read has more than 1.3 even where it is meant to be pale.
const FAINTEST: f64 = 1.2;

const WHITE: [u8; 3] = [255; 3];

/// Names of CSS that are white or nearly so, and those of HTML 4, as other backgrounds.
const NAMES: [(&str, u32); 37] = [
    ("aliceblue", 0xf0_f8ff),
    ("aqua", 0x00_ffff),
    ("azure", 0xf0_ffff),
    ("beige", 0xf5_f5dc),
    ("black", 0x00_0000),
    ("blue", 0x00_00ff),
    ("cornsilk", 0xff_f8dc),
    ("floralwhite", 0xff_faf0),
    ("fuchsia", 0xff_00ff),
    ("gainsboro", 0xdc_dcdc),
    ("ghostwhite", 0xf8_f8ff),
    ("gray", 0x80_8080),
    ("green", 0x00_8000),
    ("grey", 0x80_8080),
    ("honeydew", 0xf0_fff0),
    ("ivory", 0xff_fff0),
    ("lavenderblush", 0xff_f0f5),
    ("lemonchiffon", 0xff_facd),
    ("lightcyan", 0xe0_ffff),
    ("lightgoldenrodyellow", 0xfa_fad2),
    ("lightyellow", 0xff_ffe0),
    ("lime", 0x00_ff00),
    ("linen", 0xfa_f0e6),
    ("maroon", 0x80_0000),
    ("mintcream", 0xf5_fffa),
    ("navy", 0x00_0080),
    ("oldlace", 0xfd_f5e6),
    ("olive", 0x80_8000),
    ("purple", 0x80_0080),
    ("red", 0xff_0000),
    ("seashell", 0xff_f5ee),
    ("silver", 0xc0_c0c0),
    ("snow", 0xff_fafa),
    ("teal", 0x00_8080),
    ("white", 0xff_ffff),
    ("whitesmoke", 0xf5_f5f5),
    ("yellow", 0xff_ff00),
];

impl Colour {
    /// The colour of a value of CSS, if it says one.
    pub(in crate::markup) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        if let Some(digits) = text.strip_prefix('#') {
            return hexadecimal(digits);
        }
        if let Some((name, numbers)) = text.strip_suffix(')').and_then(|it| it.split_once('(')) {
            return match name.trim() {
                "rgb" | "rgba" => channels(numbers),
                "hsl" | "hsla" | "hwb" | "lab" | "lch" | "oklab" | "oklch" | "color" => {
                    Some(Self::Other(text))
                }
                _ => None,
            };
        }
        match text.as_str() {
            "transparent" => Some(Self::Transparent),
            "" | "inherit" | "initial" | "unset" | "revert" | "currentcolor" | "none" => None,
            name if name.bytes().all(|byte| byte.is_ascii_lowercase()) => {
                let known = NAMES.iter().find(|(known, _)| *known == name);
                Some(known.map_or_else(|| Self::Other(text.clone()), |(_, rgb)| Self::of(*rgb)))
            }
            _ => None,
        }
    }

    fn of(rgb: u32) -> Self {
        let [_, red, green, blue] = rgb.to_be_bytes();
        Self::Rgb([red, green, blue])
    }
}

impl Paper {
    /// A background as it was told.
    pub(in crate::markup) fn of(colour: Option<Colour>) -> Self {
        colour.map_or(Self::Unknown, Self::Coloured)
    }

    /// Whether text of this colour is not seen on it.
    pub(in crate::markup) fn hides(&self, ink: &Colour) -> bool {
        match (self, ink) {
            (_, Colour::Transparent) => true,
            (Self::Blank, Colour::Rgb(ink)) => contrast(*ink, WHITE) < FAINTEST,
            (Self::Coloured(Colour::Rgb(paper)), Colour::Rgb(ink)) => {
                contrast(*ink, *paper) < FAINTEST
            }
            (Self::Coloured(paper), ink) => paper == ink,
            (Self::Blank | Self::Unknown, _) => false,
        }
    }
}

/// `abc`, `abcd`, `aabbcc` or `aabbccdd`.
fn hexadecimal(digits: &str) -> Option<Colour> {
    let values: Option<Vec<u8>> = digits
        .chars()
        .map(|c| u8::try_from(c.to_digit(16)?).ok())
        .collect();
    let channels: Vec<u8> = match values?.as_slice() {
        short @ ([_, _, _] | [_, _, _, _]) => short.iter().map(|digit| digit * 17).collect(),
        long @ ([_, _, _, _, _, _] | [_, _, _, _, _, _, _, _]) => {
            long.chunks(2).map(|pair| pair[0] * 16 + pair[1]).collect()
        }
        _ => return None,
    };
    Some(match channels.as_slice() {
        [.., alpha] if channels.len() == 4 && *alpha < 26 => Colour::Transparent,
        [red, green, blue, ..] => Colour::Rgb([*red, *green, *blue]),
        _ => return None,
    })
}

/// What stands between the brackets of `rgb()` and `rgba()`, with commas or without.
fn channels(numbers: &str) -> Option<Colour> {
    let separator = |c: char| c == ',' || c == '/' || c.is_whitespace();
    let mut numbers = numbers.split(separator).filter(|part| !part.is_empty());
    let mut channel = || share(numbers.next()?, 255.0);
    let (red, green, blue) = (channel()?, channel()?, channel()?);
    let alpha = numbers.next().and_then(|alpha| share(alpha, 1.0));
    if alpha.is_some_and(|alpha| alpha < 0.1) {
        return Some(Colour::Transparent);
    }
    Some(Colour::Rgb([red, green, blue].map(byte)))
}

/// A number of CSS, or the percentage of a whole.
fn share(text: &str, whole: f64) -> Option<f64> {
    match text.strip_suffix('%') {
        Some(percent) => percent.parse::<f64>().ok().map(|it| it / 100.0 * whole),
        None => text.parse().ok(),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded and between 0 and 255"
)]
fn byte(value: f64) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

/// WCAG 2.2, "contrast ratio": 1 for the same colour, 21 for black on white.
fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// WCAG 2.2, "relative luminance".
fn luminance(rgb: [u8; 3]) -> f64 {
    let [red, green, blue] = rgb.map(|channel| {
        let channel = f64::from(channel) / 255.0;
        if channel <= 0.04045 {
            channel / 12.92
        } else {
            ((channel + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_in_every_notation() {
        let white = Some(Colour::Rgb(WHITE));
        for text in [
            "white",
            " WHITE ",
            "#fff",
            "#FFFFFF",
            "#fffe",
            "#ffffffff",
            "rgb(255,255,255)",
            "rgb(255 255 255)",
            "rgba(100%, 100%, 100%, 1)",
            "rgb(255 255 255 / 50%)",
        ] {
            assert_eq!(Colour::parse(text), white, "{text}");
        }
        for text in [
            "transparent",
            "#fff0",
            "#12345600",
            "rgba(1,2,3,0)",
            "rgb(1 2 3 / 0%)",
        ] {
            assert_eq!(Colour::parse(text), Some(Colour::Transparent), "{text}");
        }
        for text in [
            "", "inherit", "#ff", "#ggg", "rgb(1,2)", "url(x)", "12px", "#é",
        ] {
            assert_eq!(Colour::parse(text), None, "{text}");
        }
        assert_eq!(
            Colour::parse("#172b4d"),
            Some(Colour::Rgb([0x17, 0x2b, 0x4d]))
        );
    }

    #[test]
    fn what_cannot_be_told_from_its_background_is_hidden() {
        for (ink, paper, hidden) in [
            ("white", None, true),
            ("#fffffe", None, true),
            ("#eeeeee", None, true),
            ("ivory", None, true),
            ("transparent", None, true),
            ("transparent", Some("red"), true),
            ("white", Some("#fdfdfd"), true),
            ("black", Some("#000001"), true),
            ("red", Some("#f00"), true),
            ("rebeccapurple", Some("rebeccapurple"), true),
            ("black", None, false),
            ("yellow", Some("black"), false),
            ("#cccccc", None, false),
            ("white", Some("#0747a6"), false),
            ("white", Some("rebeccapurple"), false),
            ("rebeccapurple", None, false),
        ] {
            let on = paper.map_or(Paper::Blank, |paper| Paper::of(Colour::parse(paper)));
            let ink = Colour::parse(ink).unwrap();
            assert_eq!(on.hides(&ink), hidden, "{ink:?} on {paper:?}");
        }
        assert!(!Paper::Unknown.hides(&Colour::Rgb(WHITE)));
    }
}
