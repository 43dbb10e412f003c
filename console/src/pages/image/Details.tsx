import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import type { OwnedImage } from '../../api/types';
import { CopyId } from '../../components/CopyId';
import { ForeignText } from '../../components/ForeignText';
import { StateBadge } from '../../components/StateBadge';
import { componentTexts } from '../../components/texts';
import { TimeStamp } from '../../components/TimeStamp';
import { useTexts } from '../../i18n/catalogue';
import { imageTexts } from '../../image/texts';
import { follow } from '../../router/location';
import { pathTo } from '../../router/route';
import { imagePageTexts } from './texts';

// Details is what is said of an image.
export function Details({ image }: { image: OwnedImage }) {
  const texts = useTexts(imagePageTexts);
  const { none } = useTexts(componentTexts);
  const { description: descriptionLabel } = useTexts(imageTexts);
  const item = (label: string, value: ReactNode) => ({ label, value: value || none });
  const { osName, osType, architecture, systemDisk, dataDisks, source, description } = image;
  const kind = [osType, architecture].filter(Boolean).join(', ');
  return (
    <Container header={<Header variant="h2">{texts.details}</Header>}>
      <SpaceBetween size="l">
        <KeyValuePairs
          columns={3}
          items={[
            item(texts.id, <CopyId id={image.imageId} />),
            item(texts.state, <StateBadge state={image.state} suspended={image.suspension !== undefined} />),
            item(texts.region, <span className="foreign">{image.region}</span>),
            item(texts.billing, <span className="foreign">{image.billing.billedProjectId}</span>),
            item(texts.system, osName && <ForeignText>{osName}</ForeignText>),
            item(texts.systemType, kind && <ForeignText>{kind}</ForeignText>),
            item(texts.systemDisk, `${systemDisk.sizeGiB} GiB`),
            item(
              texts.dataDisks,
              dataDisks.length > 0 &&
                `${dataDisks.map(({ sizeGiB }) => `${sizeGiB} GiB`).join(', ')} – ${texts.dataDisksExplained}`,
            ),
            item(texts.hostType, texts.hostTypes[image.hostType]),
            item(texts.created, <TimeStamp time={image.createdAt} />),
            item(texts.updated, <TimeStamp time={image.updatedAt} />),
            item(texts.source, source && <Source source={source} projectId={image.projectId} />),
          ]}
        />
        <KeyValuePairs
          items={[
            item(descriptionLabel, description && <ForeignText lines>{description}</ForeignText>),
            item(texts.tags, <Tags tags={image.tags} />),
          ]}
        />
      </SpaceBetween>
    </Container>
  );
}

interface SourceProps {
  source: NonNullable<OwnedImage['source']>;
  projectId: string;
}

// Source leads to the original: an own image, or one that is shared with the project.
function Source({ source, projectId }: SourceProps) {
  const { imageId } = source;
  const page = source.projectId === projectId ? 'image' : 'receivedImage';
  return (
    <Link href={pathTo({ page, projectId, imageId })} onFollow={follow}>
      <span className="foreign">
        {source.projectId}/{imageId} ({source.region})
      </span>
    </Link>
  );
}

function Tags({ tags }: Pick<OwnedImage, 'tags'>) {
  const texts = useTexts(imagePageTexts);
  const all = Object.entries(tags);
  if (all.length === 0) return texts.noTags;
  return (
    <ul className="tags">
      {all.map(([key, value]) => (
        <li key={key}>
          <ForeignText>{key}</ForeignText> = <ForeignText>{value}</ForeignText>
        </li>
      ))}
    </ul>
  );
}
