//! The pages, as people's browsers get them.

mod audit;
mod browser;
mod desk;
mod every;
mod paper;
mod session;
mod sheets;

pub use browser::{Page, Tab};
