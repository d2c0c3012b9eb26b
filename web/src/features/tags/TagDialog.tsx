import { Checkbox, ColorInput, Group, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { refresh } from '@/app/queryClient';
import { FormDialog } from '@/components/FormDialog';
import { notifyDone } from '@/components/notify';
import { client } from '@/lib/api';
import { useSubmit } from '@/lib/useSubmit';
import { kinds, swatches, type Kind, type Tag } from './tags';

export function TagDialog({ tag, onClose }: { tag?: Tag; onClose: () => void }) {
  const form = useForm({
    initialValues: { key: tag?.key ?? '', color: tag?.color ?? swatches[0]!, mandatory_on: (tag?.mandatory_on ?? []) as Kind[] },
    validate: { key: (key) => (key.trim() ? null : 'The tag needs a name, such as region.'), color: (color) => (/^#[0-9a-f]{6}$/i.test(color) ? null : 'A colour such as #3f4fd0.') },
  });
  const sending = useSubmit(form, async ({ key, color, mandatory_on }) => {
    const body = { key: key.trim(), color, mandatory_on };
    if (tag) await client.PUT('/tags/{tagId}', { params: { path: { tagId: tag.id } }, body });
    else await client.POST('/tags', { body });
    await refresh('/tags', '/sites', '/tags/{tagId}/gaps');
    notifyDone(tag ? `The tag ${body.key} was changed.` : `The tag ${body.key} was created.`);
    onClose();
  });
  return (
    <FormDialog title={tag ? `Edit ${tag.key}` : 'New tag'} action={tag ? 'Save' : 'Create tag'} sending={sending} onClose={onClose} disabled={tag !== undefined && !form.isDirty()}>
      <TextInput label="Tag" placeholder="region" maxLength={100} required data-autofocus {...form.getInputProps('key')} />
      <ColorInput label="Colour" format="hex" swatches={swatches} swatchesPerRow={10} withEyeDropper={false} {...form.getInputProps('color')} />
      <Checkbox.Group label="Wanted on" description="Nothing is blocked without it; what lacks the tag is listed." {...form.getInputProps('mandatory_on')}>
        <Group mt={6}>{kinds.map((kind) => <Checkbox key={kind.value} value={kind.value} label={kind.label} />)}</Group>
      </Checkbox.Group>
    </FormDialog>
  );
}
