import Button from '@cloudscape-design/components/button';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import { useEffect, useState } from 'react';
import type { ImageState } from '../../api/types';
import { componentTexts } from '../../components/texts';
import { useTexts } from '../../i18n/catalogue';
import { isId } from '../../ids';
import { useQuery } from '../../router/location';
import { imagesTexts } from './texts';

// Filter is what a list of images is narrowed to; an empty part narrows nothing.
export interface Filter {
  name: string;
  region: string;
  state: ImageState | '';
}

const states: ImageState[] = ['Creating', 'Available', 'Failed'];

export function isFiltered({ name, region, state }: Filter): boolean {
  return name !== '' || region !== '' || state !== '';
}

// useFilter is the filter in the address, so that it survives a reload.
export function useFilter(): [Filter, (changes: Partial<Filter>) => void] {
  const [query, changeQuery] = useQuery();
  const region = query.get('region') ?? '';
  const filter: Filter = {
    name: (query.get('name') ?? '').slice(0, 128),
    region: isId(region) ? region : '',
    state: states.find((state) => state === query.get('state')) ?? '',
  };
  return [filter, changeQuery];
}

interface Props {
  filter: Filter;
  onChange: (changes: Partial<Filter>) => void;
}

// ImagesFilter narrows the list by name and region, when Enter is pressed or the field is
// left, and by state.
export function ImagesFilter({ filter, onChange }: Props) {
  const texts = useTexts(imagesTexts);
  const components = useTexts(componentTexts);
  const options = [
    { value: '', label: texts.anyState },
    ...states.map((value) => ({ value, label: components.states[value] })),
  ];
  return (
    <div className="filters">
      <TextPart label={texts.filterName} value={filter.name} onChange={(name) => onChange({ name })} />
      <TextPart label={texts.filterRegion} value={filter.region} onChange={(region) => onChange({ region })} />
      <Select
        ariaLabel={texts.filterState}
        options={options}
        selectedOption={options.find(({ value }) => value === filter.state) ?? null}
        onChange={({ detail }) => onChange({ state: (detail.selectedOption.value ?? '') as Filter['state'] })}
      />
      {isFiltered(filter) && (
        <Button onClick={() => onChange({ name: '', region: '', state: '' })}>{texts.clear}</Button>
      )}
    </div>
  );
}

interface TextPartProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

function TextPart({ label, value, onChange }: TextPartProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const apply = () => text.trim() !== value && onChange(text.trim());
  return (
    <Input
      type="search"
      ariaLabel={label}
      placeholder={label}
      value={text}
      onChange={({ detail }) => setText(detail.value)}
      onBlur={apply}
      onKeyDown={({ detail }) => detail.key === 'Enter' && apply()}
    />
  );
}
