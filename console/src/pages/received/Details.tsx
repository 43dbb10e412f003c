import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { SharedImage } from '../../api/types';
import { CopyId } from '../../components/CopyId';
import { ForeignText } from '../../components/ForeignText';
import { StateBadge } from '../../components/StateBadge';
import { StatusBadge } from '../../components/StatusBadge';
import { componentTexts } from '../../components/texts';
import { TimeStamp } from '../../components/TimeStamp';
import { useTexts } from '../../i18n/catalogue';
import { receivedTexts } from './texts';
import { hindrance } from './usable';

// Owner shows who shares an image: their ids tell them from anybody of the same name.
export function Owner({ image: { owner, sharedAt, status } }: { image: SharedImage }) {
  const texts = useTexts(receivedTexts);
  return (
    <KeyValuePairs
      columns={4}
      items={[
        { label: texts.ownerProject, value: <CopyId id={owner.projectId} /> },
        { label: texts.ownerAccount, value: <CopyId id={owner.accountId} /> },
        { label: texts.sharedAt, value: <TimeStamp time={sharedAt} /> },
        { label: texts.status, value: <StatusBadge status={status} /> },
      ]}
    />
  );
}

// Details shows what a recipient sees of an image.
export function Details({ image }: { image: SharedImage }) {
  const texts = useTexts(receivedTexts);
  const { none } = useTexts(componentTexts);
  const why = hindrance(image);
  const text = (of: string) => (of === '' ? none : <ForeignText lines>{of}</ForeignText>);
  const tags = Object.entries(image.tags);
  return (
    <SpaceBetween size="l">
      <KeyValuePairs
        columns={3}
        items={[
          { label: texts.usable, value: why ? texts.hindrances[why] : texts.usableYes },
          { label: texts.state, value: <StateBadge state={image.state} suspended={image.suspended} /> },
          { label: texts.price, value: texts.free },
          { label: texts.imageId, value: <CopyId id={image.imageId} /> },
          { label: texts.region, value: <span className="foreign">{image.region}</span> },
          { label: texts.disk, value: texts.diskOnly(image.systemDisk.sizeGiB) },
          { label: texts.system, value: text([image.osName, image.osType].filter((s) => s !== '').join(', ')) },
          { label: texts.architecture, value: text(image.architecture) },
          { label: texts.created, value: <TimeStamp time={image.createdAt} /> },
          { label: texts.updated, value: <TimeStamp time={image.updatedAt} /> },
        ]}
      />
      <KeyValuePairs
        items={[
          { label: texts.descriptionLabel, value: text(image.description) },
          { label: texts.tags, value: tags.length === 0 ? none : <Tags tags={tags} /> },
        ]}
      />
    </SpaceBetween>
  );
}

function Tags({ tags }: { tags: [string, string][] }) {
  return tags.map(([key, value]) => (
    <div key={key}>
      <ForeignText>{key}</ForeignText>: <ForeignText>{value}</ForeignText>
    </div>
  ));
}
