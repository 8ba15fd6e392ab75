import { KeyRound, Languages, Moon, Settings as Gear, Sun, SunMoon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { setKey, useKey } from '../api/credential.ts';
import { LANGUAGES, setLanguage, type Language } from '../i18n/i18n.ts';
import { getTheme, setTheme, THEMES } from '../lib/theme.ts';
import { Menu, type MenuItem } from '../ui/menu.tsx';

const ICONS = { light: <Sun />, dark: <Moon />, system: <SunMoon /> };

/** How the console looks and speaks, and the key of this browser. */
export function Settings(): ReactNode {
  const { t } = useTranslation();
  const items = useSettings();
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          className="flex h-9 items-center justify-center gap-2.5 rounded-md px-2 text-sm text-muted hover:bg-hover hover:text-ink lg:justify-start"
          title={t('shell.settings')}
        >
          <Gear className="size-4" aria-hidden />
          <span className="sr-only lg:not-sr-only">{t('shell.settings')}</span>
        </button>
      }
      items={items}
    />
  );
}

export function useSettings(): (MenuItem | null)[] {
  const { t, i18n } = useTranslation();
  const key = useKey();
  const theme = getTheme();
  const items: (MenuItem | null)[] = [
    ...THEMES.map((name) => ({
      label: t(`shell.theme.${name}`),
      icon: ICONS[name],
      checked: theme === name,
      onSelect: () => setTheme(name),
    })),
    null,
    ...(Object.keys(LANGUAGES) as Language[]).map((language) => ({
      label: <span lang={language}>{LANGUAGES[language]}</span>,
      icon: <Languages />,
      checked: i18n.language === language,
      onSelect: () => void setLanguage(language),
    })),
  ];
  if (key !== undefined) {
    items.push(null, { label: t('shell.forgetKey'), icon: <KeyRound />, onSelect: () => setKey(undefined) });
  }
  return items;
}
