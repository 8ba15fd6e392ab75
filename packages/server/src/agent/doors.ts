import type { CanUseTool, HookCallback, Options } from '@anthropic-ai/claude-agent-sdk';
import { MINUTE, SECOND } from '../lib/duration.ts';
import type { AgentAsk } from './agent.ts';
import type { Asks } from './asks.ts';
import { ASKING_TOOLS, decide, type Policy } from './policy.ts';
import { allowRules, findRules } from './rules.ts';
import { toPublicTool } from '../domain/tool-names.ts';

/** How long a call waits until it is recorded; the agent blocks it after that. The store may be away for a while. */
const RECORDED_WITHIN_MS = 10 * MINUTE;

export interface DoorsContext {
  policy: Policy;
  asks: Asks;
  /** A call that nobody needs to be asked about, or not any more, goes on. */
  started(toolUseId: string): void;
  /** Resolves when the transcript in the store has this call; false: it never will. */
  isRecorded(toolUseId: string, signal: AbortSignal): Promise<boolean>;
}

/**
 * Both doors of the policy. Every call passes the first, before it runs: there it also waits until it is recorded, so
 * that after a crash nobody has to guess whether a tool ran that the transcript does not know. The second is for
 * those of which the agent's own rules say that a person decides.
 */
export function createDoors(
  context: DoorsContext,
  mode: Options['permissionMode'],
): Pick<Options, 'hooks' | 'canUseTool'> {
  return {
    hooks: {
      // A hook that fails lets nothing through.
      PreToolUse: [
        { onFailure: 'block', timeout: RECORDED_WITHIN_MS / SECOND, hooks: [createFirstDoor(context)] },
      ],
    },
    // In this mode the agent never asks, and the SDK warns of a door that nobody comes to.
    ...(mode !== 'bypassPermissions' && { canUseTool: createSecondDoor(context) }),
  };
}

function createFirstDoor({ policy, asks, started, isRecorded }: DoorsContext): HookCallback {
  return async (hook, _toolUseId, { signal }) => {
    if (hook.hook_event_name !== 'PreToolUse') return {};
    const { tool_use_id: toolUseId, tool_name: name, tool_input: input } = hook;
    const decided = asks.decisionOf(toolUseId);
    const decision = decide(policy, { toolUseId, name, input, asked: false, decided });
    if (decision.behavior === 'deny')
      return answerHook('deny', { permissionDecisionReason: decision.message });
    if (!(await isRecorded(toolUseId, signal))) {
      return answerHook('deny', {
        permissionDecisionReason: 'This call could not be recorded, so it was not made.',
      });
    }
    if (decision.behavior === 'ask') return answerHook('ask');
    // A custom tool is at work with the client.
    if (toPublicTool(name).kind !== 'custom') started(toolUseId);
    if (decision.behavior !== 'allow') return {};
    return answerHook('allow', decision.input && { updatedInput: decision.input });
  };
}

function answerHook(
  permissionDecision: 'allow' | 'ask' | 'deny',
  more: { permissionDecisionReason?: string; updatedInput?: Record<string, unknown> } = {},
): Awaited<ReturnType<HookCallback>> {
  return { hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision, ...more } };
}

function createSecondDoor({ policy, asks, started }: DoorsContext): CanUseTool {
  return async (name, input, { toolUseID: toolUseId, suggestions = [], decisionReason, signal }) => {
    const rules = policy.access ? [] : findRules(name, input, suggestions);
    const call = { toolUseId, name, input, asked: true };
    let decided = asks.decisionOf(toolUseId);
    let decision = decide(policy, { ...call, decided });
    if (decision.behavior === 'ask') {
      const ask: AgentAsk = {
        toolUseId,
        kind: ASKING_TOOLS.has(name) ? 'question' : 'permission',
        name,
        input,
        rules: ASKING_TOOLS.has(name) ? [] : rules,
        reason: decisionReason ?? null,
        parentToolUseId: null,
      };
      decided = await asks.ask(ask, signal);
      if (!decided) return { behavior: 'deny', message: 'The run was stopped before anybody answered.' };
      decision = decide(policy, { ...call, decided });
    }
    if (decision.behavior === 'deny') return { behavior: 'deny', message: decision.message };
    started(toolUseId);
    const updatedInput = decision.behavior === 'allow' ? (decision.input ?? input) : input;
    const remembers = decided?.remember === true && rules.length > 0 && !ASKING_TOOLS.has(name);
    return { behavior: 'allow', updatedInput, ...(remembers && { updatedPermissions: [allowRules(rules)] }) };
  };
}
