import { isKeyTaken, request, send } from './http.ts';
import { loadV1 } from './load-v1.ts';

/** An entry of `GET /approvals`. */
export interface ApprovalRecord {
  id: string;
  session_id: string;
  status: 'open' | 'allowed' | 'denied' | 'expired';
  kind: 'permission' | 'question' | 'custom_tool';
  tool_name: string;
  tool_use_id: string;
  parent_tool_use_id: string | null;
  input: Record<string, unknown>;
  questions: unknown[] | null;
  rules: string[];
  reason: string | null;
  created_at: string;
  closed_at: string | null;
  decision: {
    decision: 'allow' | 'deny';
    by: string;
    message: string | null;
    input: Record<string, unknown> | null;
    remember: boolean;
  } | null;
}

export interface Decision {
  decision: 'allow' | 'deny';
  /** To the agent, with a denial. */
  message?: string;
  /** What the tool runs with instead: the whole input. */
  input?: Record<string, unknown>;
  /** To a question, by its text. */
  answers?: Record<string, string>;
  /** Allow the rules of the approval for the rest of the session. */
  remember?: boolean;
  by?: string;
}

/** The calls of a session that wait, oldest first. `status: all`: also those that were answered. */
export function listApprovals(
  sessionId: string,
  { status = 'open', signal }: { status?: 'open' | 'all'; signal?: AbortSignal } = {},
): Promise<ApprovalRecord[]> {
  const query = { session_id: sessionId, status, limit: 1000 };
  return request('/approvals', { query, ...(signal && { signal }) });
}

/** Of all sessions, or of one; newest first. `after`: only older ones. */
export function listNewestApprovals(
  { sessionId, after, limit }: { sessionId?: string; after?: string; limit: number },
  signal?: AbortSignal,
): Promise<ApprovalRecord[]> {
  const query = { status: 'all', order: 'desc', session_id: sessionId, after, limit };
  return request('/approvals', { query, ...(signal && { signal }) });
}

/** Whether the server lets this key see approvals. */
export async function canAnswer(key: string): Promise<boolean> {
  return isKeyTaken(key, '/approvals?limit=1');
}

/** Throws Problem; 409: somebody was first, or nobody can answer any more. */
export async function decide(approvalId: string, decision: Decision): Promise<void> {
  await send(`/approvals/${encodeURIComponent(approvalId)}`, { method: 'POST', body: decision });
}

/** Gives the agent what its client made of a custom tool's call. */
export async function sendCustomResult(
  sessionId: string,
  approvalId: string,
  result: { text: string; isError: boolean },
): Promise<void> {
  await (
    await loadV1()
  ).beta.sessions.events.send(sessionId, {
    events: [
      {
        type: 'user.custom_tool_result',
        custom_tool_use_id: approvalId,
        content: [{ type: 'text', text: result.text }],
        is_error: result.isError,
      },
    ],
  });
}
