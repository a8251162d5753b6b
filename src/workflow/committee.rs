//! The joint committee: what follows from each step, and how history folds.

use super::{action::*, case::*, event::Event, happening::*, refusal::Refusal, state::*, step::Ask};
use crate::domain::{
    Instant,
    id::PersonId,
    notice::InspectionPolicy,
    people::{Delegation, Role},
    text::Words,
};

pub(super) fn effects(ask: &Ask<'_, Case>, action: &Action) -> Result<Vec<Happening>, Refusal> {
    use Happening as H;
    Ok(vec![match action {
        Action::ConstitutePanel(body) => H::PanelConstituted(PanelConstituted {
            members: body.members.iter().map(|seat| taken(ask, seat)).collect(),
        }),
        Action::DeclareInterest(body) => H::InterestDeclared(body.clone()),
        Action::ExcludeConflicted(body) => H::MemberExcluded(body.clone()),
        Action::Recuse(body) => {
            let person = body.person.unwrap_or(ask.actor.person);
            H::MemberRecused(MemberRecused {
                person,
                reason_class: body.reason_class,
                text: body.text.clone(),
            })
        }
        Action::SubstituteMember(body) => H::MemberSubstituted(MemberSubstituted {
            out: body.out,
            seat: taken(ask, &body.seat),
        }),
        Action::AssignCriterion(body) => H::CriterionAssigned(body.clone()),
        Action::ProposeFinding(body) => {
            let delegation = super::own_delegation(ask)?;
            H::FindingProposed(FindingProposed {
                delegation,
                finding: body.clone(),
            })
        }
        Action::CountersignFinding(body) => {
            let delegation = super::own_delegation(ask)?;
            H::FindingCountersigned(FindingKey {
                criterion: body.criterion.clone(),
                delegation,
            })
        }
        _ => return Ok(Vec::new()),
    }])
}

fn taken(ask: &Ask<'_, Case>, seat: &PanelSeat) -> SeatTaken {
    let unit = ask
        .around
        .people
        .get(&seat.person)
        .map_or("", |person| person.unit.as_str());
    SeatTaken {
        person: seat.person,
        delegation: seat.delegation.clone(),
        roles: seat.roles.clone(),
        unit: Words::new(unit),
    }
}

/// Does every delegation have everybody it needs, each person one seat?
pub(super) fn complete(case: &Case, seats: &[PanelSeat]) -> bool {
    let mut needed = vec![Role::Head, Role::Alternate, Role::Reviewer, Role::CoChair];
    if case.terms.policy.inspection != InspectionPolicy::None {
        needed.push(Role::Inspector);
    }
    let has = |delegation: &Delegation, role: &Role| {
        seats
            .iter()
            .any(|seat| &seat.delegation == delegation && seat.roles.contains(role))
    };
    let known = |seat: &PanelSeat| case.delegations().any(|delegation| delegation == &seat.delegation);
    let once = |seat: &PanelSeat| seats.iter().filter(|other| other.person == seat.person).count() == 1;
    let one = |delegation: &Delegation, role: Role| {
        let of = |seat: &&PanelSeat| &seat.delegation == delegation && seat.roles.contains(&role);
        seats.iter().filter(of).count() == 1
    };
    case.delegations().all(|delegation| {
        needed.iter().all(|role| has(delegation, role)) && one(delegation, Role::Head) && one(delegation, Role::CoChair)
    }) && seats.iter().all(|seat| known(seat) && once(seat))
}

/// May this person take this seat?
pub(super) fn eligible(ask: &Ask<'_, Case>, seat: &PanelSeat) -> bool {
    let case = ask.subject;
    let fresh = !case
        .panel
        .members
        .iter()
        .any(|member| member.person == seat.person && member.out);
    ask.around.people.get(&seat.person).is_some_and(|person| {
        person.delegation.as_ref() == Some(&seat.delegation)
            && !seat.roles.is_empty()
            && seat
                .roles
                .iter()
                .all(|role| Role::COMMITTEE.contains(role) && person.is(*role))
            && !case.hands.contains(&person.person)
            && !super::visibility::same_unit(case, person)
            && fresh
    })
}

pub(super) fn seat_to_fill(ask: &Ask<'_, Case>, body: &SubstituteMember) -> bool {
    let left = ask
        .subject
        .panel
        .members
        .iter()
        .find(|member| member.person == body.out && member.out);
    let own = ask.role == Role::SecretariatLead || ask.actor.delegation.as_ref() == Some(&body.seat.delegation);
    left.is_some_and(|member| member.delegation == body.seat.delegation) && own
}

/// Does the citation name a submitted document by its very bytes?
pub(super) fn exact(case: &Case, evidence: &EvidenceRef) -> bool {
    let submitted = &case.submitted_dossier().documents;
    submitted
        .iter()
        .any(|d| d.id == evidence.document && d.sha256.eq_ignore_ascii_case(&evidence.sha256))
        || captured(case, evidence)
}

/// Does it name what the inspection captured? (I-09: the report's material is evidence like any other.)
fn captured(case: &Case, evidence: &EvidenceRef) -> bool {
    let captures = case
        .inspection
        .observations
        .iter()
        .filter_map(|one| one.capture.as_ref());
    captures
        .into_iter()
        .any(|(id, sha256)| *id == evidence.document && sha256.eq_ignore_ascii_case(&evidence.sha256))
}

/// Findings whose evidence is no longer part of the newly submitted dossier go back to the reviewer (F-03).
pub(super) fn reopened(case: &Case) -> Vec<Happening> {
    let gone = |evidence: &EvidenceRef| {
        !case
            .dossier
            .documents
            .iter()
            .any(|d| d.id == evidence.document && d.sha256.eq_ignore_ascii_case(&evidence.sha256))
            && !captured(case, evidence)
    };
    case.findings
        .iter()
        .filter(|(_, finding)| finding.state != FindingState::Open && finding.evidence.iter().any(gone))
        .map(|((criterion, delegation), _)| {
            Happening::FindingReopened(FindingKey {
                criterion: criterion.clone(),
                delegation: delegation.clone(),
            })
        })
        .collect()
}

/// The states of the findings that this act may mean: the target's, or those of all criteria and delegations.
pub(super) fn finding_states(case: &Case, action: Option<&Action>) -> Vec<State> {
    let criterion = match action {
        Some(Action::ProposeFinding(body)) => Some(&body.criterion),
        Some(Action::CountersignFinding(body)) => Some(&body.criterion),
        _ => None,
    };
    let mut states = Vec::new();
    for wanted in case
        .terms
        .criteria
        .iter()
        .filter(|known| criterion.is_none_or(|only| only == &known.id))
    {
        for delegation in case.delegations() {
            let finding = case.findings.get(&(wanted.id.clone(), delegation.clone()));
            states.push(State::Finding(
                finding.map_or(FindingState::Open, |finding| finding.state),
            ));
        }
    }
    if states.is_empty() {
        // An unknown criterion is a missing condition, not a wrong state.
        states.extend([
            State::Finding(FindingState::Open),
            State::Finding(FindingState::Proposed),
        ]);
    }
    states
}

/// Conflicts that the rule engine finds by itself (C-03), at once.
pub(super) fn due(case: &Case) -> Option<(Instant, Action)> {
    if case.state.is_settled() {
        return None;
    }
    let conflict = |member: &Member| {
        if member.interest == Some(true) {
            Some(ConflictGround::DeclaredInterest)
        } else if case.hands.contains(&member.person) {
            Some(ConflictGround::ActedOnDossier)
        } else {
            None
        }
    };
    let (person, ground) = case
        .members()
        .find_map(|member| Some((member.person, conflict(member)?)))?;
    Some((
        case.updated_at,
        Action::ExcludeConflicted(ExcludeConflicted { person, ground }),
    ))
}

/// Is every mandatory finding of every participating delegation countersigned, by people who are still in?
#[must_use]
pub fn findings_complete(case: &Case) -> bool {
    let mut mandatory = case.mandatory_criteria();
    mandatory.all(|criterion| {
        case.voting_delegations().all(|delegation| {
            let finding = case.findings.get(&(criterion.to_owned(), delegation.clone()));
            match finding {
                Some(finding) => finding.state == FindingState::Countersigned && !finding.must_renew,
                // I-10: what the host did not let anybody see is insufficient, unless the delegation finds otherwise.
                None => super::inspection::refused_criteria(case).contains(criterion),
            }
        })
    })
}

/// Does every voting delegation have a head or an alternate who may vote?
#[must_use]
pub fn quorate(case: &Case) -> bool {
    let votes = |member: &Member| member.roles.contains(&Role::Head) || member.roles.contains(&Role::Alternate);
    let mut delegations = case.voting_delegations();
    delegations.all(|delegation| {
        case.members()
            .any(|member| &member.delegation == delegation && votes(member) && member.interest == Some(false))
    })
}

pub(super) fn apply(case: &mut Case, event: &Event<Happening>) {
    use Happening as H;
    match &event.happened {
        H::PanelConstituted(panel) => {
            case.panel.members = panel.members.iter().map(member).collect();
            case.panel.phase = Phase::Documentary;
        }
        H::InterestDeclared(declared) => {
            if let Some(member) = case
                .panel
                .members
                .iter_mut()
                .find(|m| m.person == event.by.person && !m.out)
            {
                member.interest = Some(declared.interest);
            }
        }
        H::MemberExcluded(excluded) => leave(case, excluded.person),
        H::MemberRecused(recused) => leave(case, recused.person),
        H::MemberSubstituted(substituted) => seat(case, &substituted.seat),
        H::CriterionAssigned(assigned) => {
            if let Some(delegation) = event.by.delegation.clone() {
                case.panel
                    .assigned
                    .insert((assigned.criterion.clone(), delegation), assigned.reviewer);
            }
        }
        H::FindingProposed(proposed) => {
            let key = (proposed.finding.criterion.clone(), proposed.delegation.clone());
            case.findings.insert(key, finding(&proposed.finding, event.by.person));
        }
        H::FindingCountersigned(key) => {
            if let Some(finding) = case.findings.get_mut(&(key.criterion.clone(), key.delegation.clone())) {
                finding.state = FindingState::Countersigned;
                finding.countersigned_by = Some(event.by.person);
            }
        }
        H::FindingReopened(key) => {
            if let Some(finding) = case.findings.get_mut(&(key.criterion.clone(), key.delegation.clone())) {
                finding.state = FindingState::Proposed;
                finding.countersigned_by = None;
                // The citation no longer stands: the reviewer proposes again.
                finding.must_renew = true;
            }
        }
        _ => {}
    }
}

fn member(seat: &SeatTaken) -> Member {
    Member {
        person: seat.person,
        delegation: seat.delegation.clone(),
        roles: seat.roles.clone(),
        unit: seat.unit.as_str().to_owned(),
        interest: None,
        out: false,
    }
}

fn seat(case: &mut Case, seat: &SeatTaken) {
    match case
        .panel
        .members
        .iter_mut()
        .find(|member| member.person == seat.person && !member.out)
    {
        // The alternate moves up and keeps what was declared.
        Some(known) => known.roles.extend(seat.roles.iter().copied()),
        None => case.panel.members.push(member(seat)),
    }
}

/// Reading and voting end; findings made must be confirmed by another; a vote not yet opened is void.
fn leave(case: &mut Case, person: PersonId) {
    for member in case.panel.members.iter_mut().filter(|member| member.person == person) {
        member.out = true;
    }
    for finding in case.findings.values_mut() {
        if finding.proposed_by == person || finding.countersigned_by == Some(person) {
            finding.must_renew |= finding.proposed_by == person;
            finding.state = FindingState::Proposed;
            finding.countersigned_by = None;
        }
    }
    case.panel.assigned.retain(|_, reviewer| *reviewer != person);
    if case.ballot.closed.is_none() {
        case.ballot.cast.retain(|_, vote| vote.by != person);
    }
}

fn finding(proposed: &ProposeFinding, by: PersonId) -> Finding {
    Finding {
        state: FindingState::Proposed,
        value: proposed.value,
        reasons: proposed.reasons.clone(),
        evidence: proposed.evidence.clone(),
        condition: proposed.condition.clone(),
        proposed_by: by,
        countersigned_by: None,
        must_renew: false,
    }
}
