import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { api, data } from '../../api/client';
import type { SharedImage } from '../../api/types';
import { FormDialog } from '../../components/FormDialog';
import { remember } from '../../copies';
import { useTexts } from '../../i18n/catalogue';
import { useCopyBegun } from '../../image/CopyBegun';
import { fieldErrors, isOnlyOf } from '../../problems/fields';
import { nameFault, proseFault, textRules } from '../../texts/rules';
import { receivedTexts } from './texts';

interface Props {
  projectId: string;
  image: SharedImage;
  onClose: () => void;
}

// SaveDialog saves a received image as an own one. The dialog has one key, so that trying
// again never makes a second copy.
export function SaveDialog({ projectId, image, onClose }: Props) {
  const texts = useTexts(receivedTexts);
  const rules = useTexts(textRules);
  const copyBegun = useCopyBegun();
  const [key] = useState(() => crypto.randomUUID());
  const [name, setName] = useState(image.name);
  const [description, setDescription] = useState(image.description);
  const badName = nameFault(rules, name);
  const badDescription = proseFault(rules, description);
  const submit = async (signal: AbortSignal) => {
    const body = { name, description, region: image.region };
    const copy = await save(projectId, image.imageId, key, body, signal);
    remember(copy.imageId, { key, body });
    copyBegun(copy);
    onClose();
  };
  return (
    <FormDialog
      header={texts.saveHeader}
      action={texts.save}
      disabled={badName !== undefined || badDescription !== undefined}
      submit={submit}
      onDismiss={onClose}
      shownAtField={(problem) => isOnlyOf(['name', 'description'], problem)}
    >
      {(problem) => (
        <SpaceBetween size="l">
          <FormField label={texts.saveName} errorText={badName ?? fieldErrors(problem).name}>
            <Input value={name} onChange={({ detail }) => setName(detail.value)} />
          </FormField>
          <FormField
            label={
              <>
                {texts.saveDescription} <i>– {texts.optional}</i>
              </>
            }
            errorText={badDescription ?? fieldErrors(problem).description}
          >
            <Textarea value={description} onChange={({ detail }) => setDescription(detail.value)} />
          </FormField>
          <Term name={texts.region}>{texts.saveRegion(image.region)}</Term>
          <Term name={texts.cost}>{texts.costExplained(projectId, image.systemDisk.sizeGiB)}</Term>
          <Box>{texts.stays}</Box>
        </SpaceBetween>
      )}
    </FormDialog>
  );
}

function save(
  projectId: string,
  imageId: string,
  key: string,
  body: { name: string; description: string; region: string },
  signal: AbortSignal,
) {
  const params = { path: { projectId, imageId }, header: { 'Idempotency-Key': key } };
  return data(api.POST('/v1/projects/{projectId}/shared-images/{imageId}/save', { params, body, signal }));
}

function Term({ name, children }: { name: string; children: string }) {
  return (
    <div className="foreign">
      <Box variant="awsui-key-label">{name}</Box>
      {children}
    </div>
  );
}
