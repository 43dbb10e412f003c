import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { ImageState } from '../api/types';
import { useTexts } from '../i18n/catalogue';
import { componentTexts } from './texts';

const types = { Creating: 'in-progress', Available: 'success', Failed: 'error' } as const;

// StateBadge shows an image's state, or that the platform has suspended it, which
// matters more.
export function StateBadge({ state, suspended }: { state: ImageState; suspended?: boolean }) {
  const texts = useTexts(componentTexts);
  return (
    <StatusIndicator type={suspended ? 'stopped' : types[state]}>
      <span className="words">{suspended ? texts.suspended : texts.states[state]}</span>
    </StatusIndicator>
  );
}
