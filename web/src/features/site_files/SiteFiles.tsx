import { Button, FileButton, Group, Image, Paper, SimpleGrid, Stack, Table, Text, Textarea, TextInput, Title, UnstyledButton } from '@mantine/core';
import { IconFileText, IconNote, IconPhoto } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient } from '@/app/queryClient';
import { Modal } from '@/components/Dialog';
import { confirm } from '@/components/confirm';
import { notifyDone, notifyFailed } from '@/components/notify';
import { QueryState } from '@/components/QueryState';
import { TimeText } from '@/components/TimeText';
import { authorizedFetch, client, download, fetchBlob, fetchText, type Schemas } from '@/lib/api';
import { config } from '@/app/config';
import { problemOf } from '@/lib/errors';
import { bytes } from '@/lib/format';
import { useMay } from '@/lib/me';

type SiteFile = Schemas['SiteFile'];
type Kind = 'notes' | 'media' | 'documents';
const listKey = (site: string, kind: Kind) => ['get', `/sites/{site}/${kind}`, { params: { path: { site } } }];

function useFiles(site: string, kind: Kind) {
  return useQuery({
    queryKey: listKey(site, kind),
    queryFn: async ({ signal }) => (await client.GET(`/sites/{site}/${kind}`, { params: { path: { site }, query: { limit: 100 } }, signal })).data!.data,
  });
}

async function upload(site: string, kind: Kind, name: string, body: Blob) {
  const url = `${config.api}/sites/${site}/${kind}?name=${encodeURIComponent(name)}`;
  const response = await authorizedFetch(new Request(url, { method: 'POST', body, headers: { 'Content-Type': 'application/octet-stream' } }));
  if (!response.ok) throw await problemOf(response);
  await queryClient.invalidateQueries({ queryKey: listKey(site, kind) });
  notifyDone(`${name} was added.`);
}

async function remove(site: string, kind: Kind, file: SiteFile) {
  try {
    await client.DELETE(`/sites/{site}/${kind}/{key}`, { params: { path: { site, key: file.key } } });
    await queryClient.invalidateQueries({ queryKey: listKey(site, kind) });
  } catch (error) {
    notifyFailed(error, `${file.name} was not deleted`);
  }
}

/** What people keep about a place: notes, photos of the rack, contracts. */
export function SiteFiles({ siteId }: { siteId: string }) {
  return (
    <Stack>
      <Notes siteId={siteId} />
      <Photos siteId={siteId} />
      <Documents siteId={siteId} />
    </Stack>
  );
}

function DeleteButton({ siteId, kind, file }: { siteId: string; kind: Kind; file: SiteFile }) {
  if (!useMay('site:update')) return null;
  return (
    <Button size="compact-xs" variant="subtle" color="red"
      onClick={() => confirm({ title: `Delete ${file.name}?`, body: 'It is gone for everybody in the team.', action: 'Delete', run: () => remove(siteId, kind, file) })}>
      Delete
    </Button>
  );
}

function Section({ title, kind, siteId, accept, children }: { title: string; kind: Kind; siteId: string; accept?: string; children: React.ReactNode }) {
  const [busy, setBusy] = useState(false);
  const add = (file: File | null) => {
    if (!file) return;
    setBusy(true);
    upload(siteId, kind, file.name, file).catch((error: unknown) => notifyFailed(error, `${file.name} was not added`)).finally(() => setBusy(false));
  };
  const mayAdd = useMay('site:update');
  return (
    <Paper p="md" component="section" aria-labelledby={`files-${kind}`}>
      <Group justify="space-between" mb="sm">
        <Title order={2} id={`files-${kind}`}>{title}</Title>
        {mayAdd && kind !== 'notes' && <FileButton onChange={add} accept={accept}>{(props) => <Button {...props} size="xs" variant="default" loading={busy}>Add</Button>}</FileButton>}
        {mayAdd && kind === 'notes' && <NewNote siteId={siteId} />}
      </Group>
      {children}
    </Paper>
  );
}

const none = (icon: React.ReactNode, words: string) => <Group gap="xs" className="quiet">{icon}<Text size="sm">{words}</Text></Group>;

function Notes({ siteId }: { siteId: string }) {
  const notes = useFiles(siteId, 'notes');
  return (
    <Section title="Notes" kind="notes" siteId={siteId}>
      <QueryState query={notes} rows={1} empty={none(<IconNote size={18} />, 'No notes. Write down what the next person on site must know.')}>
        {(list) => <Stack gap="sm">{list.map((note) => <Note key={note.key} siteId={siteId} note={note} />)}</Stack>}
      </QueryState>
    </Section>
  );
}

function Note({ siteId, note }: { siteId: string; note: SiteFile }) {
  const text = useQuery({ queryKey: ['note', siteId, note.key], queryFn: ({ signal }) => fetchText(`/sites/${siteId}/notes/${note.key}`, { signal }), staleTime: Infinity, meta: { poll: false } });
  return (
    <div>
      <Group justify="space-between">
        <Text size="sm" fw={600}>{note.name.replace(/\.md$/, '')} <Text span size="xs" className="quiet"><TimeText at={note.last_modified} /></Text></Text>
        <DeleteButton siteId={siteId} kind="notes" file={note} />
      </Group>
      <QueryState query={text} rows={1}>{(content) => <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{content}</Text>}</QueryState>
    </div>
  );
}

function NewNote({ siteId }: { siteId: string }) {
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      await upload(siteId, 'notes', `${name.trim() || 'Note'}.md`, new Blob([text]));
      setOpen(false);
      setName('');
      setText('');
    } catch (error) {
      notifyFailed(error, 'The note was not saved');
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setOpen(true)}>Write a note</Button>
      {open && <Modal onClose={() => setOpen(false)} title="New note" size="lg">
        <form onSubmit={(event) => { event.preventDefault(); void save(); }}>
          <Stack>
            <TextInput label="Title" value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={100} data-autofocus />
            <Textarea label="Text" autosize minRows={6} maxRows={20} value={text} onChange={(event) => setText(event.currentTarget.value)} required />
            <Group justify="flex-end">
              <Button variant="default" onClick={() => setOpen(false)}>Cancel</Button>
              <Button type="submit" loading={busy} disabled={text.trim() === ''}>Save</Button>
            </Group>
          </Stack>
        </form>
      </Modal>}
    </>
  );
}

function Photos({ siteId }: { siteId: string }) {
  const photos = useFiles(siteId, 'media');
  return (
    <Section title="Photos" kind="media" siteId={siteId} accept="image/*">
      <QueryState query={photos} rows={1} empty={none(<IconPhoto size={18} />, 'No photos. A picture of the rack saves a trip.')}>
        {(list) => <SimpleGrid cols={{ base: 2, sm: 4, lg: 6 }}>{list.map((photo) => <Photo key={photo.key} siteId={siteId} photo={photo} />)}</SimpleGrid>}
      </QueryState>
    </Section>
  );
}

function Photo({ siteId, photo }: { siteId: string; photo: SiteFile }) {
  const [open, setOpen] = useState(false);
  const image = useQuery({
    queryKey: ['photo', siteId, photo.key], staleTime: Infinity, meta: { poll: false },
    queryFn: async ({ signal }) => URL.createObjectURL(await fetchBlob(`/sites/${siteId}/media/${photo.key}`, { signal })),
  });
  return (
    <Stack gap={2}>
      <UnstyledButton onClick={() => setOpen(true)} style={{ cursor: 'zoom-in' }} aria-label={`Show ${photo.name}`}>
        <Image src={image.data} h={120} radius="sm" alt={photo.name} fit="cover" />
      </UnstyledButton>
      <Group justify="space-between" wrap="nowrap"><Text size="xs" truncate>{photo.name}</Text><DeleteButton siteId={siteId} kind="media" file={photo} /></Group>
      {open && <Modal onClose={() => setOpen(false)} size="xl" title={photo.name}><Image src={image.data} alt={photo.name} fit="contain" mah="75vh" /></Modal>}
    </Stack>
  );
}

function Documents({ siteId }: { siteId: string }) {
  const documents = useFiles(siteId, 'documents');
  return (
    <Section title="Documents" kind="documents" siteId={siteId}>
      <QueryState query={documents} rows={1} empty={none(<IconFileText size={18} />, 'No documents. Contracts, plans and licences find their place here.')}>
        {(list) => (
          <Table.ScrollContainer minWidth={420} scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': 'Table of the documents' } }}>
            <Table aria-label="Documents">
              <Table.Tbody>
                {list.map((file) => (
                  <Table.Tr key={file.key}>
                    <Table.Td>{file.name}</Table.Td>
                    <Table.Td className="tabular">{bytes(file.size)}</Table.Td>
                    <Table.Td><TimeText at={file.last_modified} /></Table.Td>
                    <Table.Td ta="right">
                      <Button size="compact-xs" variant="subtle" onClick={() => void download(`/sites/${siteId}/documents/${file.key}`, file.name).catch(notifyFailed)}>Download</Button>
                      <DeleteButton siteId={siteId} kind="documents" file={file} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </QueryState>
    </Section>
  );
}
