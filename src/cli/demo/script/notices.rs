//! The notices of the public cases, from draft to publication.

use super::{Doing, Script, Tag};
use crate::domain::{case_fixture::CaseFixture, id::OrganisationId, notice::NoticeContent};
use serde_json::json;

pub const GRAIN: Tag = "HW-2025-01";
pub const DPRK: Tag = "UN-1718-IAN7";
pub const BLACK_SEA: Tag = "BSGI-2022";

/// The fixture's notice with its monitors and the instant at which it is published.
pub(super) fn content(case: &CaseFixture, monitors: OrganisationId, publish_at: &str) -> anyhow::Result<NoticeContent> {
    Ok(NoticeContent {
        monitors: [monitors].into(),
        publish_at: Some(super::instant(publish_at)?),
        ..case.notice.clone()
    })
}

/// Draft, proposal, approval by the co-chair of every delegation; then the day of publication comes.
pub(super) fn published(tag: Tag, content: NoticeContent, days: [&str; 4], chairs: &[&str]) -> Script {
    let [drafted, proposed, approved, public] = days;
    let criteria = content.criteria.len();
    let mut script = Script::new(tag);
    let says = format!("notice {tag} drafted (criteria: {criteria})");
    script.step(
        &format!("{drafted}T08:00Z"),
        "sec.officer",
        Doing::CreateNotice(Box::new(content)),
        says,
    );
    let nothing = Doing::ActOnNotice("propose_notice", Box::new(|_| Ok(json!({}))));
    script.step(
        &format!("{proposed}T08:00Z"),
        "sec.officer",
        nothing,
        "text proposed and frozen by its hash",
    );
    for (hour, chair) in (9..).zip(chairs) {
        let digest = |scene: &super::Scene<'_>| Ok(json!({ "digest": scene.text("/digest")? }));
        let approve = Doing::ActOnNotice("approve_notice", Box::new(digest));
        script.step(
            &format!("{approved}T{hour:02}:00Z"),
            chair,
            approve,
            "text approved by its hash",
        );
    }
    let says = "reads the public page: the notice is published, edition {/edition}";
    script.step(public, "aud.auditor", Doing::Read("published", ""), says);
    script
}

/// The three notices; that of the Committee 1718 is amended before the second case under it.
pub fn all(
    grain: &CaseFixture,
    kits: &CaseFixture,
    ambulances: &CaseFixture,
    black_sea: &CaseFixture,
    monitors: OrganisationId,
) -> anyhow::Result<Vec<Script>> {
    let days = ["2018-07-30", "2018-08-01", "2018-08-03", "2018-08-06T06:00Z"];
    let mut dprk = published(DPRK, content(kits, monitors, days[3])?, days, &["un.chair"]);
    amended(&mut dprk, content(ambulances, monitors, days[3])?);
    let days = ["2022-07-18", "2022-07-19", "2022-07-20", "2022-07-22T06:00Z"];
    let black_sea = published(BLACK_SEA, content(black_sea, monitors, days[3])?, days, &["jcc.chair"]);
    let days = ["2025-09-29", "2025-09-30", "2025-10-02", "2025-10-06T06:00Z"];
    let grain = published(
        GRAIN,
        content(grain, monitors, days[3])?,
        days,
        &["us.chair", "ru.chair"],
    );
    Ok(vec![dprk, black_sea, grain])
}

fn amended(script: &mut Script, content: NoticeContent) {
    let body = json!({
        "content": content,
        "class": "restrictive",
        "effective_at": "2019-07-01T06:00:00Z",
        "explanation": "The criteria are worded anew, one shipment for each exemption; dossiers already submitted keep their edition.",
    });
    let propose = Doing::ActOnNotice("propose_amendment", Box::new(move |_| Ok(body.clone())));
    script.step(
        "2019-06-03T08:00Z",
        "sec.officer",
        propose,
        "restrictive amendment proposed, effective 2019-07-01",
    );
    let digest = |scene: &super::Scene<'_>| Ok(json!({ "digest": scene.text("/digest")? }));
    let approve = Doing::ActOnNotice("approve_amendment", Box::new(digest));
    script.step(
        "2019-06-05T09:00Z",
        "un.chair",
        approve,
        "amendment approved by its hash: second edition",
    );
}
