import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Link from '@cloudscape-design/components/link';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { api, data } from '../../api/client';
import type { OwnedImage, SharedImage } from '../../api/types';
import { FormDialog } from '../../components/FormDialog';
import { remember } from '../../copies';
import { useTexts } from '../../i18n/catalogue';
import { fieldErrors, isOnlyOf } from '../../problems/fields';
import { follow } from '../../router/location';
import { pathTo } from '../../router/route';
import { useNotify } from '../../shell/notifications';
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
  const notify = useNotify();
  const [key] = useState(() => crypto.randomUUID());
  const [name, setName] = useState(image.name);
  const [description, setDescription] = useState(image.description);
  const submit = async () => {
    const body = { name, description, region: image.region };
    const copy = await save(projectId, image.imageId, key, body);
    remember(copy.imageId, { key, body });
    notify('success', <Saved copy={copy} />);
    onClose();
  };
  return (
    <FormDialog
      header={texts.saveHeader}
      action={texts.save}
      disabled={name.trim() === ''}
      submit={submit}
      onDismiss={onClose}
      shownAtField={(problem) => isOnlyOf(['name', 'description'], problem)}
    >
      {(problem) => (
        <>
          <FormField
            label={texts.saveName}
            constraintText={texts.saveNameHint}
            errorText={name.trim() === '' ? texts.saveNameMissing : fieldErrors(problem).name}
          >
            <Input value={name} onChange={({ detail }) => setName(detail.value)} autoFocus />
          </FormField>
          <FormField
            label={
              <>
                {texts.saveDescription} <i>– {texts.optional}</i>
              </>
            }
            errorText={fieldErrors(problem).description}
          >
            <Textarea value={description} onChange={({ detail }) => setDescription(detail.value)} />
          </FormField>
          <Term name={texts.region}>{texts.saveRegion(image.region)}</Term>
          <Term name={texts.cost}>{texts.costExplained(projectId, image.systemDisk.sizeGiB)}</Term>
          <Box>{texts.stays}</Box>
        </>
      )}
    </FormDialog>
  );
}

function save(projectId: string, imageId: string, key: string, body: { name: string; description: string; region: string }) {
  const params = { path: { projectId, imageId }, header: { 'Idempotency-Key': key } };
  return data(api.POST('/v1/projects/{projectId}/shared-images/{imageId}/save', { params, body }));
}

function Term({ name, children }: { name: string; children: string }) {
  return (
    <div className="foreign">
      <Box variant="awsui-key-label">{name}</Box>
      {children}
    </div>
  );
}

// Saved leads to the copy, which shows how far it is.
function Saved({ copy }: { copy: OwnedImage }) {
  const texts = useTexts(receivedTexts);
  return (
    <span className="foreign">
      {texts.saved(copy.name)}{' '}
      <Link
        color="inverted"
        href={pathTo({ page: 'image', projectId: copy.projectId, imageId: copy.imageId })}
        onFollow={follow}
      >
        {texts.savedLink}
      </Link>
    </span>
  );
}
