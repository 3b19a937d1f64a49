/** A Chromium for the tests, and a page that keeps account of everything it must not do. */
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { chromium } from 'playwright-core';

const CHROMIUM = process.env.PASSERELLE_CHROMIUM ?? '/usr/bin/chromium';

/** The server under test, without a slash at the end. */
export const BASE = process.env.PASSERELLE_URL?.replace(/\/+$/, '');
const SHOTS = process.env.PASSERELLE_SHOTS;

/** Starts a browser that can reach the server under test and nothing else. */
export async function startBrowser(options = {}) {
  const profile = await mkdtemp(path.join(tmpdir(), 'passerelle-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: true,
    viewport: { width: 1440, height: 900 },
    locale: 'fr-FR',
    timezoneId: 'Europe/Paris',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${new URL(BASE).hostname}`,
    ],
    ...options,
  });
  const faults = [];
  watch(context, faults);
  return {
    context,
    /** Requests to other hosts, errors in the console (refused by the CSP included), exceptions. */
    faults,
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

function watch(context, faults) {
  const own = new URL(BASE).host;
  const judge = address => {
    const url = new URL(address);
    const local = url.protocol === 'data:' || url.protocol === 'blob:' || url.protocol === 'about:';
    if (!local && url.host !== own) faults.push(`request to ${address}`);
  };
  context.on('request', request => judge(request.url()));
  context.on('weberror', error => faults.push(`exception: ${error.error().message}`));
  context.on('console', message => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  context.on('page', page => page.on('websocket', socket => judge(socket.url())));
}

/** Saves what the page shows when `PASSERELLE_SHOTS` names a folder. */
export async function shoot(page, name, options) {
  if (!SHOTS) return;
  await mkdir(SHOTS, { recursive: true });
  await page.screenshot({ path: path.join(SHOTS, `${name}.png`), ...options });
}
