import Header from '@cloudscape-design/components/header';
import { ActivityTable } from '../../activities/ActivityTable';
import { api, data } from '../../api/client';
import type { OwnedImage } from '../../api/types';
import { LoadedView } from '../../components/LoadedView';
import { useTexts } from '../../i18n/catalogue';
import { usePages } from '../../paging/pages';
import { imagePageTexts } from './texts';

// History is what was done to an image. It is loaded again when version changes.
export function History({ image: { projectId, imageId }, version }: { image: OwnedImage; version: string }) {
  const texts = useTexts(imagePageTexts);
  const pages = usePages(`history of ${imageId} of ${projectId} ${version}`, async (nextToken, limit, signal) => {
    const page = await data(
      api.GET('/v1/projects/{projectId}/activity', {
        params: { path: { projectId }, query: { imageId, limit, nextToken } },
        signal,
      }),
    );
    return { items: page.activities, nextToken: page.nextToken };
  });
  return (
    <LoadedView of={pages}>
      {() => (
        <ActivityTable
          header={<Header variant="h2">{texts.history}</Header>}
          items={pages.items}
          pagination={pages.pagination}
          empty={texts.noHistory}
          ofOneImage
        />
      )}
    </LoadedView>
  );
}
