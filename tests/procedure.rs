//! The requirements as sentences: the law proved by stories, by walking every reachable case, and by properties.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::type_complexity,
    reason = "a test may fail where it stands, and says its requirements in one place"
)]

#[path = "procedure/cast.rs"]
mod cast;
#[path = "procedure/chapters.rs"]
mod chapters;
#[path = "procedure/clock.rs"]
mod clock;
#[path = "procedure/conditions.rs"]
mod conditions;
#[path = "procedure/course.rs"]
mod course;
#[path = "procedure/deciding.rs"]
mod deciding;
#[path = "procedure/door.rs"]
mod door;
#[path = "procedure/editions.rs"]
mod editions;
#[path = "procedure/explore.rs"]
mod explore;
#[path = "procedure/golden.rs"]
mod golden;
#[path = "procedure/inspecting.rs"]
mod inspecting;
#[path = "procedure/inspection.rs"]
mod inspection;
#[path = "procedure/intake.rs"]
mod intake;
#[path = "procedure/keeping.rs"]
mod keeping;
#[path = "procedure/kept.rs"]
mod kept;
#[path = "procedure/kept_log.rs"]
mod kept_log;
#[path = "procedure/kept_people.rs"]
mod kept_people;
#[path = "procedure/listing.rs"]
mod listing;
#[path = "procedure/moves.rs"]
mod moves;
#[path = "procedure/notices.rs"]
mod notices;
#[path = "procedure/promises.rs"]
mod promises;
#[path = "procedure/properties.rs"]
mod properties;
#[path = "procedure/review.rs"]
mod review;
#[path = "procedure/screening.rs"]
mod screening;
#[path = "procedure/setting.rs"]
mod setting;
#[path = "procedure/shipping.rs"]
mod shipping;
#[path = "procedure/story.rs"]
mod story;
#[path = "procedure/tries.rs"]
mod tries;
#[path = "procedure/walk.rs"]
mod walk;
#[path = "procedure/walk_notice.rs"]
mod walk_notice;
#[path = "procedure/watching.rs"]
mod watching;
#[path = "procedure/wishes.rs"]
mod wishes;
