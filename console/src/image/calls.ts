import { api, data } from '../api/client';
import type { ImagePatch, OwnedImage, ShareList } from '../api/types';

// Of is what names an image of a project.
type Of = Pick<OwnedImage, 'projectId' | 'imageId'>;

const params = ({ projectId, imageId }: Of) => ({ path: { projectId, imageId } });

// getImage reads an own image.
export function getImage(of: Of, signal?: AbortSignal): Promise<OwnedImage> {
  return data(api.GET('/v1/projects/{projectId}/images/{imageId}', { params: params(of), signal }));
}

// patchImage changes what the patch names, and returns the image as it is then.
export function patchImage(of: Of, body: ImagePatch, signal: AbortSignal): Promise<OwnedImage> {
  return data(api.PATCH('/v1/projects/{projectId}/images/{imageId}', { params: params(of), body, signal }));
}

// deleteImage deletes an own image, and with it every share of it.
export async function deleteImage(of: Of, signal: AbortSignal): Promise<void> {
  await data(api.DELETE('/v1/projects/{projectId}/images/{imageId}', { params: params(of), signal }));
}

// listShares says with whom an own image is shared.
export function listShares(of: Of, signal?: AbortSignal): Promise<ShareList> {
  return data(api.GET('/v1/projects/{projectId}/images/{imageId}/shares', { params: params(of), signal }));
}

// cancelShare ends the share with one project.
export async function cancelShare(of: Of, targetProjectId: string, signal: AbortSignal): Promise<void> {
  const { path } = params(of);
  await data(
    api.DELETE('/v1/projects/{projectId}/images/{imageId}/shares/{targetProjectId}', {
      params: { path: { ...path, targetProjectId } },
      signal,
    }),
  );
}

// cancelAllShares ends all shares in one step, and returns with whom.
export async function cancelAllShares(of: Of, signal: AbortSignal): Promise<string[]> {
  const { revoked } = await data(
    api.DELETE('/v1/projects/{projectId}/images/{imageId}/shares', { params: params(of), signal }),
  );
  return revoked;
}
