//! Everything that needs a running part of the service.

mod api;
mod house;
mod letters;
mod postgres;
mod smtp;
