import type { HookJSONOutput } from '@anthropic-ai/claude-agent-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRawLab, type RawAgent, type RawLab } from '../support/raw-lab.ts';
import { words } from '../support/raw-story.ts';
import { until } from '../support/until.ts';

// A hook that can keep a turn from ending: when it is asked, and what the agent does meanwhile.

let lab: RawLab;
beforeAll(async () => (lab = await createRawLab()));
afterAll(async () => await lab[Symbol.asyncDispose]());

const FOREVER = new Promise<never>(() => {});
const ANSWER = 'message_start, assistant text, message_delta end_turn, message_stop';
const BEGUN = `running, queued first, started first, init, requesting first, ${ANSWER}`;

/** An agent whose hook answers with `answers`, one after the other, and then lets every turn end. */
async function start(
  answers: (HookJSONOutput | Promise<never>)[],
): Promise<{ agent: RawAgent; asked: string[] }> {
  const asked: string[] = [];
  const agent = (await lab.createConversation()).start({
    hooks: {
      Stop: [
        {
          timeout: 3600,
          hooks: [
            async (hook) => {
              if (hook.hook_event_name === 'Stop') asked.push(hook.last_assistant_message ?? '');
              return answers[asked.length - 1] ?? {};
            },
          ],
        },
      ],
    },
  });
  return { agent, asked };
}

describe('the stop hook', () => {
  it('has the agent go on in the same turn, with its reason as a message', async () => {
    const { agent, asked } = await start([{ decision: 'block', reason: 'Better! [[text=Improved]]' }]);
    agent.send('[[text=Answer]]', { name: 'first' });
    await agent.hears('idle');
    expect(asked).toEqual(['Answer', 'Improved']);
    expect(agent.story()).toEqual(
      words(`${BEGUN}, user text synthetic, requesting first, ${ANSWER}
        result ok first, completed first, idle`),
    );
    expect(lab.lastRequest()).toContain('Stop hook feedback:\\nBetter!');
  });

  it('is not asked about a turn that fails or is interrupted, and gives way to an interrupt', async () => {
    const { agent, asked } = await start([FOREVER]);
    agent.send('[[status=400]]', { name: 'failing' });
    await agent.hears('idle');
    agent.send('[[tokens=400 rate=40]]', { name: 'long' });
    await agent.hears('message_start');
    await agent.interrupt();
    await agent.hears('idle', 2);
    expect(asked).toEqual([]);
    agent.send('[[text=Answer]]', { name: 'last' });
    await until('the hook is asked', () => asked.length > 0);
    await agent.interrupt();
    await agent.hears('idle', 3);
    expect(agent.story().slice(-3)).toEqual(words('result ok last, cancelled last, idle'));
  });
});
