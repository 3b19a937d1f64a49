/**
 * How GraphiQL talks to the server: queries and mutations by POST, subscriptions by websocket.
 *
 * Both come back as observables, so that the stop button, a change of tab or a new run cancels the
 * request itself; an answer that comes late can then never land in another tab.
 */
import { Kind, parse } from 'graphql';

const ACCEPT = 'application/graphql-response+json, application/json;q=0.9';

/** A fetcher for GraphiQL. */
export function createFetcher(url, subscriptions) {
  return (params, { headers } = {}) => {
    const operation = chosenOperation(params);
    const request = { ...params, operationName: operation?.name?.value ?? params.operationName };
    return operation?.operation === 'subscription'
      ? subscriptions.open(request)
      : overHttp(url, request, headers);
  };
}

/**
 * The operation to run: the named one, or the only one. GraphiQL learns the name of a changed text
 * a moment late, so a quick run may still name the operation of the former tab.
 */
function chosenOperation({ query, operationName }) {
  try {
    const operations = parse(query).definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    const named = operations.find(({ name }) => name?.value === operationName);
    return named ?? (operations.length === 1 ? operations[0] : null);
  } catch {
    return null; // The server says what is wrong with the text.
  }
}

function overHttp(url, params, headers) {
  return {
    subscribe(observer) {
      const abort = new AbortController();
      const settle = result => {
        if (abort.signal.aborted) return;
        observer.next(result);
        observer.complete();
      };
      post(url, params, headers, abort.signal).then(settle, error => settle(problem(
        `Le serveur n'a pas pu être joint (${error.message}). Vérifiez la connexion, puis réessayez.`,
      )));
      return { unsubscribe: () => abort.abort() };
    },
  };
}

async function post(url, params, headers, signal) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { Accept: ACCEPT, 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(params),
    signal,
  });
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    const start = text.trim().slice(0, 300);
    return problem(`Le serveur a répondu ${response.status} sans réponse GraphQL. ${start}`.trim());
  }
}

/** A failure on the way, in the shape of a GraphQL answer. */
export const problem = (message, extensions) => ({
  errors: [{ message, ...(extensions && { extensions }) }],
});
