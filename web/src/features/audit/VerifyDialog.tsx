import { Progress, Stack, Text } from '@mantine/core';
import { CopyField } from '@/components/CopyField';
import { Modal } from '@/components/Dialog';
import { QueryState } from '@/components/QueryState';
import { StatusBadge } from '@/components/StatusBadge';
import { TimeText } from '@/components/TimeText';
import { $api, type Schemas } from '@/lib/api';
import { count } from '@/lib/format';

/** Computes every hash of the log again, on the server; a long log is asked about until it is done. */
export function VerifyDialog({ onClose }: { onClose: () => void }) {
  const check = $api.useQuery('get', '/audit-logs/verify', {}, { staleTime: 0, gcTime: 0, refetchInterval: ({ state }) => (state.data?.state === 'running' ? 1500 : false), refetchOnWindowFocus: false });
  return (
    <Modal onClose={onClose} title="Verify the chain" size="lg">
      <Stack>
        <Text size="sm">Each entry carries a hash over itself and the entry before it. Who changes or removes one breaks the chain from there on.</Text>
        <QueryState query={check} rows={2}>{(result) => <Result result={result} />}</QueryState>
      </Stack>
    </Modal>
  );
}

function Result({ result }: { result: Schemas['AuditVerification'] }) {
  if (result.state === 'running')
    return (
      <Stack gap={6} role="status">
        <Progress value={result.progress * 100} aria-label="Progress" animated />
        <Text size="sm" className="quiet">Checked {Math.floor(result.progress * 100)} %…</Text>
      </Stack>
    );
  return (
    <Stack gap="sm" role="status">
      {result.whole ? <StatusBadge state="ok" word={`Whole: ${count(result.newest_seq)} entries checked`} /> : <StatusBadge state="fail" word={`Broken at entry ${result.first_fault?.seq ?? '?'}: ${result.first_fault?.problem ?? 'unknown'}`} />}
      <Text size="sm" className="quiet">Checked <TimeText at={result.checked_at} />. Keep the newest hash elsewhere: then not even the whole chain can be exchanged unnoticed.</Text>
      <CopyField value={`${result.newest_seq} ${result.newest_hash}`} label="newest entry and hash" />
    </Stack>
  );
}
