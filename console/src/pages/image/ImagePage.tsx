import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useRef } from 'react';
import { useLoad, usePolling } from '../../api/load';
import type { OwnedImage } from '../../api/types';
import { ForeignText } from '../../components/ForeignText';
import { LoadedView } from '../../components/LoadedView';
import { useTexts } from '../../i18n/catalogue';
import { getImage, listShares } from '../../image/calls';
import { ImageActions } from '../../image/ImageActions';
import { navigate } from '../../router/location';
import { useNotify } from '../../shell/notifications';
import { usePageTitle } from '../../shell/title';
import { Details } from './Details';
import { Gone } from './Gone';
import { History } from './History';
import { Notices } from './Notices';
import { Sharing } from './Sharing';
import { imagePageTexts } from './texts';

// How often the page looks again, in milliseconds: while the image is being made, so that
// the bar moves, and otherwise, so that what others do shows.
const POLL_CREATING = 1000;
const POLL = 15_000;

// ImagePage shows an own image: what it is, with whom it is shared, and what was done to it.
export default function ImagePage({ projectId, imageId }: { projectId: string; imageId: string }) {
  const texts = useTexts(imagePageTexts);
  const of = { projectId, imageId };
  const image = useLoad(`image ${imageId} of ${projectId}`, (signal) => getImage(of, signal));
  const shares = useLoad(`shares of ${imageId} of ${projectId}`, (signal) => listShares(of, signal));
  const creating = image.data?.state === 'Creating';
  usePageTitle(texts.title(image.data?.name ?? imageId));
  usePolling(!image.problem, creating ? POLL_CREATING : POLL, image.reload);
  useNowAvailable(image.data);

  // Shares and history are loaded again when the image says that something has changed.
  const version = `${image.data?.shareCount} ${image.data?.updatedAt} ${image.data?.state}`;
  const seen = useRef('');
  const reloadShares = shares.reload;
  useEffect(() => {
    if (seen.current !== '' && image.data) void reloadShares();
    if (image.data) seen.current = version;
  }, [version, image.data !== undefined, reloadShares]);

  if (image.problem?.code === 'ImageNotFound') return <Gone projectId={projectId} />;
  const reload = () => void Promise.all([image.reload(), shares.reload()]);
  return (
    <LoadedView of={image}>
      {(own) => (
        <SpaceBetween size="l">
          <Header
            variant="h1"
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button iconName="refresh" ariaLabel={texts.refresh} onClick={reload} />
                <ImageActions
                  projectId={projectId}
                  image={own}
                  onChanged={reload}
                  onDeleted={() => navigate({ page: 'images', projectId })}
                />
              </SpaceBetween>
            }
          >
            <ForeignText>{own.name}</ForeignText>
          </Header>
          <Notices image={own} onChanged={image.show} />
          <Details image={own} />
          <Sharing image={own} shares={shares} onChanged={reload} />
          <History image={own} version={`${version} ${shares.data?.shareCount}`} />
        </SpaceBetween>
      )}
    </LoadedView>
  );
}

// useNowAvailable says so when a copy has become available while it was looked at.
function useNowAvailable(image: OwnedImage | undefined) {
  const { nowAvailable } = useTexts(imagePageTexts);
  const notify = useNotify();
  const before = useRef(image?.state);
  useEffect(() => {
    if (before.current === 'Creating' && image?.state === 'Available') notify('success', nowAvailable);
    before.current = image?.state;
  }, [image?.state, notify, nowAvailable]);
}
