import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTexts } from '../../i18n/catalogue';
import { navigate } from '../../router/location';
import { usePageTitle } from '../../shell/title';
import { imagePageTexts } from './texts';

// Gone is shown instead of an image that is not there, or not any more.
export function Gone({ projectId }: { projectId: string }) {
  const texts = useTexts(imagePageTexts);
  usePageTitle(texts.gone);
  return (
    <SpaceBetween size="m">
      <Header variant="h1">{texts.gone}</Header>
      <Box>{texts.goneExplained}</Box>
      <Button onClick={() => navigate({ page: 'images', projectId })}>{texts.toImages}</Button>
    </SpaceBetween>
  );
}
