//! The header's links, by role.

use crate::domain::people::Role;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The text, the address, and who sees it (nobody named: everybody).
const LINKS: &[(&str, &str, &[Role])] = &[
    ("nav-notices", "/notices", &[]),
    ("nav-register", "/register", &[]),
    ("nav-verify", "/verify", &[]),
    ("nav-process", "/process", &[]),
    ("nav-dossiers", "/dossiers", Role::SUBMITTER),
    (
        "nav-queue",
        "/queue",
        &[
            Role::Secretariat,
            Role::SecretariatLead,
            Role::Reviewer,
            Role::Head,
            Role::Alternate,
            Role::Inspector,
            Role::CoChair,
            Role::Monitor,
        ],
    ),
    (
        "nav-office-notices",
        "/office/notices",
        &[Role::Secretariat, Role::SecretariatLead, Role::CoChair],
    ),
    ("nav-records", "/records", &[Role::SecretariatLead]),
    ("nav-audit", "/audit", &[Role::Auditor]),
    ("nav-admin", "/admin", &[Role::Administrator]),
];

/// Who may begin a dossier (D-01).
pub const BEGINNERS: &[Role] = &[Role::Drafter, Role::Agent, Role::Sponsor];

/// Is the way to a new dossier shown? To strangers too: they sign in on the way.
#[must_use]
pub fn may_begin(roles: Option<&BTreeSet<Role>>) -> bool {
    roles.is_none_or(|roles| BEGINNERS.iter().any(|role| roles.contains(role)))
}

/// The links for these roles on this page.
pub fn of(roles: Option<&BTreeSet<Role>>, path: &str) -> Value {
    let mine = |wanted: &[Role]| {
        wanted.is_empty() || roles.is_some_and(|roles| wanted.iter().any(|role| roles.contains(role)))
    };
    let shown = LINKS.iter().filter(|(.., wanted)| mine(wanted));
    let link = |(text, to, _): &(&str, &str, &[Role])| {
        let inside = path.strip_prefix(to).is_some_and(|rest| rest.starts_with('/'));
        let current = if path == *to {
            "page"
        } else if inside {
            "true"
        } else {
            ""
        };
        json!({ "text": text, "to": to, "current": current })
    };
    shown.map(link).collect()
}

/// Where somebody with these roles begins to work.
#[must_use]
pub fn desk(roles: &BTreeSet<Role>) -> &'static str {
    let own = LINKS.iter().filter(|(.., wanted)| !wanted.is_empty());
    own.filter(|(.., wanted)| wanted.iter().any(|role| roles.contains(role)))
        .map(|(_, to, _)| *to)
        .next()
        .unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_a_role_finds_the_way_to_their_work() {
        let nobody = [Role::Public, Role::System];
        for role in Role::ALL.iter().filter(|role| !nobody.contains(role)) {
            assert_ne!(desk(&BTreeSet::from([*role])), "/", "{role:?}");
        }
    }
}
