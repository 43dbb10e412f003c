import '@cloudscape-design/global-styles/index.css';
import './main.css';
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { createRoot } from 'react-dom/client';
import { authorizeBy } from './api/client';
import { useTexts } from './i18n/catalogue';
import { replace } from './router/location';
import { loadConfig } from './session/config';
import { Session, signedInPath } from './session/session';
import { SessionContext } from './session/SessionContext';
import { App } from './shell/App';
import { SettingsProvider } from './shell/settings';
import { shellTexts } from './shell/texts';

const root = createRoot(document.getElementById('root') as HTMLElement);

async function start() {
  const session = await Session.start(await loadConfig());
  authorizeBy(session);
  let signInFailed = false;
  if (window.location.pathname === signedInPath) {
    try {
      const path = await session.complete();
      if (path === undefined) return;
      replace(path);
    } catch {
      signInFailed = true;
      replace({ page: 'home' });
    }
  }
  root.render(
    <SettingsProvider>
      <SessionContext.Provider value={session}>
        <App signInFailed={signInFailed} />
      </SessionContext.Provider>
    </SettingsProvider>,
  );
}

function Unconfigured() {
  const texts = useTexts(shellTexts);
  return (
    <main className="sign-in">
      <Alert type="error" action={<Button onClick={() => window.location.reload()}>{texts.reload}</Button>}>
        {texts.unconfigured}
      </Alert>
    </main>
  );
}

start().catch(() =>
  root.render(
    <SettingsProvider>
      <Unconfigured />
    </SettingsProvider>,
  ),
);
