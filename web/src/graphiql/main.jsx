/** The GraphiQL page: the stock interface over this server, opened on the example questions. */
import './workers.js';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './page.css';

import { GraphiQL } from 'graphiql';
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { createRoot } from 'react-dom/client';

import { ConnectionStatus } from './connection-status.jsx';
import { ActiveTabInSight, EditorSettings } from './editor-settings.js';
import { EXAMPLES_PLUGIN } from './examples-plugin.jsx';
import { createFetcher } from './fetcher.js';
import { browserStorage, openingTabs } from './opening-tabs.js';
import { connect } from './subscriptions.js';
import { FollowSystemTheme } from './system-theme.js';

const WEBSOCKET_URL = new URL('/graphql', location.href);
WEBSOCKET_URL.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';

const storage = browserStorage();
const subscriptions = connect(WEBSOCKET_URL.href);
const fetcher = createFetcher('/graphql', subscriptions);
// Kept outside of any component: GraphiQL closes the side panel whenever this list is a new one.
const PLUGINS = [EXAMPLES_PLUGIN, HISTORY_PLUGIN];

const page = (
  <GraphiQL
    fetcher={fetcher}
    plugins={PLUGINS}
    storage={storage ? undefined : null}
    defaultEditorToolsVisibility="variables"
    {...openingTabs(location, storage)}
  >
    <GraphiQL.Logo>
      <h1 className="passerelle-home"><a href="/">Passerelle</a></h1>
    </GraphiQL.Logo>
    <GraphiQL.Footer>
      <ConnectionStatus subscriptions={subscriptions} />
    </GraphiQL.Footer>
    <EditorSettings />
    <ActiveTabInSight />
    <FollowSystemTheme />
  </GraphiQL>
);

createRoot(document.getElementById('graphiql')).render(page);
// The query of a link is now a tab of its own: a reload must not open it again.
history.replaceState(null, '', location.pathname);
