import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useTexts } from '../i18n/catalogue';
import { useSession } from '../session/SessionContext';
import { usePageTitle } from './title';
import { shellTexts } from './texts';

// SignInPage is what somebody sees who is not signed in, at any address. After the
// sign-in that address is shown.
export function SignInPage({ failed: failedBefore }: { failed: boolean }) {
  const texts = useTexts(shellTexts);
  const session = useSession();
  const [failed, setFailed] = useState(failedBefore);
  usePageTitle(texts.signIn);
  const signIn = () => {
    session.signIn(window.location.pathname + window.location.search).catch(() => setFailed(true));
  };
  return (
    <div className="sign-in">
      <Container header={<Header variant="h1">{texts.product}</Header>}>
        <SpaceBetween size="l">
          {failed && <Alert type="error">{texts.signInFailed}</Alert>}
          <Box>{texts.signInIntro}</Box>
          <Button variant="primary" onClick={signIn}>
            {texts.signIn}
          </Button>
        </SpaceBetween>
      </Container>
    </div>
  );
}
