import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type FormEvent, useState } from 'react';
import { useTexts } from '../i18n/catalogue';
import { isId } from '../ids';
import { filterTexts } from './texts';
import type { Field, Filter } from './useFilter';

// FilterForm narrows a list. What is typed counts when it is entered, what is chosen at once.
export function FilterForm({ of }: { of: Filter }) {
  // Another filter in the address, as after Clear, takes the place of what was typed.
  return <Form key={JSON.stringify(of.values)} of={of} />;
}

function Form({ of: { fields, values, narrows, apply, clear } }: { of: Filter }) {
  const texts = useTexts(filterTexts);
  const [typed, setTyped] = useState(values);
  const [faulty, setFaulty] = useState<string[]>([]);
  const check = (wanted: Filter['values']) => {
    const faults = fields.filter((f) => f.isId && wanted[f.name] && !isId(wanted[f.name] ?? ''));
    setFaulty(faults.map(({ name }) => name));
    if (faults.length === 0) apply(wanted);
  };
  const trimmed = Object.fromEntries(Object.entries(typed).map(([name, value]) => [name, value.trim()]));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    check(trimmed);
  };
  return (
    <form onSubmit={submit} role="search">
      <SpaceBetween direction="horizontal" size="s" alignItems="end">
        {fields.map((field) => (
          <FormField key={field.name} label={field.label} errorText={faulty.includes(field.name) && texts.noId}>
            <Value
              field={field}
              value={typed[field.name] ?? ''}
              onType={(value) => setTyped({ ...typed, [field.name]: value })}
              onChoose={(value) => check({ ...trimmed, [field.name]: value })}
            />
          </FormField>
        ))}
        <Button>{texts.filter}</Button>
        {narrows && (
          <Button formAction="none" variant="link" onClick={clear}>
            {texts.clear}
          </Button>
        )}
      </SpaceBetween>
    </form>
  );
}

interface ValueProps {
  field: Field;
  value: string;
  onType: (value: string) => void;
  onChoose: (value: string) => void;
}

function Value({ field: { options }, value, onType, onChoose }: ValueProps) {
  const texts = useTexts(filterTexts);
  if (!options) {
    return (
      <Input
        value={value}
        placeholder={texts.whole}
        autoComplete={false}
        onChange={({ detail }) => onType(detail.value)}
      />
    );
  }
  const all = [{ value: '', label: texts.any }, ...options];
  return (
    <Select
      options={all}
      selectedOption={all.find((option) => option.value === value) ?? { value, label: value }}
      onChange={({ detail }) => onChoose(detail.selectedOption.value ?? '')}
    />
  );
}
