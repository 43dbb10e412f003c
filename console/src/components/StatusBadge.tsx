import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { ShareStatus } from '../api/types';
import { useTexts } from '../i18n/catalogue';
import { componentTexts } from './texts';

const types = { accepted: 'success', pending: 'pending', declined: 'stopped' } as const;

// StatusBadge shows what the recipient says to a share.
export function StatusBadge({ status }: { status: ShareStatus }) {
  const texts = useTexts(componentTexts);
  return (
    <StatusIndicator type={types[status]}>
      <span className="words">{texts.statuses[status]}</span>
    </StatusIndicator>
  );
}
