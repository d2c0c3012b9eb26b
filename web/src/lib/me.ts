// The signed-in person: profile, what they may do, how they like times.
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { client, type Schemas } from '@/lib/api';
import { rememberPerson } from '@/lib/auth';
import { setTimeStyle } from '@/lib/time';

export type Me = Schemas['Profile'];

export const meQuery = queryOptions({
  queryKey: ['get', '/me', {}],
  queryFn: async ({ signal }) => {
    const { data } = await client.GET('/me', { signal });
    rememberPerson(data!.id);
    setTimeStyle({ timezone: data!.timezone, locale: data!.locale });
    return data!;
  },
  staleTime: 60_000,
});

/** Deferred: with the person nearly everything appears, and the browser shall answer while it is drawn. */
export const useMe = () => useDeferredValue(useQuery(meQuery).data);

/** `job:create`, or any of `a|b`. Unknown yet = no. */
export function may(me: Pick<Me, 'scopes'> | undefined, scope: string): boolean {
  return scope === '-' || scope.split('|').some((one) => me?.scopes.includes(one));
}
export const useMay = (scope: string) => may(useMe(), scope);
