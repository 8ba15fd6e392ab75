import { useId, type ComponentProps, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from '../lib/class-names.ts';
import { faultText } from './fault-text.ts';

const INPUT =
  'w-full rounded-md border border-line-strong bg-surface px-2.5 text-sm text-ink disabled:opacity-60 aria-[invalid=true]:border-bad';

export interface Described {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': boolean | undefined;
}

/** A control with its name, what it is for, and what is wrong with it. */
export function Field({
  label,
  hint,
  error,
  children,
  className,
}: {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  children: (described: Described) => ReactNode;
  className?: string;
}): ReactNode {
  const { t } = useTranslation();
  const id = useId();
  const hasText = error !== undefined || hint !== undefined;
  return (
    <div className={classNames('flex flex-col gap-1', className)}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({
        id,
        'aria-describedby': hasText ? `${id}-text` : undefined,
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {hasText && (
        <p
          id={`${id}-text`}
          className={classNames('text-xs', error === undefined ? 'text-muted' : 'text-bad')}
        >
          {error === undefined ? hint : faultText(error, t)}
        </p>
      )}
    </div>
  );
}

export function TextInput({ className, ...rest }: ComponentProps<'input'>): ReactNode {
  return <input type="text" {...rest} className={classNames(INPUT, 'h-8', className)} />;
}

export function TextArea({ className, ...rest }: ComponentProps<'textarea'>): ReactNode {
  return <textarea rows={3} {...rest} className={classNames(INPUT, 'py-1.5 leading-normal', className)} />;
}

export function Select({ className, ...rest }: ComponentProps<'select'>): ReactNode {
  return <select {...rest} className={classNames(INPUT, 'h-8 pr-7', className)} />;
}

export function Checkbox({
  label,
  className,
  ...rest
}: ComponentProps<'input'> & { label: ReactNode }): ReactNode {
  return (
    <label className={classNames('inline-flex min-h-7 items-center gap-2 text-sm', className)}>
      <input type="checkbox" {...rest} className="size-4 accent-accent" />
      {label}
    </label>
  );
}
