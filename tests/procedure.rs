//! The requirements as sentences: the law proved by stories, by walking every reachable case, and by properties.

#[path = "procedure/cast.rs"]
mod cast;
#[path = "procedure/chapters.rs"]
mod chapters;
#[path = "procedure/clock.rs"]
mod clock;
#[path = "procedure/course.rs"]
mod course;
#[path = "procedure/deciding.rs"]
mod deciding;
#[path = "procedure/door.rs"]
mod door;
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
#[path = "procedure/moves.rs"]
mod moves;
#[path = "procedure/notices.rs"]
mod notices;
#[path = "procedure/promises.rs"]
mod promises;
#[path = "procedure/review.rs"]
mod review;
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
#[path = "procedure/wishes.rs"]
mod wishes;
