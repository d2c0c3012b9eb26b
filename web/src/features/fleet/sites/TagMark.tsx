import { VisuallyHidden } from '@mantine/core';
import classes from './sites.module.css';

/** The tag's colour is a dot beside the text: whatever colour somebody chose, the text can be read. */
export function TagMark({ name, value, colour }: { name: string; value: string; colour: string }) {
  return (
    <span className={classes.tag} title={`${name}: ${value}`}>
      <span className={classes.tagDot} style={{ background: colour }} aria-hidden />
      <span className={classes.tagText}><VisuallyHidden component="span">{name}: </VisuallyHidden>{value}</span>
    </span>
  );
}
