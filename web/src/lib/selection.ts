// Chosen sites on their way to another page: few stand in the address, many are kept in this tab under a name that does.
const most = 50;
const prefix = 'openstrat.selection.';

export type SelectionSearch = { sites: string } | { selection: string };

export function keepSelection(ids: readonly string[]): SelectionSearch {
  if (ids.length <= most) return { sites: ids.join(',') };
  const selection = crypto.randomUUID().slice(0, 8);
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(prefix)) sessionStorage.removeItem(key);
  sessionStorage.setItem(prefix + selection, ids.join(','));
  return { selection };
}

/** Empty when it was made in another tab, or another selection came after it. */
export function readSelection({ sites, selection }: { sites?: string; selection?: string }): string[] {
  const text = sites ?? (selection ? sessionStorage.getItem(prefix + selection) : null) ?? '';
  return text.split(',').filter(Boolean);
}
