import Link from '@cloudscape-design/components/link';
import type { TableProps } from '@cloudscape-design/components/table';
import type { OwnedImage } from '../../api/types';
import { ForeignText } from '../../components/ForeignText';
import { StateBadge } from '../../components/StateBadge';
import { TimeStamp } from '../../components/TimeStamp';
import { DeprecationBadge } from '../../deprecation/DeprecationBadge';
import { useTexts } from '../../i18n/catalogue';
import { follow } from '../../router/location';
import { pathTo } from '../../router/route';
import { imagesTexts } from './texts';

// useColumns is what the list shows of an image.
export function useColumns(): TableProps.ColumnDefinition<OwnedImage>[] {
  const texts = useTexts(imagesTexts);
  return [
    { id: 'name', header: texts.name, isRowHeader: true, minWidth: 260, cell: (image) => <Name {...image} /> },
    { id: 'state', header: texts.state, minWidth: 145, cell: (image) => <State {...image} /> },
    {
      id: 'shares',
      header: texts.shares,
      minWidth: 95,
      cell: ({ shareCount, shareLimit }) => texts.count(shareCount, shareLimit),
    },
    { id: 'region', header: texts.region, minWidth: 90, cell: ({ region }) => <span className="foreign">{region}</span> },
    { id: 'system', header: texts.system, minWidth: 110, cell: ({ osName }) => <ForeignText>{osName}</ForeignText> },
    { id: 'created', header: texts.created, minWidth: 145, cell: ({ createdAt }) => <TimeStamp time={createdAt} /> },
  ];
}

function Name({ projectId, imageId, name }: OwnedImage) {
  return (
    <>
      <Link href={pathTo({ page: 'image', projectId, imageId })} onFollow={follow}>
        <ForeignText>{name}</ForeignText>
      </Link>
      <br />
      <code className="foreign id">{imageId}</code>
    </>
  );
}

function State({ state, suspension, deprecation }: OwnedImage) {
  return (
    <>
      <StateBadge state={state} suspended={suspension !== undefined} />
      {deprecation && (
        <div>
          <DeprecationBadge deprecation={deprecation} />
        </div>
      )}
    </>
  );
}
