/** Where the editors find their workers: files of this server, never blobs or another host. */
const WORKERS = { json: 'json', graphql: 'graphql' };

globalThis.MonacoEnvironment = {
  getWorker: (_id, label) => new Worker(`/graphiql/assets/${WORKERS[label] ?? 'editor'}.worker.js`),
};
