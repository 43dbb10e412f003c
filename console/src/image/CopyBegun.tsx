import Link from '@cloudscape-design/components/link';
import { useCallback } from 'react';
import type { OwnedImage } from '../api/types';
import { useTexts } from '../i18n/catalogue';
import { follow } from '../router/location';
import { pathTo } from '../router/route';
import { useNotify } from '../shell/notifications';
import { imageTexts } from './texts';

// useCopyBegun says that a copy has begun, with the way to it, until somebody goes there.
export function useCopyBegun(): (copy: OwnedImage) => void {
  const notify = useNotify();
  return useCallback(
    (copy) => {
      const path = pathTo({ page: 'image', projectId: copy.projectId, imageId: copy.imageId });
      notify('success', <CopyBegun name={copy.name} path={path} />, { about: path, until: path });
    },
    [notify],
  );
}

function CopyBegun({ name, path }: { name: string; path: string }) {
  const texts = useTexts(imageTexts);
  return (
    <>
      {texts.copyBegun(name)}{' '}
      <Link href={path} onFollow={follow} color="inverted" variant="secondary">
        {texts.showCopy}
      </Link>
    </>
  );
}
