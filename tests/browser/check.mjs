// Visits every page of a running demonstration in Chromium: as the public and as people of every role, in English and
// Russian, on a desktop, at 320 px, zoomed, dark, in forced colours and in print. What it demands of each page:
// no violation found by axe (WCAG 2.2 AA and best practice), no sideways scrolling, one h1, a language, no inline style
// or handler, no missing text, no request elsewhere, few requests, few bytes.
//
//   npm install && node check.mjs http://127.0.0.1:8080 [--out FOLDER] [--only PATTERN] [--without NAME,NAME] [--fast]
//
// Pages are found by following links; one page of each kind is enough (ids and numbers in the address do not count), but
// three of cases and of sheets for acts, because a case looks different at every stage.
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
if (!base) { console.error('usage: node check.mjs http://127.0.0.1:8080 [--out FOLDER] [--only PATTERN] [--fast]'); process.exit(2); }
const out = option('out');
const only = option('only');
const without = (option('without') ?? '').split(',');
const fast = options.includes('--fast');
const origin = new URL(base).origin;
const faults = [];
const fault = (where, what) => { faults.push(`${where}: ${what}`); console.log(`  FAULT ${where}: ${what}`); };

/** `/cases/CW-2025-1N6Y-4D99-CJZY/votes` and its like are one kind of page. */
const kind = (address) => {
  const url = new URL(address);
  const steps = url.pathname.split('/').map((step) => (/\d/.test(step) && step.length > 3 ? '*' : step));
  return steps.join('/').replace(/\/acts\/.*/, '/acts/*');
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
  await within(page.evaluate(AXE), 15000, 'loading axe');
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

async function look(page, who, language, address, known) {
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
  if (reply === 'a file') return [];
  const name = `${who} ${language} ${new URL(page.url()).pathname}`;
  if (!reply || reply.status() >= 400) { fault(name, `answers ${reply?.status()}`); return []; }
  if (complained.length) fault(name, `console: ${complained[0]}`);
  if (traffic.elsewhere.length) fault(name, `asks elsewhere: ${traffic.elsewhere[0]}`);
  if (traffic.bytes > LARGEST) fault(name, `is ${traffic.bytes} bytes large`);
  if (traffic.requests > REQUESTS) fault(name, `makes ${traffic.requests} requests`);
  const shown = await page.evaluate(() => document.documentElement.lang);
  if (shown !== language) fault(name, `is in ${shown}`);
  const modes = fast || known ? ['desktop', 'narrow'] : Object.keys(MODES);
  for (const mode of modes) {
    await page.setViewportSize(MODES[mode].viewport);
    await page.emulateMedia(MODES[mode].media);
    for (const what of await shape(page)) if (mode !== 'print' || !what.startsWith('scrolls')) fault(`${name} (${mode})`, what);
    for (const what of await violations(page)) fault(`${name} (${mode})`, what);
    if (out) {
      const file = `${who}${new URL(page.url()).pathname.replaceAll('/', '_')}_${language}_${mode}.png`;
      await page.screenshot({ path: path.join(out, file), fullPage: true });
    }
  }
  await page.setViewportSize(DESKTOP);
  await page.emulateMedia(plain);
  return page.evaluate(() => [...document.querySelectorAll('a[href]')].map((a) => a.href.split('#')[0]));
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
    const own = new Set(seen);
    const heard = faults.length;
    try {
      const pages = await walkIn(browser, who, email, language, own);
      own.forEach((sort) => seen.add(sort));
      return pages;
    } catch (error) {
      if (attempt === 2) throw error;
      faults.length = heard;
      console.log(`${who}, ${language}: the browser fell over (${error.message.split('\n')[0]}); again`);
    } finally {
      await browser.close().catch(() => {});
    }
  }
}

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
      const often = sort.endsWith('/cases/*') || sort.endsWith('/acts/*') ? 3 : 1;
      if (visited.has(address) || (met.get(sort) ?? 0) >= often || !isPage(address)) continue;
      visited.add(address);
      met.set(sort, (met.get(sort) ?? 0) + 1);
      // What the public sees is looked at as the public; others only pass through.
      const known = seen.has(`${language} ${sort}`);
      if (email && seen.has(`public ${language} ${sort}`)) continue;
      if (only && !sort.includes(only) && pages > 0) continue;
      pages += 1;
      seen.add(`${language} ${sort}`);
      if (!email) seen.add(`public ${language} ${sort}`);
      const withLanguage = new URL(address);
      withLanguage.searchParams.set('lang', language);
      ahead.push(...await look(page, who, language, withLanguage.href, known));
    }
  } catch (error) {
    if (!browser.isConnected() || page.isClosed()) throw error;
    fault(`${who} ${language} ${page.url()}`, error.message.split('\n')[0]);
  }
  await context.close();
  console.log(`${who}, ${language}: ${pages} pages`);
  return pages;
}

if (out) fs.mkdirSync(out, { recursive: true });
let pages = 0;
await Promise.all(['en', 'ru'].map(async (language) => {
  const seen = new Set();
  for (const [who, email] of Object.entries(PEOPLE).filter(([name]) => !without.includes(name))) pages += await walk(who, email, language, seen);
}));
console.log(`${pages} passed, ${faults.length} failed`);
if (faults.length) { console.log(faults.slice(0, 200).join('\n')); process.exit(1); }
