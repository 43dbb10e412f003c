import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { Deprecation } from '../api/types';
import { useTexts } from '../i18n/catalogue';
import { formatDay } from '../i18n/format';
import { useLanguage } from '../i18n/language';
import { laterStart } from './start';
import { deprecationTexts } from './texts';

// DeprecationBadge shows that an image should not be used any more, or from which day on.
export function DeprecationBadge({ deprecation }: { deprecation: Deprecation }) {
  const texts = useTexts(deprecationTexts);
  const language = useLanguage();
  const start = laterStart(deprecation);
  return (
    <StatusIndicator type={start ? 'pending' : 'warning'}>
      <span className="words">{start ? texts.from(formatDay(start, language)) : texts.deprecated}</span>
    </StatusIndicator>
  );
}
