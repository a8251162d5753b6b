//! A letter as a message of Internet mail: the same letter is always the same bytes.

use super::render::{Letterhead, Rendered, recipient_name};
use crate::{domain::Instant, store::commit::LetterOwed};
use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{ContentDisposition, ContentType, HeaderName, HeaderValue},
    },
};
use std::time::{Duration, SystemTime};

/// Why a letter cannot become a message.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    #[error("the recipient's or the sender's address is not an e-mail address")]
    Address,
    #[error("the message cannot be put together: {0}")]
    Parts(#[from] lettre::error::Error),
    #[error("an attachment has no proper media type")]
    MediaType,
}

/// The letter's name in mail: the same however often it is sent, so that a receiver can tell a repetition.
#[must_use]
pub fn message_id(owed: &LetterOwed, letterhead: &Letterhead) -> String {
    format!("<{}@{}>", owed.id, letterhead.host())
}

/// Puts the message together.
///
/// # Errors
/// When an address is not one.
pub fn compose(owed: &LetterOwed, letter: &Rendered, letterhead: &Letterhead) -> Result<Message, MessageError> {
    let host = letterhead.host();
    let message = Message::builder()
        .from(mailbox(&letterhead.from_name, &letterhead.from_address)?)
        .to(mailbox(&recipient_name(owed), &owed.address)?)
        .subject(&letter.subject)
        .date(system_time(owed.owed_since))
        .message_id(Some(message_id(owed, letterhead)))
        .references(format!("<about-{}@{host}>", owed.about.id))
        .raw_header(header(
            "List-Id",
            format!("{} <letters.{host}>", ascii(&letterhead.from_name)),
        ))
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned()))
        .raw_header(header("X-Auto-Response-Suppress", "All".to_owned()))
        .raw_header(header("Content-Language", owed.language.tag().to_owned()));
    let words = MultiPart::alternative()
        .boundary(format!("words-{}", owed.id))
        .singlepart(SinglePart::plain(letter.text.clone()))
        .singlepart(SinglePart::html(letter.html.clone()));
    if letter.attachments.is_empty() {
        return Ok(message.multipart(words)?);
    }
    let mut whole = MultiPart::mixed()
        .boundary(format!("whole-{}", owed.id))
        .multipart(words);
    for attachment in &letter.attachments {
        let media_type = ContentType::parse(&attachment.media_type).map_err(|_| MessageError::MediaType)?;
        let part = SinglePart::builder()
            .header(media_type)
            .header(ContentDisposition::attachment(&attachment.name))
            .body(attachment.content.clone());
        whole = whole.singlepart(part);
    }
    Ok(message.multipart(whole)?)
}

/// To the second, as mail has it.
fn system_time(at: Instant) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(at.as_second().max(0).unsigned_abs())
}

fn mailbox(name: &str, address: &str) -> Result<Mailbox, MessageError> {
    let address: Address = address.trim().parse().map_err(|_| MessageError::Address)?;
    Ok(Mailbox::new(Some(name.to_owned()), address))
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

fn ascii(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == ' ')
        .collect()
}
