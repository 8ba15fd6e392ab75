import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toCurl } from '../../../src/pages/start/snippets/curl.ts';
import { toPython } from '../../../src/pages/start/snippets/python.ts';
import { toTypeScript } from '../../../src/pages/start/snippets/typescript.ts';

// The snippets run, with something that stands for the network and tells what it was given.
const origin = 'http://127.0.0.1:8000';
const NASTY = [
  `It's "quoted" \\ and \\" too`,
  'two\nlines\r\n\ttab',
  '日本語 😀 \u2028 \u2029 \u0007',
  '$HOME `id` $(id) !! %s ${x}',
  'JSON\nJSON',
  '\'\'\'"""',
  'None true null',
];
const quick = {
  prompt: NASTY.join('\n'),
  env: { QUOTE: `'"`, 'a b': '$x', __proto: 'x' },
  max_turns: 3,
  max_budget_usd: 0.5,
  allowed_tools: ['Read', "Bash(git log --format='%h':*)"],
  output_schema: { type: 'object', properties: {}, required: [], additionalProperties: false, default: null },
  metadata: JSON.parse('{"__proto__":"own"}') as unknown,
};
const agent = {
  agent: { type: 'agent', id: 'agent_01', version: 2 },
  environment_id: 'env_01',
  initial_events: [{ type: 'user.message', content: [{ type: 'text', text: NASTY.join('\n') }] }],
  metadata: { "it's": '"' },
};
const hasPython = spawnSync('python3', ['--version']).status === 0;
let directory = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'snippets-'));
  writeFileSync(
    join(directory, 'requests.py'),
    `import json
class Answer:
    def raise_for_status(self): pass
    def json(self): return {"session_id": ""}
def post(url, headers, json):
    import json as encoder
    print(encoder.dumps({"url": url, "headers": headers, "body": json}))
    return Answer()
`,
  );
  writeFileSync(
    join(directory, 'anthropic.py'),
    `import json
class Session: id = ""
class Sessions:
    def create(self, **body):
        print(json.dumps({"body": body}))
        return Session()
class Beta: sessions = Sessions()
class Anthropic:
    beta = Beta()
    def __init__(self, base_url, api_key): pass
`,
  );
});
afterAll(() => rmSync(directory, { recursive: true }));

describe.each([
  { way: 'quick', body: quick, path: '/execute/' },
  { way: 'agent', body: agent, path: '/v1/sessions' },
] as const)('a snippet ($way)', ({ way, body, path }) => {
  const call = { way, origin, body };

  it('sends the request from a shell, whatever is in it', () => {
    const script = `curl() { printf '%s\\n' "$2"; cat; }\n${toCurl(call)}`;
    const [url, ...rest] = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\n');
    expect(url).toBe(origin + path);
    expect(JSON.parse(rest.join('\n'))).toEqual(body);
  });

  it('sends the request from TypeScript, whatever is in it', () => {
    const code = toTypeScript(call).replace(/^import .*$/m, '');
    const stand = `
      const tell = (body) => { process.stdout.write(JSON.stringify(body)); return { session_id: '', id: '' }; };
      globalThis.fetch = async (url, { body }) => ({ ok: true, json: async () => tell(JSON.parse(body)) });
      class Anthropic { beta = { sessions: { create: async (body) => tell(body) } }; }
      console.log = () => {};
    `;
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', stand + code], {
      encoding: 'utf8',
    });
    expect(JSON.parse(out)).toEqual(body);
  });

  it.skipIf(!hasPython)('sends the request from Python, whatever is in it', () => {
    const out = execFileSync('python3', ['-c', toPython(call)], {
      encoding: 'utf8',
      env: { ...process.env, PYTHONPATH: directory, PYTHONDONTWRITEBYTECODE: '1', PYTHONUTF8: '1' },
    });
    const sent = JSON.parse(out.split('\n')[0] ?? '') as { body: unknown };
    expect(sent.body).toEqual(body);
  });
});

it('writes short lists on one line and has no key', () => {
  const call = { way: 'quick', origin, body: { prompt: 'Hi', allowed_tools: ['Read', 'Grep'] } } as const;
  expect(toTypeScript(call)).toContain("allowed_tools: ['Read', 'Grep']");
  expect(toPython(call)).toContain('"allowed_tools": ["Read", "Grep"]');
  expect(toCurl(call)).toContain('YOUR_API_KEY');
});
