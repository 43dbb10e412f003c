import type { Claims } from './claims';

// Permission is what a person may do in a project, so far as the page can tell. The
// service decides.
export interface Permission {
  share: boolean;
  cancel: boolean;
  save: boolean;
  write: boolean;
  // To set the sharing policy; and to say yes or no to what is shared.
  receive: boolean;
  answer: boolean;
  platform: boolean;
}

// mayIn is what the claims allow. The images scopes count in the caller's own projects,
// the catalog scopes in all.
export function mayIn({ scopes }: Claims, isMember: boolean): Permission {
  const member = (scope: string) => isMember && scopes.includes(scope);
  const platform = scopes.includes('catalog:write');
  return {
    share: member('images:share'),
    cancel: member('images:share') || platform,
    save: member('images:save'),
    write: member('images:write') || platform,
    receive: member('images:receive') || platform,
    answer: member('images:receive'),
    platform,
  };
}

// isPlatform reports whether the claims open any project.
export function isPlatform({ scopes }: Claims): boolean {
  return scopes.includes('catalog:read') || scopes.includes('catalog:write');
}
