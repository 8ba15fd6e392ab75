/** What the browser remembers for the console. Works without storage too: then until the page is closed. */
const fallback = new Map<string, string>();

export function readStored(name: string): string | undefined {
  const key = `bullpen.${name}`;
  try {
    return localStorage.getItem(key) ?? sessionStorage.getItem(key) ?? fallback.get(key);
  } catch {
    return fallback.get(key);
  }
}

/** `until`: `session` forgets it with the tab. */
export function store(
  name: string,
  value: string | undefined,
  until: 'forever' | 'session' = 'forever',
): void {
  const key = `bullpen.${name}`;
  if (value === undefined) fallback.delete(key);
  else fallback.set(key, value);
  try {
    localStorage.removeItem(key);
    sessionStorage.removeItem(key);
    if (value !== undefined) (until === 'forever' ? localStorage : sessionStorage).setItem(key, value);
  } catch {
    // Kept for as long as the page is open.
  }
}
