//! What is in the sample files: something to read, to look at, to page through, and what is neither.
//! Whose they are stands in the sample data.

mod pdf;
mod png;

use serde::Deserialize;

/// One of the contents there are.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Content {
    /// Lines of a log, among them one that tries to give orders.
    Log,
    /// A web page.
    Report,
    /// A picture of 48 by 32 points.
    Chart,
    /// A document of two pages.
    Fees,
    /// 512 bytes in which every value occurs twice.
    Dump,
    /// Nothing.
    Empty,
}

impl Content {
    pub(crate) fn bytes(self) -> Vec<u8> {
        match self {
            Self::Log => include_bytes!("../../data/files/checkout.log").to_vec(),
            Self::Report => include_bytes!("../../data/files/load-test.html").to_vec(),
            Self::Chart => png::of_grey(48, 32, |x, y| if y > 31 - x / 2 { 40 } else { 220 }),
            Self::Fees => pdf::of_pages(&[
                &["Fees of the payment providers", "Stripe: 1.5 % + 25 cents"],
                &["Limits", "Refunds: 5,000 EUR a day (until October)"],
            ]),
            Self::Dump => (0..=u8::MAX).chain(0..=u8::MAX).collect(),
            Self::Empty => Vec::new(),
        }
    }
}
