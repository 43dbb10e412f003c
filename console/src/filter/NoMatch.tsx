import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTexts } from '../i18n/catalogue';
import { filterTexts } from './texts';
import type { Filter } from './useFilter';

// NoMatch is what a filtered list shows without items, which with more pages need not be
// its end.
export function NoMatch({ filter, more }: { filter: Filter; more: boolean }) {
  const texts = useTexts(filterTexts);
  return (
    <SpaceBetween size="xs">
      <b>{texts.noMatch}</b>
      {more && <span>{texts.goOn}</span>}
      <Button onClick={filter.clear}>{texts.clear}</Button>
    </SpaceBetween>
  );
}
