import Box from '@cloudscape-design/components/box';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { ReactNode } from 'react';
import type { Activity } from '../api/types';
import { ForeignText } from '../components/ForeignText';
import { TimeStamp } from '../components/TimeStamp';
import { useTexts } from '../i18n/catalogue';
import { entry } from '../i18n/entry';
import { ActivityDetails } from './ActivityDetails';
import { activityTexts } from './texts';

interface Props extends Pick<TableProps, 'header' | 'filter' | 'pagination' | 'loading' | 'loadingText' | 'variant'> {
  items: Activity[];
  empty: ReactNode;
  // Whether they are all of one image, which then needs no column.
  ofOneImage?: boolean;
}

// ActivityTable shows what was done, by whom, on whom, and why.
export function ActivityTable({ items, empty, ofOneImage, ...rest }: Props) {
  return (
    <Table<Activity>
      {...rest}
      items={items}
      trackBy="activityId"
      wrapLines
      columnDefinitions={useColumns().filter(({ id }) => id !== 'image' || !ofOneImage)}
      empty={<Box textAlign="center">{empty}</Box>}
    />
  );
}

function useColumns(): TableProps.ColumnDefinition<Activity>[] {
  const texts = useTexts(activityTexts);
  return [
    { id: 'at', header: texts.at, minWidth: 120, cell: ({ at }) => <TimeStamp time={at} /> },
    {
      id: 'what',
      header: texts.what,
      minWidth: 140,
      isRowHeader: true,
      cell: ({ type }) => entry(texts.types, type) ?? type,
    },
    {
      id: 'image',
      header: texts.image,
      minWidth: 120,
      cell: ({ imageId }) => imageId && <code className="foreign">{imageId}</code>,
    },
    { id: 'actor', header: texts.actor, minWidth: 120, cell: ({ actor }) => <Actor {...actor} /> },
    { id: 'details', header: texts.details, minWidth: 200, cell: (activity) => <ActivityDetails {...activity} /> },
    {
      id: 'requestId',
      header: texts.requestId,
      minWidth: 140,
      cell: ({ requestId }) => <code className="foreign">{requestId}</code>,
    },
  ];
}

function Actor({ subject, clientId }: Activity['actor']) {
  const texts = useTexts(activityTexts);
  if (subject === 'system' && clientId === undefined) return texts.system;
  return (
    <>
      <ForeignText>{subject}</ForeignText>
      {clientId && <Box variant="small" display="block">{texts.through(clientId)}</Box>}
    </>
  );
}
