import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { readStored, store } from '../lib/storage.ts';
import { en } from './en/index.ts';

export const LANGUAGES = { en: 'English', ja: '日本語' } as const;
export type Language = keyof typeof LANGUAGES;

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'console';
    resources: { console: typeof en };
    enableSelector: false;
  }
}

/** Loads the language that was chosen here, else the browser's if there is a translation. */
export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    defaultNS: 'console',
    resources: { en: { console: en } },
    interpolation: { escapeValue: false },
  });
  const chosen = readStored('language') ?? navigator.language.slice(0, 2);
  await switchTo(isLanguage(chosen) ? chosen : 'en');
}

/** Switches the page, and remembers it. */
export async function setLanguage(language: Language): Promise<void> {
  store('language', language);
  await switchTo(language);
}

async function switchTo(language: Language): Promise<void> {
  if (language === 'ja' && !i18next.hasResourceBundle('ja', 'console')) {
    const { ja } = await import('./ja/index.ts');
    i18next.addResourceBundle('ja', 'console', ja);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

function isLanguage(value: string): value is Language {
  return value in LANGUAGES;
}
