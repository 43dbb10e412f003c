import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import { useEffect, useState } from 'react';
import { useTexts } from '../i18n/catalogue';
import { isId } from '../ids';
import { filterTexts } from './texts';
import type { Field, Filter } from './useFilter';

// FilterForm narrows a list: what is chosen counts at once, what is typed when Enter is
// pressed or the field is left.
export function FilterForm({ of: { fields, values, narrows, apply, clear } }: { of: Filter }) {
  const texts = useTexts(filterTexts);
  return (
    <div role="search" className="filters">
      {fields.map((field) => {
        const Part = field.options ? Choice : Text;
        const { name } = field;
        return <Part key={name} field={field} value={values[name] ?? ''} onChange={(value) => apply({ [name]: value })} />;
      })}
      {narrows && <Button onClick={clear}>{texts.clear}</Button>}
    </div>
  );
}

interface Props {
  field: Field;
  value: string;
  onChange: (value: string) => void;
}

function Text({ field: { label, isId: mustBeId }, value, onChange }: Props) {
  const texts = useTexts(filterTexts);
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const wanted = typed.trim();
  const isFaulty = mustBeId && wanted !== '' && !isId(wanted);
  const apply = () => {
    if (wanted !== value && !isFaulty) onChange(wanted);
  };
  return (
    <FormField errorText={isFaulty && texts.noId}>
      <Input
        type="search"
        ariaLabel={label}
        placeholder={label}
        value={typed}
        onChange={({ detail }) => setTyped(detail.value)}
        onBlur={apply}
        onKeyDown={({ detail }) => detail.key === 'Enter' && apply()}
      />
    </FormField>
  );
}

function Choice({ field: { label, options = [] }, value, onChange }: Props) {
  const texts = useTexts(filterTexts);
  const all = [{ value: '', label: texts.any(label) }, ...options];
  return (
    <Select
      ariaLabel={label}
      options={all}
      selectedOption={all.find((option) => option.value === value) ?? { value, label: value }}
      onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
    />
  );
}
