import { api, data } from '../../api/client';
import type { ImageState, OwnedImage, Project } from '../../api/types';
import type { Page } from '../../paging/fill';

type Of = Pick<OwnedImage, 'projectId' | 'imageId'>;

export function getProject(projectId: string, signal: AbortSignal): Promise<Project> {
  return data(api.GET('/v1/projects/{projectId}', { params: { path: { projectId } }, signal }));
}

// closeProject closes a project for good.
export async function closeProject(projectId: string, signal: AbortSignal): Promise<void> {
  await data(api.DELETE('/v1/projects/{projectId}', { params: { path: { projectId } }, signal }));
}

export interface Wanted {
  name?: string;
  region?: string;
  state?: ImageState;
}

export async function listImages(
  projectId: string,
  wanted: Wanted,
  nextToken: string | undefined,
  limit: number,
  signal: AbortSignal,
): Promise<Page<OwnedImage>> {
  const params = { path: { projectId }, query: { ...wanted, nextToken, limit } };
  const page = await data(api.GET('/v1/projects/{projectId}/images', { params, signal }));
  return { items: page.images, nextToken: page.nextToken };
}

// suspendImage forbids everybody the use of an image; the reason is for its owner.
export function suspendImage({ projectId, imageId }: Of, reason: string, signal: AbortSignal): Promise<OwnedImage> {
  const params = { path: { projectId, imageId } };
  return data(api.PUT('/v1/projects/{projectId}/images/{imageId}/suspension', { params, body: { reason }, signal }));
}

// resumeImage ends the suspension of an image.
export async function resumeImage({ projectId, imageId }: Of, signal: AbortSignal): Promise<void> {
  const params = { path: { projectId, imageId } };
  await data(api.DELETE('/v1/projects/{projectId}/images/{imageId}/suspension', { params, signal }));
}
