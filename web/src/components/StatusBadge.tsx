import { IconAlertTriangle, IconCircleCheckFilled, IconCircleDashed, IconCircleXFilled, IconClock, IconLoader2, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** Never colour alone: each state has a shape and a word. */
const looks: Record<string, { color: string; icon: ReactNode; word: string }> = {
  online: { color: 'var(--state-online)', icon: <IconCircleCheckFilled size={16} />, word: 'Online' },
  offline: { color: 'var(--state-offline)', icon: <IconCircleXFilled size={16} />, word: 'Offline' },
  pending: { color: 'var(--state-pending)', icon: <IconCircleDashed size={16} />, word: 'Pending' },
  deleting: { color: 'var(--state-idle)', icon: <IconTrash size={16} />, word: 'Being deleted' },
  sent: { color: 'var(--state-running)', icon: <IconLoader2 size={16} />, word: 'Sent' },
  busy: { color: 'var(--state-running)', icon: <IconLoader2 size={16} />, word: 'Running' },
  completed: { color: 'var(--state-online)', icon: <IconCircleCheckFilled size={16} />, word: 'Completed' },
  failed: { color: 'var(--state-offline)', icon: <IconCircleXFilled size={16} />, word: 'Failed' },
  waiting: { color: 'var(--state-pending)', icon: <IconClock size={16} />, word: 'Waiting' },
  open: { color: 'var(--state-offline)', icon: <IconAlertTriangle size={16} />, word: 'Open' },
  resolved: { color: 'var(--state-online)', icon: <IconCircleCheckFilled size={16} />, word: 'Resolved' },
  ok: { color: 'var(--state-online)', icon: <IconCircleCheckFilled size={16} />, word: 'OK' },
  warn: { color: 'var(--state-pending)', icon: <IconAlertTriangle size={16} />, word: 'Warning' },
  fail: { color: 'var(--state-offline)', icon: <IconCircleXFilled size={16} />, word: 'Failing' },
};

export function StatusBadge({ state, word, iconOnly = false }: { state: string; word?: string; iconOnly?: boolean }) {
  const look = looks[state] ?? { color: 'var(--state-idle)', icon: <IconCircleDashed size={16} />, word: state };
  return (
    <span className="status" style={{ color: look.color }} {...(iconOnly ? { role: 'img', 'aria-label': word ?? look.word } : {})}>
      <span aria-hidden className="status-icon">{look.icon}</span>
      {!iconOnly && <span className="nowrap">{word ?? look.word}</span>}
    </span>
  );
}
