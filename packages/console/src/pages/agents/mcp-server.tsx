import { Trash2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { McpServer, Tool } from '../../lib/agent-body.ts';
import { isRecord } from '../../lib/json.ts';
import {
  configuredNames,
  defaultSetting,
  settingOf,
  withDefaultSetting,
  withSetting,
} from '../../lib/tool-settings.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Field, Select, TextArea, TextInput } from '../../ui/field.tsx';
import { KeyValues } from '../../ui/key-values.tsx';
import { errorAt, type FieldErrors } from './field-errors.ts';
import { SettingSelect } from './setting-select.tsx';

interface ServerProps {
  server: McpServer;
  path: string;
  errors: FieldErrors;
  toolset: Tool | undefined;
  toolsetError: string | undefined;
  onChange: (server: McpServer) => void;
  onToolset: (toolset: Tool) => void;
  onRemove: () => void;
}

/** One server, with who is asked about its tools. */
export function Server({
  server,
  path,
  errors,
  toolset,
  toolsetError,
  onChange,
  onToolset,
  onRemove,
}: ServerProps): ReactNode {
  const { t } = useTranslation();
  return (
    <div role="group" aria-label={server.name} className="flex flex-col gap-3 rounded-md border p-3">
      <div className="flex flex-wrap items-start gap-3">
        <Field
          label={t('agents.mcp.name')}
          error={errorAt(errors, `${path}.name`)}
          className="min-w-32 flex-1"
        >
          {(described) => (
            <TextInput
              {...described}
              className="font-mono"
              value={server.name}
              onChange={(event) => onChange({ ...server, name: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('agents.mcp.type')} error={errorAt(errors, `${path}.type`)} className="w-44">
          {(described) => (
            <Select
              {...described}
              value={server.type}
              onChange={(event) =>
                onChange(
                  event.target.value === 'stdio'
                    ? { type: 'stdio', name: server.name, command: '', args: [], env: {} }
                    : { type: 'url', name: server.name, url: '' },
                )
              }
            >
              <option value="url">{t('agents.mcp.url')}</option>
              <option value="stdio">{t('agents.mcp.stdio')}</option>
            </Select>
          )}
        </Field>
        <IconButton label={t('agents.mcp.remove', { name: server.name })} className="mt-6" onClick={onRemove}>
          <Trash2 />
        </IconButton>
      </div>
      {server.type === 'stdio' ? (
        <Program server={server} path={path} errors={errors} onChange={onChange} />
      ) : (
        <Field label={t('agents.mcp.address')} error={errorAt(errors, `${path}.url`)}>
          {(described) => (
            <TextInput
              {...described}
              type="url"
              className="font-mono"
              placeholder="https://mcp.example.com/mcp"
              value={textOf(server['url'])}
              onChange={(event) => onChange({ ...server, url: event.target.value })}
            />
          )}
        </Field>
      )}
      {toolset && <Toolset toolset={toolset} error={toolsetError} onChange={onToolset} />}
    </div>
  );
}

function Program({
  server,
  path,
  errors,
  onChange,
}: Pick<ServerProps, 'server' | 'path' | 'errors' | 'onChange'>): ReactNode {
  const { t } = useTranslation();
  const args = Array.isArray(server['args']) ? server['args'].map(String) : [];
  const env = isRecord(server['env']) ? server['env'] : {};
  return (
    <>
      <Field label={t('agents.mcp.command')} error={errorAt(errors, `${path}.command`)}>
        {(described) => (
          <TextInput
            {...described}
            className="font-mono"
            value={textOf(server['command'])}
            onChange={(event) => onChange({ ...server, command: event.target.value })}
          />
        )}
      </Field>
      <Field
        label={t('agents.mcp.args')}
        hint={t('agents.mcp.argsHint')}
        error={errorAt(errors, `${path}.args`)}
      >
        {(described) => (
          <TextArea
            {...described}
            className="font-mono"
            rows={Math.max(2, args.length)}
            value={args.join('\n')}
            onChange={({ target: { value } }) =>
              onChange({ ...server, args: value === '' ? [] : value.split('\n') })
            }
          />
        )}
      </Field>
      <div className="flex flex-col gap-1">
        <span className="text-sm font-medium">{t('agents.mcp.env')}</span>
        <KeyValues
          label={t('agents.mcp.env')}
          keptText={t('agents.mcp.kept')}
          value={Object.fromEntries(
            Object.entries(env).map(([key, value]) => [key, typeof value === 'string' ? value : null]),
          )}
          onChange={(next) => onChange({ ...server, env: next })}
        />
        {errorAt(errors, `${path}.env`) !== undefined && (
          <p className="text-xs text-bad" data-invalid>
            {errorAt(errors, `${path}.env`)}
          </p>
        )}
      </div>
    </>
  );
}

function Toolset({
  toolset,
  error,
  onChange,
}: {
  toolset: Tool;
  error: string | undefined;
  onChange: (toolset: Tool) => void;
}): ReactNode {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const fallback = defaultSetting(toolset);
  const names = configuredNames(toolset);
  const add = (): void => {
    if (name === '' || names.includes(name)) return;
    onChange(withSetting(toolset, name, fallback));
    setName('');
  };
  return (
    <div className="flex flex-col gap-2 border-t pt-3">
      <div className="flex flex-wrap items-center gap-2">
        <span className="mr-auto text-sm">{t('agents.allTools')}</span>
        <SettingSelect
          label={t('agents.allTools')}
          value={fallback}
          onChange={(setting) => onChange(withDefaultSetting(toolset, setting))}
        />
      </div>
      {names.map((one) => (
        <div key={one} className="flex flex-wrap items-center gap-2">
          <code className="mr-auto text-xs">{one}</code>
          <SettingSelect
            label={one}
            value={settingOf(toolset, one)}
            fallback={fallback}
            onChange={(setting) => onChange(withSetting(toolset, one, setting))}
          />
        </div>
      ))}
      <div className="flex gap-2">
        <TextInput
          aria-label={t('agents.mcp.tool')}
          placeholder={t('agents.mcp.tool')}
          className="!w-56 font-mono"
          value={name}
          onChange={(event) => setName(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            add();
          }}
        />
        <Button disabled={name === ''} onClick={add}>
          {t('agents.mcp.addTool')}
        </Button>
      </div>
      {error !== undefined && (
        <p className="text-xs text-bad" data-invalid>
          {error}
        </p>
      )}
    </div>
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
