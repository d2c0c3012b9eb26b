// A small panel under its button: lists, filters, choices. The browser's own popover: it closes on Escape and on a click beside it and gives the focus back.
import { useEffect, useId, useRef, useState, type FocusEvent, type KeyboardEvent, type ReactNode } from 'react';
import { dropPlace } from './dropPlace';
import classes from './DropPanel.module.css';

export interface PanelButton {
  id: string;
  type: 'button';
  popoverTarget: string;
  'aria-haspopup': 'dialog';
  'aria-expanded': boolean;
}
interface Props {
  /** What screen readers call the panel. */
  label: string;
  width?: number;
  align?: 'start' | 'end';
  /** Holds fields instead of a list. */
  spacious?: boolean;
  button: (props: PanelButton) => ReactNode;
  children: (close: () => void) => ReactNode;
}
const focusable = 'a[href], button:not([disabled]), input:not([disabled]), select, textarea, [tabindex="0"]';

export function DropPanel({ label, width = 260, align = 'end', spacious = false, button, children }: Props) {
  const [open, setOpen] = useState(false);
  const panel = useRef<HTMLDivElement>(null);
  const id = useId();
  const buttonId = `${id}-button`;
  const close = () => panel.current?.hidePopover();

  useEffect(() => {
    const element = panel.current!;
    if (!open) return;
    const place = () => {
      const { left, top, maxHeight } = dropPlace(document.getElementById(buttonId)!.getBoundingClientRect(), { width, height: element.scrollHeight + 2 }, { width: window.innerWidth, height: window.innerHeight }, align);
      Object.assign(element.style, { left: `${left}px`, top: `${top}px`, ...(spacious ? {} : { maxHeight: `${maxHeight}px` }) });
      element.dataset.placed = '';
    };
    /** What is inside may come later than the panel. */
    const enter = () => {
      if (document.activeElement?.id === buttonId || document.activeElement === element) (element.querySelector<HTMLElement>(focusable) ?? element).focus();
    };
    const settle = () => {
      place();
      enter();
    };
    settle();
    const grown = new ResizeObserver(settle);
    grown.observe(element);
    window.addEventListener('resize', place);
    window.addEventListener('scroll', place, true);
    return () => {
      delete element.dataset.placed;
      grown.disconnect();
      window.removeEventListener('resize', place);
      window.removeEventListener('scroll', place, true);
    };
  }, [open, buttonId, width, align, spacious]);

  /** Who goes on by Tab leaves it closed behind. */
  const onBlur = ({ relatedTarget }: FocusEvent) => {
    if (relatedTarget && !panel.current?.contains(relatedTarget) && relatedTarget.id !== buttonId) setTimeout(close);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0 || !(event.target as HTMLElement).matches('a, button')) return;
    const all = [...panel.current!.querySelectorAll<HTMLElement>(focusable)];
    all.at((all.indexOf(event.target as HTMLElement) + step) % all.length)?.focus();
    event.preventDefault();
  };
  return (
    <>
      {button({ id: buttonId, type: 'button', popoverTarget: id, 'aria-haspopup': 'dialog', 'aria-expanded': open })}
      <div ref={panel} id={id} popover="auto" role="dialog" tabIndex={-1} aria-label={label} className={classes.panel} data-spacious={spacious || undefined} style={{ width }}
        onToggle={(event) => setOpen(event.newState === 'open')} onBlur={onBlur} onKeyDown={onKeyDown}>
        {open && children(close)}
      </div>
    </>
  );
}
