import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import type { SharedImage } from '../../api/types';
import { CopyId } from '../../components/CopyId';
import { componentTexts } from '../../components/texts';
import { FilterForm } from '../../filter/FilterForm';
import { NoMatch } from '../../filter/NoMatch';
import { type Filter, given, useFilter } from '../../filter/useFilter';
import { useTexts } from '../../i18n/catalogue';
import { usePages } from '../../paging/pages';
import { ProblemAlert } from '../../problems/ProblemAlert';
import { usePermission } from '../../shell/projects';
import { type Answer, AnswerDialog } from './AnswerDialog';
import { useColumns } from './columns';
import { listReceived, type Status } from './list';
import { SaveDialog } from './SaveDialog';
import { SelectionActions } from './SelectionActions';
import { receivedTexts } from './texts';

// Doing is what a dialog is open for.
export type Doing = { answer: Answer; images: SharedImage[] } | { save: SharedImage };

type Name = 'name' | 'ownerProjectId' | 'region';

// ReceivedTable lists the images of one status, a page at a time.
export function ReceivedTable({ projectId, status }: { projectId: string; status: Status }) {
  const texts = useTexts(receivedTexts);
  const components = useTexts(componentTexts);
  const may = usePermission(projectId);
  const filter = useFilter<Name>([
    { name: 'name', label: texts.exactName },
    { name: 'ownerProjectId', label: texts.ownerProject, isId: true },
    { name: 'region', label: texts.region, isId: true },
  ]);
  const wanted = { status, ...given(filter.values) };
  const pages = usePages(`received ${projectId} ${JSON.stringify(wanted)}`, (token, limit, signal) =>
    listReceived(projectId, wanted, token, limit, signal),
  );
  const [doing, setDoing] = useState<Doing>();
  const [chosen, setChosen] = useState<string[]>([]);
  const selected = pages.items.filter(({ imageId }) => chosen.includes(imageId));
  const closed = (answered: SharedImage[] = []) => {
    setDoing(undefined);
    if (answered.length === 0) return;
    setChosen([]);
    void pages.reload();
  };
  return (
    <SpaceBetween size="l">
      {pages.problem && <ProblemAlert problem={pages.problem} onRetry={() => void pages.reload()} />}
      <Table
        items={pages.items}
        trackBy="imageId"
        loading={pages.loading && !pages.data}
        loadingText={components.loading}
        columnDefinitions={useColumns({ projectId, may, withStatus: status === 'all', onDo: setDoing })}
        selectionType={may.answer || may.save ? 'multi' : undefined}
        selectedItems={selected}
        onSelectionChange={({ detail }) => setChosen(detail.selectedItems.map(({ imageId }) => imageId))}
        ariaLabels={{
          tableLabel: texts.title,
          selectionGroupLabel: texts.selection,
          allItemsSelectionLabel: () => texts.selectAll,
          itemSelectionLabel: (_, { name }) => texts.select(name),
        }}
        wrapLines
        enableKeyboardNavigation
        header={
          <Header
            variant="h2"
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button iconName="refresh" ariaLabel={texts.refresh} onClick={() => void pages.reload()} loading={pages.loading} />
                <SelectionActions may={may} selected={selected} onDo={setDoing} />
              </SpaceBetween>
            }
          >
            {texts.tabs[status]}
          </Header>
        }
        filter={<FilterForm of={filter} />}
        pagination={pages.pagination}
        empty={pages.data && <Empty projectId={projectId} status={status} filter={filter} more={pages.data.nextToken !== undefined} />}
      />
      {doing && 'save' in doing && <SaveDialog projectId={projectId} image={doing.save} onClose={closed} />}
      {doing && 'answer' in doing && <AnswerDialog projectId={projectId} {...doing} onClose={closed} />}
    </SpaceBetween>
  );
}

interface EmptyProps {
  projectId: string;
  status: Status;
  filter: Filter<Name>;
  more: boolean;
}

function Empty({ projectId, status, filter, more }: EmptyProps) {
  const texts = useTexts(receivedTexts);
  if (filter.narrows) return <NoMatch filter={filter} more={more} />;
  return (
    <Box textAlign="center" padding="l">
      <SpaceBetween size="xs">
        <b>{texts.empty[status]}</b>
        {(status === 'accepted' || status === 'all') && (
          <span>
            {texts.emptyExplained} <CopyId id={projectId} />
          </span>
        )}
      </SpaceBetween>
    </Box>
  );
}
