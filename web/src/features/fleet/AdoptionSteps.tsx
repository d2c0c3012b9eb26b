import { Alert, Group, Loader, Text, Timeline } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { duration, timeOnly } from '@/lib/time';
import { shownSteps, type Adoption, type ShownStep } from './adoption';

const bullet = (step: ShownStep) =>
  step.state === 'done' ? <IconCheck size={12} aria-hidden /> : step.state === 'failed' ? <IconX size={12} aria-hidden /> : step.state === 'current' ? <Loader size={10} color="white" aria-hidden /> : null;

/** Each step as it happens, with its time, and the reason when one failed. */
export function AdoptionSteps({ adoption }: { adoption: Adoption }) {
  const steps = shownSteps(adoption);
  const reached = steps.filter((step) => step.state !== 'to come').length;
  return (
    <>
      <Timeline active={reached - 1} bulletSize={20} lineWidth={2} aria-label="Steps of the adoption" aria-live="polite">
        {steps.map((step) => (
          <Timeline.Item key={step.step} bullet={bullet(step)} color={step.state === 'failed' ? 'red' : undefined}
            title={<Group gap="xs"><Text size="sm" fw={step.state === 'to come' ? 400 : 550} className={step.state === 'to come' ? 'quiet' : undefined}>{step.title}{step.state === 'current' && '…'}</Text></Group>}>
            {step.at && <Text size="xs" className="quiet tabular">{timeOnly(step.at)}{step.duration_ms !== null && ` · after ${duration(step.duration_ms)}`}</Text>}
            {step.detail && step.detail !== step.title && <Text size="sm" c={step.state === 'failed' ? 'var(--state-offline)' : undefined}>{step.detail}</Text>}
          </Timeline.Item>
        ))}
      </Timeline>
      {adoption.hint && adoption.state !== 'complete' && <Alert mt="md" color="yellow" title="When it does not go on">{adoption.hint}</Alert>}
    </>
  );
}
