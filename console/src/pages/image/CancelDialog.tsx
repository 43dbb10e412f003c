import SpaceBetween from '@cloudscape-design/components/space-between';
import type { OwnedImage, Share } from '../../api/types';
import { FormDialog } from '../../components/FormDialog';
import { ForeignText } from '../../components/ForeignText';
import { useTexts } from '../../i18n/catalogue';
import { cancelAllShares, cancelShare } from '../../image/calls';
import { useNotify } from '../../shell/notifications';
import { cancelEach } from './cancel';
import { imagePageTexts } from './texts';

interface Props {
  image: OwnedImage;
  shares: Share[];
  // Whether all shares are meant, also those that are made meanwhile.
  all: boolean;
  onDone: () => void;
  onClose: () => void;
}

// CancelDialog ends shares, after it has shown with whom.
export function CancelDialog({ image, shares, all, onDone, onClose }: Props) {
  const texts = useTexts(imagePageTexts);
  const notify = useNotify();
  const submit = async (signal: AbortSignal) => {
    try {
      const cancelled = all ? await cancelAllShares(image, signal) : await cancelTheseShares(signal);
      notify('success', cancelled.length > 0 ? texts.cancelled(cancelled.length) : texts.cancelledNone);
      onClose();
    } finally {
      onDone();
    }
  };
  const cancelTheseShares = async (signal: AbortSignal) => {
    const targets = shares.map(({ projectId }) => projectId);
    return (await cancelEach(targets, (target) => cancelShare(image, target, signal))).cancelled;
  };
  return (
    <FormDialog
      header={all ? texts.cancelAllTitle(shares.length) : texts.cancelTitle(shares.length)}
      action={texts.cancel}
      keep={texts.keep}
      submit={submit}
      onDismiss={onClose}
    >
      <SpaceBetween size="s">
        <span>{texts.cancelExplained}</span>
        <ul>
          {shares.map(({ projectId, projectName }) => (
            <li key={projectId}>
              <ForeignText>{projectName}</ForeignText> <code className="foreign">{projectId}</code>
            </li>
          ))}
        </ul>
      </SpaceBetween>
    </FormDialog>
  );
}
