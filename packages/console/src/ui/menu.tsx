import { DropdownMenu as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { classNames } from '../lib/class-names.ts';

export interface MenuItem {
  label: ReactNode;
  icon?: ReactNode;
  onSelect: () => void;
  danger?: boolean;
  disabled?: boolean;
  /** Shown as chosen. */
  checked?: boolean;
}

/** A menu that opens below its trigger (one element that can be pressed). `null` is a line between groups. */
export function Menu({
  trigger,
  items,
  align = 'end',
  onOpen,
}: {
  trigger: ReactNode;
  items: readonly (MenuItem | null)[];
  align?: 'start' | 'end';
  onOpen?: () => void;
}): ReactNode {
  return (
    <Radix.Root onOpenChange={(isOpen) => isOpen && onOpen?.()}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          sideOffset={4}
          className="z-50 min-w-44 rounded-lg border bg-surface p-1 shadow-lg"
        >
          {items.map((item, index) =>
            item === null ? (
              // oxlint-disable-next-line react/no-array-index-key
              <Radix.Separator key={index} className="my-1 h-px bg-line" />
            ) : (
              <Radix.Item
                // oxlint-disable-next-line react/no-array-index-key
                key={index}
                disabled={item.disabled ?? false}
                onSelect={item.onSelect}
                className={classNames(
                  'flex h-8 items-center gap-2 rounded-md px-2 text-sm outline-none select-none [&_svg]:size-4',
                  'data-[highlighted]:bg-hover data-[disabled]:opacity-50',
                  item.danger && 'text-bad',
                  item.checked && 'font-semibold text-accent',
                )}
              >
                {item.icon}
                {item.label}
              </Radix.Item>
            ),
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
