import { readStored, store } from './storage.ts';

export const THEMES = ['light', 'dark', 'system'] as const;
export type Theme = (typeof THEMES)[number];

const NAME = 'theme';

export function getTheme(): Theme {
  const stored = readStored(NAME);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

/** public/theme.js does the same before the first paint. */
export function setTheme(theme: Theme): void {
  store(NAME, theme === 'system' ? undefined : theme);
  apply();
}

/** Once, at start: a page that goes with the system goes on doing so. */
export function startTheme(): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', apply);
}

function apply(): void {
  const theme = getTheme();
  const isDark =
    theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
}
