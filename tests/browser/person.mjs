// One person at a browser: signs in, follows links, fills in forms by the names of their fields, presses their buttons.
import path from 'node:path';
import { PASSWORD } from './house.mjs';

/** What a body says as fields of a form: `goods[0].quantity.amount` and its value. */
export function fields(body, place = '') {
  if (Array.isArray(body) && body.some((one) => typeof one === 'object')) {
    return body.flatMap((one, n) => fields(one, `${place}[${n}]`));
  }
  if (typeof body === 'object' && !Array.isArray(body)) {
    return Object.entries(body).flatMap(([name, one]) => fields(one, place ? `${place}.${name}` : name));
  }
  return [[place, body]];
}

export class Person {
  constructor(browser, house, { email, language, scripts = true, out }) {
    Object.assign(this, { browser, house, email, language, scripts, out });
  }

  async page() {
    if (!this.tab) {
      const context = await this.browser.newContext({
        viewport: { width: 1280, height: 900 }, locale: this.language, timezoneId: 'Europe/Moscow',
        javaScriptEnabled: this.scripts, reducedMotion: 'reduce', acceptDownloads: true,
      });
      this.tab = await context.newPage();
      this.tab.setDefaultTimeout(20_000);
    }
    return this.tab;
  }

  /** Opens an address; signs in first if the page asks for it. */
  async open(address) {
    const page = await this.page();
    await page.goto(this.house.base + address);
    if (new URL(page.url()).pathname === '/login' && address !== '/login') await this.signIn();
    await this.looks();
  }

  /** From the sign-in page to one's desk; if it keeps a form, to that. */
  async signIn(keeps = false) {
    const page = await this.page();
    await page.fill('input[name=email]', this.email);
    await page.fill('input[name=password]', PASSWORD);
    await this.presses('main form[action^="/login"] button.btn');
    if (keeps) return;
    if (await page.getAttribute('html', 'lang') !== this.language) await this.presses(`a[hreflang=${this.language}]`);
    this.settled = true;
    if (new URL(page.url()).pathname === '/login') throw new Error(`${this.email} could not sign in: ${await this.complaint()}`);
  }

  /** To one's own desk: by a link of the page, else by the sign-in page. */
  async desk() {
    const page = await this.page();
    if (this.begun && await page.locator('.account .who').count() && await page.locator('.nav a').count() > 4) {
      const own = page.locator('.nav a[href="/queue"],.nav a[href="/dossiers"]').first();
      await this.presses(own);
      if (new URL(page.url()).pathname !== '/login') return;
    } else {
      this.begun = true;
      await page.goto(`${this.house.base}/login`);
      if (new URL(page.url()).pathname !== '/login') return;
    }
    await this.signIn();
  }

  /** Presses a link or a button and waits for the page it leads to. */
  async presses(target) {
    const page = await this.page();
    const place = typeof target === 'string' ? page.locator(target).first() : target;
    await Promise.all([page.waitForEvent('framenavigated'), place.click()]);
    await page.waitForLoadState('domcontentloaded');
    await this.looks();
  }

  /** Follows a link; signs in on the way if one was away too long. */
  async follows(link) {
    await this.presses(link);
    if (new URL((await this.page()).url()).pathname === '/login') await this.signIn();
  }

  /** What holds of every page that is passed. */
  async looks() {
    const page = await this.page();
    const seen = await page.evaluate(() => ({
      lang: document.documentElement.lang, h1: document.querySelectorAll('h1').length,
      missing: document.body.innerText.match(/⟦[^⟧]*⟧|\bundefined\b|\{\{/)?.[0], text: document.body.innerText.slice(0, 400),
    }));
    const where = `${this.email ?? 'public'} ${new URL(page.url()).pathname}`;
    if (seen.h1 !== 1) throw new Error(`${where} is no page: ${seen.text}`);
    if (seen.missing) throw new Error(`${where} has a missing text: ${seen.missing}`);
    if (seen.lang !== this.language && this.settled) throw new Error(`${where} is in ${seen.lang}`);
  }

  async shoots(name) {
    if (this.out) await (await this.page()).screenshot({ path: path.join(this.out, `${name}.png`), fullPage: true });
  }

  async complaint() {
    const page = await this.page();
    return (await page.locator('main .msg.bad, main h1').allInnerTexts()).join(' | ').slice(0, 600);
  }

  async form() {
    const page = await this.page();
    return page.evaluate(() => Object.fromEntries([...document.querySelectorAll('main [name]')].map((e) => [e.name, { tag: e.tagName, type: e.type }])));
  }

  /** Fills in what the body says, asking for more rows where there are too few; `['*']` ticks every box. */
  async fills(body, place = '') {
    const page = await this.page();
    let form = await this.form();
    for (const [name, value] of fields(body, place)) {
      while (name.includes(']') && !this.named(form, name)) {
        const list = name.slice(0, name.lastIndexOf('['));
        const button = page.locator(`button[name=more][value="${list}"],button[name=do][value="add:${list}"]`);
        if (!await button.count()) break;
        const before = Object.keys(form).length;
        await this.presses(button.first());
        form = await this.form();
        if (Object.keys(form).length === before) throw new Error(`another row of ${list} was asked for and did not come`);
      }
      await this.writes(form, name, value);
    }
  }

  named(form, name) { return ['', ':b', ':n', ':list', ':lines'].map((mark) => name + mark).find((one) => form[one] && form[one].type !== 'hidden'); }

  async writes(form, name, value) {
    const page = await this.page();
    const field = this.named(form, name);
    if (!field && Array.isArray(value)) {
      for (const [n, one] of value.entries()) await this.writes(form, `${name}[${n}]`, one);
      return;
    }
    if (!field) throw new Error(`${new URL(page.url()).pathname} does not ask for ${name}: ${Object.keys(form).join(' ').slice(0, 900)}`);
    const { tag, type } = form[field];
    const at = page.locator(`main [name="${field}"]`);
    await this.unfolds(at.first());
    if (field.endsWith(':lines')) await at.fill(value.join('\n'));
    else if (type === 'checkbox' && Array.isArray(value)) {
      if (value[0] === '*') for (const box of await at.all()) if (await box.isVisible()) await box.check();
      for (const one of value.filter((one) => one !== '*')) {
        const box = one.startsWith?.('~') ? page.locator('.pick', { hasText: one.slice(1) }).locator(`[name="${field}"]`) : page.locator(`[name="${field}"][value="${one}"]`);
        await box.first().check();
      }
    } else if (type === 'checkbox') await at.setChecked(Boolean(value));
    else if (type === 'radio') await page.locator(`[name="${field}"][value="${value}"]`).check();
    else if (tag === 'SELECT') await at.selectOption(await this.option(field, String(value)));
    else await at.fill(String(value));
  }

  /** What is folded away is unfolded first, the outermost before what is in it. */
  async unfolds(field) {
    const folds = field.locator('xpath=ancestor::details[not(@open)]/summary');
    for (let left = await folds.count(); left > 0; left -= 1) await folds.first().click();
  }

  /** `~words` is the option that says so, `#2` the second one. */
  async option(field, value) {
    if (!/^[~#]/.test(value)) return value;
    const options = await this.options(field);
    const found = value[0] === '#' ? options[Number(value.slice(1)) - 1] : options.find((one) => one.text.includes(value.slice(1)));
    if (!found) throw new Error(`${field} does not offer ${value}: ${options.map((one) => one.text).join(' | ').slice(0, 600)}`);
    return found.value;
  }

  async options(field) {
    const page = await this.page();
    return page.locator(`main select[name="${field}"]`).evaluate((e) => [...e.options].filter((o) => o.value).map((o) => ({ value: o.value, text: o.text })));
  }

  /** Sends the form; it must be granted. */
  async sends(button) {
    const page = await this.page();
    const secret = page.locator('main input[name=password]');
    if (await secret.count()) await secret.fill(PASSWORD);
    await this.presses(button ?? page.locator('main form p.row button.btn, main form button.btn').last());
    if (!await page.locator('main .msg.ok').count()) throw new Error(`${this.email} ${page.url()} was refused: ${await this.complaint()}`);
  }
}
