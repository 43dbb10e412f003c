import FormField from '@cloudscape-design/components/form-field';
import Textarea from '@cloudscape-design/components/textarea';
import { useTexts } from '../../i18n/catalogue';
import { parseTargets } from '../../image/share/targets';
import { faultsOf } from './draft';
import { policyTexts } from './texts';

interface Props {
  label: string;
  value: string;
  // What the service has said of it.
  error?: string;
  // Those of the ids that are trusted as well, which changes nothing.
  overruled?: string[];
  onChange: (value: string) => void;
}

// IdsField takes the ids of a list, typed or pasted.
export function IdsField({ label, value, error, overruled = [], onChange }: Props) {
  const texts = useTexts(policyTexts);
  const faults = faultsOf(value);
  const said = [
    faults && faults.notIds.length > 0 && texts.notIds(faults.notIds),
    faults && faults.beyond > 0 && texts.tooMany(faults.beyond),
  ].filter((sentence) => typeof sentence === 'string');
  return (
    <FormField
      label={label}
      constraintText={texts.hint(parseTargets(value).length)}
      errorText={said.length > 0 ? <span className="foreign">{said.join(' ')}</span> : error}
      warningText={overruled.length > 0 && <span className="foreign">{texts.both(overruled)}</span>}
      stretch
    >
      <Textarea value={value} rows={3} spellcheck={false} onChange={({ detail }) => onChange(detail.value)} />
    </FormField>
  );
}
