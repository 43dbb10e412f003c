import type { SharingPolicy } from '../../api/types';
import { isId } from '../../ids';
import { parseTargets } from '../../image/share/targets';

// The lists of a policy.
export const listNames = ['trustedProjects', 'trustedAccounts', 'blockedProjects', 'blockedAccounts'] as const;
export type ListName = (typeof listNames)[number];

// The service takes so many different ids in a list.
const MAX_IDS = 100;

// Draft is a policy as it is edited: each list as the text of its field.
export type Draft = Pick<SharingPolicy, 'incoming'> & Record<ListName, string>;

// draftOf is the draft that says what a policy says.
export function draftOf(policy: SharingPolicy): Draft {
  const lists = listNames.map((name) => [name, policy[name].join('\n')]);
  return { incoming: policy.incoming, ...(Object.fromEntries(lists) as Record<ListName, string>) };
}

// specOf is what is sent of a draft.
export function specOf(draft: Draft): Omit<SharingPolicy, 'updatedAt'> {
  const lists = listNames.map((name) => [name, parseTargets(draft[name])]);
  return { incoming: draft.incoming, ...(Object.fromEntries(lists) as Record<ListName, string[]>) };
}

// Faults are what is wrong with a list.
export interface Faults {
  // What can be no id.
  notIds: string[];
  // How many ids there are beyond the limit.
  beyond: number;
}

// faultsOf is what the service would refuse of a list, if anything.
export function faultsOf(text: string): Faults | undefined {
  const ids = parseTargets(text);
  const notIds = ids.filter((id) => !isId(id));
  const beyond = Math.max(0, ids.length - MAX_IDS);
  return notIds.length > 0 || beyond > 0 ? { notIds, beyond } : undefined;
}

// inBoth are the ids that a draft both trusts and blocks.
export function inBoth(draft: Draft, blocked: 'blockedProjects' | 'blockedAccounts'): string[] {
  const trusted = parseTargets(blocked === 'blockedProjects' ? draft.trustedProjects : draft.trustedAccounts);
  return parseTargets(draft[blocked]).filter((id) => trusted.includes(id));
}
