/**
 * The example questions, as the build bundles them: one `.graphql` file each, and `index.json`
 * for what stands around it.
 */
import index from './index.json';
import buyerCheckDraft from './buyer-check-draft.graphql';
import buyerComparableLots from './buyer-comparable-lots.graphql';
import buyerWhatBecameOfIt from './buyer-what-became-of-it.graphql';
import dashboardFeedsAndRules from './dashboard-feeds-and-rules.graphql';
import dashboardKeyFigures from './dashboard-key-figures.graphql';
import supplierLotEvents from './supplier-lot-events.graphql';
import supplierOpenLots from './supplier-open-lots.graphql';

const queries = {
  'buyer-check-draft': buyerCheckDraft,
  'buyer-comparable-lots': buyerComparableLots,
  'buyer-what-became-of-it': buyerWhatBecameOfIt,
  'dashboard-feeds-and-rules': dashboardFeedsAndRules,
  'dashboard-key-figures': dashboardKeyFigures,
  'supplier-lot-events': supplierLotEvents,
  'supplier-open-lots': supplierOpenLots,
};

export const EXAMPLES = index.map(example => ({ ...example, query: queries[example.id] }));

/** JSON laid out for reading: one line for a list of plain values. */
export function layOut(value) {
  // A line break never stands inside a JSON string, so only the layout itself can match.
  return JSON.stringify(value, null, 2).replace(/\[\n\s+([^[\]{}]*?)\n\s+\]/g, (_, items) =>
    `[${items.replace(/,\n\s+/g, ', ')}]`);
}

/** The variables of an example as JSON text for the editor; empty when it has none. */
export function variablesText({ variables }) {
  return Object.keys(variables).length ? layOut(variables) : '';
}
