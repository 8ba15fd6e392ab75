import type { ComponentProps, MouseEvent, ReactNode } from 'react';
import { classNames } from '../lib/class-names.ts';

const KINDS = {
  primary: 'bg-accent text-accent-ink hover:bg-accent-hover border-transparent',
  secondary: 'bg-surface text-ink border-line-strong hover:bg-hover',
  ghost: 'bg-transparent text-muted border-transparent hover:bg-hover hover:text-ink',
  danger: 'bg-surface text-bad border-line-strong hover:bg-bad-soft',
} as const;
const SIZES = { sm: 'h-7 px-2 text-xs gap-1', md: 'h-8 px-3 text-sm gap-1.5' } as const;

export interface ButtonProps extends ComponentProps<'button'> {
  kind?: keyof typeof KINDS;
  size?: keyof typeof SIZES;
  icon?: ReactNode;
  /** It is at work: cannot be pressed again, and says so. */
  busy?: boolean;
}

export function Button({
  kind = 'secondary',
  size = 'md',
  icon,
  busy = false,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps): ReactNode {
  return (
    <button
      type="button"
      {...rest}
      // Out of use it would lose the focus.
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? refuse : onClick}
      className={classNames(
        'inline-flex items-center justify-center rounded-md border font-medium whitespace-nowrap transition-colors',
        'disabled:opacity-50 disabled:pointer-events-none aria-busy:opacity-50 aria-busy:pointer-events-none [&_svg]:size-4 [&_svg]:shrink-0',
        KINDS[kind],
        SIZES[size],
        className,
      )}
    >
      {icon}
      {children}
    </button>
  );
}

/** Nor is a form sent with it. */
function refuse(event: MouseEvent): void {
  event.preventDefault();
}

/** A button of one picture; `label` is its name for those who do not see it, and its tooltip. */
export function IconButton({
  label,
  children,
  className,
  kind = 'ghost',
  ...rest
}: Omit<ButtonProps, 'icon' | 'size'> & { label: string }): ReactNode {
  return (
    <Button
      {...rest}
      kind={kind}
      aria-label={label}
      title={label}
      className={classNames('!w-8 !px-0', className)}
    >
      {children}
    </Button>
  );
}
