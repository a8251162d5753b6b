//! The pages, as people's browsers get them.

mod audit;
mod browser;
mod desk;
mod dossier;
mod every;
mod recovery;
mod session;

pub use browser::{Page, Tab};
