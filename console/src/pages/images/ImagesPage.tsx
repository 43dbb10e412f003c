import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { usePolling } from '../../api/load';
import type { OwnedImage } from '../../api/types';
import { componentTexts } from '../../components/texts';
import { useTexts } from '../../i18n/catalogue';
import { ImageActions } from '../../image/ImageActions';
import { type Pages, usePages } from '../../paging/pages';
import { ProblemAlert } from '../../problems/ProblemAlert';
import { navigate } from '../../router/location';
import { usePageTitle } from '../../shell/title';
import { useColumns } from './columns';
import { type Filter, ImagesFilter, isFiltered, useFilter } from './ImagesFilter';
import { imagesTexts } from './texts';

// While an image is being made the list is loaded again every so many milliseconds.
const POLL = 3000;

// ImagesPage lists the project's own images.
export default function ImagesPage({ projectId }: { projectId: string }) {
  const texts = useTexts(imagesTexts);
  const components = useTexts(componentTexts);
  const [filter, changeFilter] = useFilter();
  const images = useImages(projectId, filter);
  const [chosenId, setChosenId] = useState('');
  const chosen = images.items.find(({ imageId }) => imageId === chosenId);
  usePageTitle(texts.title);
  usePolling(images.items.some(({ state }) => state === 'Creating'), POLL, images.reload);

  return (
    <SpaceBetween size="m">
      <Header
        variant="h1"
        description={texts.description}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button iconName="refresh" ariaLabel={texts.refresh} onClick={() => void images.reload()} />
            <ImageActions
              projectId={projectId}
              image={chosen}
              onChanged={() => void images.reload()}
              onDeleted={() => void images.reload()}
            />
          </SpaceBetween>
        }
      >
        {texts.title}
      </Header>
      {images.problem && <ProblemAlert problem={images.problem} onRetry={() => void images.reload()} />}
      <Table
        items={images.items}
        trackBy="imageId"
        columnDefinitions={useColumns()}
        wrapLines
        selectionType="single"
        selectedItems={chosen ? [chosen] : []}
        onSelectionChange={({ detail }) => setChosenId(detail.selectedItems[0]?.imageId ?? '')}
        onRowClick={({ detail }) => setChosenId(detail.item.imageId)}
        ariaLabels={{
          tableLabel: texts.title,
          selectionGroupLabel: texts.chooseOne,
          itemSelectionLabel: (_, { name }) => texts.choose(name),
        }}
        loading={images.loading && !images.data}
        loadingText={components.loading}
        filter={<ImagesFilter filter={filter} onChange={changeFilter} />}
        pagination={images.pagination}
        empty={<Empty projectId={projectId} images={images} filter={filter} onClear={() => changeFilter({ name: '', region: '', state: '' })} />}
      />
    </SpaceBetween>
  );
}

function useImages(projectId: string, filter: Filter): Pages<OwnedImage> {
  const query = { region: filter.region || undefined, name: filter.name || undefined, state: filter.state || undefined };
  return usePages(`images of ${projectId} ${JSON.stringify(query)}`, async (nextToken, limit, signal) => {
    const page = await data(
      api.GET('/v1/projects/{projectId}/images', {
        params: { path: { projectId }, query: { ...query, limit, nextToken } },
        signal,
      }),
    );
    return { items: page.images, nextToken: page.nextToken };
  });
}

interface EmptyProps {
  projectId: string;
  images: Pages<OwnedImage>;
  filter: Filter;
  onClear: () => void;
}

function Empty({ projectId, images, filter, onClear }: EmptyProps) {
  const texts = useTexts(imagesTexts);
  if (images.problem) return null;
  if (isFiltered(filter)) {
    return (
      <SpaceBetween size="xs">
        <b>{images.data?.nextToken ? texts.noMatchYet : texts.noMatch}</b>
        <Button onClick={onClear}>{texts.clear}</Button>
      </SpaceBetween>
    );
  }
  return (
    <SpaceBetween size="xs">
      <b>{texts.empty}</b>
      <Box>{texts.emptyExplained}</Box>
      <Button onClick={() => navigate({ page: 'received', projectId })}>{texts.toReceived}</Button>
    </SpaceBetween>
  );
}
