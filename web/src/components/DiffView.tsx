// Two texts beside each other (or, on narrow screens, one below the other as a unified view), with what changed in colour.
import { useMediaQuery } from '@mantine/hooks';
import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { editorTheme } from './editorTheme';
import { routeros, routerosColors } from './routeros';

interface Props {
  before: string;
  after: string;
  beforeLabel: string;
  afterLabel: string;
  /** Unchanged stretches are folded away. */
  collapse?: boolean;
  unified?: boolean;
}

export default function DiffView({ before, after, beforeLabel, afterLabel, collapse = true, unified = false }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const narrow = useMediaQuery('(max-width: 62em)', false, { getInitialValueInEffect: false });
  const asOne = unified || narrow;
  useEffect(() => {
    const extensions = (label: string) => [
      lineNumbers(), routeros, routerosColors, editorTheme, EditorState.readOnly.of(true), EditorView.editable.of(false), EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0', role: 'textbox', 'aria-readonly': 'true' }),
    ];
    const fold = collapse ? { collapseUnchanged: { margin: 4, minSize: 8 } } : {};
    if (asOne) {
      const view = new EditorView({
        parent: host.current!,
        state: EditorState.create({ doc: after, extensions: [...extensions(`${beforeLabel} compared with ${afterLabel}`), unifiedMergeView({ original: before, mergeControls: false, ...fold })] }),
      });
      return () => view.destroy();
    }
    const view = new MergeView({ parent: host.current!, a: { doc: before, extensions: extensions(beforeLabel) }, b: { doc: after, extensions: extensions(afterLabel) }, highlightChanges: true, gutter: true, ...fold });
    return () => view.destroy();
  }, [before, after, asOne, collapse, beforeLabel, afterLabel]);
  return <div ref={host} style={{ border: '1px solid var(--line)', borderRadius: 8, overflow: 'auto', maxHeight: '75vh' }} />;
}
