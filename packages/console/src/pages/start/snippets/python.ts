import { KEY, PATHS, writeLiteral, type Call } from './call.ts';

/** With `requests`; with an agent, by the official SDK. */
export function toPython({ way, origin, body }: Call): string {
  return way === 'quick' ? withRequests(origin, body) : withSdk(origin, body);
}

function withRequests(origin: string, body: Call['body']): string {
  return `import requests

response = requests.post(
    ${text(origin + PATHS.quick)},
    headers={"Authorization": ${text(`Bearer ${KEY}`)}},
    json=${writeLiteral(body, PYTHON, '    ')},
)
response.raise_for_status()
print(response.json()["session_id"])`;
}

function withSdk(origin: string, body: Call['body']): string {
  const parts = Object.entries(body).map(
    ([name, value]) => `    ${name}=${writeLiteral(value, PYTHON, '    ')},\n`,
  );
  return `import anthropic

client = anthropic.Anthropic(base_url=${text(origin)}, api_key=${text(KEY)})

session = client.beta.sessions.create(
${parts.join('')})
print(session.id)`;
}

const PYTHON = { indent: '    ', scalar, key: text };

function scalar(value: unknown): string {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return value === null ? 'None' : JSON.stringify(value);
}

/** The escapes of JSON are Python's too. */
function text(value: string): string {
  return JSON.stringify(value);
}
