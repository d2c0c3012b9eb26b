import { expect, test } from 'vitest';
import { shownSteps, type StepName } from './adoption';

const step = (name: StepName, ok = true) => ({ step: name, at: '2026-01-01T00:00:00Z', ok, duration_ms: null, reason: null, detail: `about ${name}` });

test('what happened is done, the next one is current, the rest is to come', () => {
  const shown = shownSteps({ state: 'running', steps: [step('command_created'), step('script_fetched')] });
  expect(shown.map((one) => one.state)).toEqual(['done', 'done', 'current', 'to come', 'to come', 'to come', 'to come']);
  expect(shown[2]!.title).toBe('The router runs the script');
});

test('a refusal stands where it happened, with its reason', () => {
  const shown = shownSteps({ state: 'refused', steps: [step('command_created'), step('script_fetched'), step('adopt_requested'), step('refused', false)] });
  expect(shown[3]).toMatchObject({ state: 'failed', title: 'Refused', detail: 'about refused' });
  expect(shown.filter((one) => one.state === 'current')).toHaveLength(0);
});

test('a second try after a refusal goes on', () => {
  const shown = shownSteps({ state: 'adopted', steps: [step('command_created'), step('script_fetched'), step('adopt_requested'), step('refused', false), step('adopt_requested'), step('adopted')] });
  expect(shown.map((one) => one.state)).toEqual(['done', 'done', 'done', 'done', 'current', 'to come', 'to come']);
});

test('everything done leaves nothing to wait for', () => {
  const all = ['command_created', 'script_fetched', 'adopt_requested', 'adopted', 'first_heartbeat', 'identity', 'first_backup'] as const;
  expect(shownSteps({ state: 'complete', steps: all.map((name) => step(name)) }).every((one) => one.state === 'done')).toBe(true);
});
