import { useId } from 'react';
import classes from './Choice.module.css';

interface Props<Value extends string> {
  'aria-label': string;
  value: Value;
  onChange: (value: Value) => void;
  data: { value: Value; label: string }[];
  small?: boolean;
}

/** One of a few, side by side: native radio buttons. For pages that people arrive at; it measures nothing, so it costs no layout of its own. */
export function Choice<Value extends string>({ value, onChange, data, small = false, ...named }: Props<Value>) {
  const name = useId();
  return (
    <div role="radiogroup" className={classes.choice} data-small={small || undefined} {...named}>
      {data.map((one) => (
        <label key={one.value} className={classes.one}>
          <input type="radio" name={name} value={one.value} checked={one.value === value} onChange={() => onChange(one.value)} />
          {one.label}
        </label>
      ))}
    </div>
  );
}
