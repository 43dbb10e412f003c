import type { OwnedImage } from '../api/types';
import type { Permission } from '../session/may';

// WhyNot names the reason for which something is not offered. The service decides; this
// only spares somebody a refusal that can be seen before.
export type WhyNot = 'choose' | 'scope' | 'Creating' | 'Failed' | 'suspended' | 'public' | 'lightweight';

// whyNotShare is why an image cannot be shared now, if it cannot.
export function whyNotShare(image: OwnedImage | undefined, may: Permission): WhyNot | undefined {
  if (!may.share) return 'scope';
  if (!image) return 'choose';
  if (image.suspension) return 'suspended';
  if (image.kind !== 'Custom') return 'public';
  if (image.hostType === 'LightweightUHost') return 'lightweight';
  return image.state === 'Available' ? undefined : image.state;
}

// whyNotCopy is why an image cannot be copied now, if it cannot.
export function whyNotCopy(image: OwnedImage | undefined, may: Permission): WhyNot | undefined {
  if (!may.save) return 'scope';
  if (!image) return 'choose';
  if (image.suspension) return 'suspended';
  return image.state === 'Available' ? undefined : image.state;
}

// whyNotChange is why an image cannot be edited or deleted now, if it cannot.
export function whyNotChange(image: OwnedImage | undefined, may: Permission): WhyNot | undefined {
  if (!may.write) return 'scope';
  return image ? undefined : 'choose';
}
