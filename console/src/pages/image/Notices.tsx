import Alert from '@cloudscape-design/components/alert';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { OwnedImage } from '../../api/types';
import { ForeignText } from '../../components/ForeignText';
import { componentTexts } from '../../components/texts';
import { TimeStamp } from '../../components/TimeStamp';
import { laterStart } from '../../deprecation/start';
import { useTexts } from '../../i18n/catalogue';
import { formatBytes, formatTime } from '../../i18n/format';
import { useLanguage } from '../../i18n/language';
import { Failed } from './Failed';
import { imagePageTexts } from './texts';

interface Props {
  image: OwnedImage;
  onChanged: (image: OwnedImage) => void;
}

// Notices is what one has to know of an image before anything else.
export function Notices({ image, onChanged }: Props) {
  const { state, suspension, deprecation } = image;
  const notices = [
    suspension && <Suspended key="suspended" suspension={suspension} />,
    state === 'Creating' && <Creating key="creating" image={image} />,
    state === 'Failed' && <Failed key="failed" image={image} onChanged={onChanged} />,
    deprecation && <Deprecated key="deprecated" deprecation={deprecation} />,
  ].filter(Boolean);
  return notices.length > 0 && <SpaceBetween size="m">{notices}</SpaceBetween>;
}

function Creating({ image: { copying } }: { image: OwnedImage }) {
  const texts = useTexts(imagePageTexts);
  const language = useLanguage();
  if (!copying || copying.totalBytes === 0) return <Alert type="info">{texts.making}</Alert>;
  const { copiedBytes, totalBytes } = copying;
  return (
    <ProgressBar
      label={texts.copying}
      value={Math.floor((100 * copiedBytes) / totalBytes)}
      additionalInfo={texts.copied(formatBytes(copiedBytes, language), formatBytes(totalBytes, language))}
      description={texts.making}
    />
  );
}

function Suspended({ suspension }: { suspension: NonNullable<OwnedImage['suspension']> }) {
  const texts = useTexts(imagePageTexts);
  const { labelled } = useTexts(componentTexts);
  return (
    <Alert type="error" header={texts.suspended}>
      <div>{texts.suspendedExplained}</div>
      <div>
        {labelled(texts.since)}<TimeStamp time={suspension.suspendedAt} />
      </div>
      <div>
        {labelled(texts.reason)}<ForeignText>{suspension.reason}</ForeignText>
      </div>
    </Alert>
  );
}

function Deprecated({ deprecation }: { deprecation: NonNullable<OwnedImage['deprecation']> }) {
  const texts = useTexts(imagePageTexts);
  const { labelled } = useTexts(componentTexts);
  const language = useLanguage();
  const { at, replacementImageId, message } = deprecation;
  return (
    <Alert type="warning" header={laterStart(deprecation) ? texts.deprecatedLater : texts.deprecated}>
      <div>{at ? texts.deprecatedFrom(formatTime(at, language)) : texts.deprecatedNow}</div>
      {message && <ForeignText lines>{message}</ForeignText>}
      {replacementImageId && (
        <div>
          {labelled(texts.replacement)}<code className="foreign">{replacementImageId}</code>
        </div>
      )}
    </Alert>
  );
}
