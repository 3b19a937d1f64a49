/** The list of shortcuts behind the keyboard button: GraphiQL's own, in French, without links. */
import { formatShortcutForOS, KEY_MAP } from '@graphiql/react';

const SHORTCUTS = [
  ["Exécuter la requête", formatShortcutForOS(KEY_MAP.runQuery.key)],
  ["Ouvrir la palette de commandes (depuis l’éditeur)", 'F1'],
  ['Mettre en forme', KEY_MAP.prettify.key],
  ['Copier la requête', KEY_MAP.copyQuery.key],
  ['Relire le schéma', KEY_MAP.refetchSchema.key],
  ['Chercher dans la documentation', formatShortcutForOS(KEY_MAP.searchInDocs.key)],
  ["Chercher dans l’éditeur", formatShortcutForOS(KEY_MAP.searchInEditor.key)],
  ['Fusionner les fragments dans la requête', KEY_MAP.mergeFragments.key],
];

export function ShortKeys() {
  return (
    <table className="graphiql-table">
      <thead>
        <tr>
          <th>Touches</th>
          <th>Effet</th>
        </tr>
      </thead>
      <tbody>
        {SHORTCUTS.map(([effect, keys]) => (
          <tr key={effect}>
            <td>
              {keys.split('-').map((key, index) => (
                <span key={key}>
                  {index > 0 && ' + '}
                  <code className="graphiql-key">{key}</code>
                </span>
              ))}
            </td>
            <td>{effect}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
