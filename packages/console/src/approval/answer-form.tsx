import { Check, Pencil, X } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcuts } from '../lib/keyboard.ts';
import { showHidden } from '../lib/visible-text.ts';
import { Button } from '../ui/button.tsx';
import { Kbd } from '../ui/kbd.tsx';
import { AnswerOutcome } from './answer-outcome.tsx';
import { DenyForm } from './deny-form.tsx';
import { EditForm } from './edit-form.tsx';
import { KeyDialog } from './key-dialog.tsx';
import { useAnswer, type Answer } from './use-answer.ts';
import type { WaitingCall } from './waiting-call.ts';

/** A key or a second click that was meant for the card before must not answer this one unseen. */
const SEEN_MS = 600;

/** Allow, deny with a message, change the input, allow for the session. By keyboard when `active`. */
export function AnswerForm({
  call,
  active = false,
  onAnswered,
}: {
  call: WaitingCall;
  active?: boolean;
  onAnswered?: (() => void) | undefined;
}): ReactNode {
  const { t } = useTranslation();
  const answering = useAnswer(call, onAnswered);
  const [asksKey, setAsksKey] = useState(false);
  const [mode, setMode] = useState<'decide' | 'deny' | 'edit'>('decide');
  const shownAt = useRef(0);
  useEffect(() => {
    shownAt.current = performance.now();
  }, [active]);
  const { step } = answering.state;
  const isOpen = step === 'open' || step === 'failed' || step === 'needsKey';
  const isBusy = step === 'sending' || step === 'needsKey';
  const whenSeen = (run: () => void) => () => {
    if (performance.now() - shownAt.current > SEEN_MS && !isBusy) run();
  };
  const allow = (): void => answering.send({ decision: 'allow' });
  const allowForSession = (): void => answering.send({ decision: 'allow', remember: true });
  const edit = (): void => (call.isPartial === true ? setAsksKey(true) : setMode('edit'));
  // A plan is agreed to as it is, and once.
  const isPlan = call.tool_name === 'ExitPlanMode';
  const canRemember = call.rules.length > 0 && !isPlan;
  const group = 'here' as const;
  useShortcuts(
    active && isOpen && mode === 'decide'
      ? [
          { keys: 'a', label: t('approval.shortcuts.allow'), group, run: whenSeen(allow) },
          { keys: 'd', label: t('approval.shortcuts.deny'), group, run: whenSeen(() => setMode('deny')) },
          ...(isPlan ? [] : [{ keys: 'e', label: t('approval.shortcuts.edit'), group, run: whenSeen(edit) }]),
          ...(canRemember
            ? [
                {
                  keys: 's',
                  label: t('approval.shortcuts.forSession'),
                  group,
                  run: whenSeen(allowForSession),
                },
              ]
            : []),
        ]
      : [],
  );
  const back = (): void => setMode('decide');
  const sendFrom = (answer: Answer): void => answering.send(answer);
  if (step === 'answered' || step === 'late') return <AnswerOutcome answering={answering} />;
  return (
    <div className="flex flex-col gap-2">
      {mode === 'deny' && <DenyForm busy={isBusy} onBack={back} onSend={sendFrom} />}
      {mode === 'edit' && call.isPartial === true && (
        <p className="flex items-center gap-2 text-sm text-muted">
          {t('common.loading')}
          <Button kind="ghost" onClick={back}>
            {t('approval.back')}
          </Button>
        </p>
      )}
      {mode === 'edit' && call.isPartial !== true && (
        <EditForm call={call} busy={isBusy} onBack={back} onSend={sendFrom} />
      )}
      {mode === 'decide' && (
        <>
          <div className="flex flex-wrap gap-2">
            <Button kind="primary" icon={<Check />} busy={isBusy} onClick={whenSeen(allow)}>
              {t('approval.allow')}
              {active && <Key>A</Key>}
            </Button>
            <Button icon={<X />} disabled={isBusy} onClick={() => setMode('deny')}>
              {t('approval.denyWith')}
              {active && <Key>D</Key>}
            </Button>
            {canRemember && (
              <Button
                disabled={isBusy}
                onClick={whenSeen(allowForSession)}
                title={`${t('approval.forSessionHint')}\n${call.rules.join('\n')}`}
              >
                {t('approval.forSession')}
                {active && <Key>S</Key>}
              </Button>
            )}
            {!isPlan && (
              <Button kind="ghost" icon={<Pencil />} disabled={isBusy} onClick={edit}>
                {t('approval.edit')}
                {active && <Key>E</Key>}
              </Button>
            )}
          </div>
          {canRemember && (
            <p className="text-xs break-words text-muted">
              {t('approval.forSessionHint')}{' '}
              {call.rules.map((rule) => (
                <code
                  key={rule}
                  className="mr-1 rounded bg-sunken box-decoration-clone px-1 py-0.5 wrap-anywhere"
                >
                  {showHidden(rule)}
                </code>
              ))}
            </p>
          )}
        </>
      )}
      <AnswerOutcome answering={answering} />
      {asksKey && (
        <KeyDialog
          onClose={() => setAsksKey(false)}
          onKey={() => {
            setAsksKey(false);
            setMode('edit');
          }}
        />
      )}
    </div>
  );
}

function Key({ children }: { children: string }): ReactNode {
  return (
    <span className="hidden sm:inline" aria-hidden>
      <Kbd>{children}</Kbd>
    </span>
  );
}
