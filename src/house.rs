//! The house: everything a request, a job or a command needs, in one place.
