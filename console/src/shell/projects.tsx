import { createContext, type ReactNode, useContext } from 'react';
import { api, data } from '../api/client';
import { type Loaded, useLoad } from '../api/load';
import type { Project } from '../api/types';
import { type Permission, mayIn } from '../session/may';
import { useClaims } from '../session/SessionContext';

const ProjectsContext = createContext<Loaded<Project[]> | undefined>(undefined);

// ProjectsProvider loads the projects that the person may act for, once for all pages.
export function ProjectsProvider({ children }: { children: ReactNode }) {
  const { sub, scopes } = useClaims();
  const reads = scopes.includes('images:read');
  const projects = useLoad(`projects of ${sub}`, async (signal) =>
    reads ? (await data(api.GET('/v1/projects', { signal }))).projects : [],
  );
  return <ProjectsContext.Provider value={projects}>{children}</ProjectsContext.Provider>;
}

export function useProjects(): Loaded<Project[]> {
  const projects = useContext(ProjectsContext);
  if (!projects) throw new Error('useProjects outside of ProjectsProvider');
  return projects;
}

// usePermission is what the person may do in a project. Until their projects are known
// it is what they may do in any.
export function usePermission(projectId: string): Permission {
  const projects = useProjects().data ?? [];
  return mayIn(useClaims(), projects.some((p) => p.projectId === projectId));
}
