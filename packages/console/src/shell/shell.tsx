import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { Ellipsis } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcuts } from '../lib/keyboard.ts';
import { Menu } from '../ui/menu.tsx';
import { Toasts } from '../ui/toast.tsx';
import { Alerts } from './alerts.tsx';
import { ConnectionBar, ConnectionStatus } from './connection-status.tsx';
import { ON_PHONE, PLACES, type Place } from './navigation.ts';
import { PlaceBadge } from './place-badge.tsx';
import { Settings, useSettings } from './settings.tsx';
import { ShortcutOverview } from './shortcut-overview.tsx';

/** What is around every page: where one can go, and whether the page is live. */
export function Shell(): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  useShortcuts(
    PLACES.map(({ name, path, key }) => ({
      keys: `g ${key}`,
      label: t(`shell.nav.${name}`),
      group: 'go' as const,
      run: () => void navigate({ to: path }),
    })),
  );
  return (
    <div className="flex h-full flex-col sm:flex-row">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-surface focus:px-3 focus:py-2"
      >
        {t('shell.skip')}
      </a>
      <nav
        aria-label={t('shell.nav.label')}
        className="order-last flex shrink-0 border-t bg-sunken sm:order-first sm:w-14 sm:flex-col sm:border-t-0 sm:border-r sm:p-2 lg:w-52"
      >
        <div className="hidden h-10 items-center gap-2 px-2 sm:flex">
          <img src="/console/icon.svg" alt="" className="size-6" />
          <span className="hidden font-semibold lg:inline">{t('shell.product')}</span>
        </div>
        <ul className="flex flex-1 sm:mt-2 sm:flex-col sm:gap-0.5">
          {PLACES.map((place, index) => (
            <li key={place.name} className={index < ON_PHONE ? 'flex-1 sm:flex-none' : 'hidden sm:block'}>
              <PlaceLink place={place} />
            </li>
          ))}
          <li className="flex-1 sm:hidden">
            <MorePlaces />
          </li>
        </ul>
        <div className="hidden flex-col gap-1 sm:flex">
          <ConnectionStatus />
          <Settings />
        </div>
      </nav>
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <ConnectionBar />
        <main
          id="content"
          // A page without a control is scrolled by keyboard too.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          className="min-h-0 flex-1 overflow-y-auto -outline-offset-2"
        >
          <Outlet />
        </main>
      </div>
      <Alerts />
      <ShortcutOverview />
      <Toasts />
    </div>
  );
}

function PlaceLink({ place }: { place: Place }): ReactNode {
  const { t } = useTranslation();
  const { name, path, icon: Icon } = place;
  return (
    <Link
      to={path}
      activeOptions={{ exact: path === '/' }}
      className="relative flex min-h-12 flex-col items-center justify-center gap-0.5 rounded-md px-0.5 text-2xs whitespace-nowrap text-muted hover:bg-hover hover:text-ink aria-[current=page]:bg-hover aria-[current=page]:font-medium aria-[current=page]:text-ink sm:h-9 sm:min-h-9 sm:px-2 sm:flex-row sm:justify-center sm:gap-2.5 sm:text-sm lg:justify-start"
      title={t(`shell.nav.${name}`)}
    >
      <Icon className="size-5 shrink-0 sm:size-4" aria-hidden />
      <span className="sm:sr-only lg:not-sr-only">{t(`shell.nav.${name}`)}</span>
      <PlaceBadge name={name} />
    </Link>
  );
}

function MorePlaces(): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const settings = useSettings();
  return (
    <Menu
      trigger={
        <button
          type="button"
          className="flex min-h-12 w-full flex-col items-center justify-center gap-0.5 rounded-md text-2xs text-muted"
        >
          <Ellipsis className="size-5" aria-hidden />
          {t('shell.nav.more')}
        </button>
      }
      items={[
        ...PLACES.slice(ON_PHONE).map(({ name, path, icon: Icon }) => ({
          label: t(`shell.nav.${name}`),
          icon: <Icon />,
          onSelect: () => void navigate({ to: path }),
        })),
        null,
        ...settings,
      ]}
    />
  );
}
