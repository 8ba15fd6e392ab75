import type { ReactNode } from 'react';
import { Card } from '../../ui/page.tsx';

/** A part of the form, with what it is for and what is wrong with it as a whole. */
export function Section({
  title,
  text,
  error,
  actions,
  children,
}: {
  title: string;
  text?: ReactNode;
  error?: string | undefined;
  actions?: ReactNode;
  children?: ReactNode;
}): ReactNode {
  return (
    <Card title={title} actions={actions}>
      <div className="flex flex-col gap-4 p-4">
        {text !== undefined && <p className="text-sm text-muted">{text}</p>}
        {error !== undefined && (
          <p role="alert" data-invalid className="text-sm text-bad">
            {error}
          </p>
        )}
        {children}
      </div>
    </Card>
  );
}
