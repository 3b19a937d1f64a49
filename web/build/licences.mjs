/** The licences of all bundled packages in one text, as their authors ask. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

const PACKAGE = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const LICENCE = /^(licen[cs]e|notice|thirdpartynotices)(\.|$)/i;

export async function licences(web, metafiles) {
  const inputs = metafiles.flatMap(({ outputs }) => Object.values(outputs).flatMap(used));
  const folders = [...new Set(inputs.map(file => file.match(PACKAGE)?.[1]).filter(Boolean))];
  const entries = await Promise.all(folders.map(folder => entry(path.join(web, folder))));
  const title = 'Composants tiers inclus dans ces pages, et leurs licences\n';
  return [title, ...entries.sort((a, b) => (a < b ? -1 : 1))].join(`\n${'='.repeat(80)}\n\n`);
}

/** The inputs that left at least a byte in an output. */
const used = ({ inputs }) => Object.keys(inputs).filter(file => inputs[file].bytesInOutput > 0);

async function entry(folder) {
  const { name, version, license } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const texts = (await readdir(folder)).filter(file => LICENCE.test(file)).sort();
  const bodies = await Promise.all(texts.map(file => readFile(path.join(folder, file), 'utf8')));
  const head = `${name} ${version} (${license})\n`;
  return [head, ...bodies.map(body => `${body.replaceAll('\r\n', '\n').trim()}\n`)].join('\n');
}
