import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { TableProps } from '@cloudscape-design/components/table';
import type { SharedImage } from '../../api/types';
import { ForeignText } from '../../components/ForeignText';
import { StateBadge } from '../../components/StateBadge';
import { StatusBadge } from '../../components/StatusBadge';
import { TimeStamp } from '../../components/TimeStamp';
import { DeprecationBadge } from '../../deprecation/DeprecationBadge';
import { useTexts } from '../../i18n/catalogue';
import { follow } from '../../router/location';
import { pathTo } from '../../router/route';
import type { Permission } from '../../session/may';
import type { Doing } from './ReceivedTable';
import { receivedTexts } from './texts';
import { hindrance } from './usable';

interface Options {
  projectId: string;
  may: Permission;
  withStatus: boolean;
  onDo: (doing: Doing) => void;
}

// useColumns are those of the list. The owner is beside the name, because a name can be
// anybody's.
export function useColumns({ projectId, may, withStatus, onDo }: Options): TableProps.ColumnDefinition<SharedImage>[] {
  const texts = useTexts(receivedTexts);
  const columns: (TableProps.ColumnDefinition<SharedImage> | false)[] = [
    {
      id: 'name',
      header: texts.name,
      minWidth: 130,
      isRowHeader: true,
      cell: (image) => <Name projectId={projectId} image={image} />,
    },
    {
      id: 'owner',
      header: texts.owner,
      minWidth: 145,
      cell: ({ owner }) => (
        <>
          <b className="foreign">{owner.projectId}</b>
          <div className="foreign">{texts.account(owner.accountId)}</div>
        </>
      ),
    },
    {
      id: 'state',
      header: texts.state,
      minWidth: 135,
      cell: ({ state, suspended, status }) => (
        <>
          <StateBadge state={state} suspended={suspended} />
          {withStatus && (
            <div>
              <StatusBadge status={status} />
            </div>
          )}
        </>
      ),
    },
    { id: 'region', header: texts.region, minWidth: 95, cell: ({ region }) => <span className="foreign">{region}</span> },
    {
      id: 'system',
      header: texts.system,
      minWidth: 105,
      cell: ({ osName, systemDisk }) => (
        <>
          <ForeignText>{osName}</ForeignText>
          <Box variant="small" display="block">
            {texts.diskSize(systemDisk.sizeGiB)}
          </Box>
        </>
      ),
    },
    { id: 'sharedAt', header: texts.sharedAt, minWidth: 126, cell: ({ sharedAt }) => <TimeStamp time={sharedAt} /> },
    (may.answer || may.save) && {
      id: 'actions',
      header: texts.actions,
      minWidth: 120,
      cell: (image) => <Actions image={image} may={may} onDo={onDo} />,
    },
  ];
  return columns.filter((column) => column !== false);
}

function Name({ projectId, image: { imageId, name, deprecation } }: { projectId: string; image: SharedImage }) {
  return (
    <>
      <Link href={pathTo({ page: 'receivedImage', projectId, imageId })} onFollow={follow}>
        <ForeignText>{name}</ForeignText>
      </Link>
      <Box variant="small" display="block">
        <code className="foreign">{imageId}</code>
      </Box>
      {deprecation && <DeprecationBadge deprecation={deprecation} />}
    </>
  );
}

function Actions({ image, may, onDo }: { image: SharedImage; may: Permission; onDo: (doing: Doing) => void }) {
  const texts = useTexts(receivedTexts);
  const { name, status } = image;
  return (
    <SpaceBetween size="xxs">
      {may.save && !hindrance(image) && (
        <Button variant="inline-link" ariaLabel={texts.saveNamed(name)} onClick={() => onDo({ save: image })}>
          {texts.save}
        </Button>
      )}
      {may.answer && status !== 'accepted' && (
        <Button
          variant="inline-link"
          ariaLabel={texts.acceptNamed(name)}
          onClick={() => onDo({ answer: 'accepted', images: [image] })}
        >
          {texts.accept}
        </Button>
      )}
      {may.answer && status !== 'declined' && (
        <Button
          variant="inline-link"
          ariaLabel={texts.declineNamed(name)}
          onClick={() => onDo({ answer: 'declined', images: [image] })}
        >
          {texts.decline}
        </Button>
      )}
    </SpaceBetween>
  );
}
