import type { SharedImage } from '../../api/types';

// Hindrance is why a received image can be neither launched nor saved now.
export type Hindrance = 'pending' | 'declined' | 'suspended' | 'creating' | 'failed';

// hindrance is the first that the service would refuse the image for, if any.
export function hindrance({ status, suspended, state }: SharedImage): Hindrance | undefined {
  if (status !== 'accepted') return status;
  if (suspended) return 'suspended';
  if (state === 'Creating') return 'creating';
  if (state === 'Failed') return 'failed';
  return undefined;
}
