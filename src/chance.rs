//! Chance. The only place that asks the machine for it.

/// 32 random bytes.
///
/// # Panics
/// When the operating system has no randomness to give: nothing that needs it may go on.
#[must_use]
#[expect(
    clippy::expect_used,
    reason = "without randomness no secret is a secret; stopping is the only safe answer"
)]
pub fn bytes_32() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// 256 random bits in hexadecimal.
#[must_use]
pub fn hex_256() -> String {
    hex::encode(bytes_32())
}

/// 128 random bits in hexadecimal.
#[must_use]
pub fn hex_128() -> String {
    hex::encode(&bytes_32()[..16])
}
