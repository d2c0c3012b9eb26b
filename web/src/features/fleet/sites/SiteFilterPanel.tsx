// Loaded when the filters are opened: the choice of many is a fifth of the page's script.
import { MultiSelect, Select, Stack } from '@mantine/core';
import { $api, type Schemas } from '@/lib/api';
import { plural } from '@/lib/format';
import { cleaned, type SiteSearch } from './siteSearch';

export type Tag = Schemas['Tag'];
interface Props {
  search: SiteSearch;
  onSearch: (search: SiteSearch) => void;
  tags: Tag[];
}

export default function SiteFilterPanel({ search, onSearch, tags }: Props) {
  const summary = $api.useQuery('get', '/sites/summary').data;
  const set = (part: Partial<SiteSearch>) => onSearch(cleaned({ ...search, ...part }));
  const options = (known: { value: string; label: string }[], chosen: string[] = []) => [
    ...known, ...chosen.filter((value) => !known.some((one) => one.value === value)).map((value) => ({ value, label: value })),
  ];
  const models = options((summary?.models ?? []).map(({ model, count }) => ({ value: model, label: `${model} (${plural(count, 'site')})` })), search.model);
  const versions = options((summary?.versions ?? []).map(({ version, count }) => ({ value: version, label: `${version} (${plural(count, 'site')})` })), search.version);
  const tagOptions = tags.map((tag) => ({
    group: tag.key, items: [{ value: tag.id, label: `${tag.key}: any value` }, ...tag.values.map((value) => ({ value: `${tag.id}:${value}`, label: `${tag.key}: ${value}` }))],
  }));
  return (
    <Stack gap="sm">
      <MultiSelect label="Model" data={models} value={search.model ?? []} onChange={(model) => set({ model })} searchable clearable openOnFocus={false} comboboxProps={{ withinPortal: false }} nothingFoundMessage="No such model" maxValues={20} />
      <MultiSelect label="RouterOS version" data={versions} value={search.version ?? []} onChange={(version) => set({ version })} searchable clearable openOnFocus={false} comboboxProps={{ withinPortal: false }} nothingFoundMessage="No such version" maxValues={20} />
      {tags.length > 0 && (
        <MultiSelect label="Tags" description="Of several, a site must have all" data={tagOptions} value={search.tag ?? []} onChange={(tag) => set({ tag })} searchable clearable openOnFocus={false} comboboxProps={{ withinPortal: false }} nothingFoundMessage="No such tag" maxValues={10} limit={50} />
      )}
      <Select label="Faults" placeholder="With or without" clearable openOnFocus={false} data={[{ value: 'true', label: 'With open faults' }, { value: 'false', label: 'Without open faults' }]}
        value={search.fault === undefined ? null : String(search.fault)} onChange={(value) => set({ fault: value === null ? undefined : value === 'true' })} comboboxProps={{ withinPortal: false }} />
    </Stack>
  );
}
