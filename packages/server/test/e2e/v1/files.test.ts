import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDemoModel } from '#src/demo-model/server.ts';
import { systemClock } from '#src/lib/clock.ts';
import { parseId } from '#src/lib/ids.ts';
import { detectSandbox } from '#src/sandbox/detect.ts';
import { officialClient } from '../../api/sdk/recording-client.ts';
import {
  makeDataDir,
  processesOf,
  startBullpen,
  type BullpenProcess,
} from '../../support/bullpen-process.ts';
import { GIT_TOKEN, startGitServer } from '../../support/git-server.ts';
import { createManaged, openManaged, tell } from '../../support/managed-sessions.ts';
import { startRecorder, type Recorder } from '../../support/recorder.ts';
import { ALL_TOOLS, bash, download, outputsOf, runAll, upload } from '../../support/session-files.ts';

const { sandbox } = await detectSandbox('auto', process.env['PATH'] ?? '');
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

let server: BullpenProcess;
let dataDir: Awaited<ReturnType<typeof makeDataDir>>;
let model: Awaited<ReturnType<typeof startDemoModel>>;
let recorder: Recorder;

const start = (...flags: string[]): Promise<BullpenProcess> =>
  startBullpen(dataDir.path, flags, { ANTHROPIC_BASE_URL: recorder.url, ANTHROPIC_API_KEY: 'sk-test' });
const connect = () => officialClient('1.12', { baseURL: server.url });

beforeAll(async () => {
  dataDir = await makeDataDir();
  model = await startDemoModel({ clock: systemClock });
  recorder = await startRecorder(model.url);
  server = await start();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await recorder[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
  await dataDir[Symbol.asyncDispose]();
});

describe.skipIf(sandbox.kind !== 'bubblewrap')('the files of a session', () => {
  it('are there to be read, and what the agent writes is listed when the session is idle', async () => {
    const client = connect();
    const session = await createManaged(client, {
      tools: ALL_TOOLS,
      resources: [
        { type: 'file', file_id: await upload(client, 'one', 'a.txt'), mount_path: 'in/a.txt' },
        { type: 'file', file_id: await upload(client, 'two', 'b.txt'), mount_path: '/mnt/user-data/b.txt' },
      ],
    });
    const said = await runAll(
      session,
      'cat /mnt/session/uploads/in/a.txt /mnt/session/uploads/mnt/user-data/b.txt /mnt/user-data/b.txt',
      'for file in /mnt/session/uploads/in/a.txt /mnt/session/uploads/new /mnt/user-data/b.txt; do (echo x >> $file) 2>/dev/null && echo wrote; done; echo tried',
      'mkdir /mnt/session/outputs/deep; echo report > /mnt/session/outputs/deep/report.md; echo kept > /mnt/session/outputs/kept; pwd',
    );
    expect(said).toEqual(['onetwotwo', 'tried', '/workspace']);
    const outputs = await outputsOf(client, session);
    expect(Object.keys(outputs).toSorted()).toEqual(['kept', 'report.md']);
    expect(await download(client, outputs['report.md'] ?? '')).toBe('report\n');
    const [system] = systemPrompts().slice(-1);
    expect(system).toContain('- /mnt/session/uploads: ');
    expect(system).toContain('- /mnt/session/outputs: ');

    // What comes later is there at once, for the same process.
    const before = await processesOf(dataDir.path, [server.pid]);
    const { resources } = client.beta.sessions;
    const file_id = await upload(client, 'three', 'c.txt');
    const added = await resources.add(session.id, { type: 'file', file_id, mount_path: 'c.txt' });
    const change = 'cat /mnt/session/uploads/c.txt; echo new > /mnt/session/outputs/deep/report.md';
    expect(await runAll(session, change)).toEqual(['three']);
    await resources.delete(added.id, { session_id: session.id });
    expect(await runAll(session, 'ls /mnt/session/uploads')).toEqual(['in\nmnt']);
    expect(await processesOf(dataDir.path, [server.pid])).toEqual(before);
    const changed = await outputsOf(client, session);
    expect(changed['kept']).toBe(outputs['kept']);
    expect(changed['report.md']).not.toBe(outputs['report.md']);
    expect(await download(client, changed['report.md'] ?? '')).toBe('new\n');
  });

  it('are listed also when the session waits for its client', async () => {
    const client = connect();
    const session = await createManaged(client, {
      tools: [
        ...ALL_TOOLS,
        { type: 'custom', name: 'approve', description: 'Approves.', input_schema: { type: 'object' } },
      ],
    });
    await session.say(
      `${bash('echo draft > /mnt/session/outputs/draft.txt')} [[tool=mcp__custom__approve {}]] [[text=Done]]`,
    );
    const heard = await session.untilIdle();
    expect(tell(heard.at(-1) ?? { id: '', type: '', processed_at: '' })).toBe('status_idle requires_action');
    const { 'draft.txt': id = '' } = await outputsOf(client, session);
    expect(await download(client, id)).toBe('draft\n');
  });

  it('can be shown in messages: the agent gets the bytes, the log keeps the ids', async () => {
    const client = connect();
    const session = await createManaged(client, {
      tools: [{ type: 'custom', name: 'look', description: 'Looks.', input_schema: { type: 'object' } }],
    });
    const image = await upload(client, Buffer.from(PIXEL, 'base64'), 'pixel.png');
    const note = await upload(client, 'what the note says', 'note.txt');
    const show = (file_id: string) => ({ type: 'document', source: { type: 'file', file_id } }) as const;
    const picture = { type: 'image', source: { type: 'file', file_id: image } } as const;
    const content = [
      { type: 'text', text: '[[tool=mcp__custom__look {}]] [[text=Seen]]' },
      picture,
      show(note),
    ] as const;
    const [sent] = await session.send([{ type: 'user.message', content: [...content] }]);
    expect(sent?.['content']).toEqual(content);
    const heard = await session.untilIdle();
    const asked = lastRequest();
    expect(asked).toContain(PIXEL);
    expect(asked).toContain('what the note says');
    expect(asked).not.toContain(image);
    const call = heard.find(({ type }) => type === 'agent.custom_tool_use');
    await session.send([
      { type: 'user.custom_tool_result', custom_tool_use_id: call?.id ?? '', content: [picture] },
    ]);
    await session.untilIdle();
    expect(lastRequest().split(PIXEL).length).toBe(3);
    const log = JSON.stringify(await session.events());
    expect(log).not.toContain(PIXEL);
    expect(log.split(image).length).toBe(3);
  });

  it('come with repositories, and the session goes on without those that cannot be had', async () => {
    await using git = await startGitServer();
    const client = connect();
    const repository = { type: 'github_repository' as const, url: git.url };
    const session = await createManaged(client, {
      tools: ALL_TOOLS,
      resources: [
        { ...repository, authorization_token: GIT_TOKEN },
        {
          ...repository,
          authorization_token: 'old',
          mount_path: '/srv/dev',
          checkout: { type: 'branch', name: 'dev' },
        },
      ],
    });
    const look =
      'cat rockets/README.md; cat /srv/dev/src/dev.txt 2>/dev/null; echo changed > rockets/README.md; git -C rockets status --porcelain';
    await session.say(`${bash(look)} [[text=Done]]`);
    const heard = await session.untilIdle();
    expect(heard.map(tell).slice(0, 4)).toEqual([
      'status_running',
      'thread_status_running',
      expect.stringMatching(/^user.message/),
      'error repository_authentication_error retrying',
    ]);
    expect(heard.find(({ type }) => type === 'session.error')?.['error']).toMatchObject({
      repository_url: git.url,
    });
    expect(heard.map(tell)).toContain('tool_result "main M README.md"');
    expect(systemPrompts().at(-1)).toContain(
      `- /workspace/rockets: a clone of the git repository ${git.url}`,
    );

    const { data } = await client.beta.sessions.resources.list(session.id);
    const [, { id: second = '' } = {}] = data as { id?: string }[];
    await client.beta.sessions.resources.update(second, {
      session_id: session.id,
      authorization_token: GIT_TOKEN,
    });
    expect(
      await runAll(
        session,
        'cat rockets/README.md /srv/dev/src/dev.txt; git -C /srv/dev branch --show-current',
      ),
    ).toEqual(['changed\ndevdev']);
    expect(await grep(dataDir.path, 'sessions', GIT_TOKEN)).toEqual([]);
    expect(server.output()).not.toContain(GIT_TOKEN);
  });

  it('outlive the server, and go with their session; bytes that nobody has are swept', async () => {
    const client = connect();
    const waiting = await createManaged(client, {
      tools: [{ type: 'custom', name: 'look', description: 'Looks.', input_schema: { type: 'object' } }],
    });
    await waiting.say('[[tool=mcp__custom__look {}]] [[text=Seen]]');
    const call = (await waiting.untilIdle()).find(({ type }) => type === 'agent.custom_tool_use');
    const session = await createManaged(client, {
      tools: ALL_TOOLS,
      resources: [
        { type: 'file', file_id: await upload(client, 'stays', 'a.txt'), mount_path: '/data/a.txt' },
      ],
    });
    await runAll(session, 'echo before > /mnt/session/outputs/before.txt; echo w > w.txt');
    const orphan = join(dataDir.path, 'blobs', '00', '0'.repeat(64));
    await mkdir(join(dataDir.path, 'blobs', '00'), { recursive: true });
    await writeFile(orphan, 'orphan');
    await server.stop('SIGKILL');
    server = await start();
    const again = openManaged(connect(), session.id);
    expect(
      await runAll(
        again,
        'cat /data/a.txt /mnt/session/outputs/before.txt w.txt; echo after > /mnt/session/outputs/after.txt',
      ),
    ).toEqual(['staysbefore\nw']);
    const outputs = await outputsOf(connect(), again);
    expect(Object.keys(outputs).toSorted()).toEqual(['after.txt', 'before.txt']);
    await expect(readFile(orphan)).rejects.toMatchObject({ code: 'ENOENT' });

    // Also into the memory of an agent that was not there when it was sent.
    const file_id = await upload(connect(), Buffer.from(PIXEL, 'base64'), 'pixel.png');
    const picture = { type: 'image', source: { type: 'file', file_id } } as const;
    const later = openManaged(connect(), waiting.id);
    await later.send([
      { type: 'user.custom_tool_result', custom_tool_use_id: call?.id ?? '', content: [picture] },
    ]);
    await later.untilIdle();
    expect(lastRequest()).toContain(PIXEL);
    expect(JSON.stringify(await later.events())).not.toContain(PIXEL);

    await connect().beta.sessions.delete(session.id);
    await expect(download(connect(), outputs['after.txt'] ?? '')).rejects.toMatchObject({ status: 404 });
    expect(await grep(dataDir.path, 'blobs', 'after')).toEqual([]);
    const uuid = parseId('sesn', session.id) ?? '';
    expect(await readdir(join(dataDir.path, 'sessions'))).not.toContain(uuid);
  });
});

describe('without a sandbox that hides files', () => {
  it('the agent is told of a folder whose files are listed', async () => {
    await using weak = await makeDataDir();
    await using other = await startBullpen(weak.path, ['--sandbox', 'process-group'], {
      ANTHROPIC_BASE_URL: recorder.url,
      ANTHROPIC_API_KEY: 'sk-test',
    });
    const client = officialClient('1.12', { baseURL: other.url });
    const session = await createManaged(client, { tools: ALL_TOOLS });
    await runAll(session, 'true');
    const [, folder = ''] = /- (\S+): files that you write here/.exec(systemPrompts().at(-1) ?? '') ?? [];
    await runAll(session, `echo out > ${folder}/out.txt`);
    const { 'out.txt': id = '' } = await outputsOf(client, session);
    expect(await download(client, id)).toBe('out\n');
  });
});

function lastRequest(): string {
  return recorder.requests.at(-1)?.body ?? '';
}

/** Of all requests to the model. */
function systemPrompts(): string[] {
  return recorder.requests.flatMap(({ body }) => {
    const { system } = JSON.parse(body || '{}') as { system?: { text: string }[] };
    return system ? [system.map(({ text }) => text).join('\n')] : [];
  });
}

/** The files below a directory that contain a text. */
async function grep(root: string, directory: string, text: string): Promise<string[]> {
  const entries = await readdir(join(root, directory), { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const contents = await Promise.all(
    files.map(async (path) => [path, await readFile(path, 'latin1')] as const),
  );
  return contents.flatMap(([path, content]) => (content.includes(text) ? [path] : []));
}
