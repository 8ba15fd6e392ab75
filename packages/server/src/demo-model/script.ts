import type { Conversation } from './conversation.ts';
import { countOutputTokens, parseDirectives } from './directives.ts';
import type { Step } from './directives.ts';
import { useNamedTool } from './named-tool.ts';
import { prose, text } from './reply.ts';
import type { Reply, ReplyBlock } from './reply.ts';
import { sampleOf } from './sample.ts';
import { summarize, talk } from './small-talk.ts';
import { playTask } from './task.ts';

/**
 * What the demo model answers: a function of the conversation, and of how often this very request was made before
 * (`attempt`, from 0), because some directives fail the first attempts only.
 */
export function decideReply(conversation: Conversation, attempt: number): Reply {
  if (conversation.wantsSummary) return createReply(conversation, [text(summarize(conversation.prompts))]);
  const steps = parseDirectives(conversation.prompts.at(-1) ?? '');
  if (conversation.notification) {
    return createReply(conversation, [prose(`Background work has ended: ${conversation.notification}.`)]);
  }
  if (!steps) return createReply(conversation, improvise(conversation));
  const step = steps[conversation.calls.length];
  return step
    ? followStep(conversation, step, attempt)
    : createReply(conversation, [text('Done.')], steps.at(-1));
}

function followStep(conversation: Conversation, step: Step, attempt: number): Reply {
  const blocks = step.blocks.map((block) => withResult(block, conversation));
  const reply = createReply(conversation, blocks.length > 0 ? blocks : [text('Done.')], step);
  if (step.stop && attempt < step.stop.times) reply.stopReason = step.stop.reason;
  if (step.fault && attempt < step.fault.times) reply.fault = step.fault;
  return reply;
}

/** A call with what the last tool gave: the JSON object in it. */
function withResult(block: ReplyBlock, { calls }: Conversation): ReplyBlock {
  if (block.type !== 'tool_use' || !block.isFromResult) return block;
  const json = /\{[\s\S]*\}/.exec(calls.flat().at(-1)?.result?.text ?? '')?.[0];
  const input: unknown = JSON.parse(json ?? '{}');
  return { type: 'tool_use', name: block.name, input: { ...(input as object) } };
}

/** Without directives: the little agent, which ends with structured output if that is asked for. */
function improvise(conversation: Conversation): ReplyBlock[] {
  const blocks = useNamedTool(conversation) ?? talk(conversation.prompts) ?? playTask(conversation);
  const isLast = !blocks.some((block) => block.type === 'tool_use');
  const schema = conversation.tools.get('StructuredOutput');
  const isStructured = conversation.calls.flat().some((call) => call.name === 'StructuredOutput');
  if (!isLast || !schema || isStructured) return blocks;
  const sample = sampleOf(schema);
  const input = typeof sample === 'object' && sample !== null ? { ...sample } : {};
  return [{ type: 'tool_use', name: 'StructuredOutput', input }];
}

function createReply(conversation: Conversation, blocks: ReplyBlock[], step?: Step): Reply {
  const { last, before, isRepeated } = conversation.tokens;
  return {
    blocks,
    stopReason: blocks.some((block) => block.type === 'tool_use') ? 'tool_use' : 'end_turn',
    usage: {
      input_tokens: last,
      output_tokens: countOutputTokens(blocks),
      cache_read_input_tokens: isRepeated ? before : 0,
      cache_creation_input_tokens: isRepeated ? 0 : before,
      ...step?.usage,
    },
    ttftMs: step?.ttftMs ?? 0,
  };
}
