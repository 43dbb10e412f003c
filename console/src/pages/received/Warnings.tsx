import Alert from '@cloudscape-design/components/alert';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Deprecation, SharedImage } from '../../api/types';
import { ForeignText } from '../../components/ForeignText';
import { laterStart } from '../../deprecation/start';
import { useTexts } from '../../i18n/catalogue';
import { formatTime } from '../../i18n/format';
import { useLanguage } from '../../i18n/language';
import { follow } from '../../router/location';
import { pathTo } from '../../router/route';
import { receivedTexts } from './texts';

// Warnings says what stands in the way of using an image, or will.
export function Warnings({ projectId, image }: { projectId: string; image: SharedImage }) {
  const texts = useTexts(receivedTexts);
  const { status, suspended, deprecation } = image;
  if (status === 'accepted' && !suspended && !deprecation) return null;
  return (
    <SpaceBetween size="l">
      {status !== 'accepted' && (
        <Alert type="info" header={status === 'pending' ? texts.pendingHeader : texts.declinedHeader}>
          {texts.hindrances[status]}
        </Alert>
      )}
      {suspended && (
        <Alert type="error" header={texts.suspendedHeader}>
          {texts.hindrances.suspended}
        </Alert>
      )}
      {deprecation && <Deprecated projectId={projectId} deprecation={deprecation} />}
    </SpaceBetween>
  );
}

function Deprecated({ projectId, deprecation }: { projectId: string; deprecation: Deprecation }) {
  const texts = useTexts(receivedTexts);
  const language = useLanguage();
  const { message, replacementImageId } = deprecation;
  const start = laterStart(deprecation);
  return (
    <Alert
      type="warning"
      header={start ? texts.deprecatedFrom(formatTime(start, language)) : texts.deprecatedNow}
    >
      {message && <ForeignText lines>{message}</ForeignText>}
      {replacementImageId && (
        <div>
          {texts.replacement}{' '}
          <Link href={pathTo({ page: 'receivedImage', projectId, imageId: replacementImageId })} onFollow={follow}>
            <code className="foreign">{replacementImageId}</code>
          </Link>
        </div>
      )}
    </Alert>
  );
}
