import type { TFunction } from 'i18next';
import { nameOf } from '../../approval/approval-card.tsx';

/** What a call that waits, or has waited, is called in a list. */
export function callName(call: { kind: string; tool_name: string }, t: TFunction): string {
  if (call.kind === 'question') return t('approvals.question');
  return call.tool_name === 'ExitPlanMode' ? t('approvals.plan') : nameOf(call);
}
