// The course of the grain case, chapter by chapter, as its people do it in the browser.
import { Person } from './person.mjs';
import { CRITERIA, NOTICE, NUMBER, PAPERS, SHEET, SHIPMENTS, dossier } from './grain.mjs';

const SIDES = ['us', 'ru'];
const SEATS = [['chair', 'co_chair'], ['head', 'head'], ['alternate', 'alternate'], ['reviewer1', 'reviewer'], ['reviewer2', 'reviewer'], ['inspector', 'inspector']];
const NAMES = {
  'us.chair': 'Carol Whitfield', 'us.head': 'Henry Marsh', 'us.alternate': 'Alice Monroe', 'us.reviewer1': 'Rita Solano', 'us.reviewer2': 'Ralph Jensen', 'us.inspector': 'Ian Foster',
  'ru.chair': 'Сергей Павлов', 'ru.head': 'Глеб Орлов', 'ru.alternate': 'Анна Белова', 'ru.reviewer1': 'Раиса Зимина', 'ru.reviewer2': 'Роман Крылов', 'ru.inspector': 'Игорь Седов',
  'mfa.drafter': 'Дарья Лебедева',
};
const PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
/** One more line makes another file of it: no two papers have the same hash. */
const paper = (name) => ({ name: `${name.toLowerCase()}.pdf`, mimeType: 'application/pdf', buffer: Buffer.concat([PDF, Buffer.from(`% ${name}\n`)]) });

export class Story {
  constructor(browser, house, { language, scripts, out }) {
    Object.assign(this, { browser, house, language, scripts, out, people: {}, acts: 0 });
  }

  say(en, ru) { return this.language === 'ru' ? ru : en; }

  person(who) {
    const [body, name] = who.split('.');
    this.people[who] ??= new Person(this.browser, this.house, { email: `${name}@${body}.example`, language: this.language, scripts: this.scripts, out: this.out });
    return this.people[who];
  }

  /** On the page of the case, if it shows this link there; else from the desk to the case. */
  async opens(who, link) {
    const person = this.person(who);
    const page = await person.page();
    if (link && new URL(page.url()).pathname === `/cases/${this.case}` && await page.locator(link).count()) return person;
    await person.desk();
    await person.presses(`main a[href$="/${this.case}"]`);
    if (!new URL((await person.page()).url()).pathname.startsWith('/cases/')) await person.presses(`main a[href="/cases/${this.case}"]`);
    return person;
  }

  /** One act on the case, by its link and its sheet. */
  async acts_(who, action, body = {}) {
    const link = `main a[href$="/acts/${action}"]`;
    const person = await this.opens(who, link);
    await person.follows(link);
    await person.fills(body);
    await this.shoot(person, action);
    await person.sends();
    this.acts += 1;
  }

  async does(who, action, body) {
    try { await this.acts_(who, action, body); } catch (error) {
      throw new Error(`${this.language}: ${who} ${action}: ${error.message}`, { cause: error });
    }
  }

  async shoot(person, name) {
    this.shots ??= new Set();
    if (!this.out || this.shots.has(name)) return;
    this.shots.add(name);
    await person.shoots(`${this.scripts ? this.language : `${this.language}-plain`}_${String(this.shots.size).padStart(3, '0')}_${name}`);
  }

  async play() {
    const chapters = ['notice', 'dossier', 'intake', 'panel', 'findings', 'inspection', 'decision', 'certificate', 'shipping', 'outcome'];
    for (const chapter of chapters) {
      const began = Date.now();
      await this[chapter]();
      console.log(`  ${this.language}${this.scripts ? '' : ' without scripts'}: ${chapter}, ${Math.round((Date.now() - began) / 1000)} s`);
    }
  }

  async notice() {
    const officer = this.person('sec.officer');
    await officer.open('/login');
    await officer.signIn();
    await officer.presses('.nav a[href="/office/notices"]');
    await officer.presses('main a[href="/notices/new"]');
    await officer.fills({ content: NOTICE });
    await this.shoot(officer, 'create_notice');
    await officer.sends();
    const notice = async (who, action) => {
      const person = this.person(who);
      await person.desk();
      await person.presses('.nav a[href="/office/notices"]');
      await person.presses('main th a');
      await person.presses(`main a[href$="/acts/${action}"]`);
      await this.shoot(person, action);
      await person.sends();
    };
    await this.house.at('2025-09-30T08:00Z');
    await notice('sec.officer', 'propose_notice');
    await this.house.at('2025-10-02T09:00Z');
    for (const side of SIDES) await notice(`${side}.chair`, 'approve_notice');
    await this.house.at('2025-10-06T06:01Z');
  }

  async dossier() {
    await this.house.at('2025-10-08T08:00Z');
    const drafter = await this.begins();
    for (const [section, content] of Object.entries(dossier(this.language))) await this.section(drafter, section, content);
    await this.shipments(drafter);
    await this.papers(drafter);
    const statement = { statement: this.say('The dossier meets this criterion; see the papers cited.', 'Досье отвечает этому критерию; см. приложенные документы.') };
    const statements = CRITERIA.map((id) => ({ ...statement, evidence: [id === 'C3' ? '~civilian_end_use' : '~item_list'] }));
    await this.section(drafter, 'statements', statements);
    await this.shoot(drafter, 'tasks');
    await this.house.at('2025-10-13T09:00Z');
    const signatory = this.person('mfa.signatory');
    await signatory.desk();
    await signatory.presses(`main a[href$="/${this.case}"]`);
    await signatory.presses(`main a[href="/dossiers/${this.case}"]`);
    await signatory.presses(`main a[href="/dossiers/${this.case}/check"]`);
    await (await signatory.page()).check('#declaration');
    await this.shoot(signatory, 'check');
    await signatory.sends();
    await this.shoot(signatory, 'receipt');
  }

  /** A new dossier, from the public page of the notice. */
  async begins() {
    const drafter = this.person('mfa.drafter');
    const page = await drafter.page();
    await drafter.open('/login');
    await drafter.signIn();
    await drafter.presses('.nav a[href="/notices"]');
    await drafter.presses(page.locator('main th a', { hasText: NUMBER }));
    await this.shoot(drafter, 'notice');
    await drafter.presses('main a[href^="/dossiers/new"]');
    await drafter.sends();
    this.case = new URL(page.url()).pathname.split('/')[2];
    return drafter;
  }

  async section(drafter, section, content) {
    await drafter.presses(`main a[href="/dossiers/${this.case}/${section}"]`);
    await drafter.fills(content, 'save.content');
    await this.shoot(drafter, `section_${section}`);
    await drafter.sends();
  }

  async shipments(drafter) {
    const page = await drafter.page();
    await drafter.presses(`main a[href="/dossiers/${this.case}/shipments"]`);
    await page.locator('main details > summary').first().click();
    await page.fill('textarea[name=paste]', SHEET);
    await drafter.presses('button[name=do][value=preview]');
    await this.shoot(drafter, 'pasted');
    await drafter.presses('button[name=do][value=take]');
    const road = { mode: 'road', from: 'DJJIB', to: 'ETMDP' };
    for (const one of SHIPMENTS.filter((one) => one.country === 'ET')) await drafter.fills(road, `save.content[${one.no - 1}].legs[1]`);
    await this.shoot(drafter, 'section_shipments');
    await drafter.sends();
  }

  async papers(drafter) {
    const page = await drafter.page();
    await drafter.presses(`main a[href="/dossiers/${this.case}/documents"]`);
    for (const name of PAPERS) {
      await page.setInputFiles('#file', paper(name));
      await drafter.fills({ class: name });
      await drafter.sends();
    }
    await this.shoot(drafter, 'section_documents');
    await drafter.presses(`main a[href="/dossiers/${this.case}"]`);
  }

  /** The service has screened everybody; an official reads what it found. */
  async screened() {
    const link = 'main a[href$="/screening"]';
    const officer = await this.opens('sec.officer', link);
    await officer.follows(link);
    await this.shoot(officer, 'screening');
    await this.reads(officer, this.language === 'ru' ? /ничего не найдено/ : /nothing found/);
    if (await (await officer.page()).locator('main .tag.bad').count()) throw new Error('somebody could not be screened');
    await officer.presses(`main a[href="/cases/${this.case}"]`);
  }

  async intake() {
    await this.house.at('2025-10-14T08:00Z');
    await this.does('sec.officer', 'take_case');
    await this.house.at('2025-10-16T08:00Z');
    await this.screened();
    await this.does('sec.officer', 'record_screening', { clear: { subjects: ['*'], list: 'EU-CONSOLIDATED', list_version: '2025-10-15' }, tool: this.say('Agency screening desk', 'Отдел проверки ведомства') });
    await this.does('sec.officer', 'accept_dossier');
    await this.house.at('2025-10-16T12:00Z');
    await this.does('sec.lead', 'countersign_acceptance');
  }

  async panel() {
    await this.house.at('2025-10-17T08:00Z');
    const members = SIDES.flatMap((side) => SEATS.map(([seat, role]) => ({ person: `~${NAMES[`${side}.${seat}`]}`, delegation: side.toUpperCase(), roles: [role] })));
    await this.does('sec.lead', 'constitute_panel', { members });
    for (const side of SIDES) for (const [seat] of SEATS) await this.does(`${side}.${seat}`, 'declare_interest', { interest: false });
    for (const side of SIDES) {
      for (const [n, id] of CRITERIA.entries()) await this.does(`${side}.head`, 'assign_criterion', { criterion: `~${id} ·`, reviewer: `~${NAMES[this.reviewer(side, n)]}` });
    }
  }

  reviewer(side, n) { return `${side}.reviewer${(n % 2) + 1}`; }

  async finds(day, keep) {
    await this.house.at(`${day}T08:00Z`);
    for (const side of SIDES) {
      for (const [n, id] of CRITERIA.entries()) {
        if (!keep(id)) continue;
        const evidence = [{ document: id === 'C3' ? '~civilian_end_use' : '~item_list', place: this.say('page 1', 'стр. 1') }];
        await this.does(this.reviewer(side, n), 'propose_finding', { criterion: `~${id} ·`, value: 'met', reasons: this.say('The papers show it.', 'Это следует из документов.'), evidence });
        await this.does(this.reviewer(side, n + 1), 'countersign_finding', { criterion: `~${id} ·`, proposed_by: `~${NAMES[this.reviewer(side, n)]}` });
      }
    }
  }

  async findings() {
    await this.house.at('2025-10-17T12:00Z');
    await this.does('us.chair', 'decide_inspection', { needed: true });
    const item = (id, criterion, text) => ({ id, criterion: `~${criterion} ·`, text, mandatory: true });
    await this.does('sec.officer', 'propose_inspection', {
      slots: ['2025-10-27T10:00', '2025-10-28T10:00', '2025-10-29T10:00'], sites: ['RUNVS'],
      checklist: [
        item('I1', 'C6', this.say('Berth and silos: no military cargo in view', 'Причал и силосы: военных грузов не видно')),
        item('I2', 'C1', this.say('Cargo: bulk wheat, sample drawn and sealed', 'Груз: пшеница насыпью, проба отобрана и опломбирована')),
        item('I3', 'C5', this.say('Loading line: weighbridge and seals as described', 'Линия погрузки: весы и пломбы как описано')),
      ],
      link_policy: this.say('Each participant gets a personal link that morning.', 'Каждый участник получает личную ссылку утром того дня.'),
    });
    await this.house.at('2025-10-21T08:00Z');
    for (const who of ['us.inspector', 'ru.inspector', 'mfa.signatory']) {
      await this.does(who, 'confirm_inspection', { slot: '#2', identities: [this.say('Named team of this side', 'Названная группа этой стороны')], technical_check_done: true });
    }
    await this.finds('2025-10-24', (id) => id !== 'C6');
  }

  async inspection() {
    await this.house.at('2025-10-28T08:45Z');
    const checked = { 'us.inspector': 'mfa.drafter', 'ru.inspector': 'mfa.drafter', 'mfa.drafter': 'us.inspector' };
    for (const [who, by] of Object.entries(checked)) await this.does(who, 'join_inspection', { identity_checked_by: `~${NAMES[by]}` });
    await this.house.at('2025-10-28T09:00Z');
    await this.does('us.inspector', 'open_inspection');
    for (const [n, item] of ['I1', 'I2', 'I3'].entries()) {
      await this.does(`${SIDES[n % 2]}.inspector`, 'record_observation', { item: `~${item} ·`, answer: 'satisfactory', note: this.say('Seen live, as described.', 'Показано в прямой передаче, как описано.') });
    }
    await this.house.at('2025-10-28T11:00Z');
    for (const side of SIDES) await this.does(`${side}.inspector`, 'close_inspection');
    await this.house.at('2025-10-28T15:00Z');
    const text = this.say('Every item of the checklist was seen and is in order.', 'Все пункты перечня показаны и в порядке.');
    await this.does('us.inspector', 'draft_report', { result: 'passed', text, summary_for_host: text });
    for (const side of SIDES) await this.does(`${side}.inspector`, 'sign_report');
    await this.finds('2025-10-29', (id) => id === 'C6');
  }

  async decision() {
    await this.house.at('2025-10-29T14:00Z');
    const reason = this.say('Met, as both the papers and the findings show.', 'Соблюдён, как показывают документы и выводы.');
    await this.does('us.chair', 'circulate_draft', {
      outcome: 'approved', reasons: CRITERIA.map((id) => ({ criterion: `~${id} ·`, reason })),
      authorised: { amount: this.say('240000', '240 000'), unit: 'TNE' }, valid_from: '2025-11-07', validity_months: 6,
    });
    await this.house.at('2025-11-04T08:00Z');
    await this.does('us.chair', 'open_ballot');
    for (const side of SIDES) await this.does(`${side}.head`, 'cast_vote', { vote: { choice: 'approve' } });
    await this.house.at('2025-11-07T08:00Z');
    for (const side of SIDES) await this.does(`${side}.chair`, 'sign_decision');
  }

  /** Anybody, without an account. */
  async public() {
    this.reader ??= new Person(this.browser, this.house, { language: this.language, scripts: this.scripts, out: this.out });
    await this.reader.open('/register');
    await this.reader.presses('main th a[href^="/register/"], main a[href^="/register/"]:not([href*="."])');
    return this.reader;
  }

  async certificate() {
    const reader = await this.public();
    await this.shoot(reader, 'decision');
    await this.reads(reader, /22[\s\S]*30/);
    const holder = await this.opens('mfa.signatory');
    await this.pdf(holder, 'main a[href$="/papers/certificate.pdf"]');
    await this.verifies(reader);
  }

  /** The paper that this link leads to; browsers show it in a viewer of their own. */
  async pdf(person, link) {
    const page = await person.page();
    const links = page.locator(link);
    const reply = await page.request.get(new URL(await links.first().getAttribute('href'), page.url()).href);
    const bytes = await reply.body();
    if (!bytes.subarray(0, 5).equals(Buffer.from('%PDF-')) || bytes.length < 10_000) throw new Error(`${link} leads to no PDF`);
  }

  /** Anybody asks whether the number on a certificate is genuine. */
  async verifies(reader) {
    const page = await reader.page();
    const number = (await page.locator('aside h2').first().innerText()).trim();
    await reader.presses('.nav a[href="/verify"]');
    await page.fill('#number', number);
    await reader.presses('form[action="/verify"][method=get] .btn');
    await this.shoot(reader, 'verify');
    if (!await page.locator('main .msg.ok').count()) throw new Error(`${number} is not genuine: ${await reader.complaint()}`);
  }

  async reads(person, words) {
    const text = (await (await person.page()).locator('main').innerText()).replaceAll(/[\u00a0\u202f]/g, ' ');
    if (!words.test(text)) throw new Error(`${this.language}: ${(await person.page()).url()} does not say ${words}: ${text.slice(0, 1500)}`);
  }

  /** What an act will name is uploaded first: the sheet of the act leads there. */
  async uploads(who, action, names) {
    const link = `main a[href$="/acts/${action}"]`;
    const person = await this.opens(who, link);
    const page = await person.page();
    await person.follows(link);
    await person.presses('main a[href$="/files"]');
    for (const name of names) {
      await page.setInputFiles('#file', paper(name));
      await person.sends(page.locator('main form button.btn'));
    }
    await this.shoot(person, 'files');
  }

  async shipping() {
    for (const one of SHIPMENTS) {
      const [notified, loaded, departed, discharged, received, verified] = one.days;
      const quantity = { amount: String(one.tonnes), unit: 'TNE' };
      const shipment = one.no;
      await this.house.at(`${notified}T08:00Z`);
      await this.does('mfa.drafter', 'notify_shipment', { quantity, final_country: one.country, consignee: one.consignee, from: 'RUNVS', to: one.port, vessel: one.vessel });
      await this.house.at(`${loaded}T18:00Z`);
      await this.uploads('mfa.drafter', 'report_loading', [`BILL_OF_LADING_${shipment}`, `WEIGHT_NOTE_${shipment}`]);
      await this.does('mfa.drafter', 'report_loading', { shipment, quantity, loaded_on: loaded, bill_of_lading: `~bill_of_lading_${shipment}`, weight_note: `~weight_note_${shipment}` });
      for (const [on, position, place] of [[departed, 'departed', 'RUNVS'], [discharged, 'discharged', one.port]]) {
        await this.house.at(`${on}T16:00Z`);
        await this.does('mfa.drafter', 'report_position', { shipment, position, on, place });
      }
      await this.house.at(`${received}T12:00Z`);
      await this.uploads('mon.monitor', 'attest_delivery', [`WAREHOUSE_RECEIPT_${shipment}`]);
      await this.does('mon.monitor', 'attest_delivery', { shipment, quantity, on: received, place: one.place, evidence: [`~warehouse_receipt_${shipment}`] });
      await this.house.at(`${verified}T09:00Z`);
      await this.does('sec.officer', 'verify_delivery', { shipment, verified: true, basis: this.say('Warehouse receipt, weight note and the sample agree.', 'Складская расписка, весовая и проба согласуются.') });
    }
  }

  async outcome() {
    await this.house.at('2026-05-12T09:00Z');
    await this.does('sec.officer', 'propose_outcome', { remarks: this.say('Every delivery was verified.', 'Каждая поставка проверена.') });
    await this.house.at('2026-05-18T14:00Z');
    for (const side of SIDES) await this.does(`${side}.chair`, 'sign_outcome');
    const reader = await this.public();
    await this.shoot(reader, 'outcome');
    const figure = (n) => n.toLocaleString(this.language === 'ru' ? 'ru-RU' : 'en-US').replaceAll(/[\u00a0\u202f,]/g, '[ ,]?');
    await this.pdf(reader, 'main a[href*="/outcome.pdf"]');
    for (const tonnes of [233099, 137759, 95340]) await this.reads(reader, new RegExp(figure(tonnes)));
  }
}
