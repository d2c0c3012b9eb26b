import { Alert, Button, Group, Stack, type ModalProps } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import type { FormEvent, ReactNode } from 'react';
import { Modal } from './Dialog';
import classes from './FormDialog.module.css';

interface Sending {
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  busy: boolean;
  problem: string | null;
}

/** The foot of every form: what went wrong, and the way on. */
export function FormFoot({ sending, action, cancel, disabled = false }: { sending: Sending; action: string; cancel?: () => void; disabled?: boolean }) {
  return (
    <>
      {sending.problem && <Alert color="red" icon={<IconAlertCircle />} role="alert">{sending.problem}</Alert>}
      <Group justify="flex-end">
        {cancel && <Button variant="default" onClick={cancel}>Cancel</Button>}
        <Button type="submit" loading={sending.busy} disabled={disabled}>{action}</Button>
      </Group>
    </>
  );
}

interface Props {
  title: string;
  /** The verb on the button: "Create key". */
  action: string;
  sending: Sending;
  onClose: () => void;
  size?: ModalProps['size'];
  disabled?: boolean;
  children: ReactNode;
}

/** A form over the page; the caller mounts it only while it is open, so each opening begins afresh. */
export function FormDialog({ title, action, sending, onClose, size, disabled, children }: Props) {
  return (
    <Modal onClose={onClose} title={title} size={size} closeOnClickOutside={false}>
      <form onSubmit={sending.onSubmit} noValidate>
        <Stack>
          {children}
          <Stack className={classes.foot}><FormFoot sending={sending} action={action} cancel={onClose} disabled={disabled} /></Stack>
        </Stack>
      </form>
    </Modal>
  );
}
