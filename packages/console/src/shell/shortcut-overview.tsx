import { Fragment, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useAllShortcuts, useShortcuts } from '../lib/keyboard.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Kbd } from '../ui/kbd.tsx';

const GROUPS = ['here', 'go', 'anywhere'] as const;

/** `?`: everything that the keyboard can do on this page. */
export function ShortcutOverview(): ReactNode {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const all = useAllShortcuts();
  useShortcuts([
    { keys: '?', label: t('shell.shortcuts.open'), group: 'anywhere', run: () => setOpen(true) },
  ]);
  return (
    <Dialog open={isOpen} onClose={() => setOpen(false)} title={t('shell.shortcuts.title')}>
      <div className="flex flex-col gap-4">
        {GROUPS.map((group) => {
          const shortcuts = all.filter((shortcut) => shortcut.group === group);
          if (shortcuts.length === 0) return null;
          return (
            <section key={group}>
              <h3 className="mb-1 text-xs font-medium text-muted">{t(`shell.shortcuts.${group}`)}</h3>
              <ul>
                {byLabel(shortcuts).map(([label, ways]) => (
                  <li key={label} className="flex min-h-8 items-center justify-between gap-4 text-sm">
                    {label}
                    <span className="flex items-center gap-2">
                      {ways.map((keys, index) => (
                        <Fragment key={keys}>
                          {index > 0 && (
                            <span className="text-2xs text-muted">{t('shell.shortcuts.or')}</span>
                          )}
                          <Keys keys={keys} />
                        </Fragment>
                      ))}
                    </span>
                  </li>
                ))}
              </ul>
            </section>
          );
        })}
      </div>
    </Dialog>
  );
}

/** What several keys do is one line. */
function byLabel(shortcuts: readonly { label: string; keys: string }[]): [label: string, keys: string[]][] {
  const found = new Map<string, string[]>();
  for (const { label, keys } of shortcuts) found.set(label, [...(found.get(label) ?? []), keys]);
  return [...found];
}

function Keys({ keys }: { keys: string }): ReactNode {
  const { t } = useTranslation();
  const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
  return (
    <span className="flex items-center gap-1">
      {keys.split(' ').map((step, index) => (
        // oxlint-disable-next-line react/no-array-index-key
        <span key={index} className="flex items-center gap-1">
          {index > 0 && <span className="text-2xs text-muted">{t('shell.shortcuts.next')}</span>}
          {step.split('+').map((key) => (
            <Kbd key={key}>
              {key === 'mod' ? (isMac ? '⌘' : 'Ctrl') : key.length === 1 ? key.toUpperCase() : nameOf(key)}
            </Kbd>
          ))}
        </span>
      ))}
    </span>
  );
}

const NAMES: Record<string, string> = {
  enter: '↵',
  escape: 'Esc',
  shift: 'Shift',
  arrowup: '↑',
  arrowdown: '↓',
  arrowleft: '←',
  arrowright: '→',
  ' ': 'Space',
};

function nameOf(key: string): string {
  return NAMES[key] ?? key;
}
