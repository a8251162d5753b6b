// What was typed is never lost: the service is killed, the network goes, the session ends, somebody else is faster.
//
//   npm install && node drafts.mjs PATH/TO/corridor [--out FOLDER]
import fs from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { Story } from './course.mjs';
import { BROWSER, House } from './house.mjs';
import { Person } from './person.mjs';

const [binary, ...options] = process.argv.slice(2);
if (!binary) { console.error('usage: node drafts.mjs PATH/TO/corridor [--out FOLDER]'); process.exit(2); }
const out = options[0] === '--out' ? options[1] : undefined;
if (out) fs.mkdirSync(out, { recursive: true });
const FIELD = 'textarea[name="save.content.purpose"]';
const STATUS = '[data-autosave-status]';

/** Until the line beside the form says one of these. */
const says = (page, words) => page.waitForFunction(([at, source]) => new RegExp(source).test(document.querySelector(at)?.textContent ?? ''), [STATUS, words.source], { timeout: 20_000 });
/** What is kept, as another browser of the same person sees it. */
async function kept(story) {
  const other = new Person(story.browser, story.house, { email: 'signatory@mfa.example', language: story.language });
  await other.open(`/dossiers/${story.case}/purpose`);
  const text = await (await other.page()).inputValue(FIELD);
  await (await other.page()).context().close();
  return text;
}
const equal = (got, wanted, what) => { if (got !== wanted) throw new Error(`${what}: “${got}” and not “${wanted}”`); };

const tests = {
  async 'what is typed is saved within two seconds'(story, page) {
    await page.fill(FIELD, 'Bread for four million people');
    const began = Date.now();
    await says(page, story.said.saved);
    if (Date.now() - began > 4000) throw new Error(`it took ${Date.now() - began} ms`);
    equal(await kept(story), 'Bread for four million people', 'kept');
  },
  async 'the service is killed while somebody types'(story, page) {
    await page.locator(FIELD).pressSequentially(', and for their neighbours', { delay: 5 });
    await story.house.kill();
    await says(page, story.said.unsaved);
    await page.locator(FIELD).pressSequentially(' in the north', { delay: 5 });
    await story.house.start();
    await says(page, story.said.saved);
    equal(await kept(story), 'Bread for four million people, and for their neighbours in the north', 'kept');
  },
  async 'the network goes and comes back'(story, page) {
    await page.context().setOffline(true);
    await page.fill(FIELD, 'Bread, typed in a tunnel');
    await says(page, story.said.unsaved);
    await page.locator(FIELD).pressSequentially(' and after it', { delay: 5 });
    await page.context().setOffline(false);
    await says(page, story.said.saved);
    equal(await kept(story), 'Bread, typed in a tunnel and after it', 'kept');
  },
  async 'the session ends while somebody types'(story, page, drafter) {
    await story.house.at('2025-10-08T20:00Z');
    await page.fill(FIELD, 'Bread, typed overnight');
    await says(page, story.said.out);
    await drafter.presses('main form p.row button[value=save]');
    equal(new URL(page.url()).pathname, `/dossiers/${story.case}/purpose`, 'the sign-in page stands where the form was');
    await drafter.shoots(`drafts_${story.language}_signed_out`);
    await drafter.signIn(true);
    await drafter.shoots(`drafts_${story.language}_kept`);
    await drafter.sends();
    equal(await kept(story), 'Bread, typed overnight', 'kept');
  },
  async 'two editors in one section'(story, page, drafter) {
    await drafter.open(`/dossiers/${story.case}/purpose`);
    const other = new Person(story.browser, story.house, { email: 'drafter@mfa.example', language: story.language });
    await other.open(`/dossiers/${story.case}/purpose`);
    await other.fills({ purpose: 'Bread, says the colleague' }, 'save.content');
    await other.sends();
    await page.fill(FIELD, 'Bread, says the drafter');
    await says(page, story.said.overtaken);
    const [reply] = await Promise.all([page.waitForResponse((one) => one.request().method() === 'POST' && one.request().isNavigationRequest()), page.click('main form p.row button[value=save]')]);
    equal(reply.status(), 409, 'status');
    await page.waitForLoadState();
    await drafter.looks();
    await drafter.shoots(`drafts_${story.language}_both`);
    const text = await page.locator('main .msg.bad').innerText();
    for (const words of ['Bread, says the colleague', 'Bread, says the drafter']) if (!text.includes(words)) throw new Error(`not shown: ${words}: ${text}`);
    equal(await page.inputValue(FIELD), 'Bread, says the drafter', 'typed');
    await drafter.sends();
    equal(await kept(story), 'Bread, says the drafter', 'kept after both were seen');
  },
};

const SAID = {
  en: { saved: /^Saved/, unsaved: /will keep trying/, out: /session has ended/, overtaken: /somebody else/ },
  ru: { saved: /^Сохранено/, unsaved: /Попытки продолжаются/, out: /сеанс завершён/, overtaken: /кто-то уже изменил/ },
};
let failed = 0;
async function all(language) {
  const house = await House.open(path.resolve(binary));
  const browser = await chromium.launch(BROWSER);
  const story = new Story(browser, house, { language, scripts: true, out: undefined });
  story.said = SAID[language];
  try {
    await story.notice();
    await house.at('2025-10-08T08:00Z');
    const drafter = await story.begins();
    drafter.out = out;
    const page = await drafter.page();
    page.on('dialog', (dialog) => dialog.accept());
    await drafter.open(`/dossiers/${story.case}/purpose`);
    await drafter.fills({ purpose: 'Bread', reasons: 'Carriage' }, 'save.content');
    for (const [name, test] of Object.entries(tests)) {
      try { await test(story, page, drafter); console.log(`ok ${language}: ${name}`); } catch (error) {
        failed += 1;
        console.log(`FAILED ${language}: ${name}: ${error.message}`);
        await drafter.shoots(`drafts_${language}_failed_${failed}`);
      }
    }
  } finally {
    await browser.close().catch(() => {});
    await house.close();
  }
}
await Promise.all(['en', 'ru'].map(all));
console.log(`${2 * Object.keys(tests).length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
