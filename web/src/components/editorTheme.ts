import { EditorView } from '@codemirror/view';
import { styleNonce } from '@/app/config';

/** Follows the tokens, so it is right in light and dark. */
export const editorTheme = [
  EditorView.cspNonce.of(styleNonce()),
  EditorView.theme({
    '&': { fontSize: '13px', backgroundColor: 'var(--surface-raised)', color: 'inherit' },
    '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '1.55' },
    '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--text-quiet)', borderRight: '1px solid var(--line)' },
    '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--line) 45%, transparent)' },
    '&.cm-focused': { outline: '2px solid var(--mantine-primary-color-filled)', outlineOffset: '-1px' },
    '.cm-content:focus-visible': { outline: '2px solid var(--mantine-primary-color-filled)', outlineOffset: '-2px' },
    '.cm-placeholder': { color: 'var(--text-quiet)' },
    '.cm-cursor': { borderLeftColor: 'currentColor' },
    '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': { backgroundColor: 'color-mix(in srgb, var(--mantine-primary-color-filled) 28%, transparent) !important' },
    '&.cm-merge-b .cm-changedLine, .cm-insertedLine': { backgroundColor: 'var(--added) !important' },
    '&.cm-merge-a .cm-changedLine, .cm-deletedChunk, .cm-deletedLine': { backgroundColor: 'var(--removed) !important' },
    '.cm-tooltip': { backgroundColor: 'var(--surface-raised)', border: '1px solid var(--line)', color: 'inherit' },
    '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--mantine-primary-color-filled)', color: '#fff' },
  }),
];
