import { useState, useSyncExternalStore, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { alerts } from '../../live/alerts.ts';
import { Switch } from '../../ui/switch.tsx';

/** Opts in to being told: the count in the title, and a notification of the desktop where the browser allows it. */
export function NotifySwitch(): ReactNode {
  const { t } = useTranslation();
  const isOn = useSyncExternalStore(alerts.subscribe, alerts.isOn);
  const [permission, setPermission] = useState(alerts.permission);
  const change = async (next: boolean): Promise<void> => {
    alerts.set(next);
    if (next) setPermission(await alerts.askPermission());
  };
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      <Switch label={t('approvals.notify')} checked={isOn} onChange={(next) => void change(next)} />
      {isOn && permission !== 'granted' && (
        <span role="status" className="text-xs text-muted">
          {t(permission === 'unsupported' ? 'approvals.notifyUnsupported' : 'approvals.notifyDenied')}
        </span>
      )}
    </span>
  );
}
