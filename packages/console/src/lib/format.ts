/** Numbers, money and times as people read them, in the language of the page. All pure. */

/** `$0.0123`, `$1.23`, `$1,234`: as many digits as the amount is worth. */
export function formatUsd(usd: number, locale: string): string {
  const digits = usd === 0 || usd >= 100 ? 0 : usd >= 1 ? 2 : usd >= 0.01 ? 3 : 4;
  return numberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: Math.min(digits, 2),
    maximumFractionDigits: digits,
  }).format(usd);
}

/** `1,234`, `12.3K`, `4.5M`. */
export function formatCount(count: number, locale: string): string {
  return numberFormat(locale, {
    notation: count >= 10_000 ? 'compact' : 'standard',
    maximumFractionDigits: 1,
  }).format(count);
}

/** `4.2 GB`; 1 kB = 1000 bytes. */
export function formatBytes(bytes: number, locale: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  return numberFormat(locale, {
    style: 'unit',
    unit: units[power] ?? 'byte',
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: power === 0 ? 0 : 1,
  }).format(bytes / 1000 ** power);
}

/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`. */
export function formatDuration(ms: number, locale: string): string {
  const unit = (value: number, name: string, digits = 0) =>
    numberFormat(locale, {
      style: 'unit',
      unit: name,
      // The narrow ones of Japanese are English letters.
      unitDisplay: locale === 'ja' ? 'short' : 'narrow',
      maximumFractionDigits: digits,
    }).format(value);
  const seconds = ms / 1000;
  if (seconds < 1) return unit(ms, 'millisecond');
  if (seconds < 10) return unit(seconds, 'second', 1);
  if (seconds < 60) return unit(seconds, 'second');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${unit(minutes, 'minute')} ${unit(Math.floor(seconds % 60), 'second')}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${unit(hours, 'hour')} ${unit(minutes % 60, 'minute')}`;
  return unit(Math.floor(hours / 24), 'day');
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', 30],
  ['month', 12],
  ['year', Infinity],
];

/** `now`, `5 min. ago`, `yesterday`. */
export function formatAgo(at: number, now: number, locale: string): string {
  let value = (at - now) / 1000;
  if (Math.abs(value) < 5) value = 0;
  for (const [unit, length] of STEPS) {
    if (Math.abs(value) < length) {
      return agoFormat(locale).format(Math.round(value), unit);
    }
    value /= length;
  }
  return '';
}

export function formatTime(at: number | string, locale: string): string {
  return timeFormat(locale).format(new Date(at));
}

/** The first line, shortened at a word where there is one. */
export function shorten(text: string, length: number): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  if (line.length <= length) return line;
  const cut = line.slice(0, length - 1);
  const space = cut.lastIndexOf(' ');
  return `${space > length * 0.6 ? cut.slice(0, space) : cut}…`;
}

// A format takes far longer to make than to use, and long tables use thousands.
const numberFormat = remember(
  (locale: string, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options),
);
const agoFormat = remember(
  (locale: string) => new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'narrow' }),
);
const timeFormat = remember(
  (locale: string) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }),
);

function remember<Arguments extends unknown[], Format>(
  make: (...given: Arguments) => Format,
): (...given: Arguments) => Format {
  const made = new Map<string, Format>();
  return (...given) => {
    const key = JSON.stringify(given);
    const format = made.get(key) ?? make(...given);
    made.set(key, format);
    return format;
  };
}
