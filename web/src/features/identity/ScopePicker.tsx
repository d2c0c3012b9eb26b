import { Checkbox, Group, Input, List, ScrollArea, Stack, Text, TextInput } from '@mantine/core';
import { IconCheck, IconSearch } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { $api } from '@/lib/api';
import { useMe } from '@/lib/me';
import { QueryState } from '@/components/QueryState';
import { chosenOnly, groupScopes, titleOf, toggleAll, type ScopeGroup } from './scopes';

interface Props {
  label?: string;
  value?: string[];
  onChange: (scopes: string[]) => void;
  error?: ReactNode;
  readOnly?: boolean;
  height?: number | string;
}

/** Permissions in groups, with a search. What the person does not hold cannot be given, so it is shown but not offered. */
export function ScopePicker({ label = 'Permissions', value = [], onChange, error, readOnly = false, height = 320 }: Props) {
  const catalogue = $api.useQuery('get', '/scopes', {}, { staleTime: Infinity, meta: { poll: false } });
  const held = useMe()?.scopes ?? [];
  const [text, setText] = useState('');
  return (
    <Input.Wrapper label={label} error={error} labelElement="div" description={readOnly ? undefined : 'Only permissions that you hold yourself can be given.'}>
      <Stack gap="xs" mt={6}>
        <Group justify="space-between" gap="xs">
          <TextInput size="xs" flex={1} placeholder="Find a permission" aria-label="Find a permission" leftSection={<IconSearch size={14} />} value={text} onChange={(event) => setText(event.currentTarget.value)} />
          <Text size="xs" className="quiet tabular" role="status">{value.length} chosen</Text>
        </Group>
        <ScrollArea.Autosize mah={height} type="auto" scrollbars="y" offsetScrollbars="y" viewportProps={{ tabIndex: 0, role: 'group', 'aria-label': label }}>
          <QueryState query={catalogue}>
            {(scopes) => {
              const found = groupScopes(scopes, text);
              const groups = readOnly ? chosenOnly(found, value) : found;
              if (groups.length === 0) return <Text size="sm" className="quiet">No permission has these words.</Text>;
              return (
                <Stack gap="sm">
                  {groups.map((group) => (readOnly ? <ScopeList key={group.name} group={group} /> : <ScopeFieldset key={group.name} group={group} value={value} onChange={onChange} held={held} />))}
                </Stack>
              );
            }}
          </QueryState>
        </ScrollArea.Autosize>
      </Stack>
    </Input.Wrapper>
  );
}

const scopeText = (one: ScopeGroup['scopes'][number]) => <>{one.description} <Text span size="xs" className="quiet mono">{one.scope}</Text></>;

/** What is only read is not drawn as something that cannot be clicked. */
function ScopeList({ group }: { group: ScopeGroup }) {
  return (
    <div>
      <Text fw={600} size="sm" mb={6}>{titleOf(group.name)}</Text>
      <List size="sm" spacing={4} icon={<IconCheck size={14} aria-hidden />} aria-label={titleOf(group.name)}>
        {group.scopes.map((one) => <List.Item key={one.scope}>{scopeText(one)}</List.Item>)}
      </List>
    </div>
  );
}

interface FieldsetProps extends Pick<Props, 'onChange'> {
  value: string[];
  group: ScopeGroup;
  held: string[];
}

function ScopeFieldset({ group, value, onChange, held }: FieldsetProps) {
  const all = group.scopes.map((one) => one.scope);
  const givable = all.filter((scope) => held.includes(scope));
  const chosen = all.filter((scope) => value.includes(scope));
  return (
    <fieldset style={{ border: 0, padding: 0, margin: 0, minWidth: 0 }}>
      <legend style={{ padding: 0 }}>
        <Checkbox size="xs" mb={6} label={<Text span fw={600} size="sm">{titleOf(group.name)} <Text span size="xs" className="quiet tabular">{chosen.length} of {all.length}</Text></Text>}
          checked={chosen.length === all.length} indeterminate={chosen.length > 0 && chosen.length < all.length} disabled={givable.length === 0}
          onChange={(event) => onChange(toggleAll(value, givable, event.currentTarget.checked))} />
      </legend>
      <Stack gap={6} pl="md">
        {group.scopes.map((one) => (
          <Checkbox key={one.scope} size="xs" checked={value.includes(one.scope)} disabled={!held.includes(one.scope) && !value.includes(one.scope)}
            label={scopeText(one)}
            onChange={(event) => onChange(toggleAll(value, [one.scope], event.currentTarget.checked))} />
        ))}
      </Stack>
    </fieldset>
  );
}
