import { Check, MessageCircleQuestion } from 'lucide-react';
import type { ReactNode } from 'react';
import { isRecord, toRecord, toText } from '../../../../live/session-events.ts';
import type { CallItem } from '../../../../live/session-items.ts';
import { classNames } from '../../../../lib/class-names.ts';
import type { Describe } from './face.ts';
import { ResultContent } from './result-content.tsx';

export const describeQuestion: Describe = (call, t) => {
  const [first] = questionsOf(call.input);
  return {
    icon: MessageCircleQuestion,
    title: t('conversation.tool.question'),
    summary: first?.question ?? '',
    isOpen: true,
    Body: QuestionBody,
  };
};

interface Question {
  question: string;
  header: string;
  options: { label: string; description: string }[];
}

function questionsOf({ questions }: Record<string, unknown>): Question[] {
  if (!Array.isArray(questions)) return [];
  return questions.filter(isRecord).map(({ question, header, options }) => ({
    question: toText(question),
    header: toText(header),
    options: (Array.isArray(options) ? options : []).filter(isRecord).map(({ label, description }) => ({
      label: toText(label),
      description: toText(description),
    })),
  }));
}

function QuestionBody({ call }: { call: CallItem }): ReactNode {
  // While a person is asked, the form below has all of it.
  if (call.approval?.state === 'pending') return null;
  const answers = toRecord(call.approval?.input?.['answers']);
  const hasAnswers = Object.keys(answers).length > 0;
  return (
    <>
      <dl className="px-3 py-2 text-xs">
        {questionsOf(call.input).map(({ question, options }) => {
          const answer = toText(answers[question]);
          const parts = answer.split(/,\s*/);
          const chosen = options.filter(({ label }) => parts.includes(label));
          const own = parts.filter((part) => !chosen.some(({ label }) => label === part)).join(', ');
          return (
            <div key={question} className="py-1">
              <dt className="font-medium">{question}</dt>
              {options.map(({ label, description }) => {
                const isChosen = chosen.some((option) => option.label === label);
                return (
                  <dd key={label} className={classNames('flex gap-1.5 py-0.5', !isChosen && 'text-muted')}>
                    <Check
                      aria-hidden
                      className={classNames('mt-0.5 size-3.5 shrink-0', isChosen ? 'text-ok' : 'invisible')}
                    />
                    <span>
                      <span className={classNames(isChosen && 'font-medium')}>{label}</span>
                      {description !== '' && ` – ${description}`}
                    </span>
                  </dd>
                );
              })}
              {own !== '' && (
                <dd className="mt-1 border-l-2 border-accent pl-2 whitespace-pre-wrap">{own}</dd>
              )}
            </div>
          );
        })}
      </dl>
      {!hasAnswers && <ResultContent call={call} />}
    </>
  );
}
