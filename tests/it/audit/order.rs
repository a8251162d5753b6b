//! Attacks 19 and 21: clocks that disagree do not change the order; every change of state is exactly one event, and the
//! events alone give every row again.

use crate::{
    api::course,
    house::{House, both_databases},
};
use corridor::{
    cli::serve,
    clock::Clock,
    process::doctor,
    workflow::people::{OrganisationKind, RegisterOrganisation},
};
use jiff::SignedDuration;
use sea_orm::{ConnectionTrait as _, Statement};
use std::collections::BTreeMap;

fn organisation(name: &str) -> RegisterOrganisation {
    RegisterOrganisation {
        name: name.to_owned(),
        kind: OrganisationKind::Submitter,
        type_: None,
        unit: String::new(),
        affiliation: None,
    }
}

/// Rows of an SQL statement, as integers.
async fn numbers(house: &House, sql: &str) -> Vec<i64> {
    let statement = Statement::from_string(house.rows.get_database_backend(), sql);
    let rows = house.rows.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// How many events there are of each type.
async fn counted(house: &House, case: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for event in house.history(case).await {
        *counts.entry(event["type"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    counts
}

both_databases! {
    /// 19: one instance an hour behind, and a clock set back: the log's order is that of its commits, and a warning says so.
    async fn clocks_that_disagree_change_no_order(house) {
        house.inside.log_now().await.unwrap();
        let behind = Clock::standing_at(house.clock.now() - SignedDuration::from_hours(1));
        let other = serve::open_house(house.inside.settings.clone(), behind).await.unwrap();
        let mut reports = Vec::new();
        for round in 0..4 {
            let instance = if round % 2 == 0 { &house.inside } else { &other };
            corridor::cli::person::register_organisation(instance, organisation(&format!("Number {round}"))).await.unwrap();
            reports.push(house.inside.notary.tick(&house.inside.store, house.clock.now()).await.unwrap());
        }
        let apart: Vec<i64> = reports.iter().filter_map(|report| report.clocks_apart).collect();
        assert!(apart.iter().all(|seconds| (3_500..=3_700).contains(seconds)) && apart.len() >= 2, "{reports:?}");
        // In the order in which they were committed, whatever their times say.
        let times = numbers(house, "SELECT e.recorded_at FROM log_leaf l JOIN event e ON e.id = l.event_id ORDER BY l.idx DESC LIMIT 4").await;
        assert!(times[0] < times[1] && times[1] > times[2] && times[2] < times[3], "{times:?}");
        // Set back within one history: its numbers go on, its times do not.
        let case = course::drafted(house).await;
        house.hours_later(2);
        let first = course::upload(house, "drafter", &case, "first.txt", "First.").await;
        course::attach(house, &case, &first, "ITEM_LIST").await;
        house.inside.log_now().await.unwrap();
        house.move_to(house.clock.now() - SignedDuration::from_mins(10));
        house.forget_tokens();
        let more = course::upload(house, "drafter", &case, "more.txt", "More.").await;
        course::attach(house, &case, &more, "ITEM_LIST").await;
        let report = house.inside.notary.tick(&house.inside.store, house.clock.now()).await.unwrap();
        assert!(report.clocks_apart.is_some_and(|seconds| seconds >= 590), "{report:?}");
        let seqs = numbers(house, "SELECT e.seq FROM log_leaf l JOIN event e ON e.id = l.event_id WHERE e.stream_kind = 'case' ORDER BY l.idx").await;
        assert!(seqs.len() > 3 && seqs == (1..=seqs.len() as i64).collect::<Vec<_>>(), "{seqs:?}");
        house.move_to(house.clock.now() + SignedDuration::from_mins(10));
        house.forget_tokens();
        let calm = house.inside.notary.tick(&house.inside.store, house.clock.now()).await.unwrap();
        assert_eq!(calm.clocks_apart, None);
    }

    /// 21: each wish that is granted adds its event, once; one that is refused adds none and writes no row; and what the
    /// events say is what every row says.
    async fn every_change_is_one_event_and_the_events_give_the_rows(house) {
        let case = course::approved(house).await;
        let counts = counted(house, &case).await;
        for once in ["dossier_started", "dossier_submitted", "reference_assigned"] {
            if let Some(count) = counts.get(once) {
                assert_eq!(*count, 1, "{once}: {counts:?}");
            }
        }
        assert!(counts.len() > 10, "{counts:?}");
        let events = async || house.count("SELECT count(*) FROM event WHERE stream_kind = 'case'").await;
        let (before, rows) = (events().await, house.row_counts().await);
        // Refused: nothing.
        assert!(house.act("drafter", &case, "submit_dossier", serde_json::json!({})).await.status >= 400);
        assert_eq!((events().await, house.row_counts().await), (before, rows.clone()));
        // Granted: one.
        house.must("officer", &case, "send_message", serde_json::json!({ "text": "Thank you." })).await;
        assert_eq!(events().await, before + 1);
        // No number is missing in any history, and none is there twice.
        let gaps = numbers(house, "SELECT count(*) FROM (SELECT stream_kind, stream_id FROM event GROUP BY stream_kind, stream_id \
            HAVING count(*) <> max(seq) OR min(seq) <> 1 OR count(DISTINCT seq) <> count(*)) AS odd").await;
        assert_eq!(gaps, [0]);
        // Each event is in the log once.
        house.inside.log_now().await.unwrap();
        assert_eq!(numbers(house, "SELECT count(*) FROM event e WHERE (SELECT count(*) FROM log_leaf l WHERE l.event_id = e.id) <> 1").await, [0]);
        assert_eq!(doctor::drift(&house.inside).await.unwrap(), Vec::<String>::new());
        // The negative control: a row that says something else is found, and is as before when put right.
        house.rows.execute_unprepared("UPDATE case_listing SET version = version + 1").await.unwrap();
        let drift = doctor::drift(&house.inside).await.unwrap();
        assert!(!drift.is_empty());
        house.rows.execute_unprepared("UPDATE case_listing SET version = version - 1").await.unwrap();
    }
}
