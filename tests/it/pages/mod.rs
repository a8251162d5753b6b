//! The pages, as people's browsers get them.

mod audit;
mod browser;
mod decision;
mod desk;
mod dossier;
mod driver;
mod every;
mod flows;
mod long;
mod paper;
mod recovery;
mod rooms;
mod screening;
mod session;
mod sheets;
mod wall;

pub use browser::{Page, Tab};
