//! Everything that needs a running part of the service.

mod letters;
mod smtp;
