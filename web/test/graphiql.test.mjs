/**
 * The pages in a real browser, against the server that `PASSERELLE_URL` names.
 *
 *   PASSERELLE_URL=http://127.0.0.1:8000 PASSERELLE_SHOTS=shots npm test
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { BASE, shoot, startBrowser } from './browser.mjs';

const here = file => new URL(file, import.meta.url);
const examples = JSON.parse(await readFile(here('../src/examples/index.json'), 'utf8'));
for (const example of examples) {
  example.query = await readFile(here(`../src/examples/${example.id}.graphql`), 'utf8');
  [, example.kind, example.operation] = example.query.match(/^(query|subscription) (\w+)/m);
}
const TIMEOUT_MS = 20_000;

let browser;
let page;

before(async () => {
  assert.ok(BASE, 'set PASSERELLE_URL to the address of a running server');
  browser = await startBrowser();
  page = await browser.context.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
});

after(() => browser?.close());

const tab = name => page.locator('.graphiql-tab-button', { hasText: name });
const side = name => page.locator('.graphiql-sidebar').getByRole('button', { name });
const status = () => page.locator('.passerelle-status');
/** The text of an editor: `operation.graphql`, `variables.json` or `response.json`. */
const text = name => page.evaluate(
  end => globalThis.__MONACO.editor.getModels().find(model => model.uri.path.endsWith(end)).getValue(),
  name,
);

async function openGraphiql(address = '/graphiql') {
  const answer = await page.goto(`${BASE}${address}`);
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  await page.locator('.graphiql-response .monaco-editor').waitFor();
  return answer;
}

/** Runs what the active tab holds and gives the answer back. */
async function run() {
  await page.getByRole('button', { name: /^Exécuter/ }).click();
  const seen = await page.waitForFunction(() => {
    const models = globalThis.__MONACO.editor.getModels();
    const value = models.find(model => model.uri.path.endsWith('response.json')).getValue();
    return value.startsWith('{') && value;
  });
  return JSON.parse(await seen.jsonValue());
}

function assertAnswer(answer, name) {
  assert.equal(answer.errors, undefined, `${name}: ${JSON.stringify(answer.errors)}`);
  assert.ok(answer.data, `${name} gives data`);
}

test('the pages carry their content security policies', async () => {
  for (const [address, file] of [['/graphiql', 'graphiql'], ['/', 'home']]) {
    const policy = (await readFile(here(`../csp/${file}.txt`), 'utf8')).trim();
    const response = await fetch(`${BASE}${address}`);
    assert.equal(response.headers.get('content-security-policy'), policy, address);
  }
});

test('GraphiQL opens on the example tabs', async () => {
  await openGraphiql();
  for (const example of examples) await tab(example.operation).waitFor();
  assert.equal(await page.locator('.graphiql-tab-button').count(), examples.length);
  assert.equal(await text('operation.graphql'), examples[0].query);
  assert.deepEqual(JSON.parse(await text('variables.json')), examples[0].variables);
  await shoot(page, 'graphiql-first-visit');
});

test('the first example answers', async () => {
  assertAnswer(await run(), examples[0].id);
  await shoot(page, 'graphiql-answer');
});

test('every query among the examples answers', async () => {
  for (const example of examples.slice(1).filter(({ kind }) => kind === 'query')) {
    await tab(example.operation).click();
    await page.waitForFunction(() => globalThis.__MONACO.editor.getModels()
      .find(model => model.uri.path.endsWith('response.json')).getValue() === '');
    assertAnswer(await run(), example.id);
    await shoot(page, `graphiql-${example.id}`);
  }
});

test('the documentation lists the Query type', async () => {
  await side('Ouvrir : Documentation').click();
  const panel = page.locator('.graphiql-doc-explorer');
  await panel.getByRole('link', { name: 'Query', exact: true }).first().click();
  await panel.getByRole('link', { name: 'lots', exact: true }).waitFor();
  await shoot(page, 'graphiql-documentation');
});

test('the history holds what was run', async () => {
  await side('Ouvrir : Historique').click();
  await page.locator('.graphiql-history-item', { hasText: examples[0].operation }).waitFor();
  await shoot(page, 'graphiql-history');
});

test('the side panel opens an example in a new tab', async () => {
  await side('Ouvrir : Exemples').click();
  const before = await page.locator('.graphiql-tab-button').count();
  await shoot(page, 'graphiql-examples');
  await page.getByRole('button', { name: examples[1].title }).click();
  assert.equal(await page.locator('.graphiql-tab-button').count(), before + 1);
  assert.equal(await text('operation.graphql'), examples[1].query);
  assert.equal(await text('variables.json'), '');
  await tab(examples[1].operation).nth(1).waitFor();
  await page.waitForTimeout(500); // Tabs slide to their place.
  await page.locator('.graphiql-tab-close').last().click();
  await page.waitForFunction(
    count => document.querySelectorAll('.graphiql-tab-button').length === count,
    before,
  );
  await side('Fermer : Exemples').click();
});

test('the subscription connects over the websocket and stops', async () => {
  const example = examples.find(({ kind }) => kind === 'subscription');
  await tab(example.operation).click();
  await page.getByRole('button', { name: /^Exécuter/ }).click();
  await page.locator('.passerelle-status[data-phase=connected]').waitFor();
  await page.getByRole('button', { name: /^Arrêter/ }).waitFor();
  // Events may or may not come; what comes must not be an error.
  await page.waitForTimeout(2_000);
  assert.equal(await status().getAttribute('data-phase'), 'connected');
  assert.doesNotMatch(await text('response.json'), /"errors"/);
  await shoot(page, 'graphiql-subscription');
  await page.getByRole('button', { name: /^Arrêter/ }).click();
  await page.locator('.passerelle-status[data-phase=ended]').waitFor();
});

test('a subscription that is cut says so and keeps the last event', async () => {
  const example = examples.find(({ kind }) => kind === 'subscription');
  const apart = await startBrowser(); // With a storage of its own: two pages would share their tabs.
  const other = await apart.context.newPage();
  await other.routeWebSocket('**/graphql', socket => {
    socket.onMessage(message => {
      const { type, id } = JSON.parse(message);
      if (type === 'connection_init') socket.send(JSON.stringify({ type: 'connection_ack' }));
      if (type !== 'subscribe') return;
      const payload = { data: { lotEvents: { cursor: 'dernier' } } };
      socket.send(JSON.stringify({ type: 'next', id, payload }));
      socket.close({ code: 1011, reason: 'arrêt' });
    });
  });
  await other.goto(`${BASE}/graphiql`);
  await other.locator('.graphiql-tab-button', { hasText: example.operation }).first().click();
  await other.getByRole('button', { name: /^Exécuter/ }).click();
  await other.locator('.passerelle-status[data-phase=lost]').waitFor();
  const response = await other.evaluate(() => globalThis.__MONACO.editor.getModels()
    .find(model => model.uri.path.endsWith('response.json')).getValue());
  assert.match(response, /interrompu \(code 1011, arrêt\)/);
  assert.match(response, /"cursor": "dernier"/);
  await shoot(other, 'graphiql-subscription-cut');
  await apart.close();
  assert.deepEqual(apart.faults, []);
});

test('the tabs of the visitor are kept', async () => {
  await page.locator('.graphiql-tab-add').click();
  await page.evaluate(() => globalThis.__MONACO.editor.getModels()
    .find(model => model.uri.path.endsWith('operation.graphql')).setValue('query MaRequete { __typename }'));
  await tab('MaRequete').waitFor();
  await page.waitForTimeout(1_000); // GraphiQL writes its storage half a second later.
  assert.equal(await page.locator('.graphiql-tab-button').count(), examples.length + 1);
  await openGraphiql();
  await tab('MaRequete').waitFor();
  assert.equal(await page.locator('.graphiql-tab-button').count(), examples.length + 1);
  assert.equal(await text('operation.graphql'), 'query MaRequete { __typename }');
});

test('a link opens its query in one more tab', async () => {
  const query = 'query ParLien($n: Int) { lots(first: $n) { totalCount } }';
  const link = new URLSearchParams({ query, variables: '{"n":1}' });
  await openGraphiql(`/graphiql?${link}`);
  assert.equal(await text('operation.graphql'), query);
  assert.deepEqual(JSON.parse(await text('variables.json')), { n: 1 });
  assert.equal(await page.locator('.graphiql-tab-button').count(), examples.length + 2);
  assert.equal(new URL(page.url()).search, '');
  assertAnswer(await run(), 'link');
});

test('the editor completes from the schema and knows its errors', async () => {
  await page.locator('.graphiql-tab-add').click();
  await page.locator('.graphiql-query-editor .view-lines').click();
  await page.keyboard.type('{ lo');
  await page.keyboard.press('Control+Space');
  await page.locator('.suggest-widget .monaco-list-row', { hasText: 'lots' }).first().waitFor();
  await shoot(page, 'graphiql-completion');
  await page.keyboard.press('Escape');
  await page.keyboard.type('tis }');
  await page.locator('.graphiql-query-editor .squiggly-error').first().waitFor();
});

test('the home page shows its numbers and leads to GraphiQL', async () => {
  await page.goto(`${BASE}/`);
  await page.locator('#figures[aria-busy=false]').waitFor();
  await page.locator('#feeds[aria-busy=false]').waitFor();
  assert.match(await page.locator('[data-figure=open]').textContent(), /^[\d\s\u202f\u00a0]+$/);
  assert.equal(await page.locator('.message.problem').count(), 0);
  await shoot(page, 'home', { fullPage: true });
  await page.setViewportSize({ width: 320, height: 640 });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `nothing sticks out at 320 px (${overflow} px)`);
  await shoot(page, 'home-320', { fullPage: true });
  await page.setViewportSize({ width: 1440, height: 900 });
  const supplier = examples.find(({ id }) => id === 'supplier-open-lots');
  await page.getByRole('link', { name: supplier.title }).click();
  await tab(supplier.operation).first().waitFor();
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  assert.equal(await text('operation.graphql'), supplier.query);
  assert.deepEqual(JSON.parse(await text('variables.json')), supplier.variables);
});

test('the home page says what fails, and shows it as text', async () => {
  const message = '<img src=x onerror=alert(1)> indisponible';
  await page.route('**/graphql', route => route.fulfill({ json: { errors: [{ message }] } }));
  await page.goto(`${BASE}/`);
  await page.locator('#figures-message.problem', { hasText: message }).waitFor();
  await page.locator('#feeds-message.problem', { hasText: message }).waitFor();
  assert.equal(await page.locator('[data-figure=open]').textContent(), '–');
  assert.equal(await page.locator('main img').count(), 0);
  await shoot(page, 'home-problem', { fullPage: true });
  await page.unroute('**/graphql');
});

test('both pages are readable in the dark', async () => {
  await openGraphiql();
  await tab(examples[0].operation).first().click();
  await run();
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.locator('.monaco-editor.vs-dark').first().waitFor();
  await page.waitForTimeout(500); // Colours come after the text.
  await shoot(page, 'graphiql-dark');
  await page.goto(`${BASE}/`);
  await page.locator('#feeds[aria-busy=false]').waitFor();
  await shoot(page, 'home-dark', { fullPage: true });
});

test('nothing left this server and nothing failed on the way', () => {
  assert.deepEqual(browser.faults, []);
});
