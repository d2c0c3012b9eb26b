// The RouterOS editor. Loaded when first shown (lazy()), it is a hundred kilobytes.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type CompletionSource } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { lintGutter, linter, type Diagnostic } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers, placeholder as placeholderText } from '@codemirror/view';
import { useEffect, useEffectEvent, useRef } from 'react';
import { editorTheme } from './editorTheme';
import { routeros, routerosColors } from './routeros';

interface Props {
  value: string;
  onChange?: (value: string) => void;
  label: string;
  readOnly?: boolean;
  placeholder?: string;
  minHeight?: string;
  maxHeight?: string;
  /** Asked 400 ms after the last key. */
  check?: (text: string) => Promise<Diagnostic[]>;
  complete?: CompletionSource;
  /** 1-based; the editor goes there. */
  goTo?: { line: number; column?: number } | null;
}

export default function CodeEditor({ value, onChange, label, readOnly = false, placeholder, minHeight = '16rem', maxHeight = '70vh', check, complete, goTo }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const changed = useEffectEvent((text: string) => onChange?.(text));
  const diagnose = useEffectEvent(async (text: string) => (check ? check(text) : []));
  const propose = useEffectEvent((context: Parameters<CompletionSource>[0]) => (complete ? complete(context) : null));

  useEffect(() => {
    const writable = new Compartment();
    view.current = new EditorView({
      parent: host.current!,
      state: EditorState.create({
        doc: value,
        extensions: [
          lineNumbers(), highlightActiveLineGutter(), highlightActiveLine(), drawSelection(), history(), bracketMatching(), closeBrackets(), highlightSelectionMatches(),
          routeros, routerosColors, editorTheme,
          autocompletion({ override: [async (context) => propose(context)] }),
          check ? [lintGutter(), linter((editor) => diagnose(editor.state.doc.toString()), { delay: 400 })] : [],
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap]), // Tab goes on to the next field; Ctrl ] indents
          writable.of([EditorState.readOnly.of(readOnly), EditorView.editable.of(!readOnly)]),
          EditorView.contentAttributes.of({ 'aria-label': label, ...(readOnly ? { tabindex: '0', role: 'textbox', 'aria-readonly': 'true' } : {}) }),
          EditorView.theme({ '&': { minHeight, maxHeight, border: '1px solid var(--line)', borderRadius: '8px' }, '.cm-scroller': { minHeight, overflow: 'auto' } }),
          placeholder ? placeholderText(placeholder) : [],
          EditorView.updateListener.of((update) => update.docChanged && changed(update.state.doc.toString())),
        ],
      }),
    });
    return () => view.current?.destroy();
  }, [readOnly]);

  useEffect(() => {
    const editor = view.current;
    if (editor && editor.state.doc.toString() !== value) editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || !goTo || goTo.line < 1 || goTo.line > editor.state.doc.lines) return;
    const line = editor.state.doc.line(goTo.line);
    editor.dispatch({ selection: { anchor: Math.min(line.to, line.from + (goTo.column ?? 1) - 1) }, scrollIntoView: true });
    editor.focus();
  }, [goTo]);

  return <div ref={host} />;
}
