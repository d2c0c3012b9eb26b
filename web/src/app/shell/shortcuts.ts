// Every key that does something everywhere, for the list behind `?`.
import type { NavEntry } from '@/app/nav';

export interface Shortcut {
  /** Keys pressed one after the other; `Ctrl K` is one of them, pressed together. */
  keys: string[];
  does: string;
}
export interface ShortcutGroup {
  title: string;
  shortcuts: Shortcut[];
}

export const modKey = (platform: string) => (/mac|iphone|ipad/i.test(platform) ? '⌘' : 'Ctrl');

export function shortcutGroups(entries: readonly Pick<NavEntry, 'label' | 'keys'>[], platform: string): ShortcutGroup[] {
  return [
    {
      title: 'Everywhere',
      shortcuts: [
        { keys: [`${modKey(platform)} K`], does: 'Search sites and pages' },
        { keys: ['/'], does: 'Search, too' },
        { keys: ['?'], does: 'This list' },
        { keys: ['Esc'], does: 'Close what is open' },
      ],
    },
    { title: 'Go to', shortcuts: entries.filter((entry) => entry.keys).map((entry) => ({ keys: entry.keys!.split(' '), does: entry.label })) },
    {
      title: 'In a long list',
      shortcuts: [
        { keys: ['↓', '↑'], does: 'Next and previous row' },
        { keys: ['PgDn', 'PgUp'], does: 'A screen further and back' },
        { keys: ['Home', 'End'], does: 'First and last row' },
        { keys: ['Enter'], does: 'Open the row' },
        { keys: ['Space'], does: 'Select the row' },
        { keys: ['Shift Space'], does: 'Select up to this row' },
      ],
    },
  ];
}
