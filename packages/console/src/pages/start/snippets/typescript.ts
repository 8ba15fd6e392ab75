import { KEY, PATHS, writeLiteral, type Call } from './call.ts';

/** For Node.js, Deno, Bun and the browser; with an agent, by the official SDK. */
export function toTypeScript({ way, origin, body }: Call): string {
  return way === 'quick' ? withFetch(origin, body) : withSdk(origin, body);
}

function withFetch(origin: string, body: Call['body']): string {
  return `const response = await fetch(${text(origin + PATHS.quick)}, {
  method: 'POST',
  headers: {
    Authorization: ${text(`Bearer ${KEY}`)},
    'Content-Type': 'application/json',
  },
  body: JSON.stringify(${writeLiteral(body, TYPESCRIPT, '  ')}),
});
if (!response.ok) throw new Error(await response.text());
const { session_id } = await response.json();
console.log(session_id);`;
}

function withSdk(origin: string, body: Call['body']): string {
  return `import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic({ baseURL: ${text(origin)}, apiKey: ${text(KEY)} });

const session = await client.beta.sessions.create(${writeLiteral(body, TYPESCRIPT)});
console.log(session.id);`;
}

const TYPESCRIPT = {
  indent: '  ',
  scalar: (value: unknown) => (typeof value === 'string' ? text(value) : JSON.stringify(value)),
  key: (name: string) => {
    // As a name or as a text it would set the prototype.
    if (name === '__proto__') return "['__proto__']";
    return /^[A-Za-z_$][\w$]*$/.test(name) ? name : text(name);
  },
};

/** In single quotes, unless it has one. The escapes of JSON are those of the language. */
function text(value: string): string {
  const json = JSON.stringify(value);
  return value.includes("'") ? json : `'${json.slice(1, -1).replaceAll(String.raw`\"`, '"')}'`;
}
