// The grain case as its people type it: the notice, the dossier, the seven shipments. Example data.
const both = (en, ru) => ({ en, ru });
const criterion = (id, en, ru, check, values, evidence = []) => ({ id, text: both(en, ru), mandatory: true, evidence, check: values ? { check, values } : { check } });

export const NUMBER = 'HW-2025-01';
export const PAPERS = [
  'BANK_DETAILS', 'CHARTER_PARTY_OR_NOMINATION', 'CIVILIAN_END_USE_STATEMENT', 'COVER_LETTER', 'DISTRIBUTION_PLAN',
  'DIVERSION_RISK_ASSESSMENT', 'ITEM_LIST', 'PROJECT_OUTLINE', 'SUPPLY_CONTRACT',
];
export const CRITERIA = ['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7'];
/** Tonnes, country, port of discharge, place of receipt, and the days: notified, loaded, departed, discharged, received, verified. */
export const SHIPMENTS = [
  [23300, 'ET', 'DJJIB', 'ETMDP', '9999010', '2025-11-14', '2025-11-18', '2025-11-20', '2025-12-05', '2025-12-15', '2025-12-19'],
  [30000, 'ET', 'DJJIB', 'ETMDP', '9999022', '2025-12-01', '2025-12-04', '2025-12-06', '2025-12-21', '2025-12-30', '2026-01-09'],
  [30000, 'ET', 'DJJIB', 'ETMDP', '9999034', '2025-12-18', '2025-12-22', '2025-12-24', '2026-01-08', '2026-01-16', '2026-01-22'],
  [29459, 'ET', 'DJJIB', 'ETMDP', '9999046', '2026-01-12', '2026-01-15', '2026-01-17', '2026-02-01', '2026-02-10', '2026-02-13'],
  [25000, 'ET', 'DJJIB', 'ETMDP', '9999058', '2026-02-02', '2026-02-05', '2026-02-07', '2026-02-22', '2026-03-03', '2026-03-06'],
  [65340, 'SD', 'SDPZU', 'SDPZU', '9999060', '2026-02-16', '2026-02-20', '2026-02-23', '2026-03-09', '2026-03-18', '2026-03-24'],
  [30000, 'SD', 'SDPZU', 'SDPZU', '9999072', '2026-03-16', '2026-03-19', '2026-03-21', '2026-04-02', '2026-04-13', '2026-04-20'],
].map(([tonnes, country, port, place, imo, ...days], n) => ({ no: n + 1, tonnes, country, port, place, vessel: { name: `SYNTHETIC ${n + 1}`, imo }, days, consignee: country === 'ET' ? 'p3' : 'p4' }));

export const NOTICE = {
  number: NUMBER,
  programme: both('Humanitarian food waiver', 'Гуманитарное изъятие для продовольствия'),
  authority: 'US Treasury (OFAC)',
  legal_basis: both('Security Council resolution 2664 (2022), humanitarian exemption to asset freezes (example data)', 'Резолюция 2664 (2022) Совета Безопасности, гуманитарное изъятие из замораживания активов (пример)'),
  purpose: both('Relief for the civilian population: goods that meet the criteria may be waived from sanctions.', 'Помощь гражданскому населению: товары, отвечающие критериям, могут быть изъяты из-под действия санкций.'),
  eligible_submitters: ['government', 'international_organisation', 'ngo'],
  destinations: ['ET', 'SD'],
  criteria: [
    criterion('C1', 'Goods are cereals, flour or pulses for human consumption', 'Товары — зерновые, мука или бобовые для потребления человеком', 'hs_prefix_in', ['0713', '1001', '1003', '1005', '1007', '1008', '1101']),
    criterion('C2', 'Final destination is an eligible country', 'Страна конечного назначения входит в перечень', 'final_country_in', ['ET', 'SD']),
    criterion('C3', 'Every consignee, notify party and end user is strictly civilian; a signed statement is attached', 'Каждый грузополучатель, уведомляемая сторона и конечный пользователь строго гражданские; подписанное заявление приложено', 'document_present', ['CIVILIAN_END_USE_STATEMENT'], ['CIVILIAN_END_USE_STATEMENT']),
    criterion('C4', 'No party, vessel or bank is designated, unless a general licence or exemption covers the transaction', 'Ни одна сторона, судно или банк не внесены в перечень, если сделка не подпадает под генеральную лицензию или изъятие', 'screening_clear_or_covered'),
    criterion('C5', 'Each sea leg starts and ends at a UN/LOCODE with port function (1)', 'Каждый морской участок начинается и заканчивается в пункте ЮН/ЛОКОД с функцией порта (1)', 'locode_function', ['1']),
    criterion('C6', 'A loading-terminal inspection (virtual or on site) is passed before decision', 'До решения успешно проведён осмотр погрузочного терминала (дистанционно или на месте)', 'inspection_passed'),
    criterion('C7', 'Applicant is a government body, international organisation or non-governmental organisation', 'Заявитель — государственный орган, международная или неправительственная организация', 'applicant_type_in', ['government', 'international_organisation', 'ngo']),
  ],
  required_documents: PAPERS,
  ceiling: { amount: '500000', unit: 'TNE' },
  max_validity_months: 6, max_shipments: 8,
  delegations: [
    { code: 'US', name: both('United States', 'Соединённые Штаты'), calendar: 'us-federal@1' },
    { code: 'RU', name: both('Russian Federation', 'Российская Федерация'), calendar: 'ru-public@1' },
  ],
  monitors: ['~Field Monitors'],
  policy: {
    clock: { unit: 'calendar', days: 30, tz: 'Europe/Zurich', start: 'acceptance', roll: 'none', extension: { max: 15, times: 1 }, on_lapse: 'escalate', escalation_days: 10, stop_cap_days: 90 },
    affiliated_delegation: 'may_vote', inspection: 'required', no_objection: false, tolerance_bp: 50, wind_down_days: 45,
    circulation_days: 2, answer_days: 15, inspection_notice_hours: 48, silence_days: 10,
  },
  publish_at: '2025-10-06T08:00', closes: '2026-04-06',
};

/** The dossier, section by section, in the applicant's language. */
export function dossier(language) {
  const say = (en, ru) => (language === 'ru' ? ru : en);
  const civilian = say('A civilian body that serves no military end user (example data).', 'Гражданская организация, не обслуживает военных конечных пользователей (пример).');
  const party = (role, name, name_latin, country, more = {}) => ({ role, name, ...(name_latin ? { name_latin } : {}), country, ...more, civilian_status: civilian });
  const selection = say('By need, on lists kept by the distributing organisation (example data)', 'По нуждаемости, по спискам распределяющей организации (пример)');
  const contact = (name, email) => ({ name, email, language });
  return {
    applicant: { type: 'government', name: 'Министерство иностранных дел Российской Федерации', name_latin: 'Ministry of Foreign Affairs of the Russian Federation', country: 'RU', signatory: say('Authorised signatory (example data)', 'Уполномоченное лицо (пример)'), route: say('diplomatic note', 'дипломатическая нота') },
    parties: [
      party('applicant', 'Министерство иностранных дел Российской Федерации', 'Ministry of Foreign Affairs of the Russian Federation', 'RU', { type: 'government' }),
      party('exporter', 'АО «Пример-Зерно» (вымышленная)', 'AO Primer-Zerno (synthetic)', 'RU', { identifiers: [{ scheme: 'RU-INN', value: '7700000023' }, { scheme: 'RU-OGRN', value: '1027700000008' }] }),
      party('consignee', 'National Strategic Food Reserve (synthetic)', '', 'ET', { type: 'government' }),
      party('consignee', 'المخزون الاستراتيجي للحبوب (اصطناعي)', 'Strategic Grain Reserve (synthetic)', 'SD', { type: 'government' }),
      party('carrier', 'Example Bulk Shipping Ltd (synthetic)', '', 'MT', { identifiers: [{ scheme: 'IMO-COMPANY', value: '9999996' }] }),
    ],
    contacts: [contact(say('Filing desk (example)', 'Отдел подачи (пример)'), 'filing@applicant.example'), contact(say('Operations (example)', 'Отдел перевозок (пример)'), 'operations@applicant.example')],
    language,
    purpose: { purpose: say('Food assistance for the civilian population', 'Продовольственная помощь гражданскому населению'), reasons: say('Payment and carriage involve persons subject to sanctions', 'Платёж и перевозка затрагивают лиц, находящихся под санкциями') },
    beneficiaries: [{ country: 'ET', persons: 4500000, selection }, { country: 'SD', persons: 3100000, selection }],
    goods: [{ hs: '100199', description: say('Wheat in bulk, other than durum, other than seed', 'Пшеница насыпью, кроме твёрдой, не семенная'), quantity: { amount: say('240000', '240 000'), unit: 'TNE' }, packaging: say('bulk', 'насыпью') }],
    safeguards: say('Seals at loading, receipts at discharge, monitors at distribution (example data).', 'Пломбы при погрузке, расписки при выгрузке, наблюдатели при распределении (пример).'),
    validity: { from: '2025-11-07', months: 6 },
  };
}

/** The shipments as a spreadsheet has them. */
export const SHEET = SHIPMENTS.map((one) => [one.country, one.tonnes, 'TNE', 'sea', 'RUNVS', one.port, one.vessel.name, one.vessel.imo, '', ''].join('\t')).join('\n');
