//! Wishes that the conditions of the law exist to refuse, and the places where some of them bite.

use crate::{cast::*, inspecting, moves::Moves, setting::*, story::Story, wishes::*};
use corridor::domain::{Instant, dossier::Section, people::Role, quantity::Quantity};
use corridor::workflow::{action::*, case::Case, notice::Notice};

/// The small notice with a second edition in effect from the 1st of October on.
pub fn amended_notice() -> Notice {
    let mut story = Story::new();
    story.on_notice(Officer, &crate::notices::favourable("2025-10-01 10:00"));
    for who in [Us(CoChair), Ru(CoChair)] {
        let approve = crate::notices::approve_amendment(&story);
        story.on_notice(who, &approve);
    }
    story.notice.clone()
}

/// The small notice, withdrawn; what is under way continues.
pub fn withdrawn_notice() -> Notice {
    let mut story = Story::new();
    for who in [Us(CoChair), Ru(CoChair)] {
        story.on_notice(who, &crate::notices::continuation());
    }
    story.notice.clone()
}

/// Every wish with something wrong in it.
pub fn all(case: &Case, now: Instant) -> Moves {
    let mut tries = intake(case);
    tries.extend(review(case));
    tries.extend(screening(case));
    tries.extend(committee(case));
    tries.extend(inspection(case, now));
    tries.extend(ballot(case));
    tries.extend(shipments(case, now));
    tries
}

fn changed(mut action: Action, change: impl FnOnce(&mut Action)) -> Action {
    change(&mut action);
    action
}

fn intake(case: &Case) -> Moves {
    let attach_with = |change: fn(&mut AttachDocument)| {
        changed(attach(PAPER, "X"), |action| {
            if let Action::AttachDocument(body) = action {
                change(body);
            }
        })
    };
    let return_of = |deficiencies, answer_by| {
        Action::ReturnDossier(ReturnDossier {
            deficiencies,
            answer_by,
        })
    };
    let resubmit = |answers: usize, declaration: &str| {
        Action::ResubmitDossier(ResubmitDossier {
            answers: vec![words("Mended."); answers],
            declaration: declaration.to_owned(),
        })
    };
    let seen = Action::SaveSection(SaveSection {
        seen: Some(99),
        save: Section::Safeguards(String::new()),
    });
    let old = Action::SubmitDossier(SubmitDossier {
        declaration: "2024-1".to_owned(),
    });
    let reject = Action::RejectDossier(RejectDossier {
        ground: InadmissibleGround::Duplicate,
        reasons: words(""),
    });
    let items = case
        .intake
        .returned
        .as_ref()
        .map_or(0, |returned| returned.deficiencies.len());
    vec![
        (Drafter, seen),
        (Drafter, save(Section::Goods(vec![]))),
        (Drafter, attach(QUARANTINED, "X")),
        (Drafter, attach(NEVER_UPLOADED, "X")),
        (Drafter, attach_with(|body| body.public_twin = Some(NEVER_UPLOADED))),
        (Drafter, attach_with(|body| body.replaces = Some(NEVER_UPLOADED))),
        (
            Drafter,
            Action::DetachDocument(DetachDocument {
                document: NEVER_UPLOADED,
            }),
        ),
        (Signatory, Action::MigrateDossier(MigrateDossier { edition: 99 })),
        (Signatory, old),
        (
            Officer,
            Action::AcceptDossier(AcceptDossier {
                checklist: vec![CompletenessLine {
                    line: words("Contacts"),
                    yes: false,
                }],
            }),
        ),
        (Signatory, adopt(99)),
        (Officer, return_of(vec![deficiency("weather")], None)),
        (Officer, return_of(vec![], None)),
        (Officer, return_of(vec![deficiency("goods")], Some(date("2025-01-01")))),
        (Signatory, resubmit(items, "2024-1")),
        (Signatory, resubmit(items + 1, DECLARATION)),
        (Us(CoChair), Action::ReviveDossier(Reasoned { reason: words("") })),
        (Lead, reject),
        (
            Lead,
            Action::ProposeNoWaiver(ProposeNoWaiver { legal_note: words(" ") }),
        ),
        (Signatory, pause(31)),
        (Drafter, Action::SendMessage(SendMessage { text: words("") })),
        (System, Action::IssueWaiver(Nothing {})),
        (System, Action::RaiseScreeningAlarm(Nothing {})),
    ]
}

fn review(case: &Case) -> Moves {
    let question = |criterion: &str, text: &str| {
        Action::AskQuestion(AskQuestion {
            criterion: criterion.to_owned(),
            text: words(text),
            follows: None,
        })
    };
    let by = Action::IssueRound(IssueRound {
        sections: vec![],
        answer_by: Some(date("2025-01-01")),
    });
    let last = case.questions.last().map_or(0, |question| question.number);
    vec![
        (Officer, question("C9", "Where?")),
        (Officer, question("C1", " ")),
        (Us(Reviewer), ask()),
        (Lead, by),
        (Signatory, Action::AnswerRound(AnswerRound { answers: vec![] })),
        (
            Officer,
            Action::MarkInsufficient(MarkInsufficient {
                question: last,
                reason: words(""),
            }),
        ),
        (
            Lead,
            Action::CancelQuestion(CancelQuestion {
                question: last,
                reason: words(""),
            }),
        ),
    ]
}

fn screening(case: &Case) -> Moves {
    let of = |subject: &str, result, hits| {
        Action::RecordScreening(RecordScreening {
            results: vec![ScreeningResult {
                subject: subject.to_owned(),
                result,
                list: "L".to_owned(),
                list_version: "1".to_owned(),
                list_date: case.local_date(case.updated_at),
                hits,
                fingerprint: None,
                closed: vec![],
            }],
            tool: None,
            check: None,
        })
    };
    let unreasoned_proposal = changed(propose_verdict(Verdict::FalsePositive, None), |action| {
        if let Action::ProposeDisposition(body) = action {
            body.reason = words("");
        }
    });
    let unknown = changed(propose_verdict(Verdict::FalsePositive, None), |action| {
        if let Action::ProposeDisposition(body) = action {
            body.entry = "SDN-9".to_owned();
        }
    });
    let stale = changed(propose_verdict(Verdict::FalsePositive, None), |action| {
        if let Action::ProposeDisposition(body) = action {
            body.entry_fingerprint = Some("f0".to_owned());
        }
    });
    let stale_confirmation = changed(confirm_verdict(true), |action| {
        if let Action::ConfirmDisposition(body) = action {
            body.entry_fingerprint = Some("f0".to_owned());
        }
    });
    let covered = propose_verdict(Verdict::FalsePositive, Some("GL 6C"));
    let claimed = changed(of(VESSEL, ScreeningOutcome::Hits, vec![hit()]), |action| {
        if let Action::RecordScreening(body) = action {
            let hits = body.results.iter_mut().flat_map(|result| &mut result.hits);
            hits.for_each(|hit| hit.explanation = Some(serde_json::json!({}).into()));
        }
    });
    let confirm = |entry: &str, reason: &str| {
        Action::ConfirmDisposition(ConfirmDisposition {
            subject: VESSEL.to_owned(),
            entry: entry.to_owned(),
            agree: true,
            reason: words(reason),
            entry_fingerprint: None,
            found_in: None,
        })
    };
    vec![
        (Officer, of("party:p9", ScreeningOutcome::Clear, vec![])),
        (Officer, of("party:p1", ScreeningOutcome::Hits, vec![])),
        (Officer, unreasoned_proposal),
        (Officer, unknown),
        (Officer, stale),
        (Officer, covered),
        (Officer, claimed),
        (Officer, confirm("SDN-1", "")),
        (Officer, confirm("SDN-9", "Read.")),
        (Officer, confirm("SDN-1", "Read.")),
        (Us(Reviewer), confirm("SDN-1", "Read.")),
        (SecondedOfficer, stale_confirmation),
    ]
}

fn committee(case: &Case) -> Moves {
    let seats = |change: fn(&mut Vec<PanelSeat>)| {
        let mut members: Vec<_> = panel_of(case).into_iter().map(seat).collect();
        change(&mut members);
        Action::ConstitutePanel(ConstitutePanel { members })
    };
    let finding = |change: fn(&mut ProposeFinding)| {
        changed(find("C1", FindingValue::Met), |action| {
            if let Action::ProposeFinding(body) = action {
                change(body);
            }
        })
    };
    let unreasoned = Action::Recuse(Recuse {
        person: None,
        reason_class: RecusalClass::Appearance,
        text: words(""),
    });
    let unnamed = Action::DeclareInterest(DeclareInterest {
        interest: true,
        what: None,
    });
    vec![
        (Lead, seats(|members| members.truncate(3))),
        (Lead, seats(|members| members[0].person = Drafter.id())),
        (Us(CoChair), no_interest()),
        (Us(CoChair), recuse()),
        (Us(Reviewer), unnamed),
        (Us(Head), unreasoned),
        (Us(Head), recuse_other(Ru(Head))),
        (Us(CoChair), substitute(Us(SecondReviewer), Us(Spare), Role::Reviewer)),
        (Us(CoChair), substitute(Us(Reviewer), Us(Reviewer), Role::Reviewer)),
        (Us(Head), assign("C9", Us(Reviewer))),
        (Us(Head), assign("C1", Ru(Reviewer))),
        (Us(Head), assign("C1", Us(Reviewer))),
        (Us(Reviewer), find("C1", FindingValue::NotApplicable)),
        (Us(Reviewer), finding(|body| body.criterion = "C9".to_owned())),
        (Us(Reviewer), finding(|body| body.reasons = words(""))),
        (Us(Reviewer), finding(|body| body.evidence.clear())),
        (Us(Reviewer), finding(|_| {})),
        (Us(SecondReviewer), finding(|_| {})),
        (Us(Reviewer), countersign_finding("C1", Us(Reviewer))),
    ]
}

fn inspection(case: &Case, now: Instant) -> Moves {
    let reasoned = |text: &str| Reasoned { reason: words(text) };
    let unmapped = changed(
        inspecting::propose_at([49, 50, 51].map(|h| now + jiff::SignedDuration::from_hours(h)).to_vec()),
        |action| {
            if let Action::ProposeInspection(body) = action {
                body.checklist.clear();
            }
        },
    );
    let unchecked = changed(
        inspecting::confirm_slot(case.inspection.slots.first().copied().unwrap_or(now)),
        |action| {
            if let Action::ConfirmInspection(body) = action {
                body.technical_check_done = false;
            }
        },
    );
    let captured = changed(inspecting::observe("silo"), |action| {
        if let Action::RecordObservation(body) = action {
            body.capture = Some(QUARANTINED);
        }
    });
    let blank = Action::DraftReport(DraftReport {
        result: InspectionResult::Passed,
        text: words(""),
        summary_for_host: words(""),
    });
    let waived = Action::DecideInspection(DecideInspection {
        needed: false,
        reason: None,
    });
    let unidentified = Action::JoinInspection(JoinInspection {
        identity_checked_by: None,
    });
    vec![
        (Us(CoChair), waived),
        (Officer, inspecting::propose_at(vec![])),
        (Officer, unmapped),
        (Us(Inspector), inspecting::confirm_slot(Instant::UNIX_EPOCH)),
        (Us(Inspector), unchecked),
        (
            Signatory,
            Action::PostponeInspection(PostponeInspection { reason: words("") }),
        ),
        (Us(Inspector), unidentified),
        (Ru(CoChair), inspecting::join()),
        (Ru(Inspector), inspecting::observe("silo")),
        (Us(Inspector), inspecting::observe("roof")),
        (Us(Inspector), captured),
        (Us(Inspector), Action::AbortInspection(reasoned(""))),
        (Us(Inspector), inspecting::abort()),
        (Us(Inspector), blank),
        (Us(SpareInspector), inspecting::report(InspectionResult::Passed)),
        (Us(SpareInspector), inspecting::sign_report()),
        (Us(SpareInspector), inspecting::refuse_signature()),
        (Us(Inspector), Action::RefuseSignature(reasoned(""))),
        (Drafter, Action::RefuseInspection(reasoned(""))),
    ]
}

fn ballot(case: &Case) -> Moves {
    let other = || "0".repeat(64);
    let unsound = changed(draft_in(case, Outcome::Approved), |action| {
        if let Action::CirculateDraft(body) = action {
            body.reasons.clear();
        }
    });
    let vote = Vote {
        choice: Choice::Approve,
        because: vec![],
        reason: None,
    };
    let digest = case.ballot.digest.clone().unwrap_or_default();
    vec![
        (Us(CoChair), unsound),
        (Us(CoChair), draft_in(case, Outcome::Approved)),
        (Us(CoChair), Action::OpenBallot(OpenBallot { draft: other() })),
        (Us(CoChair), Action::SignDecision(SignDecision { draft: other() })),
        (Us(Spare), Action::SignDecision(SignDecision { draft: digest })),
        (Us(Head), Action::CastVote(CastVote { draft: other(), vote })),
        (Us(Head), vote_in(case, Choice::ApproveWithConditions)),
        (Us(Spare), vote_in(case, Choice::Approve)),
    ]
}

fn shipments(case: &Case, now: Instant) -> Moves {
    let day = jiff::SignedDuration::from_hours(24);
    let tomorrow = now + day;
    let long_ago = now - day * 300;
    let pieces = || Quantity::parse("5", "H87").expect("pieces");
    let loading = |change: fn(&mut ReportLoading)| {
        changed(load_in(case, 1, tonnes("10"), now), |action| {
            if let Action::ReportLoading(body) = action {
                change(body);
            }
        })
    };
    let attested = |change: fn(&mut AttestDelivery)| {
        changed(attest_in(case, 1, tonnes("10"), now), |action| {
            if let Action::AttestDelivery(body) = action {
                change(body);
            }
        })
    };
    let elsewhere = changed(ship("10"), |action| {
        if let Action::NotifyShipment(body) = action {
            body.final_country = "SD".to_owned();
        }
    });
    let misnumbered = changed(ship("10"), |action| {
        if let Action::NotifyShipment(body) = action
            && let Some(vessel) = &mut body.vessel
        {
            vessel.imo = "9999011".to_owned();
        }
    });
    let in_pieces = changed(ship("10"), |action| {
        if let Action::NotifyShipment(body) = action {
            body.quantity = pieces();
        }
    });
    let lost = |change: fn(&mut ReportLoss)| {
        changed(lose(1, LossKind::Cancelled), |action| {
            if let Action::ReportLoss(body) = action {
                change(body);
            }
        })
    };
    let corrected = |delivered: Quantity, reason: &str| {
        Action::ProposeCorrection(ProposeCorrection {
            shipment: 1,
            delivered,
            reason: words(reason),
        })
    };
    let unfounded = Action::VerifyDelivery(VerifyDelivery {
        shipment: 1,
        verified: true,
        basis: words(""),
    });
    let condition = |change: fn(&mut ReportCondition)| {
        changed(report_condition("K1"), |action| {
            if let Action::ReportCondition(body) = action {
                change(body);
            }
        })
    };
    let report = |change: fn(&mut FileFinalReport)| {
        changed(final_report(), |action| {
            if let Action::FileFinalReport(body) = action {
                change(body);
            }
        })
    };
    let unreasoned = Action::ConfirmCondition(ConfirmCondition {
        condition: "K1".to_owned(),
        fulfilled: true,
        reason: words(""),
    });
    let digest = Action::SignOutcome(SignOutcome {
        statement: "0".repeat(64),
    });
    vec![
        (Drafter, ship("1001")),
        (Drafter, elsewhere),
        (Drafter, misnumbered),
        (Drafter, in_pieces),
        (Drafter, load_in(case, 1, tonnes("1100"), now)),
        (Drafter, load_in(case, 1, tonnes("10"), tomorrow)),
        (Drafter, load_in(case, 1, tonnes("10"), long_ago)),
        (Drafter, loading(|body| body.weight_note = QUARANTINED)),
        (Drafter, loading(|body| body.quantity.unit = "H87".to_owned())),
        (Drafter, position_in(case, 1, Position::Departed, tomorrow)),
        (Drafter, position_in(case, 1, Position::Departed, long_ago)),
        (Monitor, attest_in(case, 1, tonnes("1100"), now)),
        (Monitor, attest_in(case, 1, tonnes("10"), tomorrow)),
        (Monitor, attest_in(case, 1, tonnes("10"), long_ago)),
        (Monitor, attested(|body| body.evidence.clear())),
        (Monitor, attested(|body| body.quantity.unit = "H87".to_owned())),
        (Drafter, lost(|body| body.reason = words(""))),
        (Drafter, lost(|body| body.evidence = vec![QUARANTINED])),
        (
            Drafter,
            lost(|body| {
                body.what = LossKind::Lost;
                body.evidence.clear();
            }),
        ),
        (Drafter, condition(|body| body.text = words(""))),
        (Drafter, condition(|body| body.evidence.clear())),
        (Drafter, condition(|body| body.condition = "K9".to_owned())),
        (Us(Head), confirm_condition("K9", true)),
        (Ru(Head), confirm_condition("K1", true)),
        (Us(Head), unreasoned),
        (Signatory, report(|body| body.text = words(""))),
        (Signatory, report(|body| body.evidence = vec![QUARANTINED])),
        (Officer, unfounded),
        (Officer, corrected(tonnes("1100"), "Wrong.")),
        (Officer, corrected(pieces(), "Wrong.")),
        (Officer, corrected(tonnes("10"), "")),
        (Us(CoChair), digest),
    ]
}

/// Places that the walk's own beginnings do not reach, at which some condition bites.
pub fn special_places() -> Vec<Story> {
    let seconded = |story: Story| {
        story.when(Us(Inspector), recuse()).when(
            Us(CoChair),
            substitute(Us(Inspector), Us(SpareInspector), Role::Inspector),
        )
    };
    let undeclared = || {
        Story::new()
            .accepted()
            .when(Lead, constitute)
            .when(Us(CoChair), no_interest())
            .when(Us(CoChair), inspecting::inspect())
    };
    let held = || Story::new().constituted().scheduled().in_session().held();
    let matched = Story::new()
        .reviewed()
        .ready_to_vote()
        .when(Officer, screen_with_hit)
        .when(Us(Reviewer), propose_verdict(Verdict::TrueMatch, None))
        .when(Ru(Reviewer), confirm_verdict(true));
    let no_heads = Story::new()
        .reviewed()
        .ready_to_vote()
        .when(Us(Head), recuse())
        .when(Us(CoChair), recuse_other(Us(Alternate)));
    let replaced = Story::new()
        .ballot()
        .voted(Choice::Approve, Choice::Approve)
        .when(Us(CoChair), recuse())
        .when(Lead, substitute(Us(CoChair), Us(Spare), Role::CoChair));
    let shipped = Story::new().approved().on("2025-11-07 10:00").when(Officer, screen);
    let overtaken = shipped
        .when(Drafter, ship("400"))
        .delivered(1, "400", "400")
        .when(Officer, correct(1, "1000"))
        .when(Drafter, ship("600"));
    let slot = undeclared().when(Officer, inspecting::propose);
    let mut join = Story::new().accepted().when(Lead, constitute);
    for who in panel_of(&join.case).into_iter().filter(|who| *who != Ru(CoChair)) {
        join = join.when(who, no_interest());
    }
    let join = join.scheduled();
    let hour = join.case.inspection.slot.expect("a slot");
    let goods_only = Action::ReturnDossier(ReturnDossier {
        deficiencies: vec![deficiency("goods")],
        answer_by: None,
    });
    let new_head = Story::new()
        .ballot()
        .when(Us(Head), recuse())
        .when(Us(CoChair), substitute(Us(Head), Us(Spare), Role::Head));
    let conditional = Story::new().constituted().inspection_waived().ready_to_vote();
    let conditional = [Us as fn(Seat) -> Who, Ru]
        .into_iter()
        .fold(conditional, |story, side| {
            story
                .when(side(Head), assign("C1", side(Reviewer)))
                .when(side(Reviewer), find("C1", FindingValue::MetWithCondition))
                .when(side(Head), countersign_finding("C1", side(Reviewer)))
        });
    vec![
        Story::new().drafted().when(LateAgent, safeguards()),
        conditional,
        Story::new().taken().when(Officer, goods_only),
        new_head,
        Story::new().constituted().found().ready_to_vote(),
        Story::new().constituted().inspection_waived().ready_to_vote(),
        Story::new()
            .reviewed()
            .ready_to_vote()
            .when(Officer, ask())
            .when(Lead, issue()),
        matched,
        no_heads,
        replaced,
        overtaken,
        slot,
        join.at_instant(hour),
        seconded(held()),
        seconded(held().when(Ru(Inspector), inspecting::report(InspectionResult::Passed))),
        Story::new().constituted(),
        Story::new().reviewed().ready_to_vote(),
        Story::new()
            .ballot()
            .voted(Choice::Approve, Choice::Approve)
            .hours_later(24)
            .signed(),
    ]
}
