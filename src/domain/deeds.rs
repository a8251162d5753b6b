//! What every kind of event is called in words.

use super::text::Language;

/// Name in history; English; Russian.
const DEEDS: &[(&str, &str, &str)] = &[
    ("dossier_started", "Dossier started", "Досье начато"),
    ("section_saved", "Section saved", "Раздел сохранён"),
    ("document_attached", "Document attached", "Документ приложен"),
    ("document_detached", "Document removed", "Документ изъят"),
    (
        "dossier_migrated",
        "Dossier moved to the new edition of the notice",
        "Досье переведено на новую редакцию извещения",
    ),
    ("dossier_submitted", "Dossier submitted", "Досье подано"),
    ("dossier_discarded", "Draft discarded", "Черновик удалён"),
    (
        "case_taken",
        "Case taken up by the secretariat",
        "Дело принято в работу секретариатом",
    ),
    (
        "dossier_accepted",
        "Accepted as complete by the officer",
        "Признано комплектным сотрудником",
    ),
    (
        "acceptance_countersigned",
        "Acceptance countersigned",
        "Принятие подтверждено второй подписью",
    ),
    ("dossier_returned", "Returned for completion", "Возвращено на доработку"),
    ("dossier_resubmitted", "Submitted again", "Подано повторно"),
    (
        "lapse_warned",
        "Warned that the dossier will lapse",
        "Предупреждение о прекращении дела",
    ),
    (
        "dossier_lapsed",
        "Closed: no answer received",
        "Закрыто: ответ не получен",
    ),
    ("dossier_revived", "Revived", "Возобновлено"),
    (
        "dossier_deemed_complete",
        "Deemed complete by lapse of time",
        "Считается комплектным по истечении срока",
    ),
    ("dossier_rejected", "Not admitted", "Не допущено"),
    (
        "no_waiver_proposed",
        "Proposed that no waiver is required",
        "Предложено признать, что разрешение не требуется",
    ),
    (
        "no_waiver_consented",
        "Agreed that no waiver is required",
        "Согласие: разрешение не требуется",
    ),
    ("dossier_withdrawn", "Dossier withdrawn", "Досье отозвано"),
    (
        "clock_paused",
        "Clock paused at the applicant’s request",
        "Срок приостановлен по просьбе заявителя",
    ),
    ("clock_resumed", "Clock resumed", "Срок возобновлён"),
    ("message_sent", "Message sent", "Сообщение отправлено"),
    (
        "case_ended_with_notice",
        "Ended: the notice was withdrawn",
        "Прекращено: извещение отозвано",
    ),
    ("question_asked", "Question prepared", "Вопрос подготовлен"),
    (
        "late_questions_consented",
        "Late questions consented to",
        "Согласие на поздние вопросы",
    ),
    (
        "round_issued",
        "Questions issued to the applicant",
        "Вопросы направлены заявителю",
    ),
    ("answer_reminded", "Reminded to answer", "Напоминание об ответе"),
    ("round_answered", "Questions answered", "Ответы получены"),
    (
        "answer_insufficient",
        "Answer found insufficient",
        "Ответ признан недостаточным",
    ),
    ("round_expired", "Time to answer is over", "Срок ответа истёк"),
    ("question_cancelled", "Question withdrawn", "Вопрос снят"),
    (
        "screening_recorded",
        "Screening recorded",
        "Проверка по спискам записана",
    ),
    (
        "disposition_proposed",
        "Assessment of a hit proposed",
        "Предложена оценка совпадения",
    ),
    (
        "disposition_confirmed",
        "Assessment of a hit confirmed",
        "Оценка совпадения подтверждена",
    ),
    (
        "screening_alarm_raised",
        "Screening alarm raised",
        "Тревога проверки по спискам",
    ),
    ("panel_constituted", "Panel constituted", "Состав комитета образован"),
    ("interest_declared", "Interest declared", "Заявление об интересе"),
    (
        "member_excluded",
        "Member excluded for conflict of interest",
        "Член исключён из-за конфликта интересов",
    ),
    ("member_recused", "Member recused", "Самоотвод члена"),
    ("member_substituted", "Member substituted", "Член заменён"),
    ("criterion_assigned", "Criterion assigned", "Критерий поручен"),
    ("finding_proposed", "Finding proposed", "Вывод предложен"),
    (
        "finding_countersigned",
        "Finding countersigned",
        "Вывод подтверждён второй подписью",
    ),
    ("finding_reopened", "Finding reopened", "Вывод открыт заново"),
    (
        "inspection_decided",
        "Word on the inspection given",
        "Мнение об инспекции",
    ),
    ("inspection_proposed", "Inspection proposed", "Инспекция предложена"),
    (
        "inspection_confirmed",
        "Inspection time confirmed",
        "Время инспекции подтверждено",
    ),
    ("inspection_scheduled", "Inspection scheduled", "Инспекция назначена"),
    ("inspection_postponed", "Inspection postponed", "Инспекция отложена"),
    (
        "inspection_joined",
        "Joined the inspection",
        "Присоединение к инспекции",
    ),
    ("inspection_left", "Left the inspection", "Выход из инспекции"),
    ("inspection_opened", "Inspection opened", "Инспекция открыта"),
    ("observation_recorded", "Observation recorded", "Наблюдение записано"),
    ("inspection_aborted", "Inspection broken off", "Инспекция прервана"),
    (
        "inspection_close_consented",
        "Agreed to close the inspection",
        "Согласие завершить инспекцию",
    ),
    ("inspection_closed", "Inspection closed", "Инспекция завершена"),
    (
        "report_drafted",
        "Inspection report drafted",
        "Отчёт об инспекции составлен",
    ),
    (
        "report_signed",
        "Inspection report signed",
        "Отчёт об инспекции подписан",
    ),
    ("signature_refused", "Signature refused", "В подписи отказано"),
    (
        "report_completed",
        "Inspection report complete",
        "Отчёт об инспекции завершён",
    ),
    (
        "inspection_refused",
        "Inspection refused by the host",
        "Принимающая сторона отказала в инспекции",
    ),
    (
        "draft_circulated",
        "Draft decision circulated",
        "Проект решения разослан",
    ),
    ("ballot_opened", "Ballot opened", "Голосование открыто"),
    ("vote_cast", "Vote cast (sealed)", "Голос подан (запечатан)"),
    (
        "ballot_closed",
        "Ballot closed, votes opened",
        "Голосование закрыто, голоса вскрыты",
    ),
    ("decision_signed", "Decision signed", "Решение подписано"),
    ("case_decided", "Decided", "Дело решено"),
    ("deadline_near", "Deadline is near", "Срок близок"),
    (
        "case_escalated",
        "Overdue: sent to the principals",
        "Просрочено: передано руководителям делегаций",
    ),
    ("waiver_pending", "Waiver awaits issue", "Разрешение ожидает выдачи"),
    ("waiver_issued", "Waiver issued", "Разрешение выдано"),
    (
        "expiry_reminded",
        "Reminded of the waiver’s end",
        "Напоминание об окончании разрешения",
    ),
    ("waiver_exhausted", "Waiver used up", "Разрешение исчерпано"),
    ("waiver_expired", "Waiver expired", "Срок разрешения истёк"),
    ("shipment_notified", "Shipment notified", "Поставка заявлена"),
    ("loading_reported", "Loading reported", "Погрузка заявлена"),
    ("position_reported", "Position reported", "Местонахождение сообщено"),
    ("delivery_attested", "Delivery attested", "Доставка засвидетельствована"),
    ("delivery_verified", "Delivery verified", "Доставка подтверждена"),
    ("delivery_disputed", "Delivery disputed", "Доставка оспорена"),
    ("loss_reported", "Loss reported", "Утрата заявлена"),
    ("correction_proposed", "Correction proposed", "Исправление предложено"),
    (
        "correction_confirmed",
        "Correction confirmed",
        "Исправление подтверждено",
    ),
    ("close_out_started", "Close-out started", "Подведение итогов начато"),
    (
        "outcome_proposed",
        "Outcome statement proposed",
        "Итоговое заявление предложено",
    ),
    (
        "outcome_signed",
        "Outcome statement signed",
        "Итоговое заявление подписано",
    ),
    ("case_closed", "Case closed", "Дело закрыто"),
    ("notice_created", "Notice drafted", "Извещение составлено"),
    ("notice_revised", "Notice revised", "Извещение изменено"),
    (
        "notice_proposed",
        "Notice put up for approval",
        "Извещение внесено на утверждение",
    ),
    ("notice_sent_back", "Notice sent back", "Извещение возвращено"),
    ("notice_approved", "Notice approved", "Извещение утверждено"),
    ("notice_scheduled", "Publication scheduled", "Публикация назначена"),
    ("notice_published", "Notice published", "Извещение опубликовано"),
    ("amendment_proposed", "Amendment proposed", "Изменение предложено"),
    ("amendment_approved", "Amendment approved", "Изменение утверждено"),
    ("notice_amended", "Notice amended", "Извещение изменено новой редакцией"),
    ("notice_closed", "Notice closed", "Извещение закрыто"),
    ("notice_closing_soon", "Notice closes soon", "Извещение скоро закроется"),
    ("notice_withdrawn", "Notice withdrawn", "Извещение отозвано"),
    ("withdrawal_consented", "Withdrawal consented to", "Согласие на отзыв"),
    (
        "organisation_registered",
        "Organisation registered",
        "Организация зарегистрирована",
    ),
    ("person_invited", "Person invited", "Сотрудник приглашён"),
    ("person_joined", "Person joined", "Сотрудник присоединился"),
    ("role_granted", "Role granted", "Роль предоставлена"),
    ("role_revoked", "Role revoked", "Роль отозвана"),
    ("mandate_granted", "Mandate granted", "Мандат предоставлен"),
    ("person_disabled", "Access withdrawn", "Доступ закрыт"),
    ("person_enabled", "Access restored", "Доступ восстановлен"),
    (
        "edition_adopted",
        "New edition of the notice adopted",
        "Принята новая редакция извещения",
    ),
    (
        "condition_reported",
        "Fulfilment of a condition reported",
        "Сообщено о выполнении условия",
    ),
    (
        "condition_confirmed",
        "Fulfilment of a condition confirmed",
        "Выполнение условия подтверждено",
    ),
    (
        "condition_declined",
        "Fulfilment of a condition not accepted",
        "Выполнение условия не признано",
    ),
    (
        "shipment_silent",
        "Nothing heard of a shipment",
        "О поставке нет сведений",
    ),
    (
        "attestation_overdue",
        "Attestation of a delivery overdue",
        "Свидетельство о доставке просрочено",
    ),
    (
        "verification_overdue",
        "Verification of a delivery overdue",
        "Проверка доставки просрочена",
    ),
    (
        "final_report_filed",
        "Final report filed",
        "Итоговый отчёт держателя подан",
    ),
    (
        "final_report_overdue",
        "Final report overdue",
        "Итоговый отчёт держателя просрочен",
    ),
    ("list_loaded", "Sanctions list loaded", "Санкционный список загружен"),
    (
        "list_held",
        "Sanctions list held for confirmation",
        "Санкционный список ожидает подтверждения",
    ),
    (
        "list_confirmed",
        "Sanctions list confirmed",
        "Санкционный список подтверждён",
    ),
    (
        "list_discarded",
        "Sanctions list discarded",
        "Санкционный список отклонён",
    ),
    (
        "list_file_refused",
        "File of a sanctions list refused",
        "Файл санкционного списка не принят",
    ),
    (
        "rescreening_finished",
        "Screening against the changes finished",
        "Проверка по изменениям завершена",
    ),
    ("export_created", "Histories exported", "Истории выгружены"),
    (
        "evidence_read",
        "Confidential file read",
        "Прочитан конфиденциальный файл",
    ),
    ("hold_placed", "Hold placed", "Удаление запрещено"),
    ("hold_lifted", "Hold lifted", "Запрет удаления снят"),
    ("erasure_asked", "Erasure asked for", "Удаление запрошено"),
    ("erasure_declined", "Erasure declined", "Удаление отклонено"),
    (
        "record_erased",
        "Names, texts and files erased",
        "Имена, тексты и файлы удалены",
    ),
    (
        "record_disposed",
        "Names, texts and files disposed of",
        "Имена, тексты и файлы уничтожены по сроку",
    ),
    (
        "log_sealed",
        "Log sealed: where every history stands",
        "Журнал опечатан: зафиксировано состояние каждой истории",
    ),
    (
        "log_recovered",
        "Log begun anew after a loss",
        "Журнал начат заново после потери",
    ),
    (
        "log_key_added",
        "Second key of the log added",
        "Добавлен второй ключ журнала",
    ),
    (
        "log_key_retired",
        "Former key of the log retired",
        "Прежний ключ журнала выведен из действия",
    ),
];

/// Every name in history that has words.
pub fn names() -> impl Iterator<Item = &'static str> {
    DEEDS.iter().map(|(name, ..)| *name)
}

/// The event's name in words; a kind without words is named as history names it.
#[must_use]
pub fn said(word: &str, language: Language) -> String {
    let deed = DEEDS.iter().find(|(name, ..)| *name == word);
    match (deed, language) {
        (Some((_, en, _)), Language::En) => (*en).to_owned(),
        (Some((_, _, ru)), Language::Ru) => (*ru).to_owned(),
        (None, _) => word.replace('_', " "),
    }
}

#[cfg(test)]
#[path = "deeds_tests.rs"]
mod tests;
