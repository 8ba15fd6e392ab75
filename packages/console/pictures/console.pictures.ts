import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../server/test/support/until.ts';
import { startConsole, type Console } from '../test/support/console.ts';
import { startScene } from '../test/support/scene.ts';
import { take, type Picture } from './album.ts';
import { BUSY_SCRIPTS, playBusy, startBrowserTools, type Busy } from './busy.ts';
import { writeHistory } from './history.ts';
import { BUSY_PICTURES, EMPTY_PICTURES, LOGIN_PICTURES, STORY_PICTURES } from './pictures.ts';
import { makeAgents, SCRIPTS, tell, type Story } from './story.ts';

// Some alone: `npm run pictures -w @bullpen/console -- -t session-`

describe('a server that a team works with', () => {
  let console: Console & { shop: string };
  let story: Story;
  beforeAll(async () => {
    console = await startScene(['--max-agents', '8'], SCRIPTS);
    const agents = await makeAgents(console);
    await writeHistory(console.dataDir);
    story = await tell(console, agents);
    await until('all of it is played', () => isPlayed(console, story), 500_000);
  });
  afterAll(() => console[Symbol.asyncDispose]());

  it.each(STORY_PICTURES)('$name', (picture) => take(console, picture, story));
  it('complains of nothing', () => expect(console.complaints).toEqual([]));
});

describe('a server that has more work than slots', () => {
  let console: Console & { shop: string };
  let tools: AsyncDisposable;
  let played: Busy;
  beforeAll(async () => {
    console = await startScene(['--max-agents', '2'], BUSY_SCRIPTS);
    const browserTools = await startBrowserTools(console);
    tools = browserTools;
    played = await playBusy(console, browserTools);
  });
  afterAll(async () => {
    await console[Symbol.asyncDispose]();
    await tools[Symbol.asyncDispose]();
  });

  it.each(BUSY_PICTURES)('$name', (picture) => take(console, picture, played));
});

describe.each<{ of: string; env: Record<string, string>; pictures: readonly Picture[] }>([
  { of: 'an empty server', env: {}, pictures: EMPTY_PICTURES },
  {
    of: 'a server that asks for a key',
    env: { BULLPEN_API_KEYS: 'a-key-of-reasonable-length' },
    pictures: LOGIN_PICTURES,
  },
])('$of', ({ env, pictures }) => {
  let console: Console;
  beforeAll(async () => {
    console = await startConsole([], env);
  });
  afterAll(() => console[Symbol.asyncDispose]());

  it.each<Picture>(pictures)('$name', (picture) => take(console, picture));
});

/** Nothing is at work but what writes for long, and all that shall wait for a person does. */
async function isPlayed(console: Pick<Console, 'api'>, story: Story): Promise<boolean> {
  const rows = (await console.api('/sessions/?limit=100')) as { session_id: string; status: string }[];
  const approvals = (await console.api('/approvals')) as { session_id: string }[];
  const waiting = new Set(approvals.map((approval) => approval.session_id));
  return (
    [story.asking, story.question, story.deploying].every((id) => waiting.has(id)) &&
    rows.every(({ session_id: id, status }) =>
      id === story.writing
        ? status === 'running'
        : waiting.has(id) || !['pending', 'running'].includes(status),
    )
  );
}
