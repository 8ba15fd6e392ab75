import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createAgentLab, runPrompt, toolResults } from '../support/agent-lab.ts';

it('an agent among workspaces that all servers share sees its own and no other', async ({ skip }) => {
  await using lab = await createAgentLab();
  if (lab.sandbox.kind !== 'bubblewrap') return skip('bubblewrap does not work here');
  const root = await realpath(lab.directory);
  const shared = join(root, 'shared');
  const [own, other] = [join(shared, 'own'), join(shared, 'other')];
  for (const directory of [join(own, 'home'), join(own, 'workspace'), join(other, 'workspace')]) {
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, 'file'), directory);
  }
  const spec = await lab.spec(
    { allowedTools: ['Bash'] },
    { home: join(own, 'home'), cwd: join(own, 'workspace') },
  );
  const agent = lab.start(spec, { allowedRoots: [root], sharedWorkspaces: shared });
  const { outputs } = await runPrompt(
    agent,
    `[[tool=Bash {"command":"find ${shared} -type f"}]] [[text=Done]]`,
  );
  const [found] = toolResults(outputs);
  expect(found).toContain(join(own, 'workspace', 'file'));
  expect(found).not.toContain(other);
});
