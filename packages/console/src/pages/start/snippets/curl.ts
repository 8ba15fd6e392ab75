import { KEY, PATHS, type Call } from './call.ts';

/** For a POSIX shell. The body stands in a here-document, in which the shell replaces nothing. */
export function toCurl({ way, origin, body }: Call): string {
  const key = way === 'quick' ? `Authorization: Bearer ${KEY}` : `x-api-key: ${KEY}`;
  return [
    `curl -sS ${quote(origin + PATHS[way])} \\`,
    `  -H ${quote(key)} \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  --data-binary @- <<'JSON'`,
    // No line of it can be the end: inside of texts JSON has no line breaks.
    JSON.stringify(body, null, 2),
    'JSON',
  ].join('\n');
}

function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
