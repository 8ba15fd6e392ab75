import { Switch as Radix } from 'radix-ui';
import { useId, type ReactNode } from 'react';

/** On or off, at once. */
export function Switch({
  label,
  checked,
  onChange,
  disabled = false,
}: {
  label: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}): ReactNode {
  const id = useId();
  return (
    <span className="inline-flex min-h-8 items-center gap-2 text-sm">
      <Radix.Root
        id={id}
        checked={checked}
        disabled={disabled}
        onCheckedChange={onChange}
        className="h-6 w-10 shrink-0 rounded-full border border-line-strong bg-sunken p-0.5 disabled:opacity-50 data-[state=checked]:border-accent data-[state=checked]:bg-accent"
      >
        <Radix.Thumb className="block size-4.5 rounded-full bg-muted transition-transform data-[state=checked]:translate-x-4 data-[state=checked]:bg-accent-ink" />
      </Radix.Root>
      <label htmlFor={id}>{label}</label>
    </span>
  );
}
