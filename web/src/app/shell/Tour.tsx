import { Button, CloseButton, Group, Paper, Text } from '@mantine/core';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useState } from 'react';
import { useSetting } from '@/lib/settings';
import classes from './Shell.module.css';

/** Where the tour leads and what it says: short, and over whenever somebody wants. */
export const tourSteps: { to: string; title: string; text: string }[] = [
  { to: '/', title: 'The dashboard', text: 'How the fleet is right now, and what needs a hand first. Everything here is live; the mark in the header says so when it is not.' },
  { to: '/sites', title: 'The sites', text: 'Every router with its state. Filters are in the address, so a view can be sent to a colleague; a selection of many sites can be changed as one.' },
  { to: '/sites/add', title: 'Add a router', text: 'Make a command, paste it into the router, watch it being adopted step by step. It only ever dials out.' },
  { to: '/scripts/run', title: 'Run a script', text: 'Checked while you write by the parser that our simulator uses, for each RouterOS version you have.' },
  { to: '/jobs', title: 'What was done', text: 'Every job with its outcome. That is all: Ctrl K finds the rest.' },
];
const setting = 'app.tour';

/** Shown once to each person, in a corner so that nothing moves when it comes; the setting remembers that it was seen. */
export function Tour() {
  const navigate = useNavigate();
  const seen = useSetting(setting, (kept) => kept === true);
  const [step, setStep] = useState(0);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const current = tourSteps[step]!;
  // Whoever goes their own way is left alone; back at the step's page it goes on.
  if (seen.isPending || seen.value || path !== current.to) return null;
  const finish = () => void seen.change(() => true);
  const go = (next: number) => {
    if (next >= tourSteps.length) return finish();
    setStep(next);
    void navigate({ to: tourSteps[next]!.to as string });
  };
  return (
    <Paper component="aside" aria-label="Guided tour" p="md" shadow="md" className={classes.tour}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Text fw={650}>{current.title} <Text span size="xs" className="quiet">{step + 1} of {tourSteps.length}</Text></Text>
          <Text size="sm">{current.text}</Text>
        </div>
        <CloseButton aria-label="End the tour" onClick={finish} />
      </Group>
      <Group justify="flex-end" mt="xs">
        {step > 0 && <Button size="xs" variant="default" onClick={() => go(step - 1)}>Back</Button>}
        <Button size="xs" onClick={() => go(step + 1)}>{step + 1 === tourSteps.length ? 'Done' : 'Next'}</Button>
      </Group>
    </Paper>
  );
}
