//! Passwords: Argon2id, off the asynchronous threads, few at a time.

use super::AuthError;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

/// Hashes and checks passwords.
#[derive(Debug)]
pub struct Passwords {
    params: Params,
    /// As many at once as there are cores, so that a flood of sign-ins takes neither memory nor time from others.
    room: Semaphore,
}

/// Characters.
const SHORTEST: usize = 15;
const LONGEST: usize = 128;
/// Whole words that make a long password short again.
const OBVIOUS: &[&str] = &["password", "corridor", "qwerty", "letmein", "welcome", "administrator"];

impl Passwords {
    /// With these costs: memory in KiB, rounds.
    ///
    /// # Errors
    /// When the costs are outside what Argon2 allows.
    pub fn new(memory_kib: u32, rounds: u32) -> anyhow::Result<Self> {
        let params = Params::new(memory_kib, rounds, 1, None).map_err(|error| anyhow::anyhow!("{error}"))?;
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Ok(Self {
            params,
            room: Semaphore::new(cores),
        })
    }

    fn argon(&self) -> Argon2<'static> {
        Argon2::new(Algorithm::Argon2id, Version::V0x13, self.params.clone())
    }

    /// Was it hashed at another cost than today's?
    #[must_use]
    pub fn outdated(&self, stored: &str) -> bool {
        let params = PasswordHash::new(stored)
            .ok()
            .and_then(|hash| Params::try_from(&hash).ok());
        params.is_none_or(|params| {
            (params.m_cost(), params.t_cost(), params.p_cost())
                != (self.params.m_cost(), self.params.t_cost(), self.params.p_cost())
        })
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// `WeakPassword` with what is wrong with it.
    pub async fn hash(&self, password: &str, email: &str) -> Result<String, AuthError> {
        strong(password, email)?;
        let (argon, password) = (self.argon(), normal(password));
        let _room = self.room.acquire().await.map_err(|_| AuthError::Unavailable)?;
        let hashed =
            tokio::task::spawn_blocking(move || argon.hash_password(password.as_bytes()).map(|h| h.to_string()));
        hashed
            .await
            .map_err(|_| AuthError::Unavailable)?
            .map_err(|_| AuthError::Unavailable)
    }

    /// Is it this password? Without a stored hash the same work is done for nothing, so that time tells nothing.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn check(&self, password: &str, stored: Option<String>) -> Result<bool, AuthError> {
        let (argon, password) = (self.argon(), normal(password));
        let _room = self.room.acquire().await.map_err(|_| AuthError::Unavailable)?;
        let checked = tokio::task::spawn_blocking(move || match stored {
            Some(stored) => {
                let known = PasswordHash::new(&stored);
                known.is_ok_and(|known| argon.verify_password(password.as_bytes(), &known).is_ok())
            }
            None => {
                let _ = argon.hash_password(password.as_bytes());
                false
            }
        });
        checked.await.map_err(|_| AuthError::Unavailable)
    }
}

/// However it was typed: composed or not, it is the same password.
fn normal(password: &str) -> String {
    password.nfkc().collect()
}

/// 15 to 128 characters, not obvious. No rules of composition, no expiry.
fn strong(password: &str, email: &str) -> Result<(), AuthError> {
    let normal = normal(password);
    let lower = normal.to_lowercase();
    let length = normal.chars().count();
    if length < SHORTEST {
        return Err(AuthError::WeakPassword(
            "use at least 15 characters; a few words are easiest",
        ));
    }
    if length > LONGEST {
        return Err(AuthError::WeakPassword("use at most 128 characters"));
    }
    let distinct = lower.chars().collect::<std::collections::BTreeSet<_>>().len();
    let letters: String = lower.chars().filter(|c| c.is_alphabetic()).collect();
    let name = email.split('@').next().unwrap_or_default().to_lowercase();
    if distinct < 6 || OBVIOUS.contains(&letters.as_str()) || lower == email.to_lowercase() || letters == name {
        return Err(AuthError::WeakPassword(
            "this one is among the first that would be guessed",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fourteen_characters_and_obvious_words_are_refused() {
        for weak in [
            "fourteen chars",
            "aaaaaaaaaaaaaaaaaa",
            "Password12345678",
            "corridor1234567890",
        ] {
            assert!(strong(weak, "a@b.example").is_err(), "{weak}");
        }
        assert!(strong("grain for two countries", "a@b.example").is_ok());
        assert!(strong(&"ab cd ef gh".repeat(12), "a@b.example").is_err());
    }

    #[tokio::test]
    async fn composed_and_decomposed_spellings_are_the_same_password() {
        let passwords = Passwords::new(256, 1).unwrap();
        let stored = passwords.hash("une clé très longue é", "a@b.example").await.unwrap();
        let decomposed: String = "une clé très longue é".nfd().collect();
        assert!(passwords.check(&decomposed, Some(stored.clone())).await.unwrap());
        assert!(!passwords.check("une cle tres longue e", Some(stored)).await.unwrap());
        assert!(!passwords.check("whatever it may be", None).await.unwrap());
    }
}
