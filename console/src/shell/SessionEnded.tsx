import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button, { type ButtonProps } from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useRef, useState } from 'react';
import { useTexts } from '../i18n/catalogue';
import { useSession } from '../session/SessionContext';
import { shellTexts } from './texts';

// SessionEnded asks to sign in again, above everything that is on the page. Requests wait
// until that is done. It can be put aside, to look at what is there.
export function SessionEnded() {
  const texts = useTexts(shellTexts);
  const session = useSession();
  const [failed, setFailed] = useState(false);
  const [aside, setAside] = useState(false);
  const primary = useRef<ButtonProps.Ref>(null);
  useEffect(() => {
    // After the dialog has taken the focus.
    const timer = setTimeout(() => primary.current?.focus());
    return () => clearTimeout(timer);
  }, [aside]);
  const signIn = () => {
    setFailed(false);
    session.signInAgain().catch(() => setFailed(true));
  };
  if (aside) {
    return (
      <div className="waiting">
        <SpaceBetween direction="horizontal" size="s" alignItems="center">
          <Box variant="span">{texts.ended}</Box>
          <Button onClick={() => setAside(false)}>{texts.signInAgain}</Button>
        </SpaceBetween>
      </div>
    );
  }
  return (
    <Modal
      visible
      header={texts.ended}
      onDismiss={() => setAside(true)}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={() => void session.signOut()}>
              {texts.signOut}
            </Button>
            <Button ref={primary} variant="primary" onClick={signIn}>
              {texts.signInAgain}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <span>{texts.endedExplained}</span>
        {failed && <Alert type="error">{texts.endedFailed}</Alert>}
      </SpaceBetween>
    </Modal>
  );
}
