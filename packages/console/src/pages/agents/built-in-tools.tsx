import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { BUILT_IN_TOOLS, NEW_AGENT, TOOLSET, type Tool } from '../../lib/agent-body.ts';
import {
  defaultSetting,
  domainsOf,
  settingOf,
  withDefaultSetting,
  withDomains,
  withSetting,
} from '../../lib/tool-settings.ts';
import { Select, TextInput } from '../../ui/field.tsx';
import { Switch } from '../../ui/switch.tsx';
import type { FormProps } from './agent-form.tsx';
import { errorAt } from './field-errors.ts';
import { Section } from './section.tsx';
import { SettingSelect } from './setting-select.tsx';

const WEB = ['web_fetch', 'web_search'] as const;

/** The tools that come with the agent's engine: which are there, and who is asked. */
export function BuiltInTools({ body, change, errors }: FormProps): ReactNode {
  const { t } = useTranslation();
  const index = body.tools.findIndex(({ type }) => type === TOOLSET);
  const toolset = body.tools[index];
  const replace = (next: Tool): void =>
    change({ tools: body.tools.map((tool, place) => (place === index ? next : tool)) });
  return (
    <Section
      title={t('agents.section.builtIn')}
      text={t('agents.builtInHint')}
      error={index === -1 ? undefined : errorAt(errors, `tools.${index}`)}
      actions={
        <Switch
          label={t('agents.builtInOn')}
          checked={toolset !== undefined}
          onChange={(isOn) =>
            change({
              tools: isOn
                ? [...NEW_AGENT.tools, ...body.tools]
                : body.tools.filter(({ type }) => type !== TOOLSET),
            })
          }
        />
      }
    >
      {toolset && (
        <div className="flex flex-col gap-1">
          <Row name={t('agents.allTools')} strong>
            <SettingSelect
              label={t('agents.allTools')}
              value={defaultSetting(toolset)}
              onChange={(setting) => replace(withDefaultSetting(toolset, setting))}
            />
          </Row>
          {BUILT_IN_TOOLS.map((name) => (
            <Row key={name} name={<code className="text-xs">{name}</code>} text={t(`agents.tool.${name}`)}>
              <SettingSelect
                label={name}
                value={settingOf(toolset, name)}
                fallback={defaultSetting(toolset)}
                onChange={(setting) => replace(withSetting(toolset, name, setting))}
              />
            </Row>
          ))}
          {WEB.filter((name) => isThere(toolset, name)).map((name) => (
            <Domains key={name} toolset={toolset} name={name} onChange={replace} />
          ))}
        </div>
      )}
    </Section>
  );
}

function Row({
  name,
  text,
  strong = false,
  children,
}: {
  name: ReactNode;
  text?: string;
  strong?: boolean;
  children: ReactNode;
}): ReactNode {
  return (
    <div className="flex min-h-9 flex-wrap items-center gap-x-3 border-b border-line py-1 last:border-b-0">
      <span className={strong ? 'font-medium' : 'w-24'}>{name}</span>
      <span className="mr-auto text-xs text-muted">{text}</span>
      {children}
    </div>
  );
}

function isThere(toolset: Tool, name: string): boolean {
  const setting = settingOf(toolset, name);
  return (setting === 'default' ? defaultSetting(toolset) : setting) !== 'off';
}

function Domains({
  toolset,
  name,
  onChange,
}: {
  toolset: Tool;
  name: (typeof WEB)[number];
  onChange: (tool: Tool) => void;
}): ReactNode {
  const { t } = useTranslation();
  const domains = domainsOf(toolset, name);
  const label = t('agents.domains.label', { tool: name });
  return (
    <div className="mt-2 flex flex-wrap items-center gap-2">
      <Select
        aria-label={label}
        className="!w-auto"
        value={domains?.list ?? ''}
        onChange={({ target: { value } }) =>
          onChange(
            withDomains(
              toolset,
              name,
              value === 'allowed_domains' || value === 'blocked_domains'
                ? { list: value, hosts: domains?.hosts ?? [''] }
                : undefined,
            ),
          )
        }
      >
        <option value="">{t('agents.domains.all', { tool: name })}</option>
        <option value="allowed_domains">{t('agents.domains.allowed', { tool: name })}</option>
        <option value="blocked_domains">{t('agents.domains.blocked', { tool: name })}</option>
      </Select>
      {domains && (
        <TextInput
          aria-label={t('agents.domains.hosts', { tool: name })}
          placeholder="docs.example.com, example.org"
          className="!w-auto min-w-48 flex-1 font-mono"
          value={domains.hosts.join(',')}
          onChange={(event) =>
            onChange(
              withDomains(toolset, name, {
                list: domains.list,
                hosts: event.target.value.split(',').map((host) => host.trim()),
              }),
            )
          }
        />
      )}
    </div>
  );
}
