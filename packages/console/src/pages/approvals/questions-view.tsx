import type { ReactNode } from 'react';
import { isRecord } from '../../lib/json.ts';
import { parseQuestions } from '../../approval/questions.ts';
import { showHidden } from '../../lib/visible-text.ts';
import type { ApprovalRecord } from '../../api/approvals.ts';

/** What the agent asked, and what it was answered. */
export function QuestionsView({ record }: { record: ApprovalRecord }): ReactNode {
  const answers = record.decision?.input?.['answers'];
  return (
    <dl className="flex flex-col gap-2 text-sm">
      {parseQuestions(record.questions ?? []).map(({ question }) => {
        const answer = isRecord(answers) ? answers[question] : undefined;
        return (
          <div key={question}>
            <dt className="font-medium">{showHidden(question)}</dt>
            {typeof answer === 'string' && (
              <dd className="break-words whitespace-pre-wrap text-muted">{showHidden(answer)}</dd>
            )}
          </div>
        );
      })}
    </dl>
  );
}
