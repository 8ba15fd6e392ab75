import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { decide, listApprovals, sendCustomResult, type Decision } from '../api/approvals.ts';
import { toProblem, type Problem } from '../lib/problem.ts';
import { toast } from '../ui/toast.tsx';
import { getDecider } from './decider.ts';
import type { WaitingCall } from './waiting-call.ts';

/** What a person says to a call: a decision, or what they made of it as the client of a custom tool. */
export type Answer = Decision | { result: { text: string; isError: boolean } };

export type AnswerState =
  | { step: 'open' }
  | { step: 'sending' }
  /** The server wants a key for this. */
  | { step: 'needsKey'; answer: Answer }
  /** The agent hears of it; the call goes away with the next event. */
  | { step: 'answered' }
  /** `first` absent: nobody answered, and nobody can any more. */
  | { step: 'late'; first?: { decision: 'allow' | 'deny'; by: string; at: string | null } }
  | { step: 'failed'; problem: Problem };

export interface Answering {
  state: AnswerState;
  send(answer: Answer): void;
  /** There is a key now: goes on with the answer that waits for it. */
  sendAgain(): void;
  dismissKey(): void;
}

/**
 * Answers one call. Give the component that uses it the call's id as its key. `onAnswered`: the server has taken it.
 */
export function useAnswer(call: WaitingCall, onAnswered?: () => void): Answering {
  const { t } = useTranslation();
  const [state, setState] = useState<AnswerState>({ step: 'open' });
  const submit = async (answer: Answer): Promise<void> => {
    setState({ step: 'sending' });
    try {
      if ('result' in answer) await sendCustomResult(call.session_id, call.id, answer.result);
      else await decide(call.id, { ...answer, ...getDecider() });
      setState({ step: 'answered' });
      onAnswered?.();
    } catch (error) {
      const problem = toProblem(error);
      if (problem.needsKey) return setState({ step: 'needsKey', answer });
      if (problem.status !== 409) return setState({ step: 'failed', problem });
      const first = await findFirst(call).catch(() => undefined);
      setState({ step: 'late', ...(first && { first }) });
      // The card may be gone by then.
      toast(
        first ? t(`approval.late.${first.decision}`, { by: first.by }) : t('approval.late.expired'),
        'bad',
      );
    }
  };
  return {
    state,
    send: (answer) => void submit(answer),
    sendAgain: () => {
      if (state.step === 'needsKey') void submit(state.answer);
    },
    dismissKey: () => setState({ step: 'open' }),
  };
}

/** Who was first, and with what. */
async function findFirst({
  id,
  session_id,
}: WaitingCall): Promise<{ decision: 'allow' | 'deny'; by: string; at: string | null } | undefined> {
  const all = await listApprovals(session_id, { status: 'all' });
  const found = all.find((approval) => approval.id === id);
  if (!found?.decision) return undefined;
  return { decision: found.decision.decision, by: found.decision.by, at: found.closed_at };
}
