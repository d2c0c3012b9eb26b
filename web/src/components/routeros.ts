// RouterOS script and exports for CodeMirror: colours only. What is right or wrong says the server's own parser (POST /scripts/check).
import { HighlightStyle, StreamLanguage, syntaxHighlighting, type StringStream } from '@codemirror/language';
import { tags } from '@lezer/highlight';

interface State {
  /** Depth of `$[` and `$(` inside strings is not followed: a string ends at its quote. */
  inString: boolean;
  /** Nothing but space so far in this command. */
  atStart: boolean;
}

const commands = /^:(beep|convert|deserialize|delay|do|environment|error|execute|exit|find|for|foreach|global|grep|if|jobname|len|local|log|nothing|onerror|parse|pick|ping|put|range|resolve|retry|return|rndnum|rndstr|serialize|set|time|timestamp|toarray|tobool|tocrlf|toid|toip|toip6|tolf|tonsec|tonum|tostr|totime|typeof|while)\b/;

function token(stream: StringStream, state: State): string | null {
  if (state.inString) {
    while (!stream.eol()) {
      const next = stream.next();
      if (next === '\\') stream.next();
      else if (next === '"') {
        state.inString = false;
        break;
      }
    }
    return 'string';
  }
  if (stream.sol()) state.atStart = true;
  if (stream.eatSpace()) return null;
  const atStart = state.atStart;
  state.atStart = false;
  if (stream.match('#') && atStart) {
    stream.skipToEnd();
    return 'comment';
  }
  if (stream.eat('"')) {
    state.inString = true;
    return 'string';
  }
  if (stream.match(/^[;{[(]/)) {
    state.atStart = true;
    return 'bracket';
  }
  if (stream.match(/^[}\])]/)) return 'bracket';
  if (stream.match(commands)) return 'keyword';
  if (stream.match(/^\$["\w-]?[\w-]*/)) return 'variableName';
  if (stream.match(/^\d{1,3}(\.\d{1,3}){3}(\/\d+)?\b/) || stream.match(/^[0-9a-f]{0,4}:(:?[0-9a-f]{1,4})+(::)?(\/\d+)?\b/i)) return 'number';
  if (stream.match(/^(\d+[wdhms])+\b|^\d\d:\d\d:\d\d\b|^0x[0-9a-f]+\b|^\d+\b/i)) return 'number';
  if (stream.match(/^(yes|no|true|false|nil|nothing)\b/)) return 'atom';
  if (stream.match(/^(add|set|remove|enable|disable|print|find|get|export|move|edit|unset|monitor|run|where|from|in|and|or|do|else|on-error)\b(?!=)/)) return 'operatorKeyword';
  if (stream.match(/^[\w.-]+(?==)/)) return 'propertyName';
  if (stream.match(/^\/[a-z0-9-]*(\/[a-z0-9-]+)*/)) return 'namespace';
  if (stream.match(/^(!=|<=|>=|->|&&|\|\||[=<>+\-*/.,~!&|^])/)) return 'operator';
  if (stream.match(/^[^\s;{}[\]()"=$]+/)) return null;
  stream.next();
  return null;
}

export const routeros = StreamLanguage.define<State>({
  name: 'routeros', startState: () => ({ inString: false, atStart: true }), token,
  languageData: { commentTokens: { line: '#' }, closeBrackets: { brackets: ['(', '[', '{', '"'] } },
});

const color = (name: string) => `var(--code-${name})`;
export const routerosColors = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.comment, color: color('comment'), fontStyle: 'italic' },
    { tag: tags.string, color: color('string') },
    { tag: tags.keyword, color: color('keyword'), fontWeight: '600' },
    { tag: tags.operatorKeyword, color: color('command') },
    { tag: tags.variableName, color: color('variable') },
    { tag: [tags.number, tags.atom], color: color('value') },
    { tag: tags.propertyName, color: color('property') },
    { tag: tags.namespace, color: color('menu'), fontWeight: '600' },
  ]),
);
