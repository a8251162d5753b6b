//! The pages, as people's browsers get them.

mod audit;
mod browser;
mod desk;
mod dossier;
mod every;
mod recovery;
mod session;
mod wall;

pub use browser::{Page, Tab};
