/** Modules of the packages that ours replace, to bundle less or to stay on this server. */
import path from 'node:path';

export function substitutes(web) {
  const ours = name => ({ path: path.join(web, 'src/graphiql', name) });
  return {
    name: 'substitutes',
    setup(build) {
      // Half a megabyte of JavaScript printer, used by GraphiQL for JSON only.
      build.onResolve({ filter: /^prettier\/(parser-babel|plugins\/estree)$/ }, () => ours('json-printer.js'));
      // The same plugin under its old name: bundled once.
      build.onResolve({ filter: /^prettier\/parser-graphql$/ }, ({ resolveDir, kind }) =>
        build.resolve('prettier/plugins/graphql', { resolveDir, kind }));
      // The list of shortcuts, without its links to another site.
      build.onResolve({ filter: /^\.\/short-keys\.js$/ }, () => ours('shortcuts.jsx'));
    },
  };
}
