import { useSyncExternalStore } from 'react';

export type Density = 'comfortable' | 'compact';
const key = 'openstrat.density';
const listeners = new Set<() => void>();
let density: Density = localStorage.getItem(key) === 'compact' ? 'compact' : 'comfortable';

const show = () => (document.documentElement.dataset.density = density);
show();

export function setDensity(next: Density) {
  density = next;
  localStorage.setItem(key, next);
  show();
  listeners.forEach((tell) => tell());
}

/** How high rows are; a virtual list must know it in pixels. */
export const rowHeight = (value: Density) => (value === 'compact' ? 32 : 40);

export const useDensity = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => density,
  );
