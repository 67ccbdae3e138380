//! A page in passages, weighed by how much each has to do with a question: BM25 over words, with what
//! stands in headings counted more. Pure, without any model.

use std::collections::HashSet;

use crate::answer::pieces;

/// The longest passage in characters; longer sections are cut between paragraphs.
const LONGEST: usize = 1_500;

/// What a word in a heading counts.
const HEADING_WEIGHT: f64 = 3.0;

/// A piece of a page under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Passage {
    /// The headings it stands under, the outermost first, without its own.
    path: Vec<String>,
    /// Its own heading, where it begins with one.
    heading: Option<String>,
    text: String,
}

/// The passages of a page.
#[derive(Debug)]
pub(super) struct Ranked {
    /// In the order of the page.
    pub(super) passages: Vec<Passage>,
    /// Their places, the most relevant first.
    pub(super) order: Vec<usize>,
    /// How many of the first ones have a word of the question.
    pub(super) related: usize,
}

/// Cuts a page into passages and weighs them.
pub(super) fn ranked(markdown: &str, question: &str) -> Ranked {
    let passages = passages(markdown);
    let scores = scores(&passages, question);
    let mut order: Vec<usize> = (0..passages.len()).collect();
    order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
    let related = scores.iter().filter(|score| **score > 0.0).count();
    Ranked {
        passages,
        order,
        related,
    }
}

impl Passage {
    /// About how many characters it takes.
    pub(super) fn length(&self) -> usize {
        let path: usize = self
            .path
            .iter()
            .map(|heading| heading.chars().count() + 3)
            .sum();
        self.text.chars().count() + path + 4
    }

    /// Writes it with the headings it stands under.
    pub(super) fn write(&self, out: &mut String) {
        if !self.path.is_empty() {
            out.push_str(&format!("*{}*\n\n", self.path.join(" › ")));
        }
        out.push_str(&self.text);
        out.push_str("\n\n");
    }
}

fn passages(markdown: &str) -> Vec<Passage> {
    let (mut passages, mut path) = (Vec::new(), Vec::<(usize, String)>::new());
    for section in sections(markdown) {
        let own = heading(section.lines().next().unwrap_or_default());
        if let Some((level, title)) = &own {
            path.retain(|(outer, _)| outer < level);
            path.push((*level, title.clone()));
        }
        let above = path.len() - usize::from(own.is_some());
        let above: Vec<String> = path[..above]
            .iter()
            .map(|(_, title)| title.clone())
            .collect();
        for (at, text) in pieces(section, LONGEST).into_iter().enumerate() {
            let title = own.as_ref().map(|(_, title)| title.clone());
            let mut outer = above.clone();
            // What goes on has its heading above it.
            outer.extend(title.clone().filter(|_| at > 0));
            let text = text.trim().to_owned();
            if !text.is_empty() {
                passages.push(Passage {
                    path: outer,
                    heading: title.filter(|_| at == 0),
                    text,
                });
            }
        }
    }
    passages
}

/// The text from each heading to the next, code blocks left alone.
fn sections(markdown: &str) -> Vec<&str> {
    let (mut starts, mut at, mut in_code) = (vec![0], 0, false);
    for line in markdown.split_inclusive('\n') {
        let fence = line.trim_start().starts_with("```");
        in_code ^= fence;
        if !in_code && !fence && at > 0 && heading(line).is_some() {
            starts.push(at);
        }
        at += line.len();
    }
    starts.push(markdown.len());
    starts
        .windows(2)
        .map(|ends| &markdown[ends[0]..ends[1]])
        .collect()
}

/// The level and text of a heading.
fn heading(line: &str) -> Option<(usize, String)> {
    let level = line.len() - line.trim_start_matches('#').len();
    let text = line[level..].strip_prefix(' ')?;
    (1..=6)
        .contains(&level)
        .then(|| (level, text.trim().to_owned()))
}

/// BM25 with its usual constants.
fn scores(passages: &[Passage], question: &str) -> Vec<f64> {
    const K: f64 = 1.2;
    const B: f64 = 0.75;
    let wanted: HashSet<String> = words(question).filter(|word| !is_common(word)).collect();
    let texts: Vec<Vec<String>> = passages
        .iter()
        .map(|it| words(&it.text).collect())
        .collect();
    let headings: Vec<Vec<String>> = passages.iter().map(Passage::heading_words).collect();
    let count = passages.len() as f64;
    let average = texts.iter().map(Vec::len).sum::<usize>() as f64 / count.max(1.0);
    let mut scores = vec![0.0; passages.len()];
    for word in &wanted {
        let times = |words: &[String]| words.iter().filter(|it| is_akin(it, word)).count() as f64;
        let frequencies: Vec<f64> = (0..passages.len())
            .map(|at| times(&texts[at]) + HEADING_WEIGHT * times(&headings[at]))
            .collect();
        let with = frequencies
            .iter()
            .filter(|frequency| **frequency > 0.0)
            .count() as f64;
        let rarity = ((count - with + 0.5) / (with + 0.5) + 1.0).ln();
        for (at, frequency) in frequencies.into_iter().enumerate() {
            let length = texts[at].len() as f64 / average.max(1.0);
            scores[at] += rarity * frequency * (K + 1.0) / (frequency + K * (1.0 - B + B * length));
        }
    }
    scores
}

impl Passage {
    fn heading_words(&self) -> Vec<String> {
        self.path
            .iter()
            .chain(&self.heading)
            .flat_map(|heading| words(heading))
            .collect()
    }
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

/// Words with the same beginning, such as `deploy`, `deploys` and `deployment`.
fn is_akin(word: &str, wanted: &str) -> bool {
    const BEGINNING: usize = 4;
    let (short, long) = if word.len() < wanted.len() {
        (word, wanted)
    } else {
        (wanted, word)
    };
    word == wanted || short.chars().count() >= BEGINNING && long.starts_with(short)
}

/// Words that are in every question.
fn is_common(word: &str) -> bool {
    const COMMON: [&str; 40] = [
        "a", "about", "an", "and", "any", "are", "as", "at", "be", "by", "can", "do", "does",
        "for", "from", "has", "have", "how", "i", "if", "in", "is", "it", "many", "much", "of",
        "on", "or", "page", "that", "the", "there", "this", "to", "what", "when", "where", "which",
        "who", "why",
    ];
    COMMON.contains(&word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PAGE: &str = "Intro.\n\n# Release\n\nHow we ship.\n\n## Rollback\n\nUndo a deployment with the \
        button.\n\n```\n# not a heading\n```\n\n## People\n\nAna and Ben.\n";

    #[test]
    fn the_passage_that_has_the_rare_words_of_the_question_comes_first() {
        for (question, first) in [
            ("How do I undo deployments?", "## Rollback"),
            ("rollback", "## Rollback"),
            ("Who are the people?", "## People"),
            ("shipping", "# Release"),
        ] {
            let ranked = ranked(PAGE, question);
            let best = &ranked.passages[ranked.order[0]];
            assert!(best.text.starts_with(first), "{question}: {best:?}");
        }
    }

    #[test]
    fn a_passage_is_told_under_its_headings_and_code_is_no_heading() {
        let ranked = ranked(PAGE, "undo");
        assert_eq!((ranked.passages.len(), ranked.related), (4, 1));
        let mut told = String::new();
        ranked.passages[2].write(&mut told);
        assert!(
            told.starts_with("*Release*\n\n## Rollback\n\nUndo"),
            "{told}"
        );
        assert!(told.contains("# not a heading"));
    }

    #[test]
    fn without_related_passages_the_order_is_that_of_the_page() {
        let ranked = ranked(PAGE, "zebra crossing?");
        assert_eq!((ranked.order, ranked.related), (vec![0, 1, 2, 3], 0));
    }

    proptest! {
        #[test]
        fn every_word_of_a_page_is_in_some_passage(page in "[#` \na-c]{0,200}", question in "[a-c ]{0,9}") {
            let ranked = ranked(&page, &question);
            prop_assert_eq!(ranked.order.len(), ranked.passages.len());
            let count = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
            let told: usize = ranked.passages.iter().map(|passage| count(&passage.text)).sum();
            prop_assert!(told >= count(&page));
        }
    }
}
