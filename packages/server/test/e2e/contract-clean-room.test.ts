import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentSpec } from '#src/agent/agent.ts';
import { BUILT_IN_TOOLS } from '#src/agent/tools.ts';
import { createAgentLab, eventsOf, runPrompt, toolResults, type AgentLab } from '../support/agent-lab.ts';

const CANARY = 'CANARY-4711';

let lab: AgentLab;
beforeAll(async () => (lab = await createAgentLab()));
afterAll(async () => await lab[Symbol.asyncDispose]());

/** Puts everything that an agent could pick up into its home and its directory. */
async function plant({ home, cwd }: AgentSpec): Promise<void> {
  const hook = { hooks: [{ type: 'command', command: `touch ${join(cwd, 'hook-ran')}` }] };
  const settings = JSON.stringify({ hooks: { SessionStart: [hook] }, env: { PLANTED: CANARY } });
  const skill = `---\nname: planted\ndescription: ${CANARY} skill\n---\n${CANARY}\n`;
  const mcp = { mcpServers: { planted: { command: 'touch', args: [join(cwd, 'mcp-ran')] } } };
  const files = {
    'CLAUDE.md': `${CANARY} memory`,
    '.claude/CLAUDE.md': `${CANARY} memory`,
    '.claude/settings.json': settings,
    '.claude/settings.local.json': settings,
    '.claude/skills/planted/SKILL.md': skill,
    '.claude/agents/planted.md': `---\nname: planted\ndescription: ${CANARY} agent\n---\n${CANARY}\n`,
    '.mcp.json': JSON.stringify(mcp),
  };
  for (const root of [home, cwd]) {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(join(root, name, '..'), { recursive: true });
      await writeFile(join(root, name), content);
    }
  }
}

describe('the clean room', () => {
  it('shows the model nothing of home and repository, runs no hook and starts no MCP server', async () => {
    const spec = await lab.spec({ allowedTools: ['Bash'] });
    await plant(spec);
    const agent = lab.start(spec);
    const { outputs } = await runPrompt(
      agent,
      '[[tool=Bash {"command":"echo planted=$PLANTED; ls"}]] [[text=Done]]',
    );
    const asked = lab.requests.map(({ body }) => body).join();
    expect(asked).not.toContain(CANARY);
    const [seen] = toolResults(outputs);
    expect(seen).toContain('planted=\n');
    expect(seen).not.toContain('-ran');
  });

  it('loads a repository’s CLAUDE.md when setting_sources asks for it', async () => {
    const spec = await lab.spec({ settingSources: ['project'] });
    await plant(spec);
    await runPrompt(lab.start(spec), '[[text=Done]]');
    expect(lab.requests.at(-1)?.body).toContain(`${CANARY} memory`);
  });

  it('offers exactly the tools of our list, and tells users nothing of sockets and memory', async () => {
    const { outputs } = await runPrompt(lab.start(await lab.spec()), '[[text=Done]]');
    const data = eventsOf(outputs, 'agent.system')[0]?.data ?? {};
    expect(Object.keys(data)).not.toContain('messaging_socket_path');
    expect(Object.keys(data)).not.toContain('memory_paths');
    // The binary tells of Agent by its old name.
    const expected = BUILT_IN_TOOLS.map((name) => (name === 'Agent' ? 'Task' : name));
    expect(data['tools']).toEqual(expect.arrayContaining(expected));
    expect(data['tools']).toHaveLength(expected.length);
  });

  it('lets no other agent send messages to this one', async () => {
    const agent = lab.start(await lab.spec({ allowedTools: ['Bash'] }));
    const send = '[[tool=SendMessage {"to":"uds:/tmp/cc-socks/1.sock","message":"hi"}]]';
    const { outputs } = await runPrompt(agent, `${send} [[tool=ListAgents {}]] [[text=Done]]`);
    const results = eventsOf(outputs, 'agent.tool_result');
    expect(results.map(({ isError }) => isError)).toEqual([true, true]);
    const args = (await readFile(`/proc/${agent.pid}/cmdline`, 'utf8')).split('\0');
    expect(args.join(' ')).toContain('"crossSessionInbound":"refuse"');
  });

  it('passes the client’s env to Bash, DATABASE_URL too, and little else', async () => {
    const env = { DATABASE_URL: 'postgres://secret@db', MY_TOKEN: 'token-of-mine', FOO: 'bar' };
    const agent = lab.start(await lab.spec({ allowedTools: ['Bash'], env }));
    const { outputs } = await runPrompt(agent, '[[tool=Bash {"command":"env"}]] [[text=Done]]');
    const seen = toolResults(outputs)[0] ?? '';
    for (const [name, value] of Object.entries(env)) expect(seen).toContain(`${name}=${value}`);
    expect(seen).not.toContain('VITEST');
  });

  it('shows no secret on any command line', async () => {
    const secret = 'hush-hush-value';
    const agent = lab.start(
      await lab.spec({
        allowedTools: ['Bash'],
        env: { DATABASE_URL: secret },
        systemPrompt: `Say nothing of ${secret}`,
        mcpServers: {
          dead: { type: 'http', url: 'http://127.0.0.1:9/', headers: { authorization: secret } },
        },
      }),
    );
    const { outputs } = await runPrompt(
      agent,
      '[[tool=Bash {"command":"cat /proc/[0-9]*/cmdline | tr \'\\\\0\' \' \'"}]] [[text=Done]]',
    );
    expect(toolResults(outputs)[0]).toContain('--output-format');
    expect(toolResults(outputs)[0]).not.toContain(secret);
    expect(await readFile(`/proc/${agent.pid}/cmdline`, 'utf8')).not.toContain(secret);
  });
});

describe('a tool that needs a person', () => {
  it('is denied with the way to allow it, and the run goes on', async () => {
    const agent = lab.start(await lab.spec());
    const { outputs, text, end } = await runPrompt(
      agent,
      '[[tool=Bash {"command":"touch x"}]] [[tool=AskUserQuestion {"questions":[]}]] [[text=Anyway]]',
    );
    const [denied, unknown] = eventsOf(outputs, 'agent.tool_result');
    expect(denied).toMatchObject({ isError: true });
    expect(String(denied?.content)).toContain('allowed_tools');
    expect(unknown).toMatchObject({ isError: true });
    expect([text, end.failure]).toEqual(['Anyway', null]);
  });

  it('runs when allowed_tools allows it, by name or by rule', async () => {
    const agent = lab.start(await lab.spec({ allowedTools: ['Bash(touch:*)', 'Write'] }));
    const { outputs } = await runPrompt(
      agent,
      '[[tool=Bash {"command":"touch x"}]] [[tool=Write {"file_path":"y","content":"z"}]] [[tool=Bash {"command":"rm x"}]]',
    );
    expect(eventsOf(outputs, 'agent.tool_result').map(({ isError }) => isError)).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('does not exist when disallowed_tools names it', async () => {
    const agent = lab.start(
      await lab.spec({ disallowedTools: ['Bash'], permissionMode: 'bypassPermissions' }),
    );
    const { outputs } = await runPrompt(agent, '[[tool=Bash {"command":"touch x"}]]');
    expect(eventsOf(outputs, 'agent.tool_result')).toMatchObject([{ isError: true }]);
  });
});
