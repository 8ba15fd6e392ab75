import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../lib/problem.ts';
import { faultText } from './fault-text.ts';

/** What the server said to what was just sent, above the form. */
export function ProblemNote({ problem }: { problem: Problem | undefined }): ReactNode {
  const { t } = useTranslation();
  if (!problem) return null;
  return (
    <p
      role="alert"
      className="mb-4 flex items-start gap-2 rounded-md bg-bad-soft px-3 py-2 text-sm break-words text-bad"
    >
      <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
      {faultText(problem.message, t) || (problem.status === 0 ? t('common.unreachable') : t('common.failed'))}
    </p>
  );
}
