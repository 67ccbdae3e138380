//! Addresses of our own for what Atlassian's dialects know and Markdown does not: people, pages,
//! attachments, statuses, dates, emoji, and parts that are kept as they are.
//! How such a link looks in a dialect is that dialect's part.

use std::fmt;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// What a link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reference {
    /// `accountid:5b10…`, `user:jdoe`, `userkey:8a7f…`.
    Person(Person),
    /// `page:Title`, `page:SPACE/Title`, each with `#anchor` or without.
    Page(Page),
    /// `attachment:name`, of the page or issue itself.
    Attachment(String),
    /// `status:green`.
    Status(Colour),
    /// `date:2026-09-14`.
    Date(String),
    /// `emoji:name`, for those that are no characters.
    Emoji(String),
    /// `kept:3`: the third part of the original that has no form in Markdown.
    Kept(usize),
    /// `hidden:style`: text that the original has and no reader sees.
    Hidden,
    /// An address on the web, in the page or relative to the site.
    Web(String),
    /// Anything else, such as `javascript:…`, which no page should lead to.
    Unknown,
}

/// Whom a mention means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Person {
    /// Of Cloud.
    AccountId(String),
    /// Of Jira Data Center.
    UserName(String),
    /// Of Confluence Data Center.
    UserKey(String),
}

/// A Confluence page by its title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) space: Option<String>,
    pub(super) title: String,
    pub(super) anchor: Option<String>,
}

/// The colour of a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Colour {
    Neutral,
    Purple,
    Blue,
    Red,
    Yellow,
    Green,
}

impl Colour {
    /// ADF's word; the status macro's is the same but for `Grey`.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Purple => "purple",
            Self::Blue => "blue",
            Self::Red => "red",
            Self::Yellow => "yellow",
            Self::Green => "green",
        }
    }

    /// The colour of a word of ADF or of the macro; neutral for all others.
    pub(super) fn of_word(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "purple" => Self::Purple,
            "blue" => Self::Blue,
            "red" => Self::Red,
            "yellow" => Self::Yellow,
            "green" => Self::Green,
            _ => Self::Neutral,
        }
    }
}

/// What is not written as it is in an address of ours, besides everything beyond ASCII: what ends
/// the address in Markdown, and what parts it.
const RESERVED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'%')
    .add(b'/')
    .add(b'#')
    .add(b'(')
    .add(b')')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'|')
    .add(b'&')
    .add(b'*')
    .add(b'_')
    .add(b'`')
    .add(b'[')
    .add(b']');

/// Why hidden text is: by how it is drawn.
const HIDDEN: &str = "style";

impl Reference {
    /// What an address means.
    pub(super) fn parse(url: &str) -> Self {
        let (scheme, rest) = match url.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) => (scheme.to_ascii_lowercase(), rest),
            // Without scheme: a path or an anchor.
            _ if url.trim().is_empty() => return Self::Unknown,
            _ => return Self::Web(url.to_owned()),
        };
        let value = || Some(decoded(rest)).filter(|value| !value.trim().is_empty());
        let own = match scheme.as_str() {
            "http" | "https" | "mailto" | "ftp" | "ftps" | "tel" | "sftp" | "ssh" | "git" => {
                Some(Self::Web(url.to_owned())).filter(|_| !rest.is_empty())
            }
            "accountid" => value().map(|id| Self::Person(Person::AccountId(id))),
            "user" => value().map(|name| Self::Person(Person::UserName(name))),
            "userkey" => value().map(|key| Self::Person(Person::UserKey(key))),
            "page" => Page::parse(rest).map(Self::Page),
            "attachment" => value().map(Self::Attachment),
            "status" => Some(Self::Status(Colour::of_word(rest))),
            "date" => Some(rest.to_owned())
                .filter(|day| is_day(day))
                .map(Self::Date),
            "emoji" => value().map(Self::Emoji),
            "kept" => rest.parse().ok().map(Self::Kept),
            "hidden" => (rest == HIDDEN).then_some(Self::Hidden),
            _ => None,
        };
        own.unwrap_or(Self::Unknown)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(Person::AccountId(id)) => write!(f, "accountid:{}", encoded(id)),
            Self::Person(Person::UserName(name)) => write!(f, "user:{}", encoded(name)),
            Self::Person(Person::UserKey(key)) => write!(f, "userkey:{}", encoded(key)),
            Self::Page(page) => page.fmt(f),
            Self::Attachment(name) => write!(f, "attachment:{}", encoded(name)),
            Self::Status(colour) => write!(f, "status:{}", colour.word()),
            Self::Date(day) => write!(f, "date:{day}"),
            Self::Emoji(name) => write!(f, "emoji:{}", encoded(name)),
            Self::Kept(number) => write!(f, "kept:{number}"),
            Self::Hidden => write!(f, "hidden:{HIDDEN}"),
            Self::Web(url) => f.write_str(url),
            Self::Unknown => Ok(()),
        }
    }
}

impl Page {
    fn parse(text: &str) -> Option<Self> {
        let (place, anchor) = match text.split_once('#') {
            Some((place, anchor)) => (place, Some(decoded(anchor))),
            None => (text, None),
        };
        let (space, title) = match place.split_once('/') {
            Some((space, title)) => (Some(decoded(space)), decoded(title)),
            None => (None, decoded(place)),
        };
        let page = Self {
            space: space.filter(|key| !key.is_empty()),
            title,
            anchor: anchor.filter(|anchor| !anchor.is_empty()),
        };
        (!page.title.trim().is_empty()).then_some(page)
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("page:")?;
        if let Some(space) = &self.space {
            write!(f, "{}/", encoded(space))?;
        }
        write!(f, "{}", encoded(&self.title))?;
        match &self.anchor {
            Some(anchor) => write!(f, "#{}", encoded(anchor)),
            None => Ok(()),
        }
    }
}

/// Milliseconds since 1970 of a day, as ADF wants it.
pub(super) fn milliseconds(day: &str) -> Option<i64> {
    let date: jiff::civil::Date = day.parse().ok()?;
    let moment = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(moment.timestamp().as_millisecond())
}

fn is_day(text: &str) -> bool {
    let shape = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    shape && milliseconds(text).is_some()
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

fn encoded(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    // Letters of all languages may stand in an address as they are.
    for c in text.chars() {
        if c.is_ascii() || c.is_whitespace() || c.is_control() {
            let mut bytes = [0; 4];
            written.extend(utf8_percent_encode(c.encode_utf8(&mut bytes), RESERVED));
        } else {
            written.push(c);
        }
    }
    written
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_of_ours_means_what_it_was_made_of() {
        let page = |space: Option<&str>, title: &str, anchor: Option<&str>| {
            Reference::Page(Page {
                space: space.map(str::to_owned),
                title: title.to_owned(),
                anchor: anchor.map(str::to_owned),
            })
        };
        for (reference, written) in [
            (page(None, "Home", None), "page:Home"),
            (
                page(Some("DS"), "a/b (c) 100%", Some("x y")),
                "page:DS/a%2Fb%20%28c%29%20100%25#x%20y",
            ),
            (
                page(Some("~ann"), "Über: alles", None),
                "page:~ann/Über:%20alles",
            ),
            (
                Reference::Person(Person::AccountId("5:a-b".to_owned())),
                "accountid:5:a-b",
            ),
            (
                Reference::Person(Person::UserName("j_doe".to_owned())),
                "user:j%5Fdoe",
            ),
            (
                Reference::Attachment("a b.pdf".to_owned()),
                "attachment:a%20b.pdf",
            ),
            (Reference::Status(Colour::Green), "status:green"),
            (Reference::Date("2026-09-14".to_owned()), "date:2026-09-14"),
            (Reference::Kept(3), "kept:3"),
            (Reference::Hidden, "hidden:style"),
        ] {
            assert_eq!(reference.to_string(), written);
            assert_eq!(Reference::parse(written), reference, "{written}");
        }
    }

    #[test]
    fn addresses_that_run_programs_or_mean_nothing_are_unknown() {
        for url in [
            "javascript:alert(1)",
            "JavaScript:x",
            "data:text/html,x",
            "vbscript:x",
            "date:2026-99-14",
            "kept:x",
            "page:",
            "",
        ] {
            assert_eq!(Reference::parse(url), Reference::Unknown, "{url}");
        }
        for url in [
            "https://a.example",
            "#top",
            "/browse/X-1",
            "mailto:a@b.example",
        ] {
            assert_eq!(Reference::parse(url), Reference::Web(url.to_owned()));
        }
    }
}
