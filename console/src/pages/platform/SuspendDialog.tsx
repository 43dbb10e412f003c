import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { OwnedImage } from '../../api/types';
import { FormDialog } from '../../components/FormDialog';
import { ForeignText } from '../../components/ForeignText';
import { useTexts } from '../../i18n/catalogue';
import { fieldErrors, isOnlyOf } from '../../problems/fields';
import { useNotify } from '../../shell/notifications';
import { proseFault, textRules } from '../../texts/rules';
import { suspendImage } from './calls';
import { platformTexts } from './texts';

interface Props {
  image: OwnedImage;
  onDone: () => void;
  onDismiss: () => void;
}

// SuspendDialog suspends an image, for a reason that its owner reads.
export function SuspendDialog({ image, onDone, onDismiss }: Props) {
  const texts = useTexts(platformTexts);
  const notify = useNotify();
  const [reason, setReason] = useState('');
  const badReason = proseFault(useTexts(textRules), reason);
  const submit = async (signal: AbortSignal) => {
    await suspendImage(image, reason, signal);
    notify('success', texts.suspended(image.name));
    onDone();
  };
  return (
    <FormDialog
      header={texts.suspendHeader}
      action={texts.suspend}
      disabled={reason.trim() === '' || badReason !== undefined}
      submit={submit}
      onDismiss={onDismiss}
      shownAtField={(problem) => isOnlyOf(['reason'], problem)}
    >
      {(problem) => (
        <SpaceBetween size="l">
          <b>
            <ForeignText>{image.name}</ForeignText>
          </b>
          <Box>{texts.suspendExplained(image.shareCount)}</Box>
          <FormField label={texts.reason} constraintText={texts.reasonHint} errorText={badReason ?? fieldErrors(problem).reason}>
            <Input value={reason} onChange={({ detail }) => setReason(detail.value)} />
          </FormField>
        </SpaceBetween>
      )}
    </FormDialog>
  );
}
