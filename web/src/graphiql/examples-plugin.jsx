/** A side panel that lists the example questions, so that a closed tab is never lost. */
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';

import { EXAMPLES, variablesText } from '../examples/examples.js';

const AUDIENCES = [...new Set(EXAMPLES.map(example => example.audience))];

function ExamplesPanel() {
  const { addTab } = useGraphiQLActions();
  const queryEditor = useGraphiQL(state => state.queryEditor);
  const variableEditor = useGraphiQL(state => state.variableEditor);

  function open(example) {
    addTab();
    variableEditor?.setValue(variablesText(example));
    queryEditor?.setValue(example.query);
  }

  return (
    <section className="passerelle-examples" aria-label="Exemples">
      <h2>Exemples</h2>
      <p>Chaque question s’ouvre dans un nouvel onglet, prête à exécuter.</p>
      {AUDIENCES.map(audience => (
        <section key={audience} aria-label={audience}>
          <h3>{audience}</h3>
          <ul>
            {EXAMPLES.filter(example => example.audience === audience).map(example => (
              <li key={example.id}>
                <button type="button" onClick={() => open(example)}>
                  <strong>{example.title}</strong>
                  <span>{example.summary}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </section>
  );
}

function ExamplesIcon(props) {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" {...props}>
      <path d="M4 5h2M4 12h2M4 19h2M10 5h10M10 12h10M10 19h10" />
    </svg>
  );
}

export const EXAMPLES_PLUGIN = { title: 'Exemples', icon: ExamplesIcon, content: ExamplesPanel };
