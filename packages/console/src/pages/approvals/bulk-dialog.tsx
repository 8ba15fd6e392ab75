import { Check, X } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { nameOf } from '../../approval/approval-card.tsx';
import { assessRisk } from '../../approval/assess-risk.ts';
import { CallView } from '../../approval/call-view.tsx';
import { KeyDialog } from '../../approval/key-dialog.tsx';
import { RiskBadges } from '../../approval/risk-badges.tsx';
import type { Approval } from '../../live/fleet-frames.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Checkbox, Field, TextInput } from '../../ui/field.tsx';
import { SessionLink } from './session-label.tsx';
import { useBulkAnswer, type BulkResult } from './use-bulk-answer.ts';

/** Many calls, each with its exact input and a mark that it is meant, and one decision for them. */
export function BulkDialog({
  calls,
  onClose,
}: {
  calls: readonly Approval[];
  onClose: () => void;
}): ReactNode {
  const { t } = useTranslation();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [message, setMessage] = useState('');
  const { results, isBusy, needsKey, send, dismissKey } = useBulkAnswer();
  const isDone = (id: string): boolean => ['done', 'late'].includes(String(results.get(id)));
  const chosen = calls.map(({ id }) => id).filter((id) => !left.has(id) && !isDone(id));
  const isOver = calls.every(({ id }) => isDone(id) || left.has(id)) && results.size > 0;
  const isOneSession = calls.every(({ session_id: session }) => session === calls[0]?.session_id);
  const toggle = (id: string): void =>
    setLeft((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={t('approvals.bulk.title', { count: calls.length })}
      description={t('approvals.bulk.text')}
      footer={
        isOver ? (
          <Button kind="primary" onClick={onClose}>
            {t('common.close')}
          </Button>
        ) : (
          <>
            <Button
              kind="danger"
              icon={<X />}
              busy={isBusy}
              disabled={chosen.length === 0}
              onClick={() => void send(chosen, { decision: 'deny', ...(message !== '' && { message }) })}
            >
              {t('approvals.bulk.deny', { count: chosen.length })}
            </Button>
            <Button
              kind="primary"
              icon={<Check />}
              busy={isBusy}
              disabled={chosen.length === 0 || message !== ''}
              title={message === '' ? undefined : t('approvals.bulk.messageDenies')}
              onClick={() => void send(chosen, { decision: 'allow' })}
            >
              {t('approvals.bulk.allow', { count: chosen.length })}
            </Button>
          </>
        )
      }
    >
      <ul className="flex flex-col gap-2">
        {calls.map((call) => (
          <li key={call.id} className="rounded-md border p-2.5">
            <div className="mb-1.5 flex flex-wrap items-center gap-2">
              <Checkbox
                label={<span className="font-medium">{nameOf(call)}</span>}
                checked={!left.has(call.id)}
                disabled={isBusy || isDone(call.id)}
                onChange={() => toggle(call.id)}
              />
              <Risk call={call} />
              {!isOneSession && <SessionLink sessionId={call.session_id} />}
              <span className="ml-auto" aria-live="polite">
                <Result result={results.get(call.id)} />
              </span>
            </div>
            <div className="flex max-h-48 flex-col gap-1.5 overflow-y-auto">
              <CallView name={call.tool_name} input={call.input} />
            </div>
          </li>
        ))}
      </ul>
      {!isOver && (
        <Field label={t('approval.message')} hint={t('approvals.bulk.messageHint')} className="mt-3">
          {(described) => (
            <TextInput
              {...described}
              value={message}
              disabled={isBusy}
              onChange={(event) => setMessage(event.target.value)}
            />
          )}
        </Field>
      )}
      {needsKey && (
        <KeyDialog onClose={dismissKey} onKey={() => void send(needsKey.ids, needsKey.decision)} />
      )}
    </Dialog>
  );
}

function Risk({ call }: { call: Approval }): ReactNode {
  const risk = useMemo(() => assessRisk(call.tool_name, call.input), [call]);
  return <RiskBadges risk={risk} />;
}

function Result({ result }: { result: BulkResult | undefined }): ReactNode {
  const { t } = useTranslation();
  if (result === undefined) return null;
  if (result === 'sending') return <Badge>{t('approvals.bulk.sending')}</Badge>;
  if (result === 'done') return <Badge tone="ok">{t('approvals.bulk.done')}</Badge>;
  if (result === 'late') return <Badge tone="wait">{t('approvals.bulk.late')}</Badge>;
  return <span className="text-xs text-bad">{result.message || t('common.unreachable')}</span>;
}
