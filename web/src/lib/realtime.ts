// Live updates: one stream of server-sent events for all tabs of a browser.
// The tab that holds a Web Lock reads the stream (fetch, so that the token goes in a header) and tells the others over a BroadcastChannel;
// when it closes, the lock and the stream go to another tab. A broken stream resumes after the last event; `reset` means: read everything anew.
import { createParser } from 'eventsource-parser';
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import { config } from '@/app/config';
import { authorizedFetch } from '@/lib/api';
import { isSignedIn } from '@/lib/auth';
import { frameOf, type Frame } from '@/lib/frames';

export type { Frame };

/** live: events arrive. connecting: not yet, or again. off: nobody is signed in. While not live, queries poll. */
export type LiveState = 'off' | 'connecting' | 'live';
type ChannelMessage = { kind: 'frame'; frame: Frame } | { kind: 'state'; state: LiveState } | { kind: 'watch'; tab: string; sites: string[] } | { kind: 'hello' };

const tab = crypto.randomUUID();
const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('openstrat.realtime');
const frameListeners = new Set<(frame: Frame) => void>();
const stateListeners = new Set<() => void>();
const watched = new Map<string, string[]>(); // by tab
const ownWatches = new Map<symbol, string[]>();
let state: LiveState = 'off';
let leads = false;
let lastEventId = '';
let reconnect: (() => void) | null = null;

export const isLive = () => state === 'live';

function setState(next: LiveState) {
  if (state === next) return;
  state = next;
  stateListeners.forEach((listener) => listener());
  if (leads) channel?.postMessage({ kind: 'state', state } satisfies ChannelMessage);
}

function deliver(frame: Frame) {
  frameListeners.forEach((listener) => listener(frame));
}

channel?.addEventListener('message', ({ data }: MessageEvent<ChannelMessage>) => {
  if (data.kind === 'frame') deliver(data.frame);
  else if (data.kind === 'state' && !leads) setState(data.state);
  else if (data.kind === 'hello' && leads) channel.postMessage({ kind: 'state', state } satisfies ChannelMessage);
  else if (data.kind === 'watch') {
    watched.set(data.tab, data.sites);
    if (leads) scheduleWatch();
  }
});

const watchedSites = () => [...new Set([...watched.values()].flat())].slice(0, 200).sort();

let watchTimer: ReturnType<typeof setTimeout> | undefined;
function scheduleWatch() {
  clearTimeout(watchTimer);
  watchTimer = setTimeout(() => reconnect?.(), 1000);
}

function publishWatch() {
  const sites = [...new Set([...ownWatches.values()].flat())];
  if (sites.join() === (watched.get(tab) ?? []).join()) return;
  watched.set(tab, sites);
  channel?.postMessage({ kind: 'watch', tab, sites } satisfies ChannelMessage);
  if (leads) scheduleWatch();
}

/** Reads one connection to its end. */
async function readStream(signal: AbortSignal, onOpen: () => void): Promise<'superseded' | 'ended'> {
  let outcome: 'superseded' | 'ended' = 'ended';
  const url = new URL(`${config.api}/realtime/stream`);
  const sites = watchedSites();
  if (sites.length > 0) url.searchParams.set('watch', sites.join(','));
  const headers: Record<string, string> = { Accept: 'text/event-stream' };
  if (lastEventId) headers['Last-Event-ID'] = lastEventId;
  const response = await authorizedFetch(new Request(url, { headers, signal }));
  if (!response.ok || !response.body) throw new Error(`realtime: ${response.status}`);
  onOpen();
  const parser = createParser({
    onEvent: (event) => {
      if (event.id) lastEventId = event.id;
      const frame = frameOf(event.event, event.data);
      if (!frame) return;
      if (frame.event === 'superseded') outcome = 'superseded';
      deliver(frame);
      channel?.postMessage({ kind: 'frame', frame } satisfies ChannelMessage);
    },
  });
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return outcome;
    parser.feed(decoder.decode(value, { stream: true }));
  }
}

/** Browsers in the background give way to the one that somebody looks at. */
const untilVisible = () =>
  new Promise<void>((resolve) => {
    const look = () => {
      if (document.visibilityState !== 'visible') return;
      document.removeEventListener('visibilitychange', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    look();
  });

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function lead() {
  leads = true;
  let failures = 0;
  for (;;) {
    while (!isSignedIn()) await pause(500);
    const abort = new AbortController();
    let changed = false;
    reconnect = () => {
      changed = true;
      abort.abort();
    };
    if (state !== 'live') setState('connecting');
    try {
      const outcome = await readStream(abort.signal, () => {
        failures = 0;
        setState('live');
      });
      if (outcome === 'superseded') {
        setState('connecting');
        await pause(10_000);
        await untilVisible();
      }
    } catch {
      failures += 1;
    }
    if (changed) {
      failures = 0;
      continue;
    }
    setState('connecting');
    // Everybody comes back after a restart of the server: not all in the same moment.
    await pause(Math.min(30_000, 500 * 2 ** Math.min(failures, 6)) * (0.5 + Math.random()));
  }
}

let started = false;
export function startRealtime() {
  if (started) return;
  started = true;
  setState('connecting');
  channel?.postMessage({ kind: 'hello' } satisfies ChannelMessage);
  if (navigator.locks) void navigator.locks.request('openstrat.realtime', lead);
  else void lead();
}

/** Calls `handler` for each frame while the component is there. */
export function useFrames(handler: (frame: Frame) => void) {
  const latest = useEffectEvent(handler);
  useEffect(() => {
    const listen = (frame: Frame) => latest(frame);
    frameListeners.add(listen);
    return () => void frameListeners.delete(listen);
  }, []);
}

export function onFrame(listener: (frame: Frame) => void) {
  frameListeners.add(listener);
  return () => void frameListeners.delete(listener);
}

/** Asks for each heartbeat of these sites (the first 200 of all tabs), not just for online and offline. */
export function useWatchedSites(sites: readonly string[]) {
  const key = sites.join();
  useEffect(() => {
    const id = Symbol('watch');
    ownWatches.set(id, key ? key.split(',') : []);
    publishWatch();
    return () => {
      ownWatches.delete(id);
      publishWatch();
    };
  }, [key]);
}

export const useLiveState = () =>
  useSyncExternalStore(
    (listener) => {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    () => state,
  );
