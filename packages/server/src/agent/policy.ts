import type { ApprovalDecision } from '../domain/approval.ts';
import { toPublicTool } from '../domain/tool-names.ts';
import { judge, withDomains, type ToolAccess } from './tool-access.ts';

/** What a session allows its agent beyond the permission mode and the rules, which the agent itself applies. */
export interface Policy {
  /**
   * `deny`: nobody can be asked, so a call that needs a person is refused and the run goes on.
   * `wait`: it waits for one, as long as it takes.
   */
  onAsk: 'deny' | 'wait';
  /** Of an agent of `/v1`: this decides alone, and whom it asks is waited for. */
  access?: ToolAccess | undefined;
}

/** A tool call at one of the two doors: before every call, and when the agent's own rules say that a person decides. */
export interface ToolCall {
  toolUseId: string;
  name: string;
  input: unknown;
  asked: boolean;
  /** What a person has decided about it already. */
  decided?: ApprovalDecision | undefined;
}

export type Decision =
  /** No objection: the permission mode and the rules decide. */
  | { behavior: 'pass' }
  /** A person has to decide. */
  | { behavior: 'ask' }
  /** A person allowed it, with this input if they changed it. */
  | { behavior: 'allow'; input: Record<string, unknown> | undefined }
  | { behavior: 'deny'; message: string };

/** Tools that can only ever be answered by a person. */
export const ASKING_TOOLS = new Set(['AskUserQuestion']);
/** They reach other agents of this machine. */
const FORBIDDEN_TOOLS = new Set(['SendMessage', 'ListAgents']);
/** With it the agent gives the answer that was asked of it. It is there only then. */
const ANSWER_TOOL = 'StructuredOutput';

/**
 * Whether a call may go on. Depends on its arguments alone, so the same call gets the same answer at both doors,
 * however often it is asked for: on a resume the agent uses either door, sometimes both.
 */
export function decide(policy: Policy, call: ToolCall): Decision {
  if (FORBIDDEN_TOOLS.has(call.name)) return deny(`${call.name} is not available here.`);
  if (policy.access) return decideByAccess(policy.access, call);
  if (call.decided) return toDecision(call.name, call.decided);
  if (policy.onAsk === 'wait') return { behavior: call.asked ? 'ask' : 'pass' };
  if (ASKING_TOOLS.has(call.name)) {
    return deny('Nobody can be asked. Decide by yourself and say what you assumed.');
  }
  return call.asked ? deny(whyDenied(call.name)) : { behavior: 'pass' };
}

function decideByAccess(access: ToolAccess, { name, input, decided }: ToolCall): Decision {
  if (name === ANSWER_TOOL) return { behavior: 'allow', input: undefined };
  const tool = toPublicTool(name).name;
  if (decided?.behavior === 'deny') return deny(rejectedMessage(tool, decided.message));
  const { evaluated } = judge(access, name, input);
  if (evaluated === 'deny') return deny(`Permission to use ${tool} has been denied.`);
  if (evaluated === 'ask' && !decided) return { behavior: 'ask' };
  return { behavior: 'allow', input: decided?.input ?? withDomains(access, name, input) };
}

function rejectedMessage(tool: string, message: string | undefined): string {
  const rejected = `Permission to use ${tool} has been rejected.`;
  return message === undefined ? rejected : `${rejected} Rejection message: ${message}`;
}

function toDecision(name: string, { behavior, message, input }: ApprovalDecision): Decision {
  if (behavior === 'allow') return { behavior, input };
  return deny(deniedMessage(name, message));
}

/** What the agent hears of a denial by a person. `isManaged`: it is an agent of `/v1`. */
export function deniedMessage(name: string, message: string | undefined, isManaged = false): string {
  if (isManaged) return rejectedMessage(toPublicTool(name).name, message);
  return message ?? `A person denied this call of ${name}. Go on without it, or ask what to do instead.`;
}

function whyDenied(name: string): string {
  if (name === 'ExitPlanMode') return 'Nobody can approve the plan here. Give the plan as your final answer.';
  return (
    `This call of ${name} needs a person's permission and nobody can be asked. Go on without it. ` +
    `The caller can allow it with allowed_tools (for example "${name}") or another permission_mode.`
  );
}

function deny(message: string): Decision {
  return { behavior: 'deny', message };
}
