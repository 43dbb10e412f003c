import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { api, data } from '../api/client';
import type { Problem } from '../api/problem';
import type { OwnedImage } from '../api/types';
import { FormDialog } from '../components/FormDialog';
import { remember } from '../copies';
import { useTexts } from '../i18n/catalogue';
import { idOf, isId } from '../ids';
import { fieldErrors, isOnlyOf } from '../problems/fields';
import { explain, problemTexts } from '../problems/texts';
import { nameFault, proseFault, textRules } from '../texts/rules';
import { imageTexts } from './texts';

interface Props {
  image: OwnedImage;
  onDone: (copy: OwnedImage) => void;
  onDismiss: () => void;
}

// CopyDialog copies an own image, also to another region. The dialog has one key, so that
// trying again never makes a second copy, also of other values.
export function CopyDialog({ image, onDone, onDismiss }: Props) {
  const texts = useTexts(imageTexts);
  const problems = useTexts(problemTexts);
  const rules = useTexts(textRules);
  const [key] = useState(() => crypto.randomUUID());
  const [name, setName] = useState(image.name);
  const [description, setDescription] = useState(image.description);
  const [region, setRegion] = useState(image.region);

  const badName = nameFault(rules, name);
  const badDescription = proseFault(rules, description);

  const submit = async (signal: AbortSignal) => {
    const { projectId, imageId } = image;
    const body = { name, description, region };
    const copy = await data(
      api.POST('/v1/projects/{projectId}/images/{imageId}/copy', {
        params: { path: { projectId, imageId }, header: { 'Idempotency-Key': key } },
        body,
        signal,
      }),
    );
    remember(copy.imageId, { key, body });
    onDone(copy);
  };

  return (
    <FormDialog
      header={texts.copyTitle(image.name)}
      action={texts.copy}
      disabled={badName !== undefined || badDescription !== undefined || !isId(region)}
      submit={submit}
      onDismiss={onDismiss}
      shownAtField={(problem) => isOfRegion(problem) || isOnlyOf(['name', 'description', 'region'], problem)}
    >
      {(problem) => {
        const errors = fieldErrors(problem);
        return (
          <SpaceBetween size="l">
            <Box>{texts.copyExplained}</Box>
            <FormField label={texts.name} errorText={badName ?? errors.name}>
              <Input value={name} onChange={({ detail }) => setName(detail.value)} />
            </FormField>
            <FormField label={<>{texts.description} <i>– {texts.optional}</i></>} errorText={badDescription ?? errors.description}>
              <Textarea value={description} onChange={({ detail }) => setDescription(detail.value)} rows={2} />
            </FormField>
            <FormField
              label={texts.region}
              description={texts.copyRegion(image.region)}
              errorText={
                !isId(region) ? texts.notAnId : problem && isOfRegion(problem) ? explain(problems, problem) : errors.region
              }
            >
              <Input value={region} onChange={({ detail }) => setRegion(idOf(detail.value))} spellcheck={false} />
            </FormField>
            <Box>
              <Box variant="awsui-key-label">{texts.billing}</Box>
              {texts.copyBilling(image.projectId)}
            </Box>
          </SpaceBetween>
        );
      }}
    </FormDialog>
  );
}

function isOfRegion({ code }: Problem): boolean {
  return code === 'RegionNotSupported';
}
