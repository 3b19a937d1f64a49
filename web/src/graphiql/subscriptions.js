/**
 * Subscriptions over one websocket (`graphql-transport-ws`), and its state for the page to show.
 *
 * A lost connection is not taken up again in silence: only the reader knows the last cursor, and
 * starting again without it would skip or repeat events. The last event stays on the screen with
 * the reason instead, so that its cursor can be given as `after`.
 */
import { createClient } from 'graphql-ws';

import { problem } from './fetcher.js';

/** The client for a websocket address; it connects at the first subscription. */
export function connect(url) {
  let state = { phase: 'idle', received: 0 };
  const listeners = new Set();
  const change = next => {
    state = { ...state, ...next };
    listeners.forEach(listener => listener());
  };
  const client = createClient({
    url,
    retryAttempts: 0,
    on: {
      connecting: () => change({ phase: 'connecting' }),
      connected: () => change({ phase: 'connected' }),
    },
  });

  function open(params) {
    return {
      subscribe(observer) {
        let last = null;
        change({ phase: 'connecting', received: 0 });
        const stop = client.subscribe(params, {
          next(result) {
            last = result;
            change({ phase: 'connected', received: state.received + 1 });
            observer.next(result);
          },
          error(cause) {
            change({ phase: 'lost' });
            observer.next({ ...failure(cause), ...(last?.data && { data: last.data }) });
            observer.complete();
          },
          complete() {
            if (state.phase !== 'lost') change({ phase: 'ended' });
            observer.complete();
          },
        });
        return { unsubscribe: stop };
      },
    };
  }

  return {
    open,
    getState: () => state,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Errors of the operation as the server gives them; anything else is the connection's. */
function failure(cause) {
  if (Array.isArray(cause)) return { errors: cause };
  const reason = cause?.code ? `code ${cause.code}${cause.reason && `, ${cause.reason}`}` : cause?.message;
  return problem(
    `L’abonnement est interrompu${reason ? ` (${reason})` : ''}. ` +
      'Relancez la requête en donnant le dernier « cursor » reçu pour ne rien perdre.',
  );
}
