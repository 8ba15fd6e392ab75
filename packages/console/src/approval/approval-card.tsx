import { Bot, CircleQuestionMark, Hand, ListTodo } from 'lucide-react';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from '../lib/class-names.ts';
import { showHidden } from '../lib/visible-text.ts';
import { Badge } from '../ui/badge.tsx';
import { AnswerForm } from './answer-form.tsx';
import { assessRisk } from './assess-risk.ts';
import { CallView } from './call-view.tsx';
import { CustomResultForm } from './custom-result-form.tsx';
import { QuestionForm } from './question-form.tsx';
import { RiskBadges } from './risk-badges.tsx';
import { toTool, type WaitingCall } from './waiting-call.ts';

export interface ApprovalCardProps {
  call: WaitingCall;
  /** Its keys work: of the cards on a page, one. */
  active?: boolean;
  /** Beside its name: where it comes from, its age. */
  aside?: ReactNode;
  /** The input is scrolled from so many lines on, so that the buttons stay in view. */
  compact?: boolean;
  /** The server has taken the answer of this card. */
  onAnswered?: () => void;
  className?: string;
}

/** A call that waits for a person: what it would do, how grave that is, and the answer. Needs `key={call.id}`. */
export function ApprovalCard({
  call,
  active = false,
  aside,
  compact = false,
  onAnswered,
  className,
}: ApprovalCardProps): ReactNode {
  const { t } = useTranslation();
  const risk = useMemo(() => assessRisk(call.tool_name, call.input), [call.tool_name, call.input]);
  const isPlan = call.tool_name === 'ExitPlanMode';
  const Icon = call.kind === 'question' ? CircleQuestionMark : isPlan ? ListTodo : Hand;
  const title = t(`approval.title.${isPlan ? 'plan' : call.kind}`, { tool: nameOf(call) });
  return (
    <section
      aria-label={title}
      className={classNames(
        'flex min-h-0 flex-col gap-2 rounded-lg border bg-surface p-3',
        active && 'border-wait',
        className,
      )}
    >
      <header className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <Icon className="size-4 shrink-0 text-wait" aria-hidden />
        <h2 className="mr-auto min-w-40 flex-1 text-sm font-semibold break-words">{title}</h2>
        {call.parent_tool_use_id != null && (
          <Badge>
            <Bot className="size-3" aria-hidden />
            {t('approval.bySubagent')}
          </Badge>
        )}
        {aside}
      </header>
      {call.kind === 'question' ? (
        <QuestionForm call={call} compact={compact} onAnswered={onAnswered} />
      ) : (
        <>
          {call.kind === 'permission' && !isPlan && <RiskBadges risk={risk} />}
          {call.reason !== null && (
            <p className="text-xs text-muted">{t('approval.reason', { reason: showHidden(call.reason) })}</p>
          )}
          <div
            role="group"
            aria-label={t('approval.input.label')}
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
            tabIndex={compact ? 0 : undefined}
            className={classNames(
              'flex flex-col gap-1.5',
              compact && 'max-h-[26dvh] min-h-0 overflow-y-auto',
            )}
          >
            <CallView name={call.tool_name} input={call.input} />
          </div>
          {call.kind === 'custom_tool' ? (
            <CustomResultForm call={call} onAnswered={onAnswered} />
          ) : (
            <AnswerForm call={call} active={active} onAnswered={onAnswered} />
          )}
        </>
      )}
    </section>
  );
}

/** As people know it. */
export function nameOf({ tool_name: name }: Pick<WaitingCall, 'tool_name'>): string {
  const tool = toTool(name);
  return tool.kind === 'mcp' ? `${tool.server} · ${tool.name}` : tool.name;
}
