//! The tools, by service and domain. A tool is added in its domain's file; a new domain is one line
//! here.

mod arguments;
pub(crate) mod attachment;
pub(crate) mod confirmation;
pub(crate) mod confluence;
mod discussion;
pub(crate) mod jira;
mod markdown;
mod whoami;

use atlassian::Service;
use mcp::{Entry, Registry};

use crate::identity::Caller;

/// Which services this server has; the tools of the others are not listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Services {
    Jira,
    Confluence,
    Both,
}

impl Services {
    /// Whether a service is among them.
    pub(crate) fn has(self, service: Service) -> bool {
        match service {
            Service::Jira => self != Self::Confluence,
            Service::Confluence => self != Self::Jira,
        }
    }
}

const JIRA: &[&[Entry<Caller>]] = &[
    jira::issues::TOOLS,
    jira::attachment::TOOLS,
    jira::links::TOOLS,
    jira::create::TOOLS,
    jira::comment::TOOLS,
    jira::transition::TOOLS,
];
const CONFLUENCE: &[&[Entry<Caller>]] = &[
    confluence::pages::TOOLS,
    confluence::attachment::TOOLS,
    confluence::search::TOOLS,
    confluence::ask::TOOLS,
    confluence::create::TOOLS,
    confluence::update::TOOLS,
    confluence::comment::TOOLS,
];

/// The tools of the services this server has.
pub(crate) fn registry(services: Services) -> Registry<Caller> {
    let (jira, confluence) = match services {
        Services::Jira => (JIRA, &[][..]),
        Services::Confluence => (&[][..], CONFLUENCE),
        Services::Both => (JIRA, CONFLUENCE),
    };
    let tools = jira.iter().chain(confluence).copied().flatten();
    Registry::new(tools.chain(whoami::TOOLS))
}

/// The names of all tools, whichever services a server has.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    JIRA.iter()
        .chain(CONFLUENCE)
        .copied()
        .flatten()
        .chain(whoami::TOOLS)
        .map(Entry::name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(services: Services) -> Vec<&'static str> {
        registry(services).names().collect()
    }

    #[test]
    fn the_tools_of_a_service_that_is_not_configured_are_not_listed() {
        let of_jira = |name: &&str| name.contains("jira") || name.contains("assigned");
        let jira = names(Services::Jira);
        assert!(jira.contains(&"get-jira-issue") && jira.contains(&"whoami"));
        assert!(!jira.contains(&"search-confluence"), "{jira:?}");
        let confluence = names(Services::Confluence);
        assert!(confluence.contains(&"search-confluence") && confluence.contains(&"whoami"));
        assert!(!confluence.iter().any(of_jira), "{confluence:?}");
    }

    /// Hosts put the whole list before the model again and again.
    #[test]
    fn the_list_of_tools_takes_at_most_24_000_bytes() {
        let list = registry(Services::Both).list();
        assert!(list.get().len() <= 24_000, "{} bytes", list.get().len());
    }

    /// The comments they are made of are broken where the source is.
    #[test]
    fn no_description_has_a_line_break() {
        let list = registry(Services::Both).list();
        assert!(!list.get().contains("\\n"), "{}", list.get());
    }

    /// The recorded list is the page on which a change of the tools is reviewed.
    #[test]
    fn the_list_of_tools_is_the_recorded_one() {
        let list: serde_json::Value =
            serde_json::from_str(registry(Services::Both).list().get()).unwrap();
        insta::assert_json_snapshot!("tools-list", list);
    }

    #[test]
    fn every_name_fits_what_model_gateways_take_and_no_two_are_alike() {
        let names = names(Services::Both);
        let unique: std::collections::HashSet<_> = names.iter().collect();
        assert_eq!(unique.len(), names.len());
        for name in names {
            assert!(name.len() <= 64, "{name}");
            assert!(
                name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'),
                "{name}"
            );
        }
    }
}
