// Progressive enhancement only: every feature below has a no-script equivalent.
(() => {
  'use strict';
  const d = document, root = d.documentElement, t = (k) => d.body.dataset[k] || k;
  root.classList.add('js');
  // error summary takes focus so that screen readers announce it
  const es = d.querySelector('[data-error-summary]'); if (es) es.focus();
  // autosave: same form, same URL, same validation; the server stores a draft revision
  for (const f of d.querySelectorAll('form[data-autosave]')) {
    const out = f.querySelector('[data-autosave-status]'); let timer, dirty = false, flying = null, rev = f.elements.seen;
    const say = (s) => { if (out) out.textContent = s; };
    const later = (ms) => { clearTimeout(timer); timer = setTimeout(save, ms); };
    const once = async (keep) => {
      dirty = false; say(t('saving'));
      try {
        const body = new URLSearchParams(new FormData(f)); body.delete('key'); body.set('do', 'auto'); // every autosave is a wish of its own
        const r = await fetch(f.action, { method: 'POST', body, keepalive: !!keep, credentials: 'same-origin', headers: { 'X-Autosave': '1', Accept: 'application/json' } });
        if (r.status === 409) { dirty = true; say(t('overtaken')); return; } // pressing “save” shows both versions
        if (r.status === 401 || r.redirected) { dirty = true; say(t('out')); return; } // pressing “save” signs in and keeps what was typed
        if (r.status === 422) { dirty = true; say(t('unfinished')); return; }
        if (!r.ok) throw new Error(String(r.status));
        const j = await r.json(); if (rev && j.rev) rev.value = j.rev; say(`${t('saved')} ${j.at || ''}`);
        if (dirty) later(1500);
      } catch (e) { dirty = true; say(t('unsaved')); later(8000); }
    };
    const save = (keep) => { if (dirty && !flying) flying = once(keep === true).finally(() => { flying = null; }); };
    f.addEventListener('input', () => { dirty = true; later(1500); });
    // never two at once: what is on its way first, else one would overtake oneself
    f.addEventListener('submit', (e) => {
      clearTimeout(timer);
      if (flying) { e.preventDefault(); const b = e.submitter; flying.finally(() => f.requestSubmit(b)); } else dirty = false;
    });
    addEventListener('online', () => { if (dirty) later(0); });
    d.addEventListener('visibilitychange', () => { if (d.visibilityState === 'hidden') save(true); });
    addEventListener('beforeunload', (e) => { if (dirty) e.preventDefault(); });
  }
  // irreversible actions: native dialog instead of the intermediate page
  for (const b of d.querySelectorAll('[data-dialog]')) {
    const dlg = d.getElementById(b.dataset.dialog);
    if (dlg && dlg.showModal) b.addEventListener('click', (e) => { e.preventDefault(); dlg.showModal(); });
  }
  // times: show the reader's own zone next to the official one
  for (const el of d.querySelectorAll('time[data-local]')) {
    const v = new Date(el.dateTime); if (!isNaN(v)) el.title = v.toLocaleString(root.lang, { year: 'numeric', month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });
  }
  // one submit per form
  d.addEventListener('submit', (e) => { const b = e.submitter; if (b && !e.defaultPrevented) setTimeout(() => { b.disabled = true; }, 0); });
  // queue: j/k move, o opens; only when switched on in the profile (WCAG 2.1.4)
  const q = d.querySelector('[data-keys]');
  if (q) { const rows = [...q.querySelectorAll('tbody a')]; let i = -1;
    d.addEventListener('keydown', (e) => { if (e.ctrlKey || e.metaKey || e.altKey || /INPUT|SELECT|TEXTAREA/.test(e.target.tagName)) return;
      if (e.key === 'j') i = Math.min(i + 1, rows.length - 1); else if (e.key === 'k') i = Math.max(i - 1, 0); else return; rows[i].focus(); }); }
  // the reader's own zone: the server shows it beside the official one
  try {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone, name = (location.protocol === 'https:' ? '__Host-' : '') + 'corridor-zone';
    if (zone && !d.cookie.includes(`${name}=`)) d.cookie = `${name}=${zone}; Path=/; Max-Age=31536000; SameSite=Lax${location.protocol === 'https:' ? '; Secure' : ''}`;
  } catch { /* no zone: UTC and the official zone are shown in any case */ }
  // a session that is about to end: warn two minutes before, and let the reader stay
  const left = Number(d.body.dataset.session), warning = d.querySelector('[data-session-warning]');
  if (left && warning) {
    let timer; const arm = (s) => { clearTimeout(timer); timer = setTimeout(() => { warning.hidden = false; warning.querySelector('button').focus(); }, Math.max(0, s - 120) * 1000); };
    arm(left);
    warning.querySelector('form').addEventListener('submit', async (e) => {
      e.preventDefault();
      const r = await fetch('/stay', { method: 'POST', body: new URLSearchParams(new FormData(e.target)), redirect: 'manual' }).catch(() => null);
      if (r && r.type === 'opaqueredirect') { warning.hidden = true; for (const b of warning.querySelectorAll('button')) b.disabled = false; arm(1800); } else e.target.submit();
    });
  }
})();
