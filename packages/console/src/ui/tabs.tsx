import { Tabs as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

export interface Tab<Name extends string> {
  name: Name;
  label: ReactNode;
}

/** Names of views of one thing, of which one is shown below (`TabPanel`). */
export function Tabs<Name extends string>({
  tabs,
  current,
  onChange,
  label,
  actions,
  children,
}: {
  tabs: readonly Tab<Name>[];
  current: Name;
  onChange: (name: Name) => void;
  label: string;
  /** At the end of the row of names. */
  actions?: ReactNode;
  children: ReactNode;
}): ReactNode {
  return (
    <Radix.Root
      value={current}
      onValueChange={(value) => {
        const tab = tabs.find(({ name }) => name === value);
        if (tab) onChange(tab.name);
      }}
    >
      <div className="mb-4 flex flex-wrap items-center gap-2 border-b">
        <Radix.List aria-label={label} className="mr-auto flex gap-1 overflow-x-auto">
          {tabs.map(({ name, label: text }) => (
            <Radix.Trigger
              key={name}
              value={name}
              className="-mb-px flex h-9 focus-visible:-outline-offset-2 items-center gap-1.5 border-b-2 border-transparent px-3 text-sm whitespace-nowrap text-muted hover:text-ink data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink"
            >
              {text}
            </Radix.Trigger>
          ))}
        </Radix.List>
        {actions}
      </div>
      {children}
    </Radix.Root>
  );
}

export function TabPanel({ name, children }: { name: string; children: ReactNode }): ReactNode {
  return (
    <Radix.Content value={name} className="outline-none">
      {children}
    </Radix.Content>
  );
}
