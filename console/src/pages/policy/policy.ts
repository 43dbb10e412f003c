import { api, data } from '../../api/client';
import { type Loaded, useLoad } from '../../api/load';
import type { SharingPolicy } from '../../api/types';

// usePolicy loads a project's sharing policy.
export function usePolicy(projectId: string): Loaded<SharingPolicy> {
  const params = { path: { projectId } };
  return useLoad(`policy ${projectId}`, (signal) =>
    data(api.GET('/v1/projects/{projectId}/sharing-policy', { params, signal })),
  );
}

// putPolicy replaces it.
export function putPolicy(projectId: string, body: Omit<SharingPolicy, 'updatedAt'>, signal: AbortSignal): Promise<SharingPolicy> {
  const params = { path: { projectId } };
  return data(api.PUT('/v1/projects/{projectId}/sharing-policy', { params, body, signal }));
}
