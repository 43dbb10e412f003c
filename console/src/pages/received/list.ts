import { api, data } from '../../api/client';
import type { ShareStatus, SharedImage } from '../../api/types';
import type { Page } from '../../paging/fill';

export type Status = ShareStatus | 'all';
export const statuses: Status[] = ['accepted', 'pending', 'declined', 'all'];

// Wanted says which of a project's received images to list.
export interface Wanted {
  status: Status;
  name?: string;
  ownerProjectId?: string;
  region?: string;
}

export async function listReceived(
  projectId: string,
  wanted: Wanted,
  nextToken: string | undefined,
  limit: number,
  signal: AbortSignal,
): Promise<Page<SharedImage>> {
  const params = { path: { projectId }, query: { ...wanted, nextToken, limit } };
  const page = await data(api.GET('/v1/projects/{projectId}/shared-images', { params, signal }));
  return { items: page.images, nextToken: page.nextToken };
}

// setStatus says yes or no to a share.
export function setStatus(
  projectId: string,
  imageId: string,
  status: 'accepted' | 'declined',
  signal: AbortSignal,
): Promise<SharedImage> {
  const params = { path: { projectId, imageId } };
  return data(api.PUT('/v1/projects/{projectId}/shared-images/{imageId}/status', { params, body: { status }, signal }));
}
