import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useId } from 'react';
import { useLoad } from '../api/load';
import { problemOf } from '../api/problem';
import type { OwnedImage, Share } from '../api/types';
import { FormDialog } from '../components/FormDialog';
import { ForeignText } from '../components/ForeignText';
import { LoadedView } from '../components/LoadedView';
import { useTexts } from '../i18n/catalogue';
import { deleteImage, listShares } from './calls';
import { imageTexts } from './texts';

interface Props {
  image: OwnedImage;
  onDone: () => void;
  onDismiss: () => void;
}

// DeleteDialog deletes an image, and shows first who loses it.
export function DeleteDialog({ image, onDone, onDismiss }: Props) {
  const texts = useTexts(imageTexts);
  const shares = useLoad(`shares of ${image.imageId}`, (signal) => listShares(image, signal));
  const submit = async (signal: AbortSignal) => {
    // One that is gone is what was wanted: the answer to the first try may have been lost.
    await deleteImage(image, signal).catch((thrown: unknown) => {
      if (problemOf(thrown).code !== 'ImageNotFound') throw thrown;
    });
    onDone();
  };
  return (
    <FormDialog
      header={texts.deleteTitle(image.name)}
      action={texts.delete}
      disabled={!shares.data}
      submit={submit}
      onDismiss={onDismiss}
    >
      <SpaceBetween size="s">
        <Box>{texts.deleteForGood}</Box>
        <LoadedView of={shares}>{(list) => <Losers shares={list.shares} />}</LoadedView>
      </SpaceBetween>
    </FormDialog>
  );
}

function Losers({ shares }: { shares: Share[] }) {
  const label = useId();
  const texts = useTexts(imageTexts);
  if (shares.length === 0) return <Box>{texts.losesNobody}</Box>;
  return (
    <div>
      <span id={label}>{texts.loses(shares.length)}</span>
      {/* The arrow keys scroll what has the focus. */}
      <div className="scrolling" tabIndex={0} role="region" aria-labelledby={label}>
        <ul>
          {shares.map(({ projectId, projectName, accountId }) => (
            <li key={projectId}>
              <ForeignText>{projectName}</ForeignText>{' '}
              <code className="foreign">
                {projectId} ({accountId})
              </code>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
