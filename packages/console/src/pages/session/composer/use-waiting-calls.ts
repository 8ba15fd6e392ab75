import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { listApprovals } from '../../../api/approvals.ts';
import { useKey } from '../../../api/credential.ts';
import type { CallItem } from '../../../live/session-items.ts';
import type { WaitingCall } from '../../../approval/waiting-call.ts';

/** A call that waits, with where it stands in the conversation. */
export interface PendingCall {
  itemId: string;
  call: WaitingCall;
}

/**
 * The calls of a session that wait for a person, as they can be answered. What the events tell is shown at once; the
 * rest (rules, reason, the input as the tool takes it) needs a key that may answer.
 */
export function useWaitingCalls(sessionId: string, pending: readonly CallItem[]): readonly PendingCall[] {
  const key = useKey();
  const ids = pending.map(({ id }) => id).join(' ');
  const { data: records } = useQuery({
    queryKey: ['approvals', sessionId, ids, key],
    queryFn: ({ signal }) => listApprovals(sessionId, { signal }),
    // Without a key the answer is known.
    enabled: pending.length > 0 && key !== undefined,
    retry: false,
    staleTime: Infinity,
  });
  return useMemo(
    () =>
      pending.flatMap((item): PendingCall[] => {
        const id = item.approval?.approvalId;
        const record = records?.find(
          (one) => one.id === id || (item.callId !== '' && one.tool_use_id === item.callId),
        );
        // Of a plan the record has no input.
        const isBare = record !== undefined && Object.keys(record.input).length === 0;
        if (record) return [{ itemId: item.id, call: isBare ? { ...record, input: item.input } : record }];
        return [{ itemId: item.id, call: toCall(sessionId, item) }];
      }),
    [sessionId, pending, records],
  );
}

/** As far as the conversation knows it. */
function toCall(sessionId: string, { id, tool, input, approval }: CallItem): WaitingCall {
  const kind = approval?.kind ?? 'permission';
  return {
    // Of `/v1`, an event's id stands for its call.
    id: approval?.approvalId ?? id,
    session_id: sessionId,
    kind,
    tool_name:
      tool.kind === 'built_in'
        ? tool.name
        : `mcp__${tool.kind === 'mcp' ? tool.server : 'custom'}__${tool.name}`,
    input,
    questions: kind === 'question' && Array.isArray(input['questions']) ? input['questions'] : null,
    rules: [],
    reason: null,
    isPartial: true,
  };
}
