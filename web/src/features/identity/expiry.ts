// When a key ends, as people choose it.
export const lifetimes = [
  { value: 'never', label: 'Never' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: 'date', label: 'On a day of my choice' },
];

export interface Expiry {
  lifetime: string;
  /** `2026-12-31`, with lifetime `date`. */
  date: string;
}

const day = 86_400_000;

/** Null: never. A chosen day counts to its end, in the browser's zone. */
export function expiresAt({ lifetime, date }: Expiry, now: number): string | null {
  if (lifetime === 'never') return null;
  if (lifetime === 'date') return new Date(`${date}T23:59:59`).toISOString();
  return new Date(now + Number(lifetime) * day).toISOString();
}

export function expiryOf(iso: string | null | undefined): Expiry {
  if (!iso) return { lifetime: 'never', date: '' };
  const at = new Date(iso);
  const two = (n: number) => String(n).padStart(2, '0');
  return { lifetime: 'date', date: `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}` };
}

/** The server wants more than a day from now. */
export const checkExpiry = ({ lifetime, date }: Expiry, now: number): string | null => {
  if (lifetime !== 'date') return null;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return 'Choose a day.';
  return new Date(`${date}T23:59:59`).getTime() > now + 2 * day ? null : 'Choose a day later than tomorrow.';
};

/** ok, soon (within 14 days, when mails are sent, too), over. */
export function lifeOf(iso: string | null | undefined, now: number): 'ok' | 'soon' | 'over' {
  if (!iso) return 'ok';
  const left = new Date(iso).getTime() - now;
  return left <= 0 ? 'over' : left < 14 * day ? 'soon' : 'ok';
}
