import Alert from '@cloudscape-design/components/alert';
import Link from '@cloudscape-design/components/link';
import type { Deprecation, SharedImage } from '../../api/types';
import { ForeignText } from '../../components/ForeignText';
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
  return (
    <>
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
    </>
  );
}

function Deprecated({ projectId, deprecation }: { projectId: string; deprecation: Deprecation }) {
  const texts = useTexts(receivedTexts);
  const language = useLanguage();
  const { at, message, replacementImageId } = deprecation;
  const isYetToCome = at !== undefined && Date.parse(at) > Date.now();
  return (
    <Alert
      type="warning"
      header={isYetToCome ? texts.deprecatedFrom(formatTime(at, language)) : texts.deprecatedNow}
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
