//! The printed matrix (`docs/authorisation.txt`) and the API agree, cell by cell: everybody asks for everything in
//! every state that a case can be in.
//!
//! `allowed_actions` is compared for every triple of role, state and action. A dry run is made of each that some row of
//! the role could grant, in every state and from every state of its own machine; what a role never may, it tries once.
//!
//! A wish that the matrix grants may lack something in its body; one that it does not grant is refused for its role or
//! its state and for nothing else.

use super::{bodies::bodies, ways};
use crate::house::{Engine, House, run};
use corridor::{
    process::view_case,
    workflow::{
        action::{Action, ActionKind},
        case::Case,
        state::DossierState,
        step::{Subject, rows},
        visibility::roles_on,
    },
};
use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Who asks, and in which role.
pub const WHO: [(&str, &str); 15] = [
    ("drafter", "DRF"),
    ("signatory", "SIG"),
    ("org_admin", "OAD"),
    ("reader", "ORD"),
    ("agent", "AGT"),
    ("sponsor", "SPN"),
    ("officer", "SEC"),
    ("lead", "SCL"),
    ("us_second", "REV"),
    ("ru_head", "VOT"),
    ("us_alternate", "ALT"),
    ("us_inspector", "INS"),
    ("us_chair", "CHR"),
    ("monitor", "MON"),
    ("auditor", "AUD"),
];
/// For whom there is no such case, ever.
const STRANGERS: [&str; 2] = ["rival", "administrator"];
/// Crosses that nobody can meet: role, place of the hit, states, why.
const UNREACHABLE: &[(&str, &str, &str, &str)] = &[
    (
        "REV VOT",
        "hit:",
        "submitted completeness",
        "the panel is constituted under review",
    ),
    (
        "SCL",
        "hit:escalated hit:false_positive hit:true_match",
        "submitted completeness",
        "the second person is of another delegation, and those are constituted under review",
    ),
];

/// One cross of the printed matrix: role, action, state of its own machine (or a dash), state of the dossier.
type Cell = (String, String, String, String);

/// The crosses for cases, read from the file that people read.
fn printed() -> BTreeSet<Cell> {
    let (mut granted, mut role, mut states) = (BTreeSet::new(), String::new(), None::<Vec<String>>);
    for line in include_str!("../../../docs/authorisation.txt").lines() {
        if let Some((code, _)) = line.split_once(' ').filter(|(code, _)| code.len() == 3) {
            (role, states) = (code.to_owned(), None);
        } else if let Some(columns) = line.strip_prefix("  case: the signs stand for ") {
            states = Some(columns.split(", ").map(str::to_owned).collect());
        } else if line.starts_with("  notice:") {
            states = None;
        } else if let (true, Some(states)) = (line.starts_with("    "), &states) {
            let words: Vec<&str> = line.split_whitespace().collect();
            for (sign, state) in words[3].chars().zip(states) {
                if sign == 'x' {
                    granted.insert((role.clone(), words[1].to_owned(), words[2].to_owned(), state.clone()));
                }
            }
        }
    }
    granted
}

/// What was asked so far.
pub struct Matrix<'h> {
    pub house: &'h House,
    printed: BTreeSet<Cell>,
    /// Role, action, where it stands, state: asked once.
    asked: BTreeSet<(String, String, Vec<String>, String)>,
    /// Role, action, state.
    triples: BTreeSet<(String, String, String)>,
    crosses: BTreeSet<Cell>,
    faults: Vec<String>,
}

/// One question to the API.
struct Question {
    role: &'static str,
    action: ActionKind,
    at: Vec<String>,
    body: Value,
    offered: bool,
    token: String,
}

impl<'h> Matrix<'h> {
    pub fn new(house: &'h House) -> Self {
        Self {
            house,
            printed: printed(),
            asked: BTreeSet::new(),
            triples: BTreeSet::new(),
            crosses: BTreeSet::new(),
            faults: Vec::new(),
        }
    }

    /// Everybody asks for everything, here.
    pub async fn look(&mut self, id: &str) {
        let case = view_case(&self.house.inside, id.parse().unwrap()).await.unwrap().case;
        let mut questions = Vec::new();
        for (who, role) in WHO {
            questions.extend(self.questions(&case, who, role).await);
        }
        let house = self.house;
        let path = format!("/cases/{id}/actions");
        let answers = questions.into_iter().map(|question| {
            let path = path.clone();
            async move {
                let wish = json!({ "action": question.action.word(), "body": question.body, "dry_run": true });
                let reply = house.post_with(&question.token, &path, &wish).await;
                (question, reply.status, reply.code(), reply.text)
            }
        });
        let answers: Vec<_> = stream::iter(answers).buffer_unordered(8).collect().await;
        for (question, status, code, text) in answers {
            self.judge(&case, &question, (status, &code, &text));
        }
        for who in STRANGERS {
            let reply = house.get(who, &format!("/cases/{id}")).await;
            assert_eq!(reply.problem(404), "not_found", "{who}");
        }
    }

    /// What has not been asked in this role at such a place.
    async fn questions(&mut self, case: &Case, who: &str, role: &'static str) -> Vec<Question> {
        let token = self.house.token(who).await;
        let actor = self.house.inside.door.actor(&token).await.unwrap();
        let roles: Vec<&str> = roles_on(case, &actor).iter().map(|role| role.code()).collect();
        let seen = self.house.get(who, &format!("/cases/{}", case.id)).await;
        if roles.is_empty() {
            assert_eq!(seen.problem(404), "not_found", "{who}");
            return Vec::new();
        }
        assert_eq!(roles, [role], "{who}");
        let offered = seen.json()["allowed_actions"].clone();
        let mut questions = Vec::new();
        for action in ActionKind::ALL {
            let (word, state) = (action.word(), case.state.word());
            let offered = offered.as_array().unwrap().contains(&json!(word));
            if offered && !self.offers(role, word, state) {
                self.faults
                    .push(format!("offered, not printed: {role} {word} in {state}"));
            }
            self.triples
                .insert((role.to_owned(), word.to_owned(), state.to_owned()));
            let ever = self
                .printed
                .iter()
                .any(|cell| (cell.0.as_str(), cell.1.as_str()) == (role, word));
            for body in bodies(self.house, case, *action) {
                let at = standing(case, *action, &body);
                let place = if ever { (at.clone(), state) } else { (Vec::new(), "") };
                if self
                    .asked
                    .insert((role.to_owned(), word.to_owned(), place.0, place.1.to_owned()))
                {
                    let (action, token) = (*action, token.clone());
                    questions.push(Question {
                        role,
                        action,
                        at,
                        body,
                        offered,
                        token,
                    });
                }
            }
        }
        questions
    }

    fn judge(&mut self, case: &Case, question: &Question, (status, code, text): (u16, &str, &str)) {
        let (role, action, state) = (question.role, question.action.word(), case.state.word());
        let crosses: Vec<Cell> = question
            .at
            .iter()
            .map(String::as_str)
            .chain(["–"])
            .map(|at| (role.to_owned(), action.to_owned(), at.to_owned(), state.to_owned()))
            .filter(|cell| self.printed.contains(cell))
            .collect();
        let granted = match (status, code) {
            (403, "wrong_role") | (409, "wrong_state") => false,
            // The body may lack something, or what must come first, or the proof who acts.
            (200 | 422, _) | (401, "fresh_sign_in_needed") => true,
            (403, "needs_second_delegation") | (409, "screening_not_current") => true,
            _ => panic!("{role} {action} {state}: {status} {text}"),
        };
        let shape = ["unknown_field", "missing_field", "wrong_type", "bad_value"].contains(&code);
        let at = question.at.join(" ");
        if shape {
            self.faults
                .push(format!("the test's own body is wrong: {action}: {text}"));
        } else if granted == crosses.is_empty() {
            let word = if granted {
                "granted, not printed"
            } else {
                "printed, not granted"
            };
            self.faults
                .push(format!("{word}: {role} {action} ({at}) in {state}: {status} {code}"));
        } else if !question.offered && status == 200 {
            self.faults
                .push(format!("granted, not offered: {role} {action} ({at}) in {state}"));
        }
        self.crosses.extend(crosses);
    }

    /// Does the matrix have a cross for it in this state, wherever its own machine stands?
    fn offers(&self, role: &str, action: &str, state: &str) -> bool {
        let mut cells = self.printed.iter();
        cells.any(|cell| (cell.0.as_str(), cell.1.as_str(), cell.3.as_str()) == (role, action, state))
    }

    /// Nothing was left out, and nothing disagreed.
    pub fn close(self) {
        assert!(
            self.faults.is_empty(),
            "{} faults:\n  {}",
            self.faults.len(),
            self.faults.join("\n  ")
        );
        let reachable = |cell: &&Cell| {
            cell.0 != "SYS"
                && !UNREACHABLE.iter().any(|(roles, places, states, _)| {
                    roles.contains(&cell.0)
                        && places.split(' ').any(|place| cell.2.starts_with(place))
                        && states.contains(&cell.3)
                })
        };
        let missed: Vec<&Cell> = self
            .printed
            .iter()
            .filter(reachable)
            .filter(|cell| !self.crosses.contains(*cell))
            .collect();
        assert!(missed.is_empty(), "crosses nobody asked for: {missed:#?}");
        let mut asked: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (role, _, state) in &self.triples {
            *asked.entry((role.as_str(), state.as_str())).or_default() += 1;
        }
        for ((role, state), actions) in &asked {
            assert_eq!(
                *actions,
                ActionKind::ALL.len(),
                "{role} did not ask for everything in {state}"
            );
        }
        for (_, role) in WHO {
            for state in DossierState::ALL {
                let met = asked.contains_key(&(role, state.word()));
                let crossed = self
                    .printed
                    .iter()
                    .filter(reachable)
                    .any(|cell| cell.0 == role && cell.3 == state.word());
                assert!(met || !crossed, "{role} was not asked in {state}");
            }
        }
        println!(
            "{} triples of role, state and action, {} crosses, {} questions",
            self.triples.len(),
            self.crosses.len(),
            self.asked.len()
        );
        assert!(self.triples.len() > 6_000, "{}", self.triples.len());
    }
}

/// Where the machine stands that this wish is about, for every row that could grant it.
fn standing(case: &Case, action: ActionKind, body: &Value) -> Vec<String> {
    let whole = json!({ "action": action.word(), "body": body });
    let wish: Action = serde_json::from_value(whole).unwrap_or_else(|error| panic!("{action:?}: {error}"));
    let states: BTreeSet<String> = rows::<Case>(action)
        .flat_map(|step| case.standing(step, Some(&wish)))
        .map(|state| state.to_string())
        .collect();
    states.into_iter().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_api_grants_what_the_printed_matrix_grants_and_nothing_else() {
    run(Engine::Sqlite, async |house| {
        let mut matrix = Matrix::new(house);
        ways::more_people(house).await;
        let unanswered = ways::intake(&mut matrix).await;
        ways::review(&mut matrix).await;
        ways::ballot(&mut matrix).await;
        ways::waiver(&mut matrix).await;
        // Its time has passed meanwhile.
        matrix.look(&unanswered).await;
        matrix.close();
    })
    .await;
}

/// A sample on the other engine: the answers come from the same table.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_too() {
    run(Engine::Postgres, async |house| {
        let mut matrix = Matrix::new(house);
        ways::more_people(house).await;
        let case = super::course::ballot(house).await;
        let before = house.row_counts().await;
        matrix.look(&case).await;
        assert_eq!(house.row_counts().await, before, "a question changes nothing");
        assert!(matrix.faults.is_empty(), "{:#?}", matrix.faults);
    })
    .await;
}
