// Pictures for the documentation, of a served demonstration.
//
//   corridor demo; npm install && node pictures.mjs http://127.0.0.1:8080 ../../docs/pictures
import path from 'node:path';
import { chromium } from 'playwright-core';
import { BROWSER, PASSWORD } from './house.mjs';

const [base, folder] = process.argv.slice(2);
if (!folder) { console.error('usage: node pictures.mjs ADDRESS FOLDER'); process.exit(2); }

/** The first link on a page whose row or text has these words. */
const within = (row, link) => async (page) => { await page.locator(row.at, { hasText: row.words }).locator(link).first().click(); await page.waitForLoadState(); };
/** Name, who looks (nobody: the public), where, and what is clicked from there. */
const PICTURES = [
  ['home', '', '/', []],
  ['notice', '', '/notices', [within({ at: 'main tr', words: 'HW-2025-01' }, 'th a')]],
  ['outcome', '', '/register', [within({ at: 'main tr', words: '233' }, 'a[href^="/register/"]')]],
  ['queue', 'officer@sec.example', '/queue', []],
  ['case', 'head@us.example', '/queue', [within({ at: 'main tr', words: /review|рассмотр/i }, 'th a')]],
];

const browser = await chromium.launch(BROWSER);
let failed = 0;
for (const [name, email, address, steps] of PICTURES) {
  const context = await browser.newContext({ viewport: { width: 1180, height: 860 }, locale: 'en', timezoneId: 'Europe/Zurich', reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  try {
    if (email) {
      await page.goto(`${base}/login`);
      await page.fill('input[name=email]', email);
      await page.fill('input[name=password]', PASSWORD);
      await page.click('main form .btn');
      await page.waitForLoadState();
    }
    await page.goto(`${base}${address}?lang=en`);
    for (const step of steps) await step(page);
    await page.screenshot({ path: path.join(folder, `${name}.png`) });
    console.log(`${name}.png: ${page.url()}`);
  } catch (error) {
    failed += 1;
    console.error(`${name}: ${error.message}`);
  }
  await context.close();
}
await browser.close();
process.exit(failed ? 1 : 0);
