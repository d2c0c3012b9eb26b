import { IconAlertOctagonFilled, IconAlertTriangleFilled, IconArrowDownCircle, IconInfoCircleFilled } from '@tabler/icons-react';
import type { ReactNode } from 'react';

export const severities = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof severities)[number];

/** A word and a shape beside the colour. */
const looks: Record<Severity, { word: string; color: string; icon: ReactNode }> = {
  critical: { word: 'Critical', color: 'var(--state-offline)', icon: <IconAlertOctagonFilled size={16} /> },
  high: { word: 'High', color: 'var(--state-offline)', icon: <IconAlertTriangleFilled size={16} /> },
  medium: { word: 'Medium', color: 'var(--state-pending)', icon: <IconInfoCircleFilled size={16} /> },
  low: { word: 'Low', color: 'var(--state-idle)', icon: <IconArrowDownCircle size={16} /> },
};
export const severityWord = (severity: Severity) => looks[severity].word;

/** The newer operations write LOUD, the older ones do not. */
export function SeverityBadge({ severity }: { severity: string }) {
  const look = looks[severity.toLowerCase() as Severity] ?? { word: severity, color: 'var(--state-idle)', icon: null };
  return <span className="status" style={{ color: look.color }}><span aria-hidden className="status-icon">{look.icon}</span><span className="nowrap">{look.word}</span></span>;
}
