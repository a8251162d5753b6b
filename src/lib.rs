//! Corridor: the law is a table, one door applies it, history is the truth, everything else is a view.
//!
//! Read these three first: [`workflow::procedure`] (the legal process, row by row),
//! [`process`] (how anything ever changes) and `tests/procedure.rs` (the requirements as sentences).
//!
//! # The import law (enforced by `tests/architecture.rs`)
//!
//! | module | may use |
//! |---|---|
//! | `domain`, `config`, `chance` | nothing of ours |
//! | `clockwork`, `clock`, `audit` | `domain` |
//! | `workflow` | `domain`, `clockwork` |
//! | `documents` | `domain`, `config` |
//! | `screening` | `domain` |
//! | `store` | `domain`, `clockwork`, `workflow`, `audit`, `chance` |
//! | `engine` | `domain`, `config`, `screening`, `workflow`, `store` |
//! | `paper` | `domain`, `clockwork`, `workflow` |
//! | `notify` | `domain`, `clockwork`, `workflow`, `store`, `clock`, `config` |
//! | `auth` | `domain`, `workflow`, `store`, `clock`, `config`, `chance` |
//! | `notary` | `domain`, `workflow`, `audit`, `store`, `auth`, `config` |
//! | `process` | `domain`, `clockwork`, `workflow`, `screening`, `engine`, `store`, `notify`, `auth`, `clock`, `chance`, `house` |
//! | `house` | everything above |
//! | `jobs` | everything above, except `store::log`, `store::entity` |
//! | `web` | everything above, except `store::log`, `store::entity` |
//! | `cli` | everything above, except `store::log`, `store::entity` |

pub mod audit;
pub mod auth;
pub mod chance;
pub mod cli;
pub mod clock;
pub mod clockwork;
pub mod config;
pub mod documents;
pub mod domain;
pub mod engine;
pub mod house;
pub mod jobs;
pub mod notary;
pub mod notify;
pub mod paper;
pub mod process;
pub mod screening;
pub mod store;
pub mod web;
pub mod workflow;
