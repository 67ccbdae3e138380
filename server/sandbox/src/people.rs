//! The people of the sample company and what they identify themselves with.
//! What each of them may see is not here: that stands with the projects, spaces and pages.

use std::fmt;

/// A person known to all four sites.
///
/// `Debug` leaves the secrets out, although they are samples.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// Data Center user name, such as `ana`; on all sites the name used in records of requests.
    pub user_name: String,
    /// Cloud account id, such as `712020:…`.
    pub account_id: String,
    /// Jira Data Center user key, such as `JIRAUSER10101`.
    pub jira_user_key: String,
    /// Confluence Data Center user key, 32 hexadecimal digits.
    pub confluence_user_key: String,
    /// E-mail address, the user part of Basic authentication on Cloud.
    pub email: String,
    /// The name shown to people.
    pub display_name: String,
    /// Time zone name, such as `Europe/Lisbon`.
    pub time_zone: String,
    /// Cloud API token, accepted as `Basic email:api_token` by the sites only.
    pub api_token: String,
    /// Cloud API token with scopes, accepted as `Basic email:scoped_api_token` by the gateway only.
    pub scoped_api_token: String,
    /// Data Center personal access token, accepted as `Bearer` only.
    pub personal_access_token: String,
    /// Data Center password, accepted as `Basic user_name:password` only.
    pub password: String,
    /// What only this person may see; set for people of the crowd.
    pub belongings: Option<Belongings>,
}

/// The issue and the page that a person of the crowd has for themselves, on every site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Belongings {
    /// Text that occurs in both and nowhere else, such as `marker-crowd-0017`.
    pub marker: String,
    /// Key of the issue, such as `CROWD-17`.
    pub issue_key: String,
    /// Id of the page, the same on Cloud and Data Center.
    pub page_id: String,
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person")
            .field("user_name", &self.user_name)
            .finish_non_exhaustive()
    }
}

/// Ana Sousa, developer; sees everything, `SECRET` included, and `DEMO-1` is assigned to her.
pub fn ana() -> Person {
    sample("ana", 1, "Ana Sousa", "Europe/Lisbon")
}

/// Ben Okafor, developer; sees neither project `OPS` nor space `TEAM`.
pub fn ben() -> Person {
    sample("ben", 2, "Ben Okafor", "Europe/London")
}

/// Carol Lindqvist, product owner.
pub fn carol() -> Person {
    sample("carol", 3, "Carol Lindqvist", "Europe/Stockholm")
}

/// Dan Whitlock, operations.
pub fn dan() -> Person {
    sample("dan", 4, "Dan Whitlock", "America/New_York")
}

/// Eva Brandt, operations.
pub fn eva() -> Person {
    sample("eva", 5, "Eva Brandt", "Europe/Berlin")
}

/// Farid Nazari, designer.
pub fn farid() -> Person {
    sample("farid", 6, "Farid Nazari", "Asia/Tehran")
}

/// Grace Tanaka, customer support.
pub fn grace() -> Person {
    sample("grace", 7, "Grace Tanaka", "Asia/Tokyo")
}

/// The account a server uses when no caller is named; sees `DEMO`, `OPS` and `TEAM`.
pub fn service_account() -> Person {
    sample("svc-assistant", 8, "Assistant Service", "Etc/UTC")
}

/// Everybody above.
pub fn all() -> Vec<Person> {
    vec![
        ana(),
        ben(),
        carol(),
        dan(),
        eva(),
        farid(),
        grace(),
        service_account(),
    ]
}

/// Person `number` of the crowd; `number` starts at 1.
pub(crate) fn of_the_crowd(number: u32, belongings: Belongings) -> Person {
    let name = format!("crowd-{number:04}");
    let person = sample(
        &name,
        1000 + number,
        &format!("Crowd Person {number:04}"),
        "Etc/UTC",
    );
    Person {
        belongings: Some(belongings),
        ..person
    }
}

fn sample(user_name: &str, number: u32, display_name: &str, time_zone: &str) -> Person {
    Person {
        user_name: user_name.to_owned(),
        account_id: format!("712020:5d0c7a1e-41b6-4f0e-9c7a-{number:012}"),
        jira_user_key: format!("JIRAUSER{}", 10100 + number),
        confluence_user_key: format!("8a7f808a8f3c21d4018f3c2a{number:08}"),
        email: format!("{user_name}@kestrel-cycles.example"),
        display_name: display_name.to_owned(),
        time_zone: time_zone.to_owned(),
        api_token: format!("sample-api-token-{user_name}-0123456789"),
        scoped_api_token: format!("sample-scoped-token-{user_name}-0123456789"),
        personal_access_token: format!("sample-pat-{user_name}-0123456789"),
        password: format!("sample-password-{user_name}"),
        belongings: None,
    }
}
