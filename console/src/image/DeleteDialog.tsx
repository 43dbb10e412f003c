import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { problemOf } from '../api/problem';
import type { OwnedImage, ShareList } from '../api/types';
import { FormDialog } from '../components/FormDialog';
import { ForeignText } from '../components/ForeignText';
import { useTexts } from '../i18n/catalogue';
import { deleteImage } from './calls';
import { imageTexts } from './texts';

interface Props {
  image: OwnedImage;
  shares: ShareList;
  onDone: () => void;
  onDismiss: () => void;
}

// DeleteDialog deletes an image, and shows first who loses it.
export function DeleteDialog({ image, shares: { shares }, onDone, onDismiss }: Props) {
  const texts = useTexts(imageTexts);
  const submit = async () => {
    // One that is gone is what was wanted: the answer to the first try may have been lost.
    await deleteImage(image).catch((thrown: unknown) => {
      if (problemOf(thrown).code !== 'ImageNotFound') throw thrown;
    });
    onDone();
  };
  return (
    <FormDialog header={texts.deleteTitle(image.name)} action={texts.delete} submit={submit} onDismiss={onDismiss}>
      <SpaceBetween size="s">
        <Box>{texts.deleteForGood}</Box>
        {shares.length === 0 ? (
          <Box>{texts.losesNobody}</Box>
        ) : (
          <div>
            {texts.loses(shares.length)}
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
        )}
      </SpaceBetween>
    </FormDialog>
  );
}
