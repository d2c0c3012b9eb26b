import { List, ScrollArea, Stack, Text } from '@mantine/core';
import { IconArrowRight, IconBan } from '@tabler/icons-react';
import { plural } from '@/lib/format';
import type { Skipped, Target } from './bulkPreview';

const shown = 200;

/** Who is hit, who is skipped, and why. */
export function PreviewLists({ hit, skipped, verb }: { hit: Target[]; skipped: Skipped[]; verb: string }) {
  const notes = hit.filter((one) => one.note).length;
  return (
    <Stack gap="sm">
      <div>
        <Text fw={600} size="sm">{verb}: {plural(hit.length, 'site')}{notes > 0 && <Text span className="quiet" size="sm"> ({notes} offline: there it happens when they are back)</Text>}</Text>
        <Names rows={hit.map(({ site_id, name, note }) => ({ id: site_id, name, why: note }))} icon={<IconArrowRight size={14} />} />
      </div>
      {skipped.length > 0 && (
        <div>
          <Text fw={600} size="sm">Skipped: {plural(skipped.length, 'site')} <Text span size="sm" fw={400} className="quiet">they stay as they are</Text></Text>
          <Names rows={skipped.map(({ site_id, name, message }) => ({ id: site_id, name: name || site_id, why: message }))} icon={<IconBan size={14} />} />
        </div>
      )}
    </Stack>
  );
}

function Names({ rows, icon }: { rows: { id: string; name: string; why: string | null }[]; icon: React.ReactNode }) {
  return (
    <ScrollArea.Autosize mah={220} type="auto" scrollbars="y" mt={4} viewportProps={{ tabIndex: 0 }}>
      <List size="sm" spacing={2} icon={icon} center>
        {rows.slice(0, shown).map((row) => <List.Item key={row.id}>{row.name}{row.why && <Text span size="xs" className="quiet"> {row.why}</Text>}</List.Item>)}
        {rows.length > shown && <List.Item>and {plural(rows.length - shown, 'more', 'more')}</List.Item>}
      </List>
    </ScrollArea.Autosize>
  );
}
