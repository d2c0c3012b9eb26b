import { ActionIcon, Button, Group, Select, Stack, TagsInput, Text, Tooltip } from '@mantine/core';
import { IconFilter, IconX } from '@tabler/icons-react';
import { $api } from '@/lib/api';
import { useMay } from '@/lib/me';

interface Props {
  roleName: string;
  value: Record<string, string[]>;
  onChange: (limits: Record<string, string[]>) => void;
}

/** Limits a role to sites with certain tags: for every key one of its values. */
export function SiteLimits({ roleName, value, onChange }: Props) {
  const maySeeTags = useMay('tag:view');
  const tags = $api.useQuery('get', '/tags', {}, { enabled: maySeeTags, meta: { poll: false } });
  const rows = Object.entries(value);
  const rename = (from: string, to: string) => onChange(Object.fromEntries(rows.map(([key, values]) => (key === from ? [to, []] : [key, values]))));
  if (rows.length === 0) {
    if (!tags.data?.length) return null;
    return <Button size="compact-xs" variant="subtle" color="gray" ml={30} leftSection={<IconFilter size={14} />} onClick={() => onChange({ '': [] })}>For all sites. Limit to some</Button>;
  }
  return (
    <Stack gap={6} ml={30} mt={6}>
      <Text size="xs" className="quiet">{roleName} only for sites that have, of each tag, one of these values:</Text>
      {rows.map(([key, values]) => (
        <Group key={key} gap="xs" wrap="nowrap" align="flex-start">
          <Select size="xs" w={130} aria-label="Tag" placeholder="Tag" value={key || null} allowDeselect={false} onChange={(next) => next && rename(key, next)}
            data={[...new Set([...(key ? [key] : []), ...(tags.data ?? []).map((tag) => tag.key)])].filter((one) => one === key || !(one in value))} />
          <TagsInput size="xs" flex={1} aria-label={`Values of ${key || 'the tag'}`} placeholder={values.length === 0 ? 'Values' : undefined} value={values} disabled={!key}
            data={tags.data?.find((tag) => tag.key === key)?.values ?? []} onChange={(next) => onChange({ ...value, [key]: next })} />
          <Tooltip label="Remove this limit">
            <ActionIcon size="md" aria-label={`Remove the limit ${key}`} onClick={() => onChange(Object.fromEntries(rows.filter(([one]) => one !== key)))}><IconX size={16} /></ActionIcon>
          </Tooltip>
        </Group>
      ))}
      {!('' in value) && <Button size="compact-xs" variant="subtle" color="gray" w="fit-content" onClick={() => onChange({ ...value, '': [] })}>Add another tag</Button>}
    </Stack>
  );
}
