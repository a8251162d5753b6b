//! The notice of a case: its criteria, its committee, its clock.

use super::neutral;
use crate::domain::{
    dossier::FileError,
    notice::{
        AffiliatedDelegation, ClockPolicy, ClockStart, Criterion, DayUnit, DelegationTerms, Extension,
        InspectionPolicy, MachineCheck, NoticeContent, OnLapse, PartyType, Policy, Roll,
    },
    people::Delegation,
    quantity::Quantity,
    text::{Language, Localised},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const GRAIN: &str = "HW-2025-01";
const DPRK: &str = "UN-1718-IAN7";
const BLACK_SEA: &str = "BSGI-2022";

fn both(en: &str, ru: &str) -> Localised {
    Localised([(Language::En, en.to_owned()), (Language::Ru, ru.to_owned())].into())
}

pub(super) fn content(case: &neutral::Case) -> Result<NoticeContent, FileError> {
    let notice = &case.notice;
    let criteria = criteria(notice)?;
    let inspected = criteria.iter().any(|c| c.check == Some(MachineCheck::InspectionPassed));
    Ok(NoticeContent {
        number: notice.notice_id.clone(),
        programme: programme(notice),
        authority: notice.issuing_authority.clone(),
        legal_basis: legal_basis(&notice.notice_id),
        purpose: both(
            "Relief for the civilian population: goods that meet the criteria may be waived from sanctions.",
            "Помощь гражданскому населению: товары, отвечающие критериям, могут быть изъяты из-под действия санкций.",
        ),
        eligible_submitters: eligible(&criteria),
        destinations: destinations(&criteria),
        criteria,
        required_documents: required_documents(case),
        ceiling: ceiling(&notice.notice_id),
        max_validity_months: notice.max_validity_months.unwrap_or(12),
        max_shipments: notice.max_shipments,
        delegations: delegations(&notice.notice_id),
        monitors: BTreeSet::new(),
        policy: policy(notice, inspected),
        publish_at: None,
        closes: notice.closes,
    })
}

fn programme(notice: &neutral::Notice) -> Localised {
    let russian = match notice.notice_id.as_str() {
        GRAIN => "Гуманитарное изъятие для продовольствия",
        DPRK => "Гуманитарные изъятия Комитета 1718",
        BLACK_SEA => "Черноморская зерновая инициатива (как программа досмотра)",
        _ => &notice.programme,
    };
    both(&notice.programme, russian)
}

fn legal_basis(number: &str) -> Localised {
    match number {
        GRAIN => both(
            "Security Council resolution 2664 (2022), humanitarian exemption to asset freezes (example data)",
            "Резолюция 2664 (2022) Совета Безопасности, гуманитарное изъятие из замораживания активов (пример)",
        ),
        DPRK => both(
            "Security Council resolutions 1718 (2006) and 2397 (2017), paragraph 25; Implementation Assistance Notice 7",
            "Резолюции 1718 (2006) и 2397 (2017) Совета Безопасности, пункт 25; памятка № 7 об оказании содействия",
        ),
        BLACK_SEA => both(
            "Initiative on the Safe Transportation of Grain and Foodstuffs from Ukrainian Ports, Istanbul, 22 July 2022",
            "Инициатива по безопасной транспортировке зерна и продовольствия из портов Украины, Стамбул, 22 июля 2022 года",
        ),
        _ => both(
            "As published by the authority (example data)",
            "Как опубликовано органом (пример)",
        ),
    }
}

/// Goods of the grain programme: five hundred thousand tonnes over all waivers.
fn ceiling(number: &str) -> Option<Quantity> {
    (number == GRAIN)
        .then(|| Quantity::parse("500000", "TNE").ok())
        .flatten()
}

/// Two delegations for the grain programme; elsewhere the authority alone is a committee of one.
fn delegations(number: &str) -> Vec<DelegationTerms> {
    let delegation = |code: &str, name: Localised, calendar: &str| DelegationTerms {
        code: Delegation::new(code),
        name,
        calendar: calendar.to_owned(),
    };
    match number {
        GRAIN => vec![
            delegation("US", both("United States", "Соединённые Штаты"), "us-federal@1"),
            delegation("RU", both("Russian Federation", "Российская Федерация"), "ru-public@1"),
        ],
        BLACK_SEA => vec![delegation(
            "JCC",
            both("Joint Coordination Centre", "Совместный координационный центр"),
            "none@1",
        )],
        DPRK => vec![delegation("UN", both("Committee 1718", "Комитет 1718"), "none@1")],
        _ => vec![delegation("AUT", both("Authority", "Компетентный орган"), "none@1")],
    }
}

fn policy(notice: &neutral::Notice, inspected: bool) -> Policy {
    Policy {
        clock: ClockPolicy {
            unit: DayUnit::Calendar,
            days: notice.decision_days_calendar.unwrap_or(30),
            tz: "Europe/Zurich".to_owned(),
            cutoff: None,
            start: ClockStart::Acceptance,
            roll: Roll::None,
            extension: Extension::default(),
            on_lapse: OnLapse::Escalate,
            escalation_days: 10,
            stop_cap_days: 90,
        },
        affiliated_delegation: AffiliatedDelegation::MayVote,
        inspection: if inspected {
            InspectionPolicy::Required
        } else {
            InspectionPolicy::None
        },
        no_objection: false,
        tolerance_bp: 50,
        wind_down_days: 45,
        circulation_days: 2,
        answer_days: 15,
        inspection_notice_hours: 48,
        silence_days: 10,
    }
}

fn criteria(notice: &neutral::Notice) -> Result<Vec<Criterion>, FileError> {
    let numbered = notice.criteria.iter().enumerate();
    numbered
        .map(|(at, criterion)| {
            let check = machine_check(criterion).map_err(|message| FileError {
                path: format!("notice.criteria[{at}]"),
                message,
            })?;
            Ok(Criterion {
                id: criterion.id.clone(),
                text: both(&criterion.text, russian(&criterion.text).unwrap_or(&criterion.text)),
                mandatory: true,
                evidence: match &check {
                    Some(MachineCheck::DocumentPresent(classes)) => classes.clone(),
                    _ => BTreeSet::new(),
                },
                check,
            })
        })
        .collect()
}

fn machine_check(criterion: &neutral::Criterion) -> Result<Option<MachineCheck>, String> {
    let Some(check) = &criterion.check else { return Ok(None) };
    let empty = matches!(&criterion.values, Value::Null) || criterion.values == json!([]);
    let tagged = if empty {
        json!({"check": check})
    } else {
        json!({"check": check, "values": criterion.values})
    };
    serde_json::from_value(tagged)
        .map(Some)
        .map_err(|error| error.to_string())
}

fn eligible(criteria: &[Criterion]) -> BTreeSet<PartyType> {
    let named = criteria.iter().find_map(|criterion| match &criterion.check {
        Some(MachineCheck::ApplicantTypeIn(types)) => Some(types.clone()),
        _ => None,
    });
    named.unwrap_or_else(|| {
        [
            PartyType::Government,
            PartyType::InternationalOrganisation,
            PartyType::Ngo,
        ]
        .into()
    })
}

fn destinations(criteria: &[Criterion]) -> BTreeSet<String> {
    let named = criteria.iter().find_map(|criterion| match &criterion.check {
        Some(MachineCheck::FinalCountryIn(countries)) => Some(countries.clone()),
        _ => None,
    });
    named.unwrap_or_default()
}

/// The neutral notice does not list its documents: a cover letter and an item list, what the case submits,
/// and what the case says was missing.
fn required_documents(case: &neutral::Case) -> BTreeSet<String> {
    let submitted = case.submission.documents.iter().flatten();
    let mut required: BTreeSet<String> = submitted.map(|document| document.code.clone()).collect();
    required.extend(["COVER_LETTER", "ITEM_LIST"].map(str::to_owned));
    let missing = case.expected.get("missing").and_then(Value::as_array);
    required.extend(
        missing
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned),
    );
    required
}

/// The Russian words of the criteria of the public cases.
fn russian(text: &str) -> Option<&'static str> {
    Some(match text {
        "Goods are cereals, flour or pulses for human consumption" => {
            "Товары — зерновые, мука или бобовые для потребления человеком"
        }
        "Final destination is an eligible country" => "Страна конечного назначения входит в перечень",
        "Every consignee, notify party and end user is strictly civilian; a signed statement is attached" => {
            "Каждый грузополучатель, уведомляемая сторона и конечный пользователь строго гражданские; подписанное заявление приложено"
        }
        "No party, vessel or bank is designated, unless a general licence or exemption covers the transaction" => {
            "Ни одна сторона, судно или банк не внесены в перечень, если сделка не подпадает под генеральную лицензию или изъятие"
        }
        "Each sea leg starts and ends at a UN/LOCODE with port function (1)" => {
            "Каждый морской участок начинается и заканчивается в пункте ЮН/ЛОКОД с функцией порта (1)"
        }
        "A loading-terminal inspection (virtual or on site) is passed before decision" => {
            "До решения успешно проведён осмотр погрузочного терминала (дистанционно или на месте)"
        }
        "Applicant is a government body, international organisation or non-governmental organisation" => {
            "Заявитель — государственный орган, международная или неправительственная организация"
        }
        "Only grain, other foodstuffs and fertiliser" => "Только зерно, иное продовольствие и удобрения",
        "Benefit of the civilian population" => "В интересах гражданского населения",
        "Item list with quantities and specifications" => "Перечень предметов с количеством и техническими данными",
        "Detailed description with quantities and specifications of every item; kits are broken down" => {
            "Подробное описание с количеством и техническими данными каждого предмета; наборы разбиты на составные части"
        }
        "Items in restricted HS chapters 72-83, 84, 85, 86-89 are named in the request" => {
            "Предметы ограниченных групп ГС 72–83, 84, 85, 86–89 названы в запросе"
        }
        _ => return None,
    })
}
