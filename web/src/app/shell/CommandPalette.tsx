import '@mantine/spotlight/styles.layer.css';
import { Spotlight, spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight';
import { useDebouncedValue } from '@mantine/hooks';
import { IconRouter, IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { navigation } from '@/app/nav';
import { $api } from '@/lib/api';
import { may, useMe } from '@/lib/me';

/** Ctrl/⌘-K: pages, and whatever the search finds. `wanted` grows each time it is asked for. */
export default function CommandPalette({ wanted }: { wanted: number }) {
  const me = useMe();
  const navigate = useNavigate();
  const [query, setQuery] = useState('');
  const [asked] = useDebouncedValue(query.trim(), 150);
  const found = $api.useQuery('get', '/search', { params: { query: { q: asked } } }, { enabled: asked.length >= 2, meta: { poll: false }, placeholderData: (before) => before });
  useEffect(() => spotlight.open(), [wanted]);

  const pages: SpotlightActionData[] = navigation
    .flatMap((group) => group.entries)
    .filter((entry) => may(me, entry.scope) && (!entry.operator || me?.operator))
    .map((entry) => ({
      id: `page-${entry.label}`, label: entry.label, keywords: entry.keywords, description: entry.keys && `Keys: ${entry.keys}`, leftSection: <entry.icon size={18} />,
      onClick: () => void navigate({ to: entry.to as string }),
    }));
  const hits: SpotlightActionData[] = (asked.length >= 2 ? (found.data?.data ?? []) : []).map((hit) => ({
    id: `hit-${hit.type}-${hit.id}`, label: hit.name, description: hit.description ?? undefined, keywords: query, leftSection: <IconRouter size={18} />,
    onClick: () => void navigate({ to: `/sites/${hit.id}` as string }),
  }));
  const groups: SpotlightActionGroupData[] = [
    ...(hits.length > 0 ? [{ group: 'Found', actions: hits }] : []),
    { group: 'Pages', actions: pages },
  ];
  return (
    <Spotlight actions={groups} query={query} onQueryChange={setQuery} shortcut={null} highlightQuery scrollable maxHeight="60vh" limit={20}
      nothingFound={found.isFetching ? 'Searching…' : 'Nothing found'} searchProps={{ leftSection: <IconSearch size={18} />, placeholder: 'Sites, serial numbers, addresses, pages…', 'aria-label': 'Search' }} />
  );
}
