// The grain story, from the draft of the notice to the outcome, in Chromium: every person begins at the sign-in page and
// does with links, fields and buttons what the process asks of them. Nothing goes through the API; only time is moved.
//
//   npm install && node story.mjs PATH/TO/corridor [--languages en,ru] [--without-scripts] [--out FOLDER]
import fs from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { Story } from './course.mjs';
import { BROWSER, House } from './house.mjs';

const [binary, ...options] = process.argv.slice(2);
const option = (name) => { const at = options.indexOf(`--${name}`); return at < 0 ? undefined : options[at + 1] ?? ''; };
if (!binary) { console.error('usage: node story.mjs PATH/TO/corridor [--languages en,ru] [--without-scripts] [--out FOLDER]'); process.exit(2); }
const out = option('out');
if (out) fs.mkdirSync(out, { recursive: true });
const plays = (option('languages') ?? 'en,ru').split(',').filter(Boolean).map((language) => ({ language, scripts: true }));
if (options.includes('--without-scripts')) plays.push({ language: option('languages') === 'ru' ? 'ru' : 'en', scripts: false });

async function play(how) {
  const house = await House.open(path.resolve(binary));
  const browser = await chromium.launch(BROWSER);
  const story = new Story(browser, house, { ...how, out });
  const name = `${how.language}${how.scripts ? '' : ', without scripts'}`;
  try {
    await story.play();
    console.log(`${name}: from the notice to the outcome, ${story.acts} acts on the case: 233,099 t`);
  } catch (error) {
    if (out) for (const [who, person] of Object.entries(story.people)) await person.shoots(`failed_${how.language}_${who}`).catch(() => {});
    throw error;
  } finally {
    await browser.close().catch(() => {});
    await house.close();
  }
}

const ended = await Promise.allSettled(plays.map(play));
const failed = ended.filter((one) => one.status === 'rejected');
for (const one of failed) console.error(one.reason.message);
console.log(`${ended.length - failed.length} stories passed, ${failed.length} failed`);
process.exit(failed.length ? 1 : 0);
