import { refresh } from '@/app/queryClient';
import { confirm } from '@/components/confirm';
import { notifyDone } from '@/components/notify';
import { client, type Schemas } from '@/lib/api';
import { plural } from '@/lib/format';

/** Asks, deletes, says so. Who holds the role loses it, which the question tells. */
export function useDeleteRole() {
  return (role: Schemas['Role'], done?: () => void) =>
    confirm({
      title: `Delete the role ${role.name}`, action: 'Delete role', typed: role.users_count > 0 ? role.name : undefined,
      body: role.users_count > 0 ? `${plural(role.users_count, 'user')} will lose it, and what only this role allowed, within a second.` : 'Nobody holds it.',
      run: async () => {
        await client.DELETE('/roles/{role}', { params: { path: { role: role.id }, query: role.users_count > 0 ? { force: true } : {} } });
        await refresh('/roles', '/users', '/teams', '/me');
        notifyDone(`The role ${role.name} was deleted.`);
        done?.();
      },
    });
}
