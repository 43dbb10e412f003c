import type { OwnedImage } from '../api/types';
import { FormDialog } from '../components/FormDialog';
import { laterStart } from '../deprecation/start';
import { useTexts } from '../i18n/catalogue';
import { useNotify } from '../shell/notifications';
import { patchImage } from './calls';
import { CopyDialog } from './CopyDialog';
import { useCopyBegun } from './CopyBegun';
import { DeleteDialog } from './DeleteDialog';
import { DeprecateDialog } from './DeprecateDialog';
import { EditDialog } from './EditDialog';
import { ShareDialog } from './share/ShareDialog';
import { imageTexts } from './texts';

// DialogName names what can be done to an own image.
export type DialogName = 'share' | 'copy' | 'edit' | 'deprecate' | 'undeprecate' | 'delete';

interface Props {
  name: DialogName;
  image: OwnedImage;
  onClose: () => void;
  // onChanged is called when the image, or what is shown beside it, is not as it was.
  onChanged: () => void;
  onDeleted: () => void;
  // onCopy goes on to the dialog that copies the image, for who may.
  onCopy: (() => void) | undefined;
}

// ImageDialog is the dialog of one of the actions, and says afterwards what was done.
export default function ImageDialog({ name, image, onClose, onChanged, onDeleted, onCopy }: Props) {
  const texts = useTexts(imageTexts);
  const notify = useNotify();
  const copyBegun = useCopyBegun();
  const close = { onDismiss: onClose };
  const done = (said?: string) => {
    onClose();
    if (said) notify('success', said);
    onChanged();
  };
  switch (name) {
    case 'share':
      return <ShareDialog image={image} onDone={() => done()} onCopy={onCopy} {...close} />;
    case 'copy':
      return (
        <CopyDialog
          image={image}
          onDone={(copy) => {
            copyBegun(copy);
            done();
          }}
          {...close}
        />
      );
    case 'edit':
      return <EditDialog image={image} onDone={() => done(texts.changed)} {...close} />;
    case 'deprecate':
      return <DeprecateDialog image={image} onDone={({ deprecation }) => done(deprecation && laterStart(deprecation) ? texts.deprecatedLater : texts.deprecated)} {...close} />;
    case 'undeprecate':
      return (
        <FormDialog
          header={texts.undeprecateTitle(image.name)}
          action={texts.undeprecate}
          submit={async (signal) => {
            await patchImage(image, { deprecation: null }, signal);
            done(texts.undeprecated);
          }}
          {...close}
        >
          {texts.undeprecateExplained}
        </FormDialog>
      );
    case 'delete':
      return (
        <DeleteDialog
          image={image}
          onDone={() => {
            onClose();
            onDeleted();
            // On the page that is there now.
            notify('success', texts.deleted(image.name));
          }}
          {...close}
        />
      );
  }
}
