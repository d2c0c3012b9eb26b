// Where a panel goes that opens from a button: below it, above when there is no room, never out of the window.
export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}
const gap = 6;
const edge = 8;

export function dropPlace(button: Box, panel: { width: number; height: number }, window: { width: number; height: number }, align: 'start' | 'end') {
  const wanted = align === 'end' ? button.right - panel.width : button.left;
  const left = Math.max(edge, Math.min(wanted, window.width - panel.width - edge));
  const [below, above] = [window.height - button.bottom - gap - edge, button.top - gap - edge];
  const isAbove = panel.height > below && above > below;
  const maxHeight = Math.max(120, isAbove ? above : below);
  return { left, top: isAbove ? button.top - gap - Math.min(panel.height, maxHeight) : button.bottom + gap, maxHeight };
}
