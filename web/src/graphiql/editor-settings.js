/** Small settings that GraphiQL does not offer: for French text, and for tabs out of sight. */
import { useGraphiQL } from '@graphiql/react';
import { useEffect } from 'react';

const SETTINGS = {
  wordWrap: 'on',
  wrappingIndent: 'indent',
  // A French apostrophe is not a trap: no frame around it.
  unicodeHighlight: { ambiguousCharacters: false },
};

/** Long lines wrap and French typography is plain text, in all editors. */
export function EditorSettings() {
  const queryEditor = useGraphiQL(state => state.queryEditor);
  const variableEditor = useGraphiQL(state => state.variableEditor);
  const headerEditor = useGraphiQL(state => state.headerEditor);
  const responseEditor = useGraphiQL(state => state.responseEditor);
  useEffect(() => {
    const editors = [queryEditor, variableEditor, headerEditor, responseEditor];
    editors.forEach(editor => editor?.updateOptions(SETTINGS));
  }, [queryEditor, variableEditor, headerEditor, responseEditor]);
  return null;
}

/** Brings the active tab into sight when there are more tabs than room. */
export function ActiveTabInSight() {
  const active = useGraphiQL(state => state.activeTabIndex);
  const panel = useGraphiQL(state => state.visiblePlugin);
  useEffect(() => {
    document.querySelector('.graphiql-tab-active')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [active, panel]);
  return null;
}
