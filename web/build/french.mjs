/**
 * French for what people read in GraphiQL and its editors, put in place while bundling.
 *
 * GraphiQL has no translations: `french-graphiql.json` gives, for a file of its packages, the exact
 * English code and the French one. A text that is not found stops the build, so that a new version
 * of GraphiQL cannot lose its French unseen. Monaco ships a French list for its other build; its
 * English texts are matched with it here.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

const TEXT = String.raw`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|${'`'}(?:[^${'`'}\\$]|\\.)*${'`'}`;

/** GraphiQL, its panels and its dialogs. */
export function frenchGraphiql(web) {
  return {
    name: 'french-graphiql',
    async setup(build) {
      const table = JSON.parse(await readFile(path.join(web, 'build/french-graphiql.json'), 'utf8'));
      const files = new Map(
        Object.entries(table).map(([file, texts]) => [path.join(web, 'node_modules', file), texts]),
      );
      const met = new Set();
      build.onStart(() => met.clear());
      build.onLoad({ filter: /[\\/](graphiql|@graphiql)[\\/].*\.js$/ }, async ({ path: file }) => {
        const texts = files.get(file);
        if (!texts) return undefined;
        met.add(file);
        let code = await readFile(file, 'utf8');
        for (const [english, french] of Object.entries(texts)) {
          if (!code.includes(english)) throw new Error(`${file} no longer says ${english}`);
          code = code.replaceAll(english, french);
        }
        return { contents: code, loader: 'js' };
      });
      build.onEnd(() => {
        const unmet = [...files.keys()].filter(file => !met.has(file));
        return { errors: unmet.map(file => ({ text: `${file} is no longer part of GraphiQL` })) };
      });
    },
  };
}

/** The editors: menus, find, hints. */
export function frenchMonaco(web) {
  return {
    name: 'french-monaco',
    async setup(build) {
      const dictionary = await monacoDictionary(path.join(web, 'node_modules/monaco-editor/dev/vs'));
      const call = new RegExp(String.raw`(\blocalize2?\((?:'[^']*'|\{[^}]*\}),\s*)(${TEXT})`, 'g');
      build.onLoad({ filter: /[\\/]monaco-editor[\\/]esm[\\/].*\.js$/ }, async ({ path: file }) => {
        const code = await readFile(file, 'utf8');
        if (!code.includes('localize')) return undefined;
        const contents = code.replace(call, (whole, head, text) => {
          const french = dictionary.get(valueOf(text));
          return french ? head + JSON.stringify(french) : whole;
        });
        return { contents, loader: 'js' };
      });
    },
  };
}

/** English → French, from the numbered texts of the other build and its French list. */
async function monacoDictionary(folder) {
  const english = await readFile(path.join(folder, 'editor/editor.main.js'), 'utf8');
  const list = await readFile(path.join(folder, 'nls.messages.fr.js'), 'utf8');
  const french = JSON.parse(list.match(/_VSCODE_NLS_MESSAGES=(\[[\s\S]*?\]);/)[1]);
  const numbered = new RegExp(String.raw`\blocalize2?\)?\((\d+),\s*(${TEXT})`, 'g');
  const dictionary = new Map();
  for (const [, number, text] of english.matchAll(numbered)) {
    const translation = french[Number(number)];
    if (translation) dictionary.set(valueOf(text), translation);
  }
  if (dictionary.size < 1000) throw new Error('the French list of monaco-editor could not be read');
  return dictionary;
}

/** The value of a string literal of JavaScript, without running it. */
function valueOf(literal) {
  const inner = literal.slice(1, -1);
  const escapes = { n: '\n', r: '\r', t: '\t' };
  return inner.replace(/\\(u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|[\s\S])/g, (_, one, long, short, hex) => {
    const code = long ?? short ?? hex;
    return code ? String.fromCodePoint(Number.parseInt(code, 16)) : (escapes[one] ?? one);
  });
}
