import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { Component, type ReactNode } from 'react';
import { useTexts } from '../i18n/catalogue';
import { shellTexts } from './texts';

// ErrorBoundary shows that a page has failed instead of nothing at all: above all when a
// part of it could not be loaded, because a newer console has replaced it.
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const texts = useTexts(shellTexts);
  return (
    <Alert
      type="error"
      header={texts.broken}
      action={<Button onClick={() => window.location.reload()}>{texts.reload}</Button>}
    >
      {texts.brokenExplained}
    </Alert>
  );
}
