import '@mantine/spotlight/styles.layer.css';
import { Kbd, Modal, VisuallyHidden } from '@mantine/core';
import { Spotlight, spotlight } from '@mantine/spotlight';
import { useDebouncedValue } from '@mantine/hooks';
import { IconRouter, IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { NavEntry } from '@/app/nav';
import { $api } from '@/lib/api';
import { findPages } from './palette';

/** Ctrl/⌘-K: pages, and whatever the search finds. `wanted` grows each time it is asked for. */
export default function CommandPalette({ wanted, entries }: { wanted: number; entries: NavEntry[] }) {
  const navigate = useNavigate();
  const [query, setQuery] = useState('');
  const [asked] = useDebouncedValue(query.trim(), 150);
  const found = $api.useQuery('get', '/search', { params: { query: { q: asked } } }, { enabled: asked.length >= 2, meta: { poll: false }, placeholderData: (before) => before });
  useEffect(() => spotlight.open(), [wanted]);

  const pages = findPages(entries, query);
  const hits = asked.length >= 2 ? (found.data?.data ?? []).slice(0, 20) : [];
  return (
    <Spotlight.Root query={query} onQueryChange={setQuery} shortcut={null} scrollable maxHeight="60vh">
      <VisuallyHidden><Modal.Title>Search</Modal.Title></VisuallyHidden>
      <Spotlight.Search leftSection={<IconSearch size={18} />} placeholder="Sites, serial numbers, addresses, pages…" aria-label="Search" />
      <Spotlight.ActionsList>
        {hits.length > 0 && (
          <Spotlight.ActionsGroup label="Found">
            {hits.map((hit) => (
              <Spotlight.Action key={`${hit.type}-${hit.id}`} label={hit.name} description={hit.description ?? undefined} leftSection={<IconRouter size={18} />} highlightQuery
                onClick={() => void navigate({ to: `/sites/${hit.id}` as string })} />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {pages.length > 0 && (
          <Spotlight.ActionsGroup label="Pages">
            {pages.map((entry) => (
              <Spotlight.Action key={entry.label} label={entry.label} leftSection={<entry.icon size={18} />} highlightQuery
                rightSection={entry.keys && <span>{entry.keys.split(' ').map((key) => <Kbd key={key} size="xs" ml={4}>{key}</Kbd>)}</span>} onClick={() => void navigate({ to: entry.to as string })} />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {hits.length + pages.length === 0 && <Spotlight.Empty>{found.isFetching ? 'Searching…' : 'Nothing found'}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
