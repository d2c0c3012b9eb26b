// Date and time formats, in PHP's letters, as reports and connected applications get them.
const two = (n: number) => String(n).padStart(2, '0');
const monthShort = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const letters: Record<string, (at: Date) => string> = {
  d: (at) => two(at.getDate()), j: (at) => String(at.getDate()), m: (at) => two(at.getMonth() + 1), n: (at) => String(at.getMonth() + 1), M: (at) => monthShort[at.getMonth()]!,
  Y: (at) => String(at.getFullYear()), y: (at) => two(at.getFullYear() % 100), H: (at) => two(at.getHours()), G: (at) => String(at.getHours()),
  h: (at) => two(at.getHours() % 12 || 12), g: (at) => String(at.getHours() % 12 || 12), i: (at) => two(at.getMinutes()), s: (at) => two(at.getSeconds()),
  A: (at) => (at.getHours() < 12 ? 'AM' : 'PM'), a: (at) => (at.getHours() < 12 ? 'am' : 'pm'),
};

/** How a format looks; letters that are no date stay as they are. */
export const example = (format: string, at: Date) => [...format].map((letter) => letters[letter]?.(at) ?? letter).join('');

const dateFormats = ['d M Y', 'Y-m-d', 'd.m.Y', 'd/m/Y', 'm/d/Y', 'j M Y', 'M j, Y'];
const timeFormats = ['H:i:s', 'H:i', 'g:i A', 'g:i:s A'];

/** The usual ones, and the one that is set; each by its look. */
function choices(formats: string[], current: string, at: Date) {
  return [...new Set([...formats, current])].filter(Boolean).map((value) => ({ value, label: example(value, at) }));
}
export const dateChoices = (current: string, at: Date) => choices(dateFormats, current, at);
export const timeChoices = (current: string, at: Date) => choices(timeFormats, current, at);

const languages = ['en', 'en-GB', 'en-US', 'de', 'de-AT', 'de-CH', 'es', 'fr', 'it', 'nl', 'pl', 'pt', 'pt-BR', 'sv', 'da', 'nb', 'fi', 'cs', 'tr', 'ja', 'zh-CN'];

/** Names of languages in themselves. */
export function localeChoices(current: string) {
  return [...new Set([...languages, current])].filter(Boolean).map((value) => {
    try {
      return { value, label: new Intl.DisplayNames([value], { type: 'language' }).of(value) ?? value };
    } catch {
      return { value, label: value };
    }
  });
}
