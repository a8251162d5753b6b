//! The pages, as people's browsers get them.

mod browser;
mod every;
mod session;

pub use browser::{Page, Tab};
