import { startTransition, useEffect, useState, type ReactNode } from 'react';

/** While the application starts, what stands in <Later> is drawn in steps of a few milliseconds; afterwards at once, so that nothing flickers. */
const startLengthMs = 5000;
let starting = true;
setTimeout(() => (starting = false), startLengthMs);

/**
 * Content that may come a moment after the frame around it. React draws an update in one go, a transition in slices: the page answers to
 * taps while it is being built, also on a phone with a slow processor.
 */
export function Later({ children, fallback = null }: { children: ReactNode; fallback?: ReactNode }) {
  const [drawn, setDrawn] = useState(!starting);
  useEffect(() => startTransition(() => setDrawn(true)), []);
  return drawn ? children : fallback;
}
