import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { SETTINGS, type Setting, type ToolSetting } from '../../lib/tool-settings.ts';
import { Select } from '../../ui/field.tsx';

/** Whether a tool is there and who is asked. With `fallback` it can be left to what holds for all. */
export function SettingSelect<Value extends ToolSetting>({
  label,
  value,
  fallback,
  onChange,
}: {
  label: string;
  value: Value;
  fallback?: Setting;
  onChange: (setting: Value) => void;
}): ReactNode {
  const { t } = useTranslation();
  const choices: readonly ToolSetting[] = fallback === undefined ? SETTINGS : ['default', ...SETTINGS];
  return (
    <Select
      aria-label={label}
      className="!w-56 max-w-full"
      value={value}
      onChange={(event) => {
        const chosen = choices.find((choice) => choice === event.target.value);
        if (chosen !== undefined) onChange(chosen as Value);
      }}
    >
      {choices.map((choice) => (
        <option key={choice} value={choice}>
          {choice === 'default'
            ? t('agents.setting.default', { setting: t(`agents.setting.${fallback ?? 'off'}`) })
            : t(`agents.setting.${choice}`)}
        </option>
      ))}
    </Select>
  );
}
