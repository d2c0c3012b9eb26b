import type { Column } from '@/components/DataTable';
import { StatusBadge } from '@/components/StatusBadge';
import { TimeText } from '@/components/TimeText';
import type { Schemas } from '@/lib/api';
import { SeverityBadge } from './SeverityBadge';

export type Fault = Schemas['Fault'];
const isOver = (fault: Fault) => fault.resolved_at !== null;

export const faultColumns: Column<Fault>[] = [
  { id: 'status', header: 'State', width: '7.5rem', cell: (fault) => <StatusBadge state={isOver(fault) ? 'resolved' : 'open'} /> },
  { id: 'severity', header: 'Severity', width: '7rem', cell: (fault) => <SeverityBadge severity={fault.severity} /> },
  { id: 'message', header: 'Fault', width: 'minmax(10rem, 2.4fr)', cell: (fault) => <span title={fault.message}>{fault.message}</span> },
  { id: 'site', header: 'Site', width: 'minmax(7rem, 1.2fr)', cell: (fault) => fault.site_name ?? <span className="quiet">–</span> },
  { id: 'type', header: 'Type', width: '6rem', cell: (fault) => fault.type },
  { id: 'cause', header: 'Cause', width: 'minmax(6rem, 1fr)', cell: (fault) => <span title={fault.cause}>{fault.cause}</span> },
  { id: 'created', header: 'Began', width: '7rem', cell: (fault) => <TimeText at={fault.created_at} style="narrow" /> },
  { id: 'duration', header: 'Duration', width: 'minmax(7rem, 1fr)', cell: (fault) => <span title={fault.duration}>{fault.duration}</span> },
];

export const faultPhone = {
  height: 64,
  cell: (fault: Fault) => (
    <div style={{ minWidth: 0 }}>
      <div style={{ display: 'flex', gap: 8, alignItems: 'center' }}>
        <StatusBadge state={isOver(fault) ? 'resolved' : 'open'} iconOnly />
        <b style={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>{fault.message}</b>
      </div>
      <div style={{ display: 'flex', gap: 10, alignItems: 'center' }} className="quiet">
        <SeverityBadge severity={fault.severity} /> <span>{fault.duration}</span> <span style={{ marginLeft: 'auto' }}><TimeText at={fault.created_at} style="narrow" /></span>
      </div>
    </div>
  ),
};
