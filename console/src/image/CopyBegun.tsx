import Link from '@cloudscape-design/components/link';
import type { OwnedImage } from '../api/types';
import { useTexts } from '../i18n/catalogue';
import { follow } from '../router/location';
import { pathTo } from '../router/route';
import { imageTexts } from './texts';

// CopyBegun says that a copy is being made, with the way to it.
export function CopyBegun({ copy }: { copy: OwnedImage }) {
  const texts = useTexts(imageTexts);
  const href = pathTo({ page: 'image', projectId: copy.projectId, imageId: copy.imageId });
  return (
    <>
      {texts.copyBegun(copy.name)}{' '}
      <Link href={href} onFollow={follow} color="inverted" variant="secondary">
        {texts.showCopy}
      </Link>
    </>
  );
}
