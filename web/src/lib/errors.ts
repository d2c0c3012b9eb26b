// The server's error body, and what a page makes of it.
import type { UseFormReturnType } from '@mantine/form';

export interface ProblemBody {
  code: string;
  message: string;
  doc_url?: string;
  request_id?: string;
  required_scope?: string | null;
  errors?: Record<string, string[]> | null;
}

/** Every failed call ends as one of these. Status 0: the server was not reached. */
export class Problem extends Error {
  readonly status: number;
  readonly body: ProblemBody;
  readonly retryAfterS: number | null;

  constructor(status: number, body: ProblemBody, retryAfterS: number | null = null) {
    super(body.message);
    this.name = 'Problem';
    this.status = status;
    this.body = body;
    this.retryAfterS = retryAfterS;
  }

  get isOffline() {
    return this.status === 0;
  }
}

export const offlineProblem = () =>
  new Problem(0, { code: 'offline', message: 'The server cannot be reached. What you see may be old; it is tried again by itself.' });

export async function problemOf(response: Response): Promise<Problem> {
  const retryAfter = Number(response.headers.get('Retry-After'));
  const fallback: ProblemBody = { code: `http_${response.status}`, message: `The server answered ${response.status} ${response.statusText}.` };
  const body = (await response.json().catch(() => null)) as (ProblemBody & { error?: ProblemBody }) | null;
  const problem = body?.error ?? body;
  return new Problem(response.status, problem?.code ? { ...problem } : fallback, Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null);
}

export function messageOf(error: unknown): string {
  if (!(error instanceof Problem)) return error instanceof Error ? error.message : String(error);
  if (error.status === 429 && error.retryAfterS) return `${error.message} Try again in ${error.retryAfterS} s.`;
  return error.message;
}

/** Puts the server's complaints beside the fields they belong to; answers those that belong to none. */
export function applyFieldErrors<T extends object>(form: UseFormReturnType<T>, error: unknown): string | null {
  if (!(error instanceof Problem) || !error.body.errors) return messageOf(error);
  const rest: string[] = [];
  const values = form.getValues();
  for (const [field, complaints] of Object.entries(error.body.errors)) {
    const name = field.split(/[.[]/)[0] ?? field;
    if (name in values) form.setFieldError(name, complaints.join(' '));
    else rest.push(`${field}: ${complaints.join(' ')}`);
  }
  return rest.length > 0 ? rest.join(' ') : null;
}
