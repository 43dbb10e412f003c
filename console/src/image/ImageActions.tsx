import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { lazy, Suspense, useRef, useState } from 'react';
import type { OwnedImage } from '../api/types';
import { useTexts } from '../i18n/catalogue';
import { usePermission } from '../shell/projects';
import type { DialogName } from './ImageDialog';
import { type WhyNot, whyNotChange, whyNotCopy, whyNotShare } from './may';
import { imageTexts } from './texts';

const ImageDialog = lazy(() => import('./ImageDialog'));

interface Props {
  projectId: string;
  // The image that is meant, if one is chosen.
  image: OwnedImage | undefined;
  onChanged: () => void;
  onDeleted: () => void;
}

// ImageActions offers what can be done to an own image. What cannot be done now says why.
export function ImageActions({ projectId, image, onChanged, onDeleted }: Props) {
  const texts = useTexts(imageTexts);
  const may = usePermission(projectId);
  // The dialog keeps the image it was opened for, also when the list has gone on.
  const [dialog, setDialog] = useState<{ name: DialogName; image: OwnedImage }>();
  // Where the focus goes back to: one dialog after another loses track of it.
  const trigger = useRef<Element | null>(null);
  const open = (name: DialogName) => {
    trigger.current = document.activeElement;
    if (image) setDialog({ name, image });
  };
  const close = () => {
    setDialog(undefined);
    setTimeout(() => {
      if (document.activeElement === document.body && trigger.current instanceof HTMLElement) trigger.current.focus();
    });
  };
  const onCopy = dialog && !whyNotCopy(dialog.image, may) ? () => setDialog({ ...dialog, name: 'copy' }) : undefined;
  const noShare = whyNotShare(image, may);
  const item = (id: DialogName, whyNot: WhyNot | undefined) => ({
    id,
    text: texts[id],
    disabled: whyNot !== undefined,
    disabledReason: whyNot && texts.whyNot[whyNot],
  });
  const noChange = whyNotChange(image, may);
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <ButtonDropdown
        items={[
          item('copy', whyNotCopy(image, may)),
          item('edit', noChange),
          item('deprecate', noChange),
          ...(image?.deprecation ? [item('undeprecate', noChange)] : []),
          item('delete', noChange),
        ]}
        onItemClick={({ detail }) => open(detail.id as DialogName)}
      >
        {texts.actions}
      </ButtonDropdown>
      <Button
        variant="primary"
        disabled={noShare !== undefined}
        disabledReason={noShare && texts.whyNot[noShare]}
        onClick={() => open('share')}
      >
        {texts.share}
      </Button>
      {dialog && (
        <Suspense>
          <ImageDialog {...dialog} onClose={close} onChanged={onChanged} onDeleted={onDeleted} onCopy={onCopy} />
        </Suspense>
      )}
    </SpaceBetween>
  );
}
