import Box from '@cloudscape-design/components/box';
import type { OwnedImage } from '../../api/types';
import { FormDialog } from '../../components/FormDialog';
import { ForeignText } from '../../components/ForeignText';
import { useTexts } from '../../i18n/catalogue';
import { useNotify } from '../../shell/notifications';
import { resumeImage } from './calls';
import { platformTexts } from './texts';

interface Props {
  image: OwnedImage;
  onDone: () => void;
  onDismiss: () => void;
}

// ResumeDialog ends the suspension of an image.
export function ResumeDialog({ image, onDone, onDismiss }: Props) {
  const texts = useTexts(platformTexts);
  const notify = useNotify();
  const submit = async (signal: AbortSignal) => {
    await resumeImage(image, signal);
    notify('success', texts.resumed(image.name));
    onDone();
  };
  return (
    <FormDialog header={texts.resumeHeader} action={texts.resume} submit={submit} onDismiss={onDismiss}>
      <b>
        <ForeignText>{image.name}</ForeignText>
      </b>
      {image.suspension && (
        <Box>
          {texts.because} <ForeignText>{image.suspension.reason}</ForeignText>
        </Box>
      )}
      <Box>{texts.resumeExplained}</Box>
    </FormDialog>
  );
}
