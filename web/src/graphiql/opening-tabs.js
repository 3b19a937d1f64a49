/**
 * What GraphiQL opens on: the examples at the first visit, the visitor's own tabs afterwards, and
 * one more tab for a link of the form `/graphiql?query=…&variables=…`.
 */
import { EXAMPLES, layOut, variablesText } from '../examples/examples.js';

/** GraphiQL's own key: present once it has stored tabs. */
const STORED_TABS = 'graphiql:tabState';

/** This browser's storage as GraphiQL takes it; nothing when the visitor's settings forbid it. */
export function browserStorage() {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}

/** The properties of `<GraphiQL>` that decide on the first tabs. */
export function openingTabs(location, storage) {
  const examples = EXAMPLES.map(example => ({
    query: example.query,
    variables: variablesText(example),
  }));
  const linked = linkedTab(new URLSearchParams(location.search));
  const visited = Boolean(storage?.getItem(STORED_TABS));
  const shown = linked ?? (visited ? null : examples[0]);
  return {
    defaultTabs: linked ? [linked, ...examples] : examples,
    ...(shown && { initialQuery: shown.query, initialVariables: shown.variables }),
  };
}

/** The tab that a link asks for, if it does. Variables that are not JSON are shown as they are. */
function linkedTab(parameters) {
  const query = parameters.get('query');
  if (!query) return null;
  const given = parameters.get('variables') ?? '';
  try {
    return { query, variables: given && layOut(JSON.parse(given)) };
  } catch {
    return { query, variables: given };
  }
}
