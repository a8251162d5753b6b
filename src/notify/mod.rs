//! Letters: from an event and an audience to words in the recipient's language, and on to the mail server.
//!
//! [`table`] says which letter an event owes to whom, [`facts`] what a letter may say, [`render`] writes it and
//! [`mailer`] delivers it. The words themselves stand in `letters/<name>/<language>/`.

pub mod calendar;
mod compiled;
pub mod facts;
pub mod mailer;
pub mod message;
pub mod render;
pub mod seal;
pub mod table;
mod typeset;
mod words;
