//! What people wish, in the words of the law, with the usual contents.

use crate::{
    cast::*,
    setting::*,
    story::{NOTICE, Story},
};
use corridor::domain::{
    Instant,
    dossier::{Section, Vessel},
    id::DocumentId,
    people::Role,
    quantity::Quantity,
    text::{Language, Words},
};
use corridor::workflow::{action::*, case::Case, screening};

pub fn words(text: &str) -> Words {
    Words::new(text)
}

pub fn start(story: &Story) -> Action {
    Action::StartDossier(StartDossier {
        notice: NOTICE,
        on_behalf_of: Some(MINISTRY),
        dossier: Some(Box::new(story.dossier.clone())),
    })
}

pub fn save(section: Section) -> Action {
    Action::SaveSection(SaveSection {
        seen: None,
        save: section,
    })
}

pub fn safeguards() -> Action {
    save(Section::Safeguards("Seals and monitors.".to_owned()))
}

pub fn attach(document: DocumentId, class: &str) -> Action {
    Action::AttachDocument(AttachDocument {
        document,
        class: class.to_owned(),
        language: Language::En,
        confidential: false,
        public_twin: None,
        no_twin_reason: None,
        replaces: None,
    })
}

/// A new version of the first document.
pub fn replace_first() -> Action {
    Action::AttachDocument(AttachDocument {
        document: NEW_VERSION,
        class: "ITEM_LIST".to_owned(),
        language: Language::En,
        confidential: false,
        public_twin: None,
        no_twin_reason: None,
        replaces: Some(FIRST),
    })
}

pub fn submit() -> Action {
    Action::SubmitDossier(SubmitDossier {
        declaration: DECLARATION.to_owned(),
    })
}

pub fn take() -> Action {
    Action::TakeCase(Nothing {})
}

pub fn accept() -> Action {
    Action::AcceptDossier(AcceptDossier::default())
}

pub fn countersign() -> Action {
    Action::CountersignAcceptance(Nothing {})
}

pub fn give_back() -> Action {
    Action::ReturnDossier(ReturnDossier {
        deficiencies: vec![
            deficiency("safeguards"),
            deficiency("documents"),
            deficiency("statements"),
        ],
        answer_by: None,
    })
}

pub fn deficiency(section: &str) -> Deficiency {
    Deficiency {
        section: section.to_owned(),
        code: "other".to_owned(),
        text: words("Too short."),
    }
}

pub fn resubmit(story: &Story) -> Action {
    let items = story
        .case
        .intake
        .returned
        .as_ref()
        .map_or(1, |returned| returned.deficiencies.len());
    Action::ResubmitDossier(ResubmitDossier {
        answers: vec![words("Mended."); items],
        declaration: DECLARATION.to_owned(),
    })
}

pub fn revive() -> Action {
    Action::ReviveDossier(Reasoned {
        reason: words("The post was late."),
    })
}

pub fn reject() -> Action {
    Action::RejectDossier(RejectDossier {
        ground: InadmissibleGround::OutOfScope,
        reasons: words("Not goods of this programme."),
    })
}

pub fn no_waiver() -> Action {
    Action::ProposeNoWaiver(ProposeNoWaiver {
        legal_note: words("A general licence covers it."),
    })
}

pub fn consent_no_waiver() -> Action {
    Action::ConsentNoWaiver(Nothing {})
}

pub fn withdraw() -> Action {
    Action::WithdrawDossier(WithdrawDossier { reason: None })
}

pub fn pause(days: u32) -> Action {
    Action::PauseClock(PauseClock {
        days,
        reason: words("Our signatory is abroad."),
    })
}

pub fn resume() -> Action {
    Action::ResumeClock(Nothing {})
}

pub fn ask() -> Action {
    Action::AskQuestion(AskQuestion {
        criterion: "C1".to_owned(),
        text: words("Where is the wheat from?"),
        follows: None,
    })
}

/// A question about what the answer to this one brought.
pub fn ask_after(question: u32) -> Action {
    Action::AskQuestion(AskQuestion {
        criterion: "C1".to_owned(),
        text: words("And who stores it?"),
        follows: Some(question),
    })
}

pub fn adopt(edition: u32) -> Action {
    Action::AdoptEdition(AdoptEdition { edition })
}

pub fn issue() -> Action {
    Action::IssueRound(IssueRound {
        sections: vec!["goods".to_owned()],
        answer_by: None,
    })
}

/// Answers whatever is asked in the open round.
pub fn answer(story: &Story) -> Action {
    answer_in(&story.case)
}

pub fn answer_in(case: &Case) -> Action {
    let open = case.open_round().map(|round| round.number);
    let asked = case
        .questions
        .iter()
        .filter(|question| question.round == open && !question.cancelled);
    let answer = |question: &corridor::workflow::case::Question| Answer {
        question: question.number,
        text: words("From the Volga."),
        documents: vec![],
    };
    Action::AnswerRound(AnswerRound {
        answers: asked.map(answer).collect(),
    })
}

pub fn insufficient(question: u32) -> Action {
    Action::MarkInsufficient(MarkInsufficient {
        question,
        reason: words("That is no answer."),
    })
}

pub fn cancel(question: u32) -> Action {
    Action::CancelQuestion(CancelQuestion {
        question,
        reason: words("It is answered elsewhere."),
    })
}

pub fn consent_to_questions() -> Action {
    Action::ConsentToLateQuestions(Nothing {})
}

/// Screening of everything in the dossier, all with this result.
pub fn screen(story: &Story) -> Action {
    screen_all(&story.case, ScreeningOutcome::Clear, story.now)
}

pub fn screen_all(case: &Case, result: ScreeningOutcome, now: Instant) -> Action {
    let hits = |subject: &str| match result {
        ScreeningOutcome::Hits if subject == VESSEL => vec![hit()],
        _ => vec![],
    };
    let results = screening::subjects(case).into_iter().map(|subject| ScreeningResult {
        hits: hits(&subject),
        result: match result {
            ScreeningOutcome::Hits if subject != VESSEL => ScreeningOutcome::Clear,
            other => other,
        },
        subject,
        list: "OFAC-SDN".to_owned(),
        list_version: "1".to_owned(),
        list_date: case.local_date(now),
        fingerprint: None,
        closed: vec![],
    });
    Action::RecordScreening(RecordScreening {
        results: results.collect(),
        tool: None,
        check: None,
    })
}

/// The vessel of the small dossier.
pub const VESSEL: &str = "vessel:9999010";

pub fn hit() -> ScreeningHit {
    ScreeningHit {
        entry: "SDN-1".to_owned(),
        matched_on: vec!["imo".to_owned()],
        list: None,
        name: None,
        fingerprint: None,
        score: None,
        band: None,
        explanation: None,
        precedent: None,
    }
}

pub fn screen_with_hit(story: &Story) -> Action {
    screen_all(&story.case, ScreeningOutcome::Hits, story.now)
}

pub fn screen_failed(story: &Story) -> Action {
    screen_all(&story.case, ScreeningOutcome::Failed, story.now)
}

pub fn propose_verdict(verdict: Verdict, covered_by: Option<&str>) -> Action {
    Action::ProposeDisposition(ProposeDisposition {
        subject: VESSEL.to_owned(),
        entry: "SDN-1".to_owned(),
        verdict,
        reason: words("Same number, other ship."),
        covered_by: covered_by.map(str::to_owned),
        covered_as: None,
        entry_fingerprint: None,
        holds_until: None,
        found_in: None,
    })
}

pub fn confirm_verdict(agree: bool) -> Action {
    Action::ConfirmDisposition(ConfirmDisposition {
        subject: VESSEL.to_owned(),
        entry: "SDN-1".to_owned(),
        agree,
        entry_fingerprint: None,
        reason: words("Read and checked."),
        found_in: None,
    })
}

pub fn seat(who: Who) -> PanelSeat {
    let (Us(place) | Ru(place)) = who else {
        panic!("{who:?} has no delegation")
    };
    PanelSeat {
        person: who.id(),
        delegation: who.delegation().expect("a delegation"),
        roles: place.roles(),
    }
}

/// Everybody of the delegations that the notice names.
pub fn panel_of(case: &Case) -> Vec<Who> {
    let all = SEATS.iter().flat_map(|place| [Us(*place), Ru(*place)]);
    let named = |who: &Who| case.delegations().any(|one| Some(one) == who.delegation().as_ref());
    all.filter(named).collect()
}

pub fn constitute(story: &Story) -> Action {
    constitute_in(&story.case)
}

pub fn constitute_in(case: &Case) -> Action {
    Action::ConstitutePanel(ConstitutePanel {
        members: panel_of(case).into_iter().map(seat).collect(),
    })
}

pub fn no_interest() -> Action {
    Action::DeclareInterest(DeclareInterest {
        interest: false,
        what: None,
    })
}

pub fn interest() -> Action {
    Action::DeclareInterest(DeclareInterest {
        interest: true,
        what: Some(words("My brother works there.")),
    })
}

pub fn recuse() -> Action {
    Action::Recuse(Recuse {
        person: None,
        reason_class: RecusalClass::Appearance,
        text: words("It would look bad."),
    })
}

pub fn recuse_other(who: Who) -> Action {
    Action::Recuse(Recuse {
        person: Some(who.id()),
        reason_class: RecusalClass::Unavailable,
        text: words("Cannot be reached."),
    })
}

/// Somebody takes the seat of one who left.
pub fn substitute(out: Who, by: Who, role: Role) -> Action {
    Action::SubstituteMember(SubstituteMember {
        out: out.id(),
        seat: PanelSeat {
            person: by.id(),
            delegation: by.delegation().expect("a delegation"),
            roles: [role].into(),
        },
    })
}

pub fn assign(criterion: &str, reviewer: Who) -> Action {
    Action::AssignCriterion(AssignCriterion {
        criterion: criterion.to_owned(),
        reviewer: reviewer.id(),
    })
}

pub fn find(criterion: &str, value: FindingValue) -> Action {
    Action::ProposeFinding(ProposeFinding {
        criterion: criterion.to_owned(),
        value,
        reasons: words("As the list shows."),
        evidence: vec![evidence(FIRST)],
        condition: (value == FindingValue::MetWithCondition).then(|| words("Monthly reports.")),
    })
}

pub fn evidence(document: DocumentId) -> EvidenceRef {
    EvidenceRef {
        document,
        sha256: sha256_of(document),
        place: Some("p. 2".to_owned()),
    }
}

pub fn countersign_finding(criterion: &str, proposer: Who) -> Action {
    Action::CountersignFinding(CountersignFinding {
        criterion: criterion.to_owned(),
        proposed_by: proposer.id(),
    })
}

/// A draft that approves all that was asked for.
pub fn draft(story: &Story) -> Action {
    draft_in(&story.case, Outcome::Approved)
}

pub fn draft_to_refuse(story: &Story) -> Action {
    draft_in(&story.case, Outcome::Refused)
}

pub fn draft_in(case: &Case, outcome: Outcome) -> Action {
    let reason = |criterion: &corridor::domain::notice::Criterion| CriterionReason {
        criterion: criterion.id.clone(),
        reason: words("See the findings."),
    };
    let asked = corridor::workflow::decision::requested(case);
    let approves = outcome.approves();
    let conditions = (outcome == Outcome::ApprovedWithConditions).then(|| Condition {
        id: "K1".to_owned(),
        text: words("Monthly reports."),
        owner: None,
        precedent: true,
    });
    let authorised = match outcome {
        Outcome::ApprovedInPart => Some(tonnes("400")),
        _ => asked.filter(|_| approves),
    };
    let from = case.dossier.validity.as_ref().map(|validity| validity.from);
    Action::CirculateDraft(CirculateDraft {
        outcome,
        reasons: case.terms.criteria.iter().map(reason).collect(),
        conditions: conditions.into_iter().collect(),
        authorised,
        valid_from: from.filter(|_| approves),
        validity_months: approves.then_some(6),
    })
}

pub fn open_ballot(story: &Story) -> Action {
    Action::OpenBallot(OpenBallot { draft: story.draft() })
}

pub fn vote(choice: Choice) -> impl Fn(&Story) -> Action {
    move |story| vote_in(&story.case, choice)
}

pub fn vote_in(case: &Case, choice: Choice) -> Action {
    let refuses = choice == Choice::Refuse;
    let because = match choice {
        Choice::Refuse => vec!["C1".to_owned()],
        Choice::ApproveWithConditions => vec!["K1".to_owned()],
        _ => vec![],
    };
    Action::CastVote(CastVote {
        draft: case.ballot.digest.clone().unwrap_or_default(),
        vote: Vote {
            choice,
            because,
            reason: refuses.then(|| words("Not civilian.")),
        },
    })
}

pub fn close_ballot() -> Action {
    Action::CloseBallot(Nothing {})
}

pub fn sign(story: &Story) -> Action {
    Action::SignDecision(SignDecision { draft: story.draft() })
}

/// The holder's word that the condition is fulfilled.
pub fn report_condition(condition: &str) -> Action {
    Action::ReportCondition(ReportCondition {
        condition: condition.to_owned(),
        text: words("The seals are on."),
        evidence: vec![PAPER],
    })
}

pub fn confirm_condition(condition: &str, fulfilled: bool) -> Action {
    Action::ConfirmCondition(ConfirmCondition {
        condition: condition.to_owned(),
        fulfilled,
        reason: words("As the pictures show."),
    })
}

pub fn final_report() -> Action {
    Action::FileFinalReport(FileFinalReport {
        text: words("All of it has arrived."),
        evidence: vec![],
    })
}

pub fn ship(amount: &str) -> Action {
    Action::NotifyShipment(NotifyShipment {
        quantity: tonnes(amount),
        final_country: "ET".to_owned(),
        consignee: "p3".to_owned(),
        from: "RUNVS".to_owned(),
        to: "DJJIB".to_owned(),
        vessel: Some(Vessel {
            name: "SYNTHETIC 1".to_owned(),
            imo: "9999010".to_owned(),
            flag: None,
        }),
        bank: Some("UBSWCHZH".to_owned()),
    })
}

pub fn load(shipment: u32, amount: &str) -> impl Fn(&Story) -> Action {
    let quantity = tonnes(amount);
    move |story| load_in(&story.case, shipment, quantity.clone(), story.now)
}

pub fn load_in(case: &Case, shipment: u32, quantity: Quantity, now: Instant) -> Action {
    Action::ReportLoading(ReportLoading {
        shipment,
        quantity,
        loaded_on: case.local_date(now),
        bill_of_lading: PAPER,
        weight_note: PAPER,
    })
}

pub fn position(shipment: u32, position: Position) -> impl Fn(&Story) -> Action {
    move |story| position_in(&story.case, shipment, position, story.now)
}

pub fn position_in(case: &Case, shipment: u32, position: Position, now: Instant) -> Action {
    Action::ReportPosition(ReportPosition {
        shipment,
        position,
        on: case.local_date(now),
        place: "Djibouti".to_owned(),
    })
}

pub fn attest(shipment: u32, amount: &str) -> impl Fn(&Story) -> Action {
    let quantity = tonnes(amount);
    move |story| attest_in(&story.case, shipment, quantity.clone(), story.now)
}

pub fn attest_in(case: &Case, shipment: u32, quantity: Quantity, now: Instant) -> Action {
    Action::AttestDelivery(AttestDelivery {
        shipment,
        quantity,
        on: case.local_date(now),
        place: "Adama".to_owned(),
        evidence: vec![PAPER],
    })
}

pub fn verify(shipment: u32, verified: bool) -> Action {
    Action::VerifyDelivery(VerifyDelivery {
        shipment,
        verified,
        basis: words("The monitor's report."),
    })
}

pub fn lose(shipment: u32, what: LossKind) -> Action {
    Action::ReportLoss(ReportLoss {
        shipment,
        what,
        reason: words("The hold was flooded."),
        evidence: vec![PAPER],
    })
}

pub fn correct(shipment: u32, amount: &str) -> Action {
    Action::ProposeCorrection(ProposeCorrection {
        shipment,
        delivered: tonnes(amount),
        reason: words("A typing error."),
    })
}

pub fn confirm_correction(shipment: u32, agree: bool) -> Action {
    Action::ConfirmCorrection(ConfirmCorrection { shipment, agree })
}

pub fn outcome() -> Action {
    Action::ProposeOutcome(ProposeOutcome { remarks: None })
}

pub fn sign_outcome(story: &Story) -> Action {
    sign_outcome_in(&story.case)
}

pub fn sign_outcome_in(case: &Case) -> Action {
    let statement = case.outcome_statement.as_ref().map(|(digest, _)| digest.clone());
    Action::SignOutcome(SignOutcome {
        statement: statement.unwrap_or_default(),
    })
}
