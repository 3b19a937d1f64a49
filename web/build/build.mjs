/**
 * Builds `web/dist` (or the folder given as the first argument): GraphiQL with its three workers,
 * the home page, and the licences of what is bundled. The same sources and lock file always give
 * the same bytes: no hash, date or path enters a file.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

import { frenchGraphiql, frenchMonaco } from './french.mjs';
import { homePage } from './home-page.mjs';
import { licences } from './licences.mjs';
import { substitutes } from './substitutes.mjs';

const web = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const dist = path.resolve(process.argv[2] ?? path.join(web, 'dist'));

const common = {
  absWorkingDir: web,
  bundle: true,
  minify: true,
  metafile: true,
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none', // All licences stand in one file of their own.
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
};

const page = await build({
  ...common,
  entryPoints: { app: 'src/graphiql/main.jsx' },
  outdir: path.join(dist, 'graphiql/assets'),
  format: 'esm',
  jsx: 'automatic',
  assetNames: '[name]',
  loader: { '.graphql': 'text', '.ttf': 'file' },
  plugins: [substitutes(web), frenchGraphiql(web), frenchMonaco(web)],
  write: false,
});

const workers = await build({
  ...common,
  entryPoints: {
    'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
    'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
    'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
  },
  outdir: path.join(dist, 'graphiql/assets'),
  format: 'iife',
  plugins: [frenchMonaco(web)],
  write: false,
});

const home = await build({
  ...common,
  entryPoints: { home: 'src/home/home.js', 'home-style': 'src/home/home.css' },
  outdir: path.join(dist, 'assets'),
  format: 'esm',
  loader: { '.graphql': 'text' },
  write: false,
});

/** Path below `dist` → content. */
const files = new Map();
for (const output of [page, workers, home].flatMap(result => result.outputFiles)) {
  const name = path.relative(dist, output.path).replaceAll(path.sep, '/');
  files.set(name.replace('home-style.css', 'home.css'), output.contents);
}
files.set('index.html', await homePage(web));
files.set('graphiql/index.html', await readFile(path.join(web, 'src/graphiql/index.html')));
files.set('assets/favicon.svg', await readFile(path.join(web, 'src/home/favicon.svg')));
files.set('licences.txt', await licences(web, [page, workers, home].map(result => result.metafile)));

await rm(dist, { recursive: true, force: true });
for (const [name, content] of files) {
  const file = path.join(dist, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}
for (const name of [...files.keys()].sort()) {
  console.log(String(Buffer.byteLength(files.get(name))).padStart(9), name);
}
