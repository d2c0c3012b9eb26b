import type { Schemas } from '@/lib/api';

export type Proof = Schemas['IdentityProof'];

/** What was typed. One is enough unless both are wanted; a code counts once, so it stays unused when there is a password. */
export function cleanProof({ password, code }: { password: string; code: string }, both: boolean): Proof {
  const digits = code.trim();
  if (both) return { ...(password ? { password } : {}), ...(digits ? { code: digits } : {}) };
  if (password) return { password };
  return digits ? { code: digits } : {};
}

/** Codes as a file to print or to keep in a safe. */
export const codesAsText = (brand: string, email: string, codes: readonly string[], at: Date) =>
  [`${brand} recovery codes of ${email}`, `Made ${at.toISOString().slice(0, 10)}. Each works once, instead of a code of the authenticator app.`, '', ...codes, ''].join('\n');
