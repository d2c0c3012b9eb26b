import type { UseFormReturnType } from '@mantine/form';
import { useState, type FormEvent } from 'react';
import { applyFieldErrors } from '@/lib/errors';

/** Sends a form: what the server complains about goes beside its field, the rest is `problem`. */
export function useSubmit<T extends object>(form: UseFormReturnType<T>, run: (values: T) => Promise<unknown>) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const send = async (values: T) => {
    setBusy(true);
    setProblem(null);
    try {
      await run(values);
    } catch (error) {
      setProblem(applyFieldErrors(form, error));
    } finally {
      setBusy(false);
    }
  };
  const onSubmit = (event: FormEvent<HTMLFormElement>) => form.onSubmit((values) => void send(values))(event);
  return { onSubmit, busy, problem };
}
