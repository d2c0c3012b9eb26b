// What a form about a reported fault holds, and what of it is sent.
import type { Schemas } from '@/lib/api';
import type { Fault } from './faultColumns';
import type { Severity } from './SeverityBadge';

/** What the server writes while nobody knows the cause. */
const unknownCause = 'Unknown';

export interface FaultValues {
  message: string;
  severity: Severity;
  cause: string;
}

export const valuesOf = (fault: Pick<Fault, 'message' | 'severity' | 'cause'>): FaultValues => ({
  message: fault.message, severity: fault.severity.toLowerCase() as Severity, cause: fault.cause === unknownCause ? '' : fault.cause,
});

/** Only what was changed: two people may put different things right. */
export function changesOf(fault: Pick<Fault, 'message' | 'severity' | 'cause'>, values: FaultValues): Schemas['UpdateFault'] {
  const before = valuesOf(fault);
  const [message, cause] = [values.message.trim(), values.cause.trim()];
  return {
    ...(message === before.message ? {} : { message }), ...(values.severity === before.severity ? {} : { severity: values.severity }),
    ...(cause === before.cause ? {} : { cause: cause || unknownCause }),
  };
}
