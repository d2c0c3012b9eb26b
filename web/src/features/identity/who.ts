// `user:<id>` or `api_key:<id>`, as jobs name who asked for them.
import type { User } from './people';

/** The name, as far as the team's list of people is known; never an id. */
export function whoOf(actor: string, people: readonly Pick<User, 'id' | 'name'>[] = []): string {
  const [kind = '', id = ''] = actor.split(':');
  if (kind === 'user') return people.find((user) => user.id === id)?.name ?? 'Somebody of the team';
  if (id === '') return actor;
  return kind.startsWith('api') ? 'An API key' : kind.charAt(0).toUpperCase() + kind.slice(1).replaceAll('_', ' ');
}
