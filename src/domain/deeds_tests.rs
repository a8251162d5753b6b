use super::*;
use crate::workflow::happening::Happening;

#[test]
fn every_kind_of_event_of_a_case_has_words() {
    for name in Happening::NAMES {
        assert!(DEEDS.iter().any(|(known, ..)| known == name), "{name} has no words");
    }
}
