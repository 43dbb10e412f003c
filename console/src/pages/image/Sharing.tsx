import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useEffect, useRef, useState } from 'react';
import type { Loaded } from '../../api/load';
import type { OwnedImage, Share, ShareList } from '../../api/types';
import { ForeignText } from '../../components/ForeignText';
import { LoadedView } from '../../components/LoadedView';
import { ProjectName } from '../../components/ProjectName';
import { StatusBadge } from '../../components/StatusBadge';
import { TimeStamp } from '../../components/TimeStamp';
import { useTexts } from '../../i18n/catalogue';
import { usePermission } from '../../shell/projects';
import { CancelDialog } from './CancelDialog';
import { imagePageTexts } from './texts';

interface Props {
  image: OwnedImage;
  shares: Loaded<ShareList>;
  onChanged: () => void;
}

// Sharing is the sharing information of an image: with whom, since when, by whom, and what
// they say to it; and the way to end it for one, for some, for all.
export function Sharing({ image, shares, onChanged }: Props) {
  return (
    <LoadedView of={shares}>{(list) => <ShareTable image={image} list={list} onChanged={onChanged} />}</LoadedView>
  );
}

// Ending is what the dialog is to end: these shares, or all of them in one step.
type Ending = { shares: Share[]; all: boolean };

function ShareTable({ image, list, onChanged }: { image: OwnedImage; list: ShareList; onChanged: () => void }) {
  const texts = useTexts(imagePageTexts);
  const may = usePermission(image.projectId);
  const [chosenIds, setChosenIds] = useState<string[]>([]);
  const [ending, setEnding] = useState<Ending>();
  const chosen = list.shares.filter(({ projectId }) => chosenIds.includes(projectId));
  const place = useFocusAfter(list);
  const columns = useColumns(may.cancel ? (share) => setEnding({ shares: [share], all: false }) : undefined);
  return (
    <div ref={place} tabIndex={-1} className="page">
      <Table
        items={list.shares}
        trackBy="projectId"
        wrapLines
        columnDefinitions={columns}
        stickyColumns={{ last: 1 }}
        selectionType={may.cancel ? 'multi' : undefined}
        selectedItems={chosen}
        onSelectionChange={({ detail }) => setChosenIds(detail.selectedItems.map(({ projectId }) => projectId))}
        ariaLabels={{
          tableLabel: texts.sharing,
          selectionGroupLabel: texts.sharing,
          allItemsSelectionLabel: () => texts.selectAll,
          itemSelectionLabel: (_, { projectName }) => texts.select(projectName),
        }}
        header={
          <Header
            variant="h2"
            counter={texts.count(list.shareCount, list.shareLimit)}
            actions={
              may.cancel && (
                <SpaceBetween direction="horizontal" size="xs">
                  <Button disabled={chosen.length === 0} onClick={() => setEnding({ shares: chosen, all: false })}>
                    {texts.cancelSelected}
                  </Button>
                  <Button
                    disabled={list.shares.length === 0}
                    onClick={() => setEnding({ shares: list.shares, all: true })}
                  >
                    {texts.cancelAll}
                  </Button>
                </SpaceBetween>
              )
            }
          >
            {texts.sharing}
          </Header>
        }
        empty={
          <SpaceBetween size="xs">
            <b>{texts.notShared}</b>
            <span>{texts.notSharedExplained}</span>
          </SpaceBetween>
        }
      />
      {ending && (
        <CancelDialog image={image} {...ending} onDone={onChanged} onClose={() => setEnding(undefined)} />
      )}
    </div>
  );
}

// useFocusAfter keeps the focus at the table when the row that had it is gone.
function useFocusAfter(list: ShareList) {
  const place = useRef<HTMLDivElement>(null);
  const hadFocus = useRef(false);
  useEffect(() => {
    const note = () => (hadFocus.current = place.current?.contains(document.activeElement) ?? false);
    document.addEventListener('focusin', note);
    return () => document.removeEventListener('focusin', note);
  }, []);
  useEffect(() => {
    if (hadFocus.current && document.activeElement === document.body) place.current?.focus();
  }, [list]);
  return place;
}

// useColumns has the status and what ends the share in the last column, which stays in view
// on a narrow page.
function useColumns(cancel: ((share: Share) => void) | undefined): TableProps.ColumnDefinition<Share>[] {
  const texts = useTexts(imagePageTexts);
  return [
    {
      id: 'project',
      header: texts.recipient,
      isRowHeader: true,
      minWidth: 150,
      cell: ({ projectId, projectName, accountId }) => (
        <>
          <ProjectName projectId={projectId} name={projectName} />
          <div className="foreign">{texts.account(accountId)}</div>
        </>
      ),
    },
    {
      id: 'shared',
      header: texts.shared,
      minWidth: 160,
      cell: ({ sharedAt, sharedBy }) => (
        <>
          <TimeStamp time={sharedAt} />
          <br />
          <ForeignText>{sharedBy}</ForeignText>
        </>
      ),
    },
    { id: 'reminder', header: texts.reminder, minWidth: 120, cell: ({ acknowledgedReminder }) => acknowledgedReminder },
    {
      id: 'status',
      header: texts.status,
      minWidth: 150,
      cell: (share) => (
        <>
          <StatusBadge status={share.status} />
          {cancel && (
            <div>
              <Button variant="inline-link" ariaLabel={texts.cancelOf(share.projectName)} onClick={() => cancel(share)}>
                {texts.cancel}
              </Button>
            </div>
          )}
        </>
      ),
    },
  ];
}
