import Box from '@cloudscape-design/components/box';
import DatePicker from '@cloudscape-design/components/date-picker';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import type { OwnedImage } from '../api/types';
import { FormDialog } from '../components/FormDialog';
import { useTexts } from '../i18n/catalogue';
import { idOf, isId } from '../ids';
import { fieldErrors, isOnlyOf } from '../problems/fields';
import { patchImage } from './calls';
import { deprecationPatch, type DeprecationTexts, deprecationTexts, startOf } from './patch';
import { proseFault, textRules } from '../texts/rules';
import { imageTexts } from './texts';

interface Props {
  image: OwnedImage;
  onDone: (image: OwnedImage) => void;
  onDismiss: () => void;
}

// DeprecateDialog says that an image should not be used any more, or changes what is said.
export function DeprecateDialog({ image, onDone, onDismiss }: Props) {
  const texts = useTexts(imageTexts);
  const [entered, setEntered] = useState<DeprecationTexts>(() => deprecationTexts(image.deprecation));
  const change = (part: Partial<DeprecationTexts>) => setEntered((all) => ({ ...all, ...part }));
  const { day, replacementImageId, message } = entered;
  const badMessage = proseFault(useTexts(textRules), message);
  const noDay = day !== '' && !startOf(day);
  const noId = replacementImageId !== '' && !isId(replacementImageId);
  const optional = <i> – {texts.optional}</i>;

  return (
    <FormDialog
      header={texts.deprecateTitle(image.name)}
      action={texts.deprecate}
      disabled={noDay || noId || badMessage !== undefined}
      submit={async (signal) => onDone(await patchImage(image, deprecationPatch(image.deprecation, entered), signal))}
      onDismiss={onDismiss}
      shownAtField={(problem) => isOnlyOf(['deprecation'], problem)}
    >
      {(problem) => (
        <SpaceBetween size="l">
          <Box>{texts.deprecateExplained}</Box>
          <FormField
            label={<>{texts.deprecateAt}{optional}</>}
            description={texts.deprecateAtExplained}
            errorText={noDay ? texts.noDate : undefined}
          >
            <DatePicker
              value={day.replaceAll('/', '-')}
              placeholder={texts.datePlaceholder}
              onChange={({ detail }) => change({ day: detail.value.replaceAll('-', '/') })}
            />
          </FormField>
          <FormField label={<>{texts.replacement}{optional}</>} errorText={noId ? texts.notAnId : undefined}>
            <Input
              value={replacementImageId}
              spellcheck={false}
              onChange={({ detail }) => change({ replacementImageId: idOf(detail.value) })}
            />
          </FormField>
          <FormField label={<>{texts.message}{optional}</>} errorText={badMessage ?? fieldErrors(problem).deprecation}>
            <Textarea value={message} onChange={({ detail }) => change({ message: detail.value })} rows={2} />
          </FormField>
        </SpaceBetween>
      )}
    </FormDialog>
  );
}
