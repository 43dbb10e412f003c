import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useState } from 'react';
import type { OwnedImage } from '../../api/types';
import { ForeignText } from '../../components/ForeignText';
import { StateBadge } from '../../components/StateBadge';
import { componentTexts } from '../../components/texts';
import { TimeStamp } from '../../components/TimeStamp';
import { FilterForm } from '../../filter/FilterForm';
import { NoMatch } from '../../filter/NoMatch';
import { given, useFilter } from '../../filter/useFilter';
import { useTexts } from '../../i18n/catalogue';
import { usePages } from '../../paging/pages';
import { ProblemAlert } from '../../problems/ProblemAlert';
import { follow } from '../../router/location';
import { pathTo } from '../../router/route';
import { usePermission } from '../../shell/projects';
import { listImages, type Wanted } from './calls';
import { ResumeDialog } from './ResumeDialog';
import { SuspendDialog } from './SuspendDialog';
import { platformTexts } from './texts';

// PlatformImages lists a project's images, to be suspended.
export function PlatformImages({ projectId }: { projectId: string }) {
  const texts = useTexts(platformTexts);
  const components = useTexts(componentTexts);
  const filter = useFilter<keyof Wanted>([
    { name: 'name', label: texts.exactName },
    { name: 'region', label: texts.region, isId: true },
    {
      name: 'state',
      label: texts.imageState,
      options: Object.entries(components.states).map(([value, label]) => ({ value, label })),
    },
  ]);
  const wanted = given(filter.values) as Wanted;
  const pages = usePages(`images ${projectId} ${JSON.stringify(wanted)}`, (token, limit, signal) =>
    listImages(projectId, wanted, token, limit, signal),
  );
  const [chosen, setChosen] = useState<OwnedImage>();
  const props = {
    onDismiss: () => setChosen(undefined),
    onDone: () => {
      setChosen(undefined);
      void pages.reload();
    },
  };
  const more = pages.data?.nextToken !== undefined;
  return (
    <SpaceBetween size="l">
      {pages.problem && <ProblemAlert problem={pages.problem} onRetry={() => void pages.reload()} />}
      <Table
        items={pages.items}
        trackBy="imageId"
        loading={pages.loading && !pages.data}
        loadingText={components.loading}
        columnDefinitions={useColumns(projectId, setChosen)}
        ariaLabels={{ tableLabel: texts.images }}
        wrapLines
        enableKeyboardNavigation
        header={
          <Header
            variant="h2"
            actions={
              <Button iconName="refresh" ariaLabel={texts.refresh} loading={pages.loading} onClick={() => void pages.reload()} />
            }
          >
            {texts.images}
          </Header>
        }
        filter={<FilterForm of={filter} />}
        pagination={pages.pagination}
        empty={pages.data && (filter.narrows ? <NoMatch filter={filter} more={more} /> : <b>{texts.noImages}</b>)}
      />
      {chosen && !chosen.suspension && <SuspendDialog image={chosen} {...props} />}
      {chosen?.suspension && <ResumeDialog image={chosen} {...props} />}
    </SpaceBetween>
  );
}

function useColumns(projectId: string, onChoose: (image: OwnedImage) => void): TableProps.ColumnDefinition<OwnedImage>[] {
  const texts = useTexts(platformTexts);
  const { platform } = usePermission(projectId);
  const columns: (TableProps.ColumnDefinition<OwnedImage> | false)[] = [
    {
      id: 'name',
      header: texts.name,
      minWidth: 180,
      isRowHeader: true,
      cell: ({ imageId, name }) => (
        <>
          <Link href={pathTo({ page: 'image', projectId, imageId })} onFollow={follow}>
            <ForeignText>{name}</ForeignText>
          </Link>
          <Box variant="small" display="block">
            <code className="foreign">{imageId}</code>
          </Box>
        </>
      ),
    },
    { id: 'state', header: texts.imageState, minWidth: 180, cell: (image) => <State image={image} /> },
    { id: 'region', header: texts.region, minWidth: 100, cell: ({ region }) => <span className="foreign">{region}</span> },
    {
      id: 'shares',
      header: texts.shares,
      minWidth: 100,
      cell: ({ shareCount, shareLimit }) => texts.shareCount(shareCount, shareLimit),
    },
    { id: 'created', header: texts.created, minWidth: 150, cell: ({ createdAt }) => <TimeStamp time={createdAt} /> },
    platform && {
      id: 'actions',
      header: texts.actions,
      minWidth: 140,
      cell: (image) => (
        <Button
          variant="inline-link"
          ariaLabel={image.suspension ? texts.resumeNamed(image.name) : texts.suspendNamed(image.name)}
          onClick={() => onChoose(image)}
        >
          {image.suspension ? texts.resume : texts.suspend}
        </Button>
      ),
    },
  ];
  return columns.filter((column) => column !== false);
}

function State({ image: { state, suspension } }: { image: OwnedImage }) {
  const texts = useTexts(platformTexts);
  return (
    <>
      <StateBadge state={state} suspended={suspension !== undefined} />
      {suspension && (
        <Box variant="small" display="block">
          {texts.because} <ForeignText>{suspension.reason}</ForeignText>
        </Box>
      )}
    </>
  );
}
