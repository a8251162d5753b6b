//! Who must vouch for a log: a file in the format of C2SP tlog-policy.
//!
//! ```text
//! log waivers.example.org/log/1+1a2b3c4d+AQ…
//! witness us witness.state.example+…+BA… https://witness.state.example/
//! witness ru witness.mid.example+…+BA… https://witness.mid.example/
//! group both all us ru
//! quorum both
//! ```

use super::checkpoint::{KeyKind, Note, Verifier};
use std::collections::BTreeMap;

/// A witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// How the policy calls it.
    pub name: String,
    pub key: Verifier,
    /// Where it is asked.
    pub url: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Group {
    threshold: usize,
    members: Vec<String>,
}

/// Who must vouch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    pub logs: Vec<Verifier>,
    pub witnesses: Vec<Witness>,
    groups: BTreeMap<String, Group>,
    /// None: nobody must.
    quorum: Option<String>,
}

/// Why a policy cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the policy: {says}")]
pub struct NoPolicy {
    pub line: usize,
    pub says: &'static str,
}

impl Policy {
    /// Reads a policy.
    ///
    /// # Errors
    /// With the first line that means nothing.
    pub fn parse(text: &str) -> Result<Self, NoPolicy> {
        let (mut policy, mut quorum) = (Self::default(), false);
        for (number, line) in (1..).zip(text.lines()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let done = match words.as_slice() {
                [] => Ok(()),
                [comment, ..] if comment.starts_with('#') => Ok(()),
                _ if quorum => Err("nothing may follow the quorum"),
                ["log", key] | ["log", key, _] => policy.log(key),
                ["witness", name, key] => policy.witness(name, key, None),
                ["witness", name, key, url] => policy.witness(name, key, Some(url)),
                ["group", name, threshold, members @ ..] => policy.group(name, threshold, members),
                ["quorum", name] => {
                    quorum = true;
                    policy.quorum(name)
                }
                _ => Err("it begins with log, witness, group or quorum, and has as many words as that needs"),
            };
            done.map_err(|says| NoPolicy { line: number, says })?;
        }
        let lacking = NoPolicy {
            line: text.lines().count(),
            says: "after it a line “quorum NAME” or “quorum none” is missing",
        };
        if quorum { Ok(policy) } else { Err(lacking) }
    }

    fn log(&mut self, key: &str) -> Result<(), &'static str> {
        let key = Verifier::parse(key).ok().filter(|key| key.kind == KeyKind::Log);
        self.logs.push(key.ok_or("this is not the key of a log")?);
        Ok(())
    }

    fn is_known(&self, name: &str) -> bool {
        self.groups.contains_key(name) || self.witnesses.iter().any(|witness| witness.name == name)
    }

    fn witness(&mut self, name: &str, key: &str, url: Option<&str>) -> Result<(), &'static str> {
        let key = Verifier::parse(key).ok().filter(|key| key.kind == KeyKind::Witness);
        let key = key.ok_or("this is not the key of a witness")?;
        if name == "none" || self.is_known(name) || self.witnesses.iter().any(|witness| witness.key == key) {
            return Err("this name or key was given before");
        }
        self.witnesses.push(Witness {
            name: name.to_owned(),
            key,
            url: url.map(str::to_owned),
        });
        Ok(())
    }

    fn group(&mut self, name: &str, threshold: &str, members: &[&str]) -> Result<(), &'static str> {
        let threshold = match threshold {
            "any" => 1,
            "all" => members.len(),
            number => number.parse().map_err(|_| "the threshold is any, all or a number")?,
        };
        let mut distinct = members.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        if name == "none" || self.is_known(name) {
            return Err("this name was given before");
        }
        if distinct.len() != members.len() || !members.iter().all(|member| self.is_known(member)) {
            return Err("a member is named twice, or not known yet");
        }
        if !(1..=members.len()).contains(&threshold) {
            return Err("the threshold cannot be reached, or is nothing");
        }
        let members = members.iter().map(|member| (*member).to_owned()).collect();
        self.groups.insert(name.to_owned(), Group { threshold, members });
        Ok(())
    }

    fn quorum(&mut self, name: &str) -> Result<(), &'static str> {
        if name != "none" && !self.is_known(name) {
            return Err("the quorum is a witness or group that was named before, or none");
        }
        self.quorum = (name != "none").then(|| name.to_owned());
        Ok(())
    }

    /// Must anybody vouch at all?
    #[must_use]
    pub fn asks_for_witnesses(&self) -> bool {
        self.quorum.is_some()
    }

    /// The names of the witnesses whose genuine cosignatures are on this note.
    #[must_use]
    pub fn witnesses_of(&self, note: &Note) -> Vec<String> {
        let signed = self
            .witnesses
            .iter()
            .filter(|witness| witness.key.signature_on(note).is_some());
        signed.map(|witness| witness.name.clone()).collect()
    }

    /// Do as many vouch for this note as the quorum demands? Without a quorum nobody does.
    #[must_use]
    pub fn is_witnessed(&self, note: &Note) -> bool {
        let signed = self.witnesses_of(note);
        self.quorum.as_ref().is_some_and(|quorum| self.vouches(quorum, &signed))
    }

    // Groups name only what stands before them: this ends.
    fn vouches(&self, name: &str, signed: &[String]) -> bool {
        match self.groups.get(name) {
            Some(group) => {
                let vouching = group.members.iter().filter(|member| self.vouches(member, signed));
                vouching.count() >= group.threshold
            }
            None => signed.iter().any(|witness| witness == name),
        }
    }
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
