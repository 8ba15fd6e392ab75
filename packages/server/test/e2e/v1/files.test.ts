import { toFile, type Anthropic } from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectSandbox } from '#src/sandbox/detect.ts';
import { officialClient } from '../../api/sdk/recording-client.ts';
import { makeDataDir, startBullpen, type BullpenProcess } from '../../support/bullpen-process.ts';
import { createManaged, tell, type ManagedSession, type SeenEvent } from '../../support/managed-sessions.ts';

const { sandbox } = await detectSandbox('auto', process.env['PATH'] ?? '');

let server: BullpenProcess;
let dataDir: Awaited<ReturnType<typeof makeDataDir>>;

beforeAll(async () => {
  dataDir = await makeDataDir();
  server = await startBullpen(dataDir.path, ['--demo']);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await dataDir[Symbol.asyncDispose]();
});

const tools = [{ type: 'agent_toolset_20260401' as const }];

const bash = (command: string): string => `[[tool=Bash ${JSON.stringify({ command })}]]`;

async function upload({ files }: Anthropic, content: string, name: string): Promise<string> {
  return (await files.upload({ file: await toFile(Buffer.from(content), name) })).id;
}

async function run(session: ManagedSession, ...commands: string[]): Promise<string[]> {
  await session.say(`${commands.map(bash).join(' ')} [[text=Done]]`);
  const events = await session.untilIdle();
  return events.filter(({ type }) => type === 'agent.tool_result').map(resultOf);
}

function resultOf(event: SeenEvent): string {
  return tell(event).replace(/^tool_result /, '');
}

async function outputsOf({ beta }: Anthropic, { id }: ManagedSession): Promise<Record<string, string>> {
  const names: Record<string, string> = {};
  for await (const file of beta.files.list({ scope_id: id }))
    if (file.downloadable) names[file.filename] = file.id;
  return names;
}

describe.skipIf(sandbox.kind !== 'bubblewrap')('the files of a session', () => {
  it('go in read-only and come out as files', async () => {
    const client = officialClient('1.12', { baseURL: server.url });
    const file_id = await upload(client, 'a,b\n1,2\n', 'data.csv');
    const session = await createManaged(client, {
      tools,
      resources: [{ type: 'file', file_id, mount_path: '/mnt/user-data/data.csv' }],
    });
    console.log(
      await run(
        session,
        'cat /mnt/session/uploads/mnt/user-data/data.csv /mnt/user-data/data.csv; pwd',
        'echo x >> /mnt/user-data/data.csv; echo x > /mnt/session/uploads/new; ls -la /mnt /mnt/session',
        'echo report > /mnt/session/outputs/report.txt; mkdir -p /mnt/session/outputs/deep; echo { > /mnt/session/outputs/deep/x.json; echo ws > ws.txt; ls',
      ),
    );
    console.log(await outputsOf(client, session));
    console.log((await session.events()).map(tell));
  });
});
