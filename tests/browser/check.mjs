// Visits every page of a running demonstration in Chromium: as the public and as people of every role, in English and
// Russian, on a desktop, at 320 px, zoomed, dark, in forced colours and in print. What it demands of each page:
// no violation found by axe (WCAG 2.2 AA and best practice), no sideways scrolling, one h1, a language, no inline style
// or handler, no missing text, no request elsewhere, few requests, few bytes, and that the keyboard alone comes to
// everything that can be used, shows where it is and is held by nothing.
//
//   npm install && node check.mjs http://127.0.0.1:8080 [--out FOLDER] [--only PATTERN] [--people NAME,NAME] [--lanes 3]
//
// Pages are found by following links; one page of each kind is enough (ids and numbers in the address do not count), but
// three of cases, because a case looks different at every stage, and every act has a sheet of its own. A page is loaded
// once and put into every mode. One that is built of nothing but what was already seen in every mode, in the same
// language on a page of the same kind, is looked at on a desktop and at 320 px only. What the public sees is looked at
// as the public.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const PASSWORD = 'corridor-demo-2025-grain';
const PEOPLE = {
  public: null,
  signatory: 'signatory@mfa.example',
  drafter: 'drafter@unicef.example',
  officer: 'officer@sec.example',
  lead: 'lead@sec.example',
  reviewer: 'reviewer1@us.example',
  inspector: 'inspector@us.example',
  head: 'head@ru.example',
  chair: 'chair@us.example',
  monitor: 'monitor@mon.example',
  auditor: 'auditor@aud.example',
  administrator: 'admin@sec.example',
};
const DESKTOP = { width: 1280, height: 900 };
const plain = { media: 'screen', colorScheme: 'light', forcedColors: 'none' };
const MODES = {
  desktop: { viewport: DESKTOP, media: plain },
  narrow: { viewport: { width: 320, height: 640 }, media: plain },
  zoomed: { viewport: { width: 640, height: 450 }, media: plain },
  dark: { viewport: DESKTOP, media: { ...plain, colorScheme: 'dark' } },
  forced: { viewport: DESKTOP, media: { ...plain, forcedColors: 'active' } },
  print: { viewport: DESKTOP, media: { ...plain, media: 'print' } },
};
const BROWSER = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', chromiumSandbox: false,
  args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb', '--font-render-hinting=none'],
};
const LARGEST = 30 * 1024;
const REQUESTS = 3;

const [base, ...options] = process.argv.slice(2);
const option = (name) => { const at = options.indexOf(`--${name}`); return at < 0 ? undefined : options[at + 1] ?? ''; };
if (!base) { console.error('usage: node check.mjs http://127.0.0.1:8080 [--out FOLDER] [--only PATTERN]'); process.exit(2); }
const out = option('out');
const only = option('only');
const people = option('people')?.split(',') ?? Object.keys(PEOPLE);
const lanes = Number(option('lanes') ?? 3);
const origin = new URL(base).origin;
const faults = [];
const fault = (where, what) => { faults.push(`${where}: ${what}`); console.log(`  FAULT ${where}: ${what}`); };

/** `/cases/CW-2025-1N6Y-4D99-CJZY/votes` and its like are one kind of page. */
const kind = (address) => {
  const steps = new URL(address).pathname.split('/');
  return steps.map((step) => (/\d/.test(step) && step.length > 3 ? '*' : step)).join('/');
};
const isPage = (address) => {
  const url = new URL(address);
  return url.origin === origin
    && !/\.(csv|json|jsonl|atom|ics|pdf|zip|xml|png|svg|txt)$/.test(url.pathname)
    && !/^\/(api|assets|log|health|metrics|logout|problems)\b/.test(url.pathname);
};

const within = (promise, ms, what) => Promise.race([
  promise, new Promise((_, no) => setTimeout(() => no(new Error(`${what} took more than ${ms} ms`)), ms)),
]);

async function violations(page) {
  const found = await within(page.evaluate((rules) => window.axe.run(document, {
    runOnly: { type: 'tag', values: rules }, resultTypes: ['violations'],
  }), RULES), 60000, 'axe');
  return found.violations.map((v) => `axe ${v.id} (${v.impact}): ${v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(' | ')}`);
}

async function shape(page) {
  return page.evaluate(() => {
    const html = document.documentElement;
    const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
    const wide = [...document.querySelectorAll('body *')]
      .filter((e) => e.getBoundingClientRect().right > html.clientWidth + 1 && !e.closest('.scroll'));
    const said = [];
    const STYLED = '[style]:not([style=""])'; // a screenshot leaves empty ones behind
    if (html.scrollWidth > html.clientWidth + 1) said.push(`scrolls sideways by ${html.scrollWidth - html.clientWidth} px: ${wide.slice(0, 3).map((e) => `${e.tagName}.${e.className}`).join(' ')}`);
    if (document.querySelectorAll('h1').length !== 1) said.push(`has ${document.querySelectorAll('h1').length} h1`);
    if (!html.lang) said.push('has no language');
    if (!document.title.trim()) said.push('has no title');
    const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
    if (twice.length) said.push(`has the id ${twice[0]} twice`);
    if (document.querySelector(STYLED)) said.push(`has an inline style: ${document.querySelector(STYLED).outerHTML.slice(0, 80)}`);
    if ([...document.querySelectorAll('*')].some((e) => [...e.attributes].some((a) => a.name.startsWith('on')))) said.push('has an inline handler');
    const missing = document.body.innerText.match(/⟦[^⟧]*⟧|\bundefined\b|\{\{|\bNaN\b/g);
    if (missing) said.push(`has a missing text: ${missing[0]}`);
    return said;
  });
}

/** What is wrong with the page for somebody who has a keyboard and no mouse. */
async function keyboard(page) {
  const usable = await page.evaluate(() => {
    const all = [...document.querySelectorAll('a[href],button,input:not([type=hidden]),select,textarea,summary,[tabindex]:not([tabindex="-1"])')];
    const first = (e) => e.type !== 'radio' || e === (document.querySelector(`[name="${e.name}"]:checked`) ?? document.querySelector(`[name="${e.name}"]`));
    window.unmet = new Set(all.filter((e) => e.checkVisibility() && e.tabIndex >= 0 && !e.disabled && first(e)));
    document.activeElement.blur();
    return window.unmet.size;
  });
  const said = [];
  let rounds = 0;
  // A field for a date has a stop for each of its parts, which the browser itself shows.
  for (let left = usable * 8 + 40; left > 0; left -= 1) {
    await page.keyboard.press('Tab');
    const { at, unseen } = await page.evaluate(() => {
      const e = document.activeElement;
      window.unmet.delete(e);
      const { outlineStyle, boxShadow } = getComputedStyle(e);
      const name = e === document.body ? '' : e.outerHTML.slice(0, 90);
      return { at: name, unseen: e !== document.body && e.localName !== 'iframe' && !/^(date|time)/.test(e.type ?? '') && outlineStyle === 'none' && boxShadow === 'none' };
    });
    if (!at) {
      const unmet = await page.evaluate(() => [...window.unmet].map((e) => e.outerHTML.slice(0, 90)));
      // Out of a document that the page shows the keyboard comes back in a second round.
      if (unmet.length && (rounds += 1) < 3) continue;
      return unmet.length ? [...said, `the keyboard does not come to ${unmet.length}: ${unmet[0]}`] : said;
    }
    if (unseen && !said.length) said.push(`does not show that the keyboard is at ${at}`);
  }
  return [...said, 'holds the keyboard'];
}

/** What a page is built of: names and classes of its elements. */
const built = (page) => page.evaluate(() => [...new Set([...document.querySelectorAll('body *')]
  .filter((e) => !(e instanceof SVGElement))
  .map((e) => `${e.localName}.${e.className}${e.getAttribute('type') ?? ''}`))]);

/** Loads a page and listens: what it asks for, how large it is, what the console says. False if it is a file. */
async function load(page, who, language, address) {
  const traffic = { requests: 0, bytes: 0, elsewhere: [] };
  const heard = async (response) => {
    if (/^chrome(-extension)?:/.test(response.url())) return; // the browser's own viewer of PDF files
    if (!response.url().startsWith(origin)) traffic.elsewhere.push(response.url());
    if (response.frame() !== page.mainFrame()) return; // a document that the page shows is no part of the page
    if (response.request().resourceType() === 'other') return; // the browser's own favicon
    if (response.status() >= 300 && response.status() < 400) return; // on the way to the page
    traffic.requests += 1;
    const sizes = await response.request().sizes().catch(() => null);
    traffic.bytes += sizes ? sizes.responseBodySize : 0;
  };
  const complained = [];
  const complains = (message) => { if (message.type() === 'error') complained.push(message.text()); };
  page.on('response', heard); page.on('console', complains);
  const reply = await page.goto(address, { waitUntil: 'load' }).catch((error) => {
    if (error.message.includes('Download is starting')) return 'a file';
    throw error;
  });
  await page.waitForTimeout(20);
  page.off('response', heard); page.off('console', complains);
  if (reply === 'a file') return false;
  const name = `${who} ${language} ${new URL(page.url()).pathname}`;
  if (!reply || reply.status() >= 400) { fault(name, `answers ${reply?.status()}`); return false; }
  if (complained.length) fault(name, `console: ${complained[0]}`);
  if (traffic.elsewhere.length) fault(name, `asks elsewhere: ${traffic.elsewhere[0]}`);
  if (traffic.bytes > LARGEST) fault(name, `is ${traffic.bytes} bytes large`);
  if (traffic.requests > REQUESTS) fault(name, `makes ${traffic.requests} requests`);
  const shown = await page.evaluate(() => document.documentElement.lang);
  if (shown !== language) fault(name, `is in ${shown}`);
  return true;
}

const links = (page) => page.evaluate(() => [...document.querySelectorAll('a[href]')].map((a) => a.href.split('#')[0]));

/** `met`: what pages of this kind in this language were built of so far. Answers with the page's links. */
async function look(page, who, language, address, met) {
  if (!await load(page, who, language, address)) return [];
  const name = `${who} ${language} ${new URL(page.url()).pathname}`;
  const parts = await built(page);
  const modes = parts.every((part) => met.has(part)) ? ['desktop', 'narrow'] : Object.keys(MODES);
  parts.forEach((part) => met.add(part));
  await within(page.evaluate(AXE), 30000, 'loading axe');
  for (const mode of modes) {
    await page.setViewportSize(MODES[mode].viewport);
    await page.emulateMedia(MODES[mode].media);
    looks += 1;
    for (const what of await shape(page)) if (mode !== 'print' || !what.startsWith('scrolls')) fault(`${name} (${mode})`, what);
    for (const what of await violations(page)) fault(`${name} (${mode})`, what);
    if (out) {
      const file = `${who}${new URL(page.url()).pathname.replaceAll('/', '_')}_${language}_${mode}.png`;
      await page.screenshot({ path: path.join(out, file), fullPage: true });
    }
  }
  await page.setViewportSize(DESKTOP);
  await page.emulateMedia(plain);
  if (modes.length > 2) for (const what of await keyboard(page)) fault(name, what);
  return links(page);
}

async function signIn(page, email) {
  await page.goto(`${base}/login`);
  await page.fill('input[name=email]', email);
  await page.fill('input[name=password]', PASSWORD);
  await Promise.all([page.waitForURL((url) => !url.pathname.startsWith('/login')), page.click('main form[action^="/login"] button')]);
}

/** Walks with a browser of one's own; once more when the browser itself fell over. */
async function walk(who, email, language, seen) {
  for (let attempt = 1; ; attempt += 1) {
    const browser = await chromium.launch(BROWSER);
    const heard = faults.length;
    try {
      return await walkIn(browser, who, email, language, seen);
    } catch (error) {
      if (attempt === 2) throw error;
      faults.splice(heard, faults.length, ...faults.slice(heard).filter((what) => !what.startsWith(`${who} ${language} `)));
      console.log(`${who}, ${language}: the browser fell over (${error.message.split('\n')[0]}); again`);
    } finally {
      await browser.close().catch(() => {});
    }
  }
}

/** How many pages of a kind one person looks at. */
const often = (sort) => (sort.endsWith('/cases/*') ? 3 : 1);

async function walkIn(browser, who, email, language, seen) {
  const context = await browser.newContext({ viewport: DESKTOP, locale: language, timezoneId: 'Europe/Moscow', reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(20000);
  let pages = 0;
  try {
    if (email) await signIn(page, email);
    const ahead = [email ? page.url() : `${base}/`];
    if (email) ahead.push(`${base}/`); else ahead.push(`${base}/login`);
    const met = new Map();
    const visited = new Set();
    while (ahead.length) {
      const address = ahead.shift();
      const sort = kind(address);
      if (visited.has(address) || (met.get(sort) ?? 0) >= often(sort) || !isPage(address)) continue;
      visited.add(address);
      met.set(sort, (met.get(sort) ?? 0) + 1);
      if (email && seen.public.has(sort)) {
        // Where one lands is passed through for what the navigation offers to this person.
        if (visited.size <= 2) { await page.goto(address); ahead.push(...await links(page)); }
        continue;
      }
      if (/\/acts\//.test(sort) && seen.parts.has(sort)) continue; // the same sheet for whoever acts
      if (only && !sort.includes(only) && pages > 0) continue;
      pages += 1;
      if (!email) seen.public.add(sort);
      // Sheets are all built by the same few templates.
      const family = sort.replace(/\/acts\/.*/, '/acts/*');
      if (!seen.parts.has(family)) seen.parts.set(family, new Set());
      seen.parts.set(sort, seen.parts.get(family));
      const withLanguage = new URL(address);
      withLanguage.searchParams.set('lang', language);
      ahead.push(...await look(page, who, language, withLanguage.href, seen.parts.get(family)));
    }
  } catch (error) {
    if (!browser.isConnected() || page.isClosed()) throw error;
    fault(`${who} ${language} ${page.url()}`, error.message.split('\n')[0]);
  }
  await context.close();
  if (pages === 0) fault(`${who} ${language}`, 'has seen no page');
  console.log(`${who}, ${language}: ${pages} pages, ${Math.round(performance.now() / 1000)} s since the start`);
  return pages;
}

if (out) fs.mkdirSync(out, { recursive: true });
let pages = 0;
let looks = 0;
const seen = Object.fromEntries(['en', 'ru'].map((language) => [language, { public: new Set(), parts: new Map() }]));
const walks = people.flatMap((who) => ['en', 'ru'].map((language) => [who, language]));
const publics = walks.filter(([who]) => who === 'public');
const others = walks.filter(([who]) => who !== 'public');
for (const some of [publics, others]) {
  await Promise.all(Array.from({ length: lanes }, async () => {
    for (let next = some.shift(); next; next = some.shift()) {
      const [who, language] = next;
      const walked = await walk(who, PEOPLE[who], language, seen[language]);
      pages += walked;
    }
  }));
}
console.log(`${pages} pages passed in ${looks} looks and ${Math.round(performance.now() / 1000)} s, ${faults.length} failed`);
if (faults.length) { console.log(faults.slice(0, 200).join('\n')); process.exit(1); }
