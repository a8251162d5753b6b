//! Long lists: what is urgent by the programme's calendar, rows from before the lists had all their columns, and
//! questions to the database that stay fast with very many rows.

use super::Tab;
use crate::{
    api::course,
    house::{Engine, House, both_databases, run},
};
use corridor::{
    domain::people::Role,
    process::catch_up::catch_up,
    store::explorer::EntryFilter,
    store::lists::{CaseFilter, CaseRow, Scope},
};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};

/// The heading under which the queue has this case.
async fn group(house: &House, case: &str) -> String {
    let page = Tab::of(house, "officer", "en").await.get("/queue").await;
    assert_eq!(page.status, 200, "{}", page.html);
    let before = page.html.split(case).next().unwrap();
    let name = before.rsplit("<h2 id=\"g-").next().unwrap();
    name.split('"').next().unwrap().to_owned()
}

/// The last day is Wednesday, 5 November 2025. Monday and Tuesday before it are days off in Russia: the fifth working day
/// before is Monday, 27 October, and without them it would be Wednesday, the 29th.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_queue_counts_working_days_by_the_calendar_of_the_programme() {
    for (calendar, quiet, urgent) in [
        ("ru-public@1", "2025-10-26T20:00:00Z", "2025-10-27T00:00:00Z"),
        ("none@1", "2025-10-28T20:00:00Z", "2025-10-29T00:00:00Z"),
    ] {
        run(Engine::Sqlite, async |house| {
            let mut content = course::notice(house);
            content.delegations[1].calendar = calendar.to_owned();
            let notice = course::published_as(house, content).await;
            let case = course::drafted_under(house, &notice).await;
            course::submit(house, &case).await;
            course::take_up(house, &case).await;
            assert_eq!(house.case("officer", &case).await["clock"]["due"], "2025-11-05");
            for (instant, expected) in [(quiet, "later"), (urgent, "soon"), ("2025-11-05T20:00:00Z", "soon")] {
                house.at(instant);
                assert_eq!(group(house, &case).await, expected, "{calendar} at {instant}");
            }
        })
        .await;
    }
}

async fn table(house: &House, sql: &str) -> Vec<String> {
    let statement = Statement::from_string(house.rows.get_database_backend(), sql);
    let rows = house.rows.query_all_raw(statement).await.unwrap();
    rows.iter()
        .map(|row| row.try_get_by_index::<String>(0).unwrap())
        .collect()
}

const ROWS: &str = "SELECT coalesce(zone, '') || ' ' || coalesce(decided_at, 0) || ' ' || coalesce(decided_on_day, 0) || ' ' || \
     coalesce(soon_at, 0) || ' ' || delivered_milli || ' ' || reserved_milli || ' ' || coalesce(valid_from, '') || ' ' || \
     coalesce(valid_to, '') || ' ' || submitting_unit || ' ' || coalesce(clock_days, -1) || ' ' || stopped_days || ' ' || \
     overdue AS one FROM case_listing ORDER BY id";
const SIGHT: &str = "SELECT kind || ' ' || who AS one FROM case_sight ORDER BY case_id, kind, who";
const STOPS: &str = "SELECT reason || ' ' || since || ' ' || zone || ' ' || coalesce(days, -1) AS one FROM case_stop \
     ORDER BY case_id, number";
const OLD: [&str; 5] = [
    "UPDATE case_listing SET zone = NULL, decided_at = NULL, decided_on_day = NULL, soon_at = NULL, delivered_milli = 0, \
     reserved_milli = 0, valid_from = NULL, valid_to = NULL, submitting_unit = ''",
    "DELETE FROM case_sight",
    "DELETE FROM case_stop",
    // A database of the version before: whole, but without the beginning of urgency.
    "UPDATE case_listing SET soon_at = NULL",
    // And of the one after that: without what the figures about clocks are added up from.
    "UPDATE case_listing SET clock_days = NULL, stopped_days = 0",
];

both_databases! {
    /// History is the truth: rows that an older version wrote are whole again when the service has started.
    async fn rows_of_an_older_version_are_filled_at_the_start(house) {
        let decided = course::approved(house).await;
        house.must("drafter", &decided, "notify_shipment", course::shipment("400")).await;
        course::under_review(house).await;
        let stopped = course::under_review(house).await;
        house.must("signatory", &stopped, "pause_clock", json!({ "days": 5, "reason": "Asked for." })).await;
        let rows = async || (table(house, ROWS).await, table(house, SIGHT).await, table(house, STOPS).await);
        let whole = rows().await;
        assert!(whole.0.len() == 3 && whole.1.len() > 2 && !whole.2.is_empty(), "{whole:?}");
        for statements in [&OLD[..3], &OLD[3..4], &OLD[4..]] {
            for sql in statements {
                house.rows.execute_unprepared(sql).await.unwrap();
            }
            assert_ne!(rows().await, whole);
            let other = house.another_instance().await;
            assert_eq!(rows().await, whole);
            assert_eq!(catch_up(&other).await.unwrap(), 0, "once is enough");
        }
    }

    /// The database finds entries by role, kind and person itself, and finds all of them.
    async fn the_explorer_asks_the_database(house) {
        course::approved(house).await;
        let tab = Tab::of(house, "auditor", "en").await;
        let read = async |query: &str| -> Vec<Value> {
            let file = tab.get(&format!("/audit.json{query}")).await;
            let items: Value = serde_json::from_str(&file.html).unwrap();
            items["items"].as_array().unwrap().clone()
        };
        let all = read("").await;
        let mut roles = 0;
        for role in Role::ALL {
            let role = json!(role);
            let wanted: Vec<_> = all.iter().filter(|entry| entry["role"] == role).cloned().collect();
            roles += usize::from(!wanted.is_empty());
            assert_eq!(read(&format!("?role={}", role.as_str().unwrap())).await, wanted, "{role}");
        }
        assert!(roles > 5, "{all:?}");
        // Several people at once: each by the index, and all of them newest first.
        let people: std::collections::BTreeSet<&str> = all.iter().filter_map(|entry| entry["person"].as_str()).collect();
        assert!(people.len() > 5, "{people:?}");
        for several in people.iter().collect::<Vec<_>>().chunks(4) {
            let filter = EntryFilter {
                people: Some(several.iter().map(|person| person.parse().unwrap()).collect()),
                limit: 1_000,
                ..EntryFilter::default()
            };
            let found = house.inside.store.entries(&filter).await.unwrap().entries;
            let found: Vec<String> = found.iter().map(|entry| entry.id.to_string()).collect();
            let theirs = all.iter().filter(|entry| several.iter().any(|person| entry["person"] == ***person));
            let wanted: Vec<String> = theirs.map(|entry| entry["event"].as_str().unwrap().to_owned()).collect();
            assert!(!wanted.is_empty());
            assert_eq!(found, wanted, "{several:?}");
        }
        let votes = read("?what=vote_cast").await;
        assert_eq!(votes.len(), all.iter().filter(|entry| entry["what"] == "vote_cast").count());
        assert!(!votes.is_empty());
        for (path, index) in [("by.role", "ix_event_role"), ("type", "ix_event_what"), ("by.person", "ix_event_person")] {
            let backend = house.rows.get_database_backend();
            let explain = if backend == DbBackend::Sqlite { "EXPLAIN QUERY PLAN" } else { "EXPLAIN" };
            let sql = format!(
                "{explain} SELECT id FROM event WHERE {} = 'x' ORDER BY recorded_at DESC, id DESC LIMIT 51",
                migration::said(backend, path)
            );
            let one = if backend == DbBackend::Sqlite { 3 } else { 0 };
            // A small table is read whole, unless that is forbidden.
            let connection = sea_orm::TransactionTrait::begin(&house.rows).await.unwrap();
            if backend == DbBackend::Postgres {
                connection.execute_unprepared("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off").await.unwrap();
            }
            let rows = connection.query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
            let plan: Vec<String> = rows.iter().map(|row| row.try_get_by_index(one).unwrap()).collect();
            let plan = plan.join("\n");
            assert!(plan.contains(index) && !plan.contains("SORT") && !plan.contains("Sort"), "{plan}");
        }
    }
}

/// Whoever works on few cases and whoever works on thousands are asked for in different ways, and see the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ones_own_cases_are_found_among_few_and_among_many() {
    let house = House::open(Engine::Sqlite, |_| {}).await.unwrap();
    let case = course::under_review(&house).await;
    let count = async |who: &str, path: &str| {
        let page = Tab::of(&house, who, "en").await.get(path).await;
        assert_eq!(page.status, 200, "{}", page.html);
        (
            page.html.matches("<th role=\"rowheader\"").count(),
            page.html.contains(&case),
        )
    };
    assert_eq!(count("us_chair", "/queue?mine=1").await, (1, true));
    // Copies have no history: nothing that is checked at the end of other tests is checked here.
    house.inside.store.fill_with_copies(2_100).await.unwrap();
    assert_eq!(count("us_chair", "/queue?mine=1").await, (100, true));
    assert_eq!(count("us_chair", "/queue?mine=1&state=draft").await, (0, false));
    assert_eq!(count("auditor", "/queue?mine=1").await, (0, false));
    assert_eq!(count("officer", "/queue").await, (100, true));
}

/// A search goes through what is shorter: few cases with the words, many, or those that another filter leaves. Whatever
/// it goes through, it finds the cases that have all the words, the newest first, page after page.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_finds_the_same_among_few_and_among_many() {
    let house = House::open(Engine::Sqlite, |_| {}).await.unwrap();
    course::under_review(&house).await;
    course::submitted(&house).await;
    let store = &house.inside.store;
    let found = async |text: &str, states: &[&str]| -> Vec<(i64, uuid::Uuid)> {
        let mut filter = CaseFilter {
            scope: Scope::Submitted,
            text: Some(text.to_owned()),
            states: states.iter().map(ToString::to_string).collect(),
            limit: 700,
            ..CaseFilter::default()
        };
        let mut all = Vec::new();
        loop {
            let page = store.cases(&filter).await.unwrap();
            all.extend(page.iter().map(|row| (row.updated_at.as_microsecond(), row.id.0)));
            let Some(last) = all.last().filter(|_| page.len() == 700) else {
                return all;
            };
            filter.after = Some(*last);
        }
    };
    // As slowly as a person would.
    let counted = async |words: &[&str], state: &str| -> Vec<(i64, uuid::Uuid)> {
        let filter = CaseFilter {
            scope: Scope::Submitted,
            limit: 100_000,
            ..CaseFilter::default()
        };
        let rows = store.cases(&filter).await.unwrap();
        let has = |row: &CaseRow, word: &str| {
            let texts = [
                row.applicant.clone(),
                row.reference.clone().unwrap_or_default(),
                row.notice_number.clone(),
            ];
            let mut words = texts.iter().flat_map(|text| text.split(' '));
            words.any(|one| one.to_lowercase() == word)
        };
        let fits = |row: &&CaseRow| words.iter().all(|word| has(row, word)) && (state.is_empty() || row.state == state);
        rows.iter()
            .filter(fits)
            .map(|row| (row.updated_at.as_microsecond(), row.id.0))
            .collect()
    };
    let row = store
        .cases(&CaseFilter {
            scope: Scope::Submitted,
            limit: 1,
            ..CaseFilter::default()
        })
        .await
        .unwrap();
    let words: Vec<String> = row[0].applicant.split(' ').map(str::to_lowercase).collect();
    let (first, last) = (words.first().unwrap().as_str(), words.last().unwrap().as_str());
    for copies in [0, 4_500] {
        // Copies have no history: nothing that is checked at the end of other tests is checked here.
        if copies > 0 {
            store.fill_with_copies(copies).await.unwrap();
        }
        for asked in [&[first][..], &[first, last], &[last, first, "nothing-has-this"]] {
            for state in ["", "submitted", "under_review", "lapsed"] {
                let states: Vec<&str> = [state].into_iter().filter(|state| !state.is_empty()).collect();
                let (fast, slow) = (found(&asked.join(" "), &states).await, counted(asked, state).await);
                assert_eq!(fast, slow, "{asked:?} {state} with {copies} copies");
                let none = asked.len() == 3 || state == "lapsed";
                assert_eq!(fast.is_empty(), none, "{asked:?} {state} with {copies} copies");
            }
        }
    }
}

both_databases! {
    /// The figures about clocks are added up by the database, and are those of the cases.
    async fn the_clocks_of_all_cases_are_added_up(house) {
        course::approved(house).await;
        let stopped = course::under_review(house).await;
        house.must("signatory", &stopped, "pause_clock", json!({ "days": 5, "reason": "Asked for." })).await;
        let figures = house.inside.store.clock_figures().await.unwrap();
        let decided: u64 = figures.iter().filter(|line| line.decided_on.is_some()).map(|line| line.count).sum();
        assert_eq!((figures.iter().map(|line| line.count).sum::<u64>(), decided), (2, 1), "{figures:?}");
        let read = async || {
            let file = Tab::of(house, "auditor", "en").await.get("/audit/sla.json").await;
            let items: Value = serde_json::from_str(&file.html).unwrap();
            let rows = items["items"].as_array().unwrap().clone();
            assert_eq!(rows.len(), 2, "{rows:?}");
            rows.iter().map(|row| row["stopped_days"].as_u64().unwrap()).sum::<u64>()
        };
        let shown = async |days: u64| {
            let page = Tab::of(house, "auditor", "en").await.get("/audit/sla").await;
            assert!(page.html.contains(&format!(">{days}<")), "{days} days\n{}", page.html);
        };
        assert_eq!(read().await, 0);
        house.hours_later(48);
        // The day on which it ran a while is no day lost; two midnights have passed.
        assert_eq!(read().await, 1, "a clock that stands still goes on standing still");
        shown(2).await;
    }
}
