import { expect, it } from 'vitest';
import { parseServers, splitCommand, toMcpServers } from '../../../src/pages/start/form/servers.ts';

it('reads what people have in a file, and gives the same back', () => {
  const mcpServers = {
    files: { type: 'stdio', command: 'npx', args: ['-y', 'a b', "it's"], env: { A: '1' } },
    docs: { type: 'http', url: 'https://example.com/mcp', headers: { Authorization: 'x' } },
    events: { type: 'sse', url: 'https://example.com/sse' },
  };
  for (const text of [JSON.stringify({ mcpServers }), JSON.stringify(mcpServers)]) {
    const rows = parseServers(text);
    expect(toMcpServers(rows ?? [])).toEqual(mcpServers);
  }
});

it('takes nothing that is no list of servers', () => {
  for (const text of ['', '[]', '{}', '{"a":1}', '{"a":{}}', 'npx foo']) {
    expect(parseServers(text)).toBeUndefined();
  }
});

it('splits a command as a shell does', () => {
  expect(splitCommand(`npx  -y "a b" 'c "d' e\\ f "" "x\\"y" \\`)).toEqual([
    'npx',
    '-y',
    'a b',
    'c "d',
    'e f',
    '',
    'x"y',
    '\\',
  ]);
});
