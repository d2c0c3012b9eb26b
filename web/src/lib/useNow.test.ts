import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useNow } from './time';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('the clock of the page begins with the time that it is, and ticks while somebody looks', () => {
  vi.setSystemTime(Date.now() + 60_000);
  const first = renderHook(() => useNow());
  expect(first.result.current).toBe(Date.now());
  const second = renderHook(() => useNow());
  act(() => void vi.advanceTimersByTime(10_000));
  expect(first.result.current).toBe(Date.now());
  expect(second.result.current).toBe(first.result.current);
  first.unmount();
  second.unmount();
  expect(vi.getTimerCount()).toBe(0);
});
