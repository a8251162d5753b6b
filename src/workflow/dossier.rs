//! The dossier: what follows from each step, and how history folds.

use super::{action::*, case::*, event::Event, happening::*, notice::Notice, refusal::Refusal, state::*, step::Ask};
use crate::domain::{
    Instant,
    check::{self, Blocks},
    dossier::{DocumentRef, Dossier, Section},
    notice::{ClockStart, NoticeContent},
    people::Role,
    text::{Private, Words},
};

pub(super) fn effects(ask: &Ask<'_, Case>, action: &Action) -> Result<Vec<Happening>, Refusal> {
    use Happening as H;
    let case = ask.subject;
    let nothing = Nothing {};
    Ok(vec![match action {
        Action::StartDossier(start) => started(ask, start)?,
        Action::SaveSection(save) => {
            let name = section_name(&save.save);
            let saved = case.saved.get(name).copied().unwrap_or(0) + 1;
            H::SectionSaved(SectionSaved {
                name: name.to_owned(),
                saved,
                section: Private::Known(save.save.clone()),
            })
        }
        Action::AttachDocument(attach) => attached(ask, attach)?,
        Action::DetachDocument(detach) => H::DocumentDetached(detach.clone()),
        Action::MigrateDossier(_) => H::DossierMigrated(DossierMigrated {
            terms: current_terms(ask)?,
        }),
        Action::SubmitDossier(submit) => return submitted(ask, submit),
        Action::DiscardDossier(_) => H::DossierDiscarded(nothing),
        Action::TakeCase(_) => H::CaseTaken(nothing),
        Action::AcceptDossier(body) => H::DossierAccepted(body.clone()),
        Action::CountersignAcceptance(_) => H::AcceptanceCountersigned(nothing),
        Action::ReturnDossier(body) => {
            let answer_by = body.answer_by.unwrap_or_else(|| default_answer_by(case, ask.now));
            H::DossierReturned(DossierReturned {
                deficiencies: body.deficiencies.clone(),
                answer_by,
            })
        }
        Action::RemindToAnswer(body) => H::AnswerReminded(body.clone()),
        Action::ResubmitDossier(body) => return resubmitted(ask, body),
        Action::WarnOfLapse(_) => H::LapseWarned(nothing),
        Action::LapseUnanswered(_) => H::DossierLapsed(nothing),
        Action::ReviveDossier(body) => {
            let answer_by = default_answer_by(case, ask.now);
            H::DossierRevived(DossierRevived {
                reason: body.reason.clone(),
                answer_by,
            })
        }
        Action::DeemComplete(_) => H::DossierDeemedComplete(nothing),
        Action::RejectDossier(body) => H::DossierRejected(body.clone()),
        Action::ProposeNoWaiver(body) => H::NoWaiverProposed(body.clone()),
        Action::ConsentNoWaiver(_) => return no_waiver(ask),
        Action::WithdrawDossier(body) => H::DossierWithdrawn(body.clone()),
        Action::PauseClock(pause) => {
            let until = ask.now + jiff::SignedDuration::from_hours(24 * i64::from(pause.days));
            H::ClockPaused(ClockPaused {
                until,
                reason: pause.reason.clone(),
            })
        }
        Action::ResumeClock(_) => H::ClockResumed(nothing),
        Action::SendMessage(body) => H::MessageSent(body.clone()),
        Action::EndWithNotice(_) => H::CaseEndedWithNotice(nothing),
        _ => return Ok(Vec::new()),
    }])
}

/// The sections that a return can name.
pub const SECTIONS: &[&str] = &[
    "language",
    "applicant",
    "purpose",
    "beneficiaries",
    "parties",
    "goods",
    "shipments",
    "payments",
    "safeguards",
    "validity",
    "statements",
    "contacts",
    "documents",
];

/// The section's name in the exchange format.
#[must_use]
pub fn section_name(section: &Section) -> &'static str {
    match section {
        Section::Language(_) => "language",
        Section::Applicant(_) => "applicant",
        Section::Purpose(_) => "purpose",
        Section::Beneficiaries(_) => "beneficiaries",
        Section::Parties(_) => "parties",
        Section::Goods(_) => "goods",
        Section::Shipments(_) => "shipments",
        Section::Payments(_) => "payments",
        Section::Safeguards(_) => "safeguards",
        Section::Validity(_) => "validity",
        Section::Statements(_) => "statements",
        Section::Contacts(_) => "contacts",
    }
}

/// The words in which an action gives its reason, where one is mandatory (G8).
pub(super) fn reason_of(action: &Action) -> Option<&Words> {
    match action {
        Action::ReviveDossier(body) | Action::AbortInspection(body) | Action::RefuseInspection(body) => {
            Some(&body.reason)
        }
        Action::RefuseSignature(body) => Some(&body.reason),
        Action::RejectDossier(body) => Some(&body.reasons),
        Action::ProposeNoWaiver(body) => Some(&body.legal_note),
        Action::SendMessage(body) => Some(&body.text),
        Action::AskQuestion(body) => Some(&body.text),
        Action::MarkInsufficient(body) => Some(&body.reason),
        Action::CancelQuestion(body) => Some(&body.reason),
        Action::ProposeDisposition(body) => Some(&body.reason),
        Action::ConfirmDisposition(body) => Some(&body.reason),
        Action::Recuse(body) => Some(&body.text),
        Action::ProposeFinding(body) => Some(&body.reasons),
        Action::PostponeInspection(body) => Some(&body.reason),
        Action::RecordObservation(body) => Some(&body.note),
        Action::DraftReport(body) => Some(&body.text),
        Action::VerifyDelivery(body) => Some(&body.basis),
        Action::ReportLoss(body) => Some(&body.reason),
        Action::ReportCondition(body) => Some(&body.text),
        Action::ConfirmCondition(body) => Some(&body.reason),
        Action::FileFinalReport(body) => Some(&body.text),
        Action::ProposeCorrection(body) => Some(&body.reason),
        _ => None,
    }
}

fn current_terms(ask: &Ask<'_, Case>) -> Result<Terms, Refusal> {
    let gone = || Refusal::condition("D-01", "notice_open", "The notice is not open for dossiers.");
    ask.around
        .notice
        .as_ref()
        .and_then(|notice: &Notice| notice.terms_at(ask.now))
        .ok_or_else(gone)
}

fn started(ask: &Ask<'_, Case>, start: &StartDossier) -> Result<Happening, Refusal> {
    let terms = current_terms(ask)?;
    let organisation = start.on_behalf_of.unwrap_or(ask.actor.organisation);
    let unknown = || {
        Refusal::condition("D-01", "organisation_unknown", "That organisation is not registered.").at("on_behalf_of")
    };
    let facts = ask.around.organisations.get(&organisation).ok_or_else(unknown)?;
    let eligible = terms
        .content
        .known()
        .zip(facts.type_)
        .is_some_and(|(n, type_)| n.eligible_submitters.contains(&type_));
    if !eligible {
        let sentence = "This notice is not open to organisations of your kind; see its eligible submitters.";
        return Err(Refusal::condition("D-01", "not_eligible_submitter", sentence));
    }
    let sponsored = ask.role == Role::Sponsor && organisation != ask.actor.organisation;
    Ok(Happening::DossierStarted(Box::new(DossierStarted {
        notice: start.notice,
        terms,
        organisation,
        unit: Words::new(&facts.unit),
        sponsor: (sponsored || facts.is_sponsor).then_some(ask.actor.organisation),
        affiliation: facts.affiliation.clone(),
        dossier: start
            .dossier
            .as_ref()
            .map(|dossier| Private::Known(without_documents(dossier))),
    })))
}

/// An imported dossier brings its words; its files are uploaded here first.
fn without_documents(dossier: &Dossier) -> Dossier {
    Dossier {
        documents: Vec::new(),
        ..dossier.clone()
    }
}

fn attached(ask: &Ask<'_, Case>, attach: &AttachDocument) -> Result<Happening, Refusal> {
    let unknown =
        || Refusal::condition("D-02", "document_unknown", "Upload the file to this case first.").at("document");
    let file = ask.around.documents.get(&attach.document).ok_or_else(unknown)?;
    let reference = DocumentRef {
        id: attach.document,
        class: attach.class.clone(),
        file_name: file.file_name.clone(),
        language: attach.language,
        sha256: file.sha256.clone(),
        bytes: file.bytes,
        media_type: file.media_type.clone(),
        confidential: attach.confidential,
        public_twin: attach.public_twin,
        no_twin_reason: attach.no_twin_reason.as_ref().map(|reason| reason.as_str().to_owned()),
        replaces: attach.replaces,
    };
    Ok(Happening::DocumentAttached(DocumentAttached {
        document: attach.document,
        class: attach.class.clone(),
        sha256: file.sha256.clone(),
        reference: Private::Known(reference),
    }))
}

/// The machine's findings that stand in the way, as details of a refusal.
pub(super) fn check_dossier(
    ask: &Ask<'_, Case>,
    rule: &'static str,
    dossier: &Dossier,
    terms: &NoticeContent,
) -> Result<(), Refusal> {
    let around = check::Around {
        programme_left: ask.around.programme_left.clone(),
        declaration_signed: Some(true),
        ..check::Around::UNKNOWN
    };
    let report = check::check(dossier, terms, &around);
    let blocking: Vec<_> = report
        .findings
        .iter()
        .filter(|finding| finding.blocks == Blocks::Submission)
        .map(|finding| (finding.path.clone(), finding.code.to_string(), finding.message.clone()))
        .collect();
    if blocking.is_empty() {
        return Ok(());
    }
    let sentence = format!(
        "The dossier is not complete: {} thing(s) to mend before it can be submitted.",
        blocking.len()
    );
    Err(Refusal::condition(rule, "dossier_incomplete", sentence).because(blocking))
}

fn submitted(ask: &Ask<'_, Case>, submit: &SubmitDossier) -> Result<Vec<Happening>, Refusal> {
    let case = ask.subject;
    check_dossier(ask, "D-04", &case.dossier, &case.terms)?;
    Ok(vec![Happening::DossierSubmitted(DossierSubmitted {
        reference: super::reference("CW", case.id.0, case.local_date(ask.now).year()),
        version: 1,
        digest: super::digest(&case.dossier),
        declaration: submit.declaration.clone(),
    })])
}

fn resubmitted(ask: &Ask<'_, Case>, body: &ResubmitDossier) -> Result<Vec<Happening>, Refusal> {
    let case = ask.subject;
    check_dossier(ask, "D-09", &case.dossier, &case.terms)?;
    let version = next_version(case);
    let digest = super::digest(&case.dossier);
    let (answers, declaration) = (body.answers.clone(), body.declaration.clone());
    let mut happenings = vec![Happening::DossierResubmitted(DossierResubmitted {
        version,
        digest,
        declaration,
        answers,
    })];
    happenings.extend(super::committee::reopened(case));
    Ok(happenings)
}

/// The number of the next submitted version.
pub(super) fn next_version(case: &Case) -> u32 {
    case.frozen.last().map_or(1, |frozen| frozen.version + 1)
}

pub(super) fn default_answer_by(case: &Case, now: Instant) -> crate::domain::Date {
    let days = case.terms.policy.answer_days;
    crate::clockwork::working_day_after(&case.holidays, case.local_date(now), days)
}

fn no_waiver(ask: &Ask<'_, Case>) -> Result<Vec<Happening>, Refusal> {
    let case = ask.subject;
    let delegation = super::own_delegation(ask)?;
    let mut consents = case
        .no_waiver
        .as_ref()
        .map(|proposal| proposal.consents.clone())
        .unwrap_or_default();
    consents.insert(delegation.clone());
    let mut happenings = vec![Happening::NoWaiverConsented(ByDelegation { delegation })];
    if case.delegations().all(|delegation| consents.contains(delegation)) {
        happenings.push(Happening::CaseDecided(CaseDecided {
            outcome: Outcome::NoWaiverRequired,
            on_day: case.day_number(ask.now),
            draft: None,
            reason: None,
            as_of: ask.now,
        }));
    }
    Ok(happenings)
}

pub(super) fn apply(case: &mut Case, event: &Event<Happening>) {
    use Happening as H;
    let at = event.effective_at;
    if Role::SUBMITTER.contains(&event.by.role) {
        case.hands.insert(event.by.person);
    }
    if case.state == DossierState::Draft {
        case.drafting_agent = (event.by.role == Role::Agent).then_some(event.by.person);
    }
    match &event.happened {
        H::DossierStarted(started) => begin(case, started),
        H::SectionSaved(saved) => {
            case.saved.insert(saved.name.clone(), saved.saved);
            if let Private::Known(section) = &saved.section {
                put(&mut case.dossier, section.clone());
            }
        }
        H::DocumentAttached(attached) => attach(case, attached),
        H::DocumentDetached(detached) => case.dossier.documents.retain(|d| d.id != detached.document),
        H::DossierMigrated(migrated) => set_terms(case, &migrated.terms),
        H::DossierSubmitted(submitted) => {
            case.reference = Some(submitted.reference.clone());
            case.submitted_at = Some(at);
            case.state = DossierState::Submitted;
            case.intake.since = Some(at);
            freeze(case, submitted.version, &submitted.digest, at);
            start_clock_if(case, ClockStart::Submission, at);
        }
        H::DossierDiscarded(_) => case.state = DossierState::Discarded,
        H::CaseTaken(_) => {
            case.state = DossierState::Completeness;
            case.intake.owner = Some(event.by.person);
        }
        H::DossierAccepted(_) => case.intake.accepted_by = Some(event.by.person),
        H::AcceptanceCountersigned(_) | H::DossierDeemedComplete(_) => {
            case.state = DossierState::UnderReview;
            start_clock_if(case, ClockStart::Acceptance, at);
        }
        H::DossierReturned(returned) => give_back(case, &returned.deficiencies, returned.answer_by, at),
        H::DossierRevived(revived) => {
            case.clock.stops = super::intake::continued_stops(case);
            let returned = case.intake.returned.take();
            let items = returned.map(|returned| returned.deficiencies).unwrap_or_default();
            case.clock.ended = None;
            case.panel.phase = Phase::Constituting;
            give_back(case, &items, revived.answer_by, at);
        }
        H::DossierResubmitted(again) => {
            case.state = DossierState::Completeness;
            case.intake.returned = None;
            case.intake.since = Some(at);
            freeze(case, again.version, &again.digest, at);
            resume(case, "returned_incomplete", at);
        }
        H::AnswerReminded(reminded) => {
            if let Some(returned) = case.intake.returned.as_mut() {
                returned.reminded.insert(reminded.working_days_left);
            }
        }
        H::LapseWarned(_) => {
            if let Some(returned) = case.intake.returned.as_mut() {
                returned.warned = true;
            }
        }
        H::DossierLapsed(_) => {
            if let Some(returned) = case.intake.returned.as_mut() {
                returned.lapsed_at = Some(at);
            }
            settle(case, DossierState::Lapsed, at);
        }
        H::DossierRejected(_) => settle(case, DossierState::Inadmissible, at),
        H::DossierWithdrawn(_) | H::CaseEndedWithNotice(_) => settle(case, DossierState::Withdrawn, at),
        H::NoWaiverProposed(proposal) => {
            let (legal_note, consents) = (proposal.legal_note.clone(), Default::default());
            case.no_waiver = Some(NoWaiver {
                proposed_by: event.by.person,
                legal_note,
                consents,
            });
        }
        H::NoWaiverConsented(by) => {
            if let Some(proposal) = case.no_waiver.as_mut() {
                proposal.consents.insert(by.delegation.clone());
            }
        }
        H::ClockPaused(paused) => {
            case.pause = Some(paused.until);
            case.pauses += 1;
            stop(case, "applicant_request", at);
        }
        H::ClockResumed(_) => {
            case.pause = None;
            resume(case, "applicant_request", at);
        }
        H::MessageSent(message) => {
            let from_submitter = Role::SUBMITTER.contains(&event.by.role);
            case.messages.push(Message {
                at,
                by: event.by.person,
                from_submitter,
                text: message.text.clone(),
            });
        }
        _ => {}
    }
}

fn begin(case: &mut Case, started: &DossierStarted) {
    set_terms(case, &started.terms);
    case.organisation = started.organisation;
    case.unit = started.unit.as_str().to_owned();
    case.sponsor = started.sponsor;
    case.affiliation = started.affiliation.clone();
    if let Some(Private::Known(dossier)) = &started.dossier {
        case.dossier = dossier.clone();
    }
}

pub(super) fn set_terms(case: &mut Case, terms: &Terms) {
    case.edition = terms.edition;
    case.holidays = terms.holidays.clone();
    if let Private::Known(content) = &terms.content {
        case.terms = content.clone();
    }
}

fn put(dossier: &mut Dossier, section: Section) {
    match section {
        Section::Language(content) => dossier.language = content,
        Section::Applicant(content) => dossier.applicant = Some(content),
        Section::Purpose(content) => dossier.purpose = Some(content),
        Section::Beneficiaries(content) => dossier.beneficiaries = content,
        Section::Parties(content) => dossier.parties = content,
        Section::Goods(content) => dossier.goods = content,
        Section::Shipments(content) => dossier.shipments = content,
        Section::Payments(content) => dossier.payments = content,
        Section::Safeguards(content) => dossier.safeguards = content,
        Section::Validity(content) => dossier.validity = Some(content),
        Section::Statements(content) => dossier.statements = content,
        Section::Contacts(content) => dossier.contacts = content,
    }
}

fn attach(case: &mut Case, attached: &DocumentAttached) {
    if let Private::Known(reference) = &attached.reference {
        let replaced = reference.replaces;
        case.dossier
            .documents
            .retain(|document| document.id != attached.document && Some(document.id) != replaced);
        case.dossier.documents.push(reference.clone());
    }
}

/// What is submitted is kept as it is.
pub(super) fn freeze(case: &mut Case, version: u32, digest: &str, at: Instant) {
    case.frozen.push(Frozen {
        version,
        digest: digest.to_owned(),
        at,
        dossier: case.dossier.clone(),
    });
}

fn give_back(case: &mut Case, deficiencies: &[Deficiency], answer_by: crate::domain::Date, at: Instant) {
    case.state = DossierState::Returned;
    case.intake.accepted_by = None;
    case.intake.since = None;
    case.intake.returned = Some(Returned {
        deficiencies: deficiencies.to_vec(),
        answer_by,
        warned: false,
        lapsed_at: None,
        reminded: Default::default(),
    });
    stop(case, "returned_incomplete", at);
}

fn start_clock_if(case: &mut Case, when: ClockStart, at: Instant) {
    if case.policy().start == when && case.clock.start.is_none() {
        case.clock.start = Some(at);
    }
}

/// Opens a stop, at most one for each reason.
pub(super) fn stop(case: &mut Case, reason: &'static str, at: Instant) {
    let open = case
        .clock
        .stops
        .iter()
        .any(|stop| stop.reason == reason && stop.to.is_none());
    if case.clock_alive() && !open {
        case.clock.stops.push(ClockStop {
            reason,
            from: at,
            to: None,
        });
    }
}

/// Closes the open stop for this reason.
pub(super) fn resume(case: &mut Case, reason: &str, at: Instant) {
    for stop in case
        .clock
        .stops
        .iter_mut()
        .filter(|stop| stop.reason == reason && stop.to.is_none())
    {
        stop.to = Some(at);
    }
}

/// The end of a case: no running clock, no open question, no timer (invariant 10).
pub(super) fn settle(case: &mut Case, state: DossierState, at: Instant) {
    case.state = state;
    case.pause = None;
    for stop in case.clock.stops.iter_mut().filter(|stop| stop.to.is_none()) {
        stop.to = Some(at);
    }
    if case.clock.start.is_some() {
        case.clock.ended = Some(at);
    }
    for round in case
        .rounds
        .iter_mut()
        .filter(|round| round.state == RoundOutcome::Issued)
    {
        round.state = RoundOutcome::Cancelled;
    }
    case.panel.phase = Phase::Closed;
}
