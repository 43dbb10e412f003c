import Modal from '@cloudscape-design/components/modal';
import type { ReactNode } from 'react';
import { useLoad } from '../api/load';
import type { OwnedImage, ShareList } from '../api/types';
import { LoadedView } from '../components/LoadedView';
import { componentTexts } from '../components/texts';
import { useTexts } from '../i18n/catalogue';
import { listShares } from './calls';

interface Props {
  image: OwnedImage;
  header: string;
  onDismiss: () => void;
  children: (shares: ShareList) => ReactNode;
}

// Opening is a dialog that has to know first with whom an image is shared.
export function Opening({ image, header, onDismiss, children }: Props) {
  const texts = useTexts(componentTexts);
  const shares = useLoad(`shares of ${image.imageId}`, (signal) => listShares(image, signal));
  if (shares.data) return children(shares.data);
  return (
    <Modal visible header={header} closeAriaLabel={texts.close} onDismiss={onDismiss}>
      <LoadedView of={shares}>{() => null}</LoadedView>
    </Modal>
  );
}
