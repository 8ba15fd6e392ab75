import { Circle, CircleCheck, CircleDot } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Todo } from '../../../live/session-items.ts';
import { classNames } from '../../../lib/class-names.ts';
import { Section } from './section.tsx';

const ICONS = { pending: Circle, in_progress: CircleDot, completed: CircleCheck };
const COLORS = { pending: 'text-faint', in_progress: 'text-busy', completed: 'text-ok' };

/** What the agent has planned, and how far it is. */
export function Todos({ todos }: { todos: readonly Todo[] }): ReactNode {
  const { t } = useTranslation();
  if (todos.length === 0) return null;
  const done = todos.filter(({ status }) => status === 'completed').length;
  return (
    <Section
      name="todos"
      title={t('session.panel.todos.title')}
      note={t('session.panel.todos.done', { done, total: todos.length })}
    >
      <ul className="flex flex-col gap-1 text-sm">
        {todos.map(({ content, status, activeForm }, index) => {
          const Icon = ICONS[status];
          return (
            // oxlint-disable-next-line react/no-array-index-key
            <li key={index} className="flex items-start gap-2">
              <Icon className={classNames('mt-0.5 size-4 shrink-0', COLORS[status])} aria-hidden />
              <span
                className={classNames(
                  'min-w-0 break-words',
                  status === 'completed' && 'text-muted line-through',
                  status === 'in_progress' && 'font-medium',
                )}
              >
                {status === 'in_progress' ? (activeForm ?? content) : content}
                <span className="sr-only"> ({t(`session.panel.todos.${status}`)})</span>
              </span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
