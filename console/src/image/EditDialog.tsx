import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import type { OwnedImage } from '../api/types';
import { FormDialog } from '../components/FormDialog';
import { useTexts } from '../i18n/catalogue';
import { fieldErrors, isOnlyOf } from '../problems/fields';
import { patchImage } from './calls';
import { patchOf, type Tag, type Texts, textsOf } from './patch';
import { nameFault, proseFault, textRules } from '../texts/rules';
import { imageTexts } from './texts';

interface Props {
  image: OwnedImage;
  onDone: (image: OwnedImage) => void;
  onDismiss: () => void;
}

// EditDialog changes what the owner says of an image.
export function EditDialog({ image, onDone, onDismiss }: Props) {
  const texts = useTexts(imageTexts);
  const rules = useTexts(textRules);
  const [before] = useState(() => textsOf(image));
  const [after, setAfter] = useState<Texts>(before);
  const change = (part: Partial<Texts>) => setAfter((all) => ({ ...all, ...part }));
  const tagErrors = after.tags.map((tag) => tagError(tag, after.tags));
  const badName = nameFault(rules, after.name);
  const badDescription = proseFault(rules, after.description);
  const invalid = badName !== undefined || badDescription !== undefined || tagErrors.some((error) => error !== undefined);

  return (
    <FormDialog
      header={texts.editTitle(before.name)}
      action={texts.save}
      disabled={invalid}
      size="large"
      submit={async (signal) => onDone(await patchImage(image, patchOf(before, after), signal))}
      onDismiss={onDismiss}
      shownAtField={(problem) => isOnlyOf(['name', 'description', 'tags'], problem)}
    >
      {(problem) => {
        const errors = fieldErrors(problem);
        return (
          <SpaceBetween size="l">
            <FormField
              label={texts.name}
              description={texts.recipientsSee}
              errorText={badName ?? errors.name}
              stretch
            >
              <Input value={after.name} onChange={({ detail }) => change({ name: detail.value })} />
            </FormField>
            <FormField label={texts.description} errorText={badDescription ?? errors.description} stretch>
              <Textarea value={after.description} onChange={({ detail }) => change({ description: detail.value })} />
            </FormField>
            <FormField label={texts.tags} errorText={errors.tags} stretch>
              <AttributeEditor<Tag>
                items={after.tags}
                empty={texts.noTags}
                addButtonText={texts.addTag}
                removeButtonText={texts.removeTag}
                removeButtonAriaLabel={({ key }) => texts.removeTagLabel(key)}
                onAddButtonClick={() => change({ tags: [...after.tags, { key: '', value: '' }] })}
                onRemoveButtonClick={({ detail }) => change({ tags: after.tags.filter((_, i) => i !== detail.itemIndex) })}
                definition={(['key', 'value'] as const).map((part) => ({
                  label: part === 'key' ? texts.tagKey : texts.tagValue,
                  errorText: (_, i) => {
                    const error = part === 'key' ? tagErrors[i] : undefined;
                    return error && texts[error];
                  },
                  control: (tag, i) => (
                    <Input
                      value={tag[part]}
                      ariaLabel={part === 'key' ? texts.tagKey : texts.tagValue}
                      onChange={({ detail }) =>
                        change({ tags: after.tags.map((t, j) => (j === i ? { ...t, [part]: detail.value } : t)) })
                      }
                    />
                  ),
                }))}
              />
            </FormField>
          </SpaceBetween>
        );
      }}
    </FormDialog>
  );
}

function tagError({ key }: Tag, tags: readonly Tag[]): 'tagNeedsKey' | 'tagTwice' | undefined {
  if (key.trim() === '') return 'tagNeedsKey';
  return tags.filter((tag) => tag.key === key).length > 1 ? 'tagTwice' : undefined;
}
