import type { ReactNode } from 'react';
import { classNames } from '../../../../lib/class-names.ts';
import { CopyButton } from '../../../../ui/copy-button.tsx';

/** A part of a card, which can be copied. */
export function Section({
  label,
  copy,
  tone,
  children,
}: {
  label?: string;
  copy?: string | (() => string);
  tone?: 'bad';
  children: ReactNode;
}): ReactNode {
  return (
    <div
      className={classNames(
        'group/part relative border-t first:border-t-0',
        // Where nothing hovers the button is always there: beside the text, not over it.
        copy !== undefined && '[@media(hover:none)]:pr-7',
        tone === 'bad' && 'bg-bad-soft/40',
      )}
    >
      {label !== undefined && <h3 className="px-3 pt-1.5 text-2xs font-medium text-faint">{label}</h3>}
      {children}
      {copy !== undefined && (
        <CopyButton
          text={copy}
          className="absolute top-0.5 right-0.5 !h-6 !w-6 bg-surface/80 opacity-0 group-hover/part:opacity-100 focus-visible:opacity-100 [@media(hover:none)]:opacity-100"
        />
      )}
    </div>
  );
}
