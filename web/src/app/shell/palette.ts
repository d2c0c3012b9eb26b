// What the command palette finds without asking the server.
import type { NavEntry } from '@/app/nav';

/** Pages with every word of the query in their name or in the words that find them. */
export function findPages<T extends Pick<NavEntry, 'label' | 'keywords'>>(entries: readonly T[], query: string): T[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((entry) => words.every((word) => `${entry.label} ${entry.keywords ?? ''}`.toLowerCase().includes(word)));
}
