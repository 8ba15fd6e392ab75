import { useId, type ReactNode } from 'react';

/** The same as Field around several controls. */
export function GroupField({
  label,
  hint,
  error,
  children,
}: {
  label: string;
  hint: ReactNode;
  error: string | undefined;
  children: ReactNode;
}): ReactNode {
  const id = useId();
  const hasText = error !== undefined || hint !== undefined;
  return (
    <fieldset aria-describedby={hasText ? id : undefined} className="flex min-w-0 flex-col gap-1.5">
      <legend className="mb-1 text-sm font-medium">{label}</legend>
      {children}
      {hasText && (
        <p id={id} className={error === undefined ? 'text-xs text-muted' : 'text-xs text-bad'}>
          {error ?? hint}
        </p>
      )}
    </fieldset>
  );
}
