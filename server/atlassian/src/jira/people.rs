//! Finding the person that words mean, among those who can be assigned issues (B-36).
//! Nobody is guessed: where words fit several people, all of them are told.

use super::reach::AdmittedProject;
use super::{Jira, wire};
use crate::credential::Credential;
use crate::error::Error;
use crate::model::User;
use crate::site::Deployment;

/// Most people asked for; whoever gets that many candidates has to say more.
const MOST: &str = "20";

/// Words for the caller, the last as JQL has it.
const ME: [&str; 3] = ["me", "myself", "currentUser()"];

/// Who words mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant {
    /// One person.
    One(User),
    /// Several, or one that is called otherwise.
    Perhaps(Vec<User>),
    /// Nobody who can be assigned.
    Nobody,
}

impl Jira {
    /// The person meant by `me`, an account id, a user name, an e-mail address or a name, among those
    /// who can be assigned issues of a project.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such project.
    pub async fn assignee(
        &self,
        credential: &Credential,
        project: &AdmittedProject,
        wanted: &str,
    ) -> Result<Meant, Error> {
        let (project, wanted) = (project.key(), undecorated(wanted));
        if ME.iter().any(|me| wanted.eq_ignore_ascii_case(me)) {
            return self.myself(credential).await.map(Meant::One);
        }
        let parameter = match self.deployment().await? {
            Deployment::Cloud if is_account_id(wanted) => "accountId",
            Deployment::Cloud => "query",
            Deployment::DataCenter => "username",
        };
        let version = self.version().await?;
        let path = ["rest", "api", version, "user", "assignable", "search"];
        let call = self.site.read(&path, format!("project {project}"));
        let call = call
            .query(parameter, wanted)
            .query("project", project.as_str())
            .query("maxResults", MOST);
        let found: Vec<wire::User> = call.acting_as(credential).fetch().await?;
        let found = found.into_iter().map(User::from);
        Ok(meant(
            wanted,
            found.filter(|user| user.id.is_some()).collect(),
        ))
    }
}

/// The name within a mention or an e-mail header: `@ana`, `[~ana]`, `Ana Sousa <ana@a.example>`.
fn undecorated(wanted: &str) -> &str {
    let wanted = wanted.trim();
    let mention = wanted
        .strip_prefix("[~")
        .and_then(|rest| rest.strip_suffix(']'));
    if let Some(name) = mention {
        return name.strip_prefix("accountid:").unwrap_or(name).trim();
    }
    let in_brackets = wanted
        .strip_suffix('>')
        .and_then(|text| text.rsplit_once('<'));
    match in_brackets {
        Some((_, address)) if address.contains('@') => address.trim(),
        _ => wanted.trim_start_matches('@').trim(),
    }
}

/// `712020:…` with a UUID, or 24 hexadecimal digits of older accounts.
fn is_account_id(text: &str) -> bool {
    let is_uuid =
        |text: &str| text.len() == 36 && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    let is_old = text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_old || text.rsplit_once(':').is_some_and(|(_, uuid)| is_uuid(uuid))
}

/// Who of those that a site finds for words is meant by them: sites find beginnings of names too.
fn meant(wanted: &str, mut found: Vec<User>) -> Meant {
    let wanted = wanted.to_lowercase();
    let is = |member: Option<&String>| member.is_some_and(|it| it.to_lowercase() == wanted);
    let by_id = |user: &&User| is(user.id.as_ref());
    let by_name = |user: &&User| is(user.email.as_ref()) || is(user.display_name.as_ref());
    let ways: [&dyn Fn(&&User) -> bool; 2] = [&by_id, &by_name];
    for fits in ways {
        match found.iter().filter(fits).collect::<Vec<_>>()[..] {
            [] => {}
            [only] => return Meant::One(only.clone()),
            _ => return Meant::Perhaps(found),
        }
    }
    let in_name = |user: &User| {
        let name = user.display_name.as_deref().unwrap_or_default();
        name.to_lowercase()
            .split_whitespace()
            .any(|word| word == wanted)
    };
    // Cloud finds people by e-mail addresses that it does not show.
    match found.len() {
        0 => Meant::Nobody,
        1 if wanted.contains('@') || in_name(&found[0]) => Meant::One(found.remove(0)),
        _ => Meant::Perhaps(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(id: &str, name: &str, email: Option<&str>) -> User {
        User {
            id: Some(id.to_owned()),
            display_name: Some(name.to_owned()),
            email: email.map(str::to_owned),
        }
    }

    #[test]
    fn b_36_words_that_fit_exactly_one_person_mean_that_person() {
        let ana = || user("ana", "Ana Sousa", Some("ana@a.example"));
        let banana = || user("banana", "Ana Sousa", None);
        for (wanted, found) in [
            ("ANA", vec![ana(), banana()]),
            ("ana@a.example", vec![ana(), banana()]),
            ("ana sousa", vec![ana()]),
            ("sousa", vec![ana()]),
        ] {
            assert_eq!(meant(wanted, found), Meant::One(ana()), "{wanted}");
        }
        let hidden = user("712020:x", "Ana Sousa", None);
        assert_eq!(
            meant("ana@a.example", vec![hidden.clone()]),
            Meant::One(hidden)
        );
    }

    #[test]
    fn b_36_words_that_fit_several_people_or_a_beginning_are_no_reason_to_guess() {
        let two = vec![user("1", "Ana Sousa", None), user("2", "Ana Silva", None)];
        assert_eq!(meant("ana", two.clone()), Meant::Perhaps(two));
        let namesakes = vec![user("1", "Ana Sousa", None), user("2", "Ana Sousa", None)];
        assert_eq!(
            meant("ana sousa", namesakes.clone()),
            Meant::Perhaps(namesakes)
        );
        let beginning = vec![user("1", "Anabel Ortiz", None)];
        assert_eq!(meant("ana", beginning.clone()), Meant::Perhaps(beginning));
        assert_eq!(meant("nobody", Vec::new()), Meant::Nobody);
    }

    #[test]
    fn a_person_is_found_within_a_mention_or_an_address_of_mail() {
        for (wanted, name) in [
            ("@ana", "ana"),
            (" @Ana Sousa ", "Ana Sousa"),
            ("[~ana]", "ana"),
            ("[~accountid:712020:x]", "712020:x"),
            ("Ana Sousa <ana@a.example>", "ana@a.example"),
            ("ana@a.example", "ana@a.example"),
            ("Ana <3", "Ana <3"),
        ] {
            assert_eq!(undecorated(wanted), name);
        }
    }

    #[test]
    fn account_ids_of_both_forms_are_told_from_names() {
        for id in [
            "712020:5d0c7a1e-41b6-4f0e-9c7a-000000000001",
            "5b10ac8d82e05b22cc7d4ef5",
        ] {
            assert!(is_account_id(id), "{id}");
        }
        for name in ["ana", "Ana Sousa", "ana@a.example", "a:b", "qm:x:y"] {
            assert!(!is_account_id(name), "{name}");
        }
    }
}
