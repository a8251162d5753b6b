//! The requirements as sentences: the law proved by stories, by walking every reachable case, and by properties.

#[path = "procedure/golden.rs"]
mod golden;
